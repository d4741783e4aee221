# SPDX-License-Identifier: Apache-2.0
"""Instruction sequences that errata of the Cortex-A53 turn into wrong results, in the linked image.

835769: a 64-bit multiply-accumulate right behind a load, store or prefetch, except a load that it waits for. 843419: an ADRP in the last two words of a
page, a load or store behind it, and within two more instructions a load or store with an unsigned offset from ADRP's
register. The compiler's and the linker's flags should have left none; what they know and what we look for is written down
in binutils and LLVM as well.
"""
ACCUMULATE = ("madd", "msub", "smaddl", "umaddl", "smsubl", "umsubl")
WHY_835769 = "Cortex-A53 erratum 835769: a 64-bit multiply-accumulate behind a memory access; -mfix-cortex-a53-835769"
WHY_843419 = "Cortex-A53 erratum 843419: ADRP at the end of a page, then accesses; ld --fix-cortex-a53-843419"


def _memory(instruction):
    return instruction is not None and instruction.word >> 25 & 0b0101 == 0b0100


def _unsigned_offset(instruction, register):
    """LDR or STR (immediate, unsigned offset), integer or FP, whose base is `register`."""
    return instruction is not None and instruction.word >> 27 & 0b111 == 0b111 and instruction.word >> 24 & 0b11 == 0b01 \
        and instruction.word >> 5 & 31 == register


def _waits(load, multiply):
    """True if an operand of the multiplication is what the integer load before it brings."""
    sources = {multiply.word >> shift & 31 for shift in (5, 10, 16)}
    loaded = {load.word & 31} | ({load.word >> 10 & 31} if load.mnemonic.startswith(("ldp", "ldxp", "ldaxp")) else set())
    return load.mnemonic.startswith("ld") and not load.word >> 26 & 1 and bool(loaded & sources)


def _is_835769(image, instruction):
    before = image.code.get(instruction.address - 4)
    accumulates = instruction.mnemonic in ACCUMULATE and instruction.word >> 31 and instruction.word >> 10 & 31 != 31
    return bool(accumulates) and _memory(before) and not _waits(before, instruction)


def _is_843419(image, instruction):
    if instruction.mnemonic != "adrp" or instruction.address & 0xfff not in (0xff8, 0xffc):
        return False
    register = instruction.word & 31
    second, third, fourth = (image.code.get(instruction.address + n) for n in (4, 8, 12))
    if not _memory(second):
        return False
    if _unsigned_offset(third, register):
        return True
    plain = third is not None and third.target is None and third.mnemonic not in ("ret", "br", "blr", "eret")
    return plain and _unsigned_offset(fourth, register)


def pattern_findings(image):
    """(rule, address, why)."""
    for address, instruction in image.code.items():
        if _is_835769(image, instruction):
            yield "erratum-835769", address, WHY_835769
        if _is_843419(image, instruction):
            yield "erratum-843419", address, WHY_843419
