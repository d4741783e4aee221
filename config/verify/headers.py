# SPDX-License-Identifier: Apache-2.0
"""Are the ELF file's headers those of a linked hypervisor? Looked at before anybody follows an offset or a count in them.

Every byte of the file belongs to one thing: a header, a section, or zeros that align the next one. What is wrong here makes the
rest unreadable, so the checker ends with it.

@implements REQ-VER-017
"""
from __future__ import annotations

import io
import itertools
from typing import Iterator, NamedTuple

from elftools.common.utils import struct_parse
from elftools.construct import Container
from elftools.elf.structs import ELFStructs

IDENT = b"\x7fELF\x02\x01\x01" + bytes(9)  # 64-bit, little-endian, version 1, System V
SIZES = {"ELF header": 64, "program header": 56, "section header": 64}
MOST = 64  # program headers, section headers
MOST_ADDRESS = 1 << 48
ALLOC = 2
# The sections of core/image.lds.S: type, and flags (1 writable, 2 in memory, 4 executable).
LOADED = {".text": ("SHT_PROGBITS", 6), ".rodata": ("SHT_PROGBITS", 2), ".tables": ("SHT_PROGBITS", 2), ".bss": ("SHT_NOBITS", 3),
          ".streams": ("SHT_PROGBITS", 3), ".stacks": ("SHT_NOBITS", 3), ".blobs": ("SHT_PROGBITS", 2), ".record": ("SHT_NOBITS", 3)}
NOT_ALWAYS = (".streams",)  # only where there is an SMMUv3
# What is for debuggers, and for this checker: (type, entry size) by name; what begins with .debug_ besides.
OTHERS = {".symtab": ("SHT_SYMTAB", 24), ".strtab": ("SHT_STRTAB", 0), ".shstrtab": ("SHT_STRTAB", 0)}
MERGED_STRINGS = 0x30


class Damaged(Exception):
    """The file is no image: one text for each thing that is wrong."""

    def __init__(self, errors: list[str]):
        super().__init__("; ".join(errors))
        self.errors = errors


class Part(NamedTuple):
    """Bytes of the file."""
    offset: int
    size: int
    align: int
    name: str

    @property
    def end(self) -> int:
        return self.offset + self.size


def _structs() -> ELFStructs:
    structs = ELFStructs(little_endian=True, elfclass=64)
    structs.create_basic_structs()
    structs.create_advanced_structs("ET_EXEC", "EM_AARCH64", "ELFOSABI_SYSV")
    return structs


