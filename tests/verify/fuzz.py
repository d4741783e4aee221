# SPDX-License-Identifier: Apache-2.0
"""Damaged images: random bits, bytes and words of everything that is loaded, all headers of the ELF file, and files cut short.

Each ends in a verdict. One that is let pass has a reason: the hardware gives the change no meaning (mutants.py), or it is in what
is not covered (docs/verify.md), which is said by the object that it is in.
"""
import random
import struct
from typing import NamedTuple, Optional

import mutants
from headers import Headers
from rules_rest import own_constants

WORDS = (2, 4, 8)


class Change(NamedTuple):
    """What happens to some bytes of the file."""
    name: str
    offset: int
    data: bytes


def changes(random_numbers: random.Random, data, begin: int, size: int):
    """One random change between two offsets of a file, that is one."""
    while True:
        kind = random_numbers.choice(("bit", "bit", "byte", "zero", "ones", "plus", "word"))
        width = 1 if kind in ("bit", "byte") else random_numbers.choice(WORDS)
        offset = begin + random_numbers.randrange(max(1, size // width)) * width
        width = min(width, begin + size - offset)
        old = int.from_bytes(data[offset:offset + width], "little")
        new = {"bit": old ^ 1 << random_numbers.randrange(8), "zero": 0, "ones": (1 << 8 * width) - 1, "plus": old + 1}.get(
            kind, random_numbers.getrandbits(8 * width)) & ((1 << 8 * width) - 1)
        if new != old:
            return Change(f"{kind} of {width} at file offset 0x{offset:x}: 0x{old:x} becomes 0x{new:x}", offset, new.to_bytes(width, "little"))


def loaded(data) -> list[tuple[str, int, int, int]]:
    """(name, file offset, address, size) of each section that is in the file and in memory."""
    return [(name, s["sh_offset"], s["sh_addr"], s["sh_size"]) for name, s in Headers(data).sections
            if s["sh_flags"] & 2 and s["sh_type"] != "SHT_NOBITS" and s["sh_size"]]


def headers(data) -> list[tuple[str, int, int]]:
    """(name, file offset, size) of the headers."""
    header = Headers(data).header
    return [("ELF header", 0, 64), ("program headers", header["e_phoff"], header["e_phnum"] * 56),
            ("section headers", header["e_shoff"], header["e_shnum"] * 64)]


# What may pass.

class Reasons:
    """Why a change of bytes in memory may pass, for one image."""

    def __init__(self, facts, sections):
        self.facts = facts
        self.sections = {name: (address, address + size) for name, _, address, size in sections}
        self.fields = sorted((a, a + s, path) for path, a, s, _ in mutants._constants(facts))
        self.tables = [(a, a + n * 8, level, stage) for a, n, stage, level, _ in mutants._walked(facts)]
        self.pieces = [(facts.name(p), c) for p in facts.partitions for c in facts.members(p, "copies", "copy_count")]
        self.trees = {c.source for c in (mutants._copy_of_tree(facts, p) for p in facts.partitions)}

    def of(self, address: int, new: bytes) -> Optional[str]:
        """One reason that all changed bits have, or nothing."""
        old = self.facts.image.read(address, len(new))
        found = {self._bit(address + n, bit) for n in range(len(new)) for bit in range(8) if (old[n] ^ new[n]) >> bit & 1}
        return None if None in found else "; ".join(sorted(found))

    def _bit(self, address: int, bit: int) -> Optional[str]:
        for start, end, level, stage in self.tables:
            if start <= address < end:
                return self._entry(address & ~7, level, stage, (address & 7) * 8 + bit)
        for start, end, path in self.fields:
            if start <= address < end:
                return mutants.field_reason(self.facts, path, start, (address - start) * 8 + bit)
        section = next((n for n, (start, end) in self.sections.items() if start <= address < end), "")
        return {".text": self._code, ".blobs": self._blob}.get(section, self._constant)(address, bit)

    def _entry(self, address: int, level: int, stage: int, bit: int) -> Optional[str]:
        entry = struct.unpack("<Q", self.facts.image.read(address, 8))[0]
        return mutants._reason(self.facts, stage, level, entry, bit) if entry & 1 else None

    def _code(self, address: int, _bit: int) -> Optional[str]:
        if 8 <= address - self.facts.region[0] < 60:
            return None  # the header, all of which is compared
        return "EL2's code"

    def _constant(self, address: int, _bit: int) -> Optional[str]:
        start, end = own_constants(self.facts)
        return "constants of EL2's code" if start <= address < end else None

    def _blob(self, address: int, bit: int) -> Optional[str]:
        for who, copy in self.pieces:
            if copy.source <= address < copy.source + copy.size:
                declared = next(p for p in self.facts.system.partitions if p.name == who)
                return mutants.tree_reason(self.facts, declared, copy, address) if copy.source in self.trees else None
        return None


# Fields of headers that nobody reads.

SECTION_FIELDS = (("sh_name", 0, 4), ("sh_type", 4, 8), ("sh_flags", 8, 16), ("sh_addr", 16, 24), ("sh_offset", 24, 32),
                  ("sh_size", 32, 40), ("sh_link", 40, 44), ("sh_info", 44, 48), ("sh_addralign", 48, 56), ("sh_entsize", 56, 64))


def header_reason(data, change: Change) -> Optional[str]:
    """Why a change of a header may pass."""
    read = Headers(data)
    first, last = change.offset, change.offset + len(change.data) - 1
    number, field = divmod(first - read.header["e_shoff"], 64)
    if 0 <= number < len(read.sections) and (last - read.header["e_shoff"]) // 64 == number:
        touched = {n for n, start, end in SECTION_FIELDS if start <= field + len(change.data) - 1 and field < end}
        return _section_reason(read, number, touched, change)
    number, field = divmod(first - read.header["e_phoff"], 56)
    if 0 <= number < len(read.segments) and 8 <= field and field + len(change.data) <= 16 and not read.segments[number]["p_filesz"]:
        return "where in the file a segment without bytes of the file would be"
    return None


def _section_reason(read: Headers, number: int, touched: set, _change: Change) -> Optional[str]:
    name, section = read.sections[number]
    if touched == {"sh_offset"} and section["sh_type"] == "SHT_NOBITS":
        return "where in the file a section without bytes of the file would be"
    if touched == {"sh_size"} and name != ".text":
        return "whether zeros that align the next section are part of this one"
    if touched == {"sh_addralign"}:
        return "an alignment that the section's address has as well"
    if touched == {"sh_name"} and name.startswith(".debug_"):
        return "the name of a section for debuggers"
    return None
