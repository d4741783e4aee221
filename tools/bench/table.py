# SPDX-License-Identifier: Apache-2.0
"""What the counting plugin is told of an image: read from its ELF file. tests/silicon/count/table.h has the format; what
follows the numbers on a line is for people and for counts.py.

@implements REQ-BENCH-002
@implements REQ-BENCH-007
"""
import struct

from areas import AREAS, LOOKS
from elftools.elf.elffile import ELFFile

YIELD = 0xD503203F
LOOP = 64  # bytes a wait is at most
# Emulated devices where a partition sees them by default; frames of the redistributors are alike.
REGIONS = (("GICD", 0x08000000, 0x08010000, 0x10000), ("GICR", 0x080A0000, 0x09000000, 0x20000),
           ("UART", 0x09000000, 0x09001000, 0x1000))


class Image:
    """Symbols and instructions."""

    def __init__(self, path):
        with open(path, "rb") as file:
            elf = ELFFile(file)
            text = elf.get_section_by_name(".text")
            self.first, self.text = text["sh_addr"], text.data()
            found = [s for s in elf.get_section_by_name(".symtab").iter_symbols()
                     if self.first <= s["st_value"] < self.first + len(self.text) and s.name and s.name[0] != "$"]
        self.symbols = {s.name: s["st_value"] for s in found}
        self.opcodes = struct.unpack(f"<{len(self.text) // 4}I", self.text)

    def functions(self):
        """(first, end, name): a function lasts until the next symbol."""
        by_address = {address: name for name, address in self.symbols.items()}
        starts = sorted(by_address)
        ends = [*starts[1:], self.first + len(self.text)]
        return [(start, end, by_address[start]) for start, end in zip(starts, ends)]

    def instructions(self):
        return ((self.first + 4 * n, opcode) for n, opcode in enumerate(self.opcodes))

    def address_of(self, name):
        if name not in self.symbols:
            raise ValueError(f"no function {name} in the image: tools/bench/areas.py names it")
        return self.symbols[name]


def branch_target(address, opcode):
    """Of a branch that is not a call, not by register; else None (Arm DDI 0487, C4.1)."""
    if opcode >> 26 == 0b000101:  # B
        width, shift = 26, 0
    elif opcode & 0xFF000010 == 0x54000000 or opcode & 0x7E000000 == 0x34000000:  # B.cond; CBZ, CBNZ
        width, shift = 19, 5
    elif opcode & 0x7E000000 == 0x36000000:  # TBZ, TBNZ
        width, shift = 14, 5
    else:
        return None
    offset = opcode >> shift & (1 << width) - 1
    return address + 4 * (offset - (1 << width) * (offset >> width - 1))


def turns(image):
    """(address of the YIELD, instructions of the loop around it): the wait of ticket_acquire(), wherever it is inlined."""
    branches = [(address, branch_target(address, opcode)) for address, opcode in image.instructions()]
    back = [(at, target) for at, target in branches if target is not None and 0 <= at - target <= LOOP]
    for address, opcode in image.instructions():
        if opcode == YIELD:
            loops = [at - target for at, target in back if target <= address <= at]
            if not loops:
                raise ValueError(f"YIELD at {address:#x} is in no loop")
            yield address, min(loops) // 4 + 1


def retries(image):
    """(from, to, instructions) of going back to the LDAXR because the STXR has failed."""
    for address, opcode in image.instructions():
        if opcode & 0x3FE08000 == 0x08408000:  # LDAXR of any size
            for distance in range(4, LOOP, 4):
                index = (address + distance - image.first) // 4
                if index < len(image.opcodes) and branch_target(address + distance, image.opcodes[index]) == address:
                    yield address + distance, address, distance // 4 + 1
                    break


def lines(image):
    yield f"vectors {image.address_of('vectors'):#x}"
    for first, end, name in image.functions():
        yield f"function {first:#x} {end:#x} {name}"
    for number, (area, _kind, begins) in enumerate(AREAS):
        for name, way, register in begins:
            yield f"area {number} {image.address_of(name):#x} {way} {register} {area}"
    for number, (name, _title) in enumerate(LOOKS):
        yield f"look {number} {image.address_of(name):#x} {name}"
    yield from (f"turn {at:#x} {length}" for at, length in turns(image))
    yield from (f"retry {start:#x} {to:#x} {length}" for start, to, length in retries(image))
    yield from (f"region {first:#x} {end:#x} {stride:#x} {name}" for name, first, end, stride in REGIONS)


def write_table(elf, path):
    path.write_text("\n".join(lines(Image(elf))) + "\n")


def plugin_options(plugin, elf, out):
    """QEMU's options to count with; writes the table beside `out`."""
    table = out.with_suffix(".table")
    write_table(elf, table)
    return ["-accel", "tcg,thread=multi", "-plugin", f"{plugin},table={table},out={out}"]