class Headers:
    """The headers of one file, with what is wrong with them. `data` is anything that can be sliced into bytes."""

    def __init__(self, data):
        self.data, self.errors = data, []
        self.segments: list[Container] = []
        self.sections: list[tuple[str, Container]] = []
        if self._elf_header():
            self._read_tables()
            for rule in (self._segments, self._sections, self._sections_in_segments, self._nothing_else):
                rule()

    def _require(self, holds: bool, text: str) -> bool:
        if not holds:
            self.errors.append(text)
        return holds

    def _equal(self, found, wanted, what: str) -> bool:
        return self._require(found == wanted, f"{what} is {_text(found)}, and should be {_text(wanted)}")

    # Reading.

    def _elf_header(self) -> bool:
        """Nothing else can be found if this is wrong."""
        size = len(self.data)
        if not self._require(size >= SIZES["ELF header"], f"the file has {size} bytes, less than an ELF header"):
            return False
        if not self._equal(bytes(self.data[:16]).hex(), IDENT.hex(), "e_ident at file offset 0"):
            return False
        self.structs = _structs()
        self.header = header = self._record(self.structs.Elf_Ehdr, 0, SIZES["ELF header"])
        wanted = {"e_type": "ET_EXEC", "e_machine": "EM_AARCH64", "e_version": "EV_CURRENT", "e_flags": 0,
                  "e_phoff": SIZES["ELF header"], "e_ehsize": SIZES["ELF header"], "e_phentsize": SIZES["program header"],
                  "e_shentsize": SIZES["section header"]}
        good = [self._equal(header[name], value, f"{name} in the ELF header") for name, value in wanted.items()]
        good += [self._require(0 < header[name] <= MOST, f"{name} in the ELF header is {header[name]}, not from 1 to {MOST}")
                 for name in ("e_phnum", "e_shnum")]
        return all(good) and self._ends() and self._require(
            header["e_shstrndx"] < header["e_shnum"], f"e_shstrndx in the ELF header is {header['e_shstrndx']}: there is no such section")

    def _ends(self) -> bool:
        """The section headers are the last of the file."""
        end = self.header["e_shoff"] + self.header["e_shnum"] * SIZES["section header"]
        return self._require(end == len(self.data), f"the file has 0x{len(self.data):x} bytes, and its section headers, at file offset "
                             f"0x{self.header['e_shoff']:x}, end at 0x{end:x}")

    def _record(self, kind, offset: int, size: int) -> Container:
        return struct_parse(kind, io.BytesIO(bytes(self.data[offset:offset + size])))

    def _read_tables(self) -> None:
        header = self.header
        for n in range(header["e_phnum"]):
            self.segments.append(self._record(self.structs.Elf_Phdr, header["e_phoff"] + n * header["e_phentsize"], header["e_phentsize"]))
        found = [self._record(self.structs.Elf_Shdr, header["e_shoff"] + n * header["e_shentsize"], header["e_shentsize"])
                 for n in range(header["e_shnum"])]
        names = found[header["e_shstrndx"]]
        table = bytes(self.data[names["sh_offset"]:names["sh_offset"] + min(names["sh_size"], 1 << 16)])
        self.sections = [(_name(table, section["sh_name"]), section) for section in found]

    # Program headers.

    def _segments(self) -> None:
        for number, segment in enumerate(self.segments):
            self._segment(f"program header {number}", segment)
        in_memory = sorted((s["p_paddr"], s["p_paddr"] + s["p_memsz"]) for s in self.segments)
        for (start, end), (other, last) in zip(in_memory, in_memory[1:]):
            self._require(end <= other, f"segments at 0x{start:x} (0x{end - start:x} bytes) and at 0x{other:x} "
                          f"(0x{last - other:x} bytes) overlap")

    def _segment(self, who: str, s: Container) -> None:
        self._equal(s["p_type"], "PT_LOAD", f"{who}: p_type")
        self._require(s["p_flags"] in (4, 5, 6), f"{who}: p_flags is {s['p_flags']}, and should be 4 (r--), 5 (r-x) or 6 (rw-)")
        self._require(s["p_filesz"] <= s["p_memsz"], f"{who}, at 0x{s['p_paddr']:x}: 0x{s['p_filesz']:x} bytes of file "
                      f"(p_filesz) for 0x{s['p_memsz']:x} bytes of memory (p_memsz)")
        self._require(s["p_memsz"] > 0, f"{who}: p_memsz is 0")
        self._require(s["p_paddr"] + s["p_memsz"] <= MOST_ADDRESS, f"{who}: 0x{s['p_paddr']:x} and 0x{s['p_memsz']:x} bytes are beyond 48 bits")
        self._require(s["p_offset"] + s["p_filesz"] <= len(self.data), f"{who}: file offset 0x{s['p_offset']:x} and 0x{s['p_filesz']:x} "
                      f"bytes are beyond the file's 0x{len(self.data):x}")
        self._require(_is_power(s["p_align"]) and (s["p_vaddr"] - s["p_offset"]) % s["p_align"] == 0,
                      f"{who}: file offset 0x{s['p_offset']:x} and address 0x{s['p_vaddr']:x} differ modulo p_align 0x{s['p_align']:x}")

    # Section headers.

    def _sections(self) -> None:
        self._require(not _content(self.sections[0][1]), "section header 0 is not empty")
        names = [name for name, _ in self.sections[1:]]
        for name in sorted({*LOADED, *OTHERS, *names}):
            none = name in NOT_ALWAYS and not names.count(name)
            self._require(none or names.count(name) == 1, f"{names.count(name)} sections are called {name}, not one")
        for number, (name, section) in enumerate(self.sections[1:], 1):
            self._section(f"section header {number} ({name})", name, section)

    def _section(self, who: str, name: str, s: Container) -> None:
        kind, entry, flags = _kind(name)
        if not self._require(kind is not None, f"{who}: a section that no hypervisor has"):
            return
        self._equal(s["sh_type"], kind, f"{who}: sh_type")
        strings = name.startswith(".debug_") and s["sh_flags"] == MERGED_STRINGS
        self._require(strings or s["sh_flags"] == flags, f"{who}: sh_flags is 0x{s['sh_flags']:x}, and should be 0x{flags:x}")
        self._equal(s["sh_entsize"], 1 if strings else entry, f"{who}: sh_entsize")
        self._require(_is_power(s["sh_addralign"]) and s["sh_addr"] % s["sh_addralign"] == 0,
                      f"{who}: address 0x{s['sh_addr']:x} is not aligned to sh_addralign 0x{s['sh_addralign']:x}")
        self._require(name in LOADED or s["sh_addr"] == 0, f"{who}: sh_addr is 0x{s['sh_addr']:x}, and it is in no memory")
        self._links(who, name, s)
        if kind != "SHT_NOBITS":
            self._require(s["sh_offset"] + s["sh_size"] <= len(self.data), f"{who}: file offset 0x{s['sh_offset']:x} and "
                          f"0x{s['sh_size']:x} bytes are beyond the file's 0x{len(self.data):x}")

    def _links(self, who: str, name: str, s: Container) -> None:
        if name != ".symtab":
            self._equal((s["sh_link"], s["sh_info"]), (0, 0), f"{who}: the pair of sh_link and sh_info")
            return
        linked = self.sections[s["sh_link"]][0] if s["sh_link"] < len(self.sections) else "no section"
        self._equal(linked, ".strtab", f"{who}: what sh_link refers to")
        count = s["sh_size"] // 24
        if self._require(s["sh_size"] % 24 == 0 and 0 < s["sh_info"] < count and s["sh_offset"] + s["sh_size"] <= len(self.data),
                         f"{who}: sh_size is 0x{s['sh_size']:x}, and sh_info {s['sh_info']}"):
            last, first = (self.data[s["sh_offset"] + n * 24 + 4] >> 4 for n in (s["sh_info"] - 1, s["sh_info"]))
            self._require(last == 0 and first != 0, f"{who}: sh_info is {s['sh_info']}, and local symbols do not end there")

    # Both.

    def _sections_in_segments(self) -> None:
        """A segment begins with its first section and ends with its last; in between only alignment."""
        loaded = [(name, s) for name, s in self.sections if name in LOADED]
        for number, segment in enumerate(self.segments):
            start, end = segment["p_paddr"], segment["p_paddr"] + segment["p_memsz"]
            inside = sorted(((s["sh_addr"], s["sh_addr"] + s["sh_size"], name, s) for name, s in loaded
                             if start <= s["sh_addr"] < end), key=lambda item: item[:2])
            reach = (inside[0][0], inside[-1][1]) if inside else (0, 0)
            self._require(reach == (start, end), f"program header {number}: 0x{start:x} to 0x{end:x}, and its sections are from "
                          f"0x{reach[0]:x} to 0x{reach[1]:x}")
            for _, _, name, section in inside:
                self._in_segment(f"{name} in program header {number}", section, segment)
            for (_, end, name, _), (start, _, other, section) in itertools.pairwise(inside):
                self._require(0 <= start - end < section["sh_addralign"], f"{name} ends at 0x{end:x}, and {other} begins at 0x{start:x}")
        count = sum(s["p_paddr"] <= section["sh_addr"] < s["p_paddr"] + s["p_memsz"] for s in self.segments for _, section in loaded)
        self._equal(count, len(loaded), "the number of loaded sections that are in a segment")

    def _in_segment(self, who: str, section: Container, segment: Container) -> None:
        rights = 4 | (2 if section["sh_flags"] & 1 else 0) | (1 if section["sh_flags"] & 4 else 0)
        self._equal(segment["p_flags"], rights, f"{who}: p_flags")
        if section["sh_type"] == "SHT_NOBITS":
            self._equal(segment["p_filesz"], 0, f"{who}: p_filesz")
            return
        self._equal(section["sh_offset"] - segment["p_offset"], section["sh_addr"] - segment["p_paddr"], f"{who}: the distance in the file")
        self._equal(segment["p_filesz"], segment["p_memsz"], f"{who}: p_filesz")

    def _parts(self) -> Iterator[Part]:
        header = self.header
        yield Part(0, SIZES["ELF header"], 1, "the ELF header")
        yield Part(header["e_phoff"], header["e_phnum"] * SIZES["program header"], 8, "the program headers")
        yield Part(header["e_shoff"], header["e_shnum"] * SIZES["section header"], 8, "the section headers")
        for name, s in self.sections[1:]:
            if s["sh_type"] != "SHT_NOBITS":
                yield Part(s["sh_offset"], s["sh_size"], 0x10000 if name in LOADED else s["sh_addralign"], name)

    def _nothing_else(self) -> None:
        parts = sorted(p for p in self._parts() if p.size)
        for one, other in itertools.pairwise(parts):
            if not self._require(one.end <= other.offset, f"{one.name} and {other.name} overlap at file offset 0x{other.offset:x}"):
                continue
            # GNU ld leaves room behind what it pads to a page; it is zero like any other.
            gap, limit = other.offset - one.end, max(other.align, 0x10000 if one.name in LOADED else 1)
            empty = gap < limit and not any(self.data[one.end:other.offset])
            self._require(empty, f"0x{gap:x} bytes at file offset 0x{one.end:x}, between {one.name} and {other.name}, belong to nothing")


def _text(value) -> str:
    return f"0x{value:x}" if isinstance(value, int) and value > 4095 else str(value)


def _is_power(value: int) -> bool:
    return value > 0 and value & (value - 1) == 0


def _content(section: Container) -> bool:
    return any(v for k, v in section.items() if k != "sh_type") or section["sh_type"] != "SHT_NULL"


def _kind(name: str) -> tuple:
    """(type, entry size, flags) that a section of this name has."""
    if name in LOADED:
        return LOADED[name][0], 0, LOADED[name][1]
    if name in OTHERS:
        return *OTHERS[name], 0
    return ("SHT_PROGBITS", 0, 0) if name.startswith(".debug_") and name.isascii() and name.isprintable() else (None, 0, 0)


def _name(table: bytes, offset: int) -> str:
    end = table.find(b"\0", offset)
    return table[offset:end].decode("ascii", "replace") if 0 <= offset <= end else "?"


def require(data) -> None:
    """Raises Damaged unless the headers are those of a linked hypervisor."""
    try:
        errors = Headers(data).errors
    except Exception as error:  # whatever an odd file does to the library that reads it
        errors = [f"its headers cannot be read ({type(error).__name__}: {error})"]
    if errors:
        raise Damaged(errors)
