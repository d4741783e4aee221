# SPDX-License-Identifier: Apache-2.0
"""What errata ask of the linked image: sequences of the Cortex-A53, and instructions that must not be there at all.

835769: a 64-bit multiply-accumulate right behind a load, store or prefetch, except a load that it waits for. 843419: an ADRP in the last two words of a
page, a load or store behind it, and within two more instructions a load or store with an unsigned offset from ADRP's
register. The compiler's and the linker's flags should have left none; what they know and what we look for is written down
in binutils and LLVM as well.

That an instruction is not there means in no executable word, literals included: a core may speculate into them.
"""
import functools

from events import events
from linked import Instruction

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


AARCH32 = {f"msr:{r}" for r in ("s3_4_c3_c0_0", "s3_4_c5_c0_1", "s3_4_c5_c3_0", "s3_4_c4_c3_0", "s3_4_c4_c3_1",
                                 "s3_4_c4_c3_2", "s3_4_c4_c3_3")}


def _is_clean(word):
    """DC that cleans and does not invalidate: CRm 10 to 13 of CRn 7."""
    return "dc" in events(_system(word)) and word >> 8 & 15 in (10, 11, 12, 13)


def _is_ssbs(word):
    return word & ~0xf00 == 0xd503403f or "msr:s3_3_c4_c2_6" in events(_system(word))


@functools.lru_cache(maxsize=None)
def _system(word):
    return Instruction(0, word, "", "")


# Rules of docs/errata.md: what EL2 never does, and therefore an erratum does not concern it.
NEVER = {
    "errata-at": (lambda w: "at" in events(_system(w)), "AT: errata of speculative AT (docs/errata.md) then concern EL2"),
    "errata-dc-clean": (_is_clean, "DC without invalidation: Cortex-A53 errata 819472, 824069, 826319, 827319, 855873"),
    "errata-tlbi-broadcast": (lambda w: "tlbi:is" in events(_system(w)),
                              "broadcast TLBI: errata 1286807, 2441007, 4193793, 4193800 want it twice"),
    "errata-aarch32": (lambda w: bool(AARCH32 & events(_system(w))), "AArch32 state: errata 852523 and 853709"),
    "errata-ssbs": (_is_ssbs, "MSR SSBS: erratum 3324349 wants a speculation barrier behind it"),
}


def never_findings(image):
    for address, word in image.executable_words():
        if word >> 22 != 0x354:
            continue
        for rule, (found, why) in NEVER.items():
            if found(word):
                yield rule, address, why


def pattern_findings(image):
    """(rule, address, why)."""
    yield from never_findings(image)
    for address, instruction in image.code.items():
        if _is_835769(image, instruction):
            yield "erratum-835769", address, WHY_835769
        if _is_843419(image, instruction):
            yield "erratum-843419", address, WHY_843419
