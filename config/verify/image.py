# SPDX-License-Identifier: Apache-2.0
"""The linked ELF as it lies in physical memory: bytes, segments and symbols. Nothing is interpreted here.

Bytes are read where they are needed, from a mapped file, so a guest image of many MiB costs nothing until somebody looks.
"""
from __future__ import annotations

import io
import mmap
import os
from typing import NamedTuple

from elftools.elf.elffile import ELFFile

import headers

PF_X, PF_W, PF_R = 1, 2, 4


class OutsideImage(Exception):
    """An address that the image has no bytes for."""

    def __init__(self, address: int, size: int):
        super().__init__(f"0x{address:x} (0x{size:x} bytes) is not in the image")
        self.address = address


class NoSymbol(Exception):
    """A name that the image's symbols lack."""


class Segment(NamedTuple):
    """A loadable segment. What follows file_size up to size is not in the file: state that EL2 clears."""
    start: int
    size: int
    virtual: int
    file_size: int
    offset: int
    flags: int

    @property
    def end(self) -> int:
        return self.start + self.size

    def holds(self, address: int, size: int) -> bool:
        return self.start <= address and address + size <= self.end

    @property
    def rights(self) -> str:
        letters = ((PF_R, "r"), (PF_W, "w"), (PF_X, "x"))
        return "".join(letter if self.flags & bit else "-" for bit, letter in letters)


def _segments(elf: ELFFile) -> list[Segment]:
    return [Segment(s["p_paddr"], s["p_memsz"], s["p_vaddr"], s["p_filesz"], s["p_offset"], s["p_flags"])
            for s in elf.iter_segments() if s["p_type"] == "PT_LOAD" and s["p_memsz"]]


def _symbols(elf: ELFFile) -> dict[str, int]:
    table = elf.get_section_by_name(".symtab")
    return {s.name: s["st_value"] for s in table.iter_symbols() if s.name and s["st_shndx"] != "SHN_UNDEF"}


def contents(path: str):
    """The bytes of a file, which need not be read before they are looked at."""
    with open(path, "rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if os.fstat(file.fileno()).st_size else b""


class Image:
    """An ELF file of the hypervisor."""

    def __init__(self, path: str, data=None):
        """`data` is what the file holds, if it was read already. Raises headers.Damaged."""
        self.path = path
        self._bytes = contents(path) if data is None else data
        headers.require(self._bytes)
        self.elf = ELFFile(io.BytesIO(self._bytes) if isinstance(self._bytes, bytes) else self._bytes)
        self.entry: int = self.elf["e_entry"]
        self.segments = _segments(self.elf)
        self.symbols = _symbols(self.elf)
        self._patches: dict[int, bytes] = {}
        self.looked_at: list[tuple[int, int]] = []  # (start, end) of all that was read, for those who look for the rest

    def symbol(self, name: str) -> int:
        if name not in self.symbols:
            raise NoSymbol(f"the image has no symbol {name}")
        return self.symbols[name]

    def patch(self, address: int, data: bytes) -> None:
        """Other bytes at an address, until restore(): for those who want to see the checker fail."""
        self.segment_at(address, len(data))
        self._patches[address] = data

    def restore(self) -> None:
        self._patches.clear()

    def segment_at(self, address: int, size: int = 1) -> Segment:
        for segment in self.segments:
            if segment.holds(address, size):
                return segment
        raise OutsideImage(address, size)

    def holds(self, address: int, size: int) -> bool:
        """These bytes come from the file."""
        return any(s.holds(address, size) and address + size <= s.start + s.file_size for s in self.segments)

    def read(self, address: int, size: int) -> bytes:
        segment = self.segment_at(address, size)
        self.looked_at.append((address, address + size))
        offset = address - segment.start
        in_file = max(0, min(size, segment.file_size - offset))
        data = self._bytes[segment.offset + offset:segment.offset + offset + in_file].ljust(size, b"\0")
        return self._patched(address, data) if self._patches else data

    def is_patched(self, address: int, size: int) -> bool:
        return any(at < address + size and address < at + len(new) for at, new in self._patches.items())

    def _patched(self, address: int, data: bytes) -> bytes:
        for at, new in self._patches.items():
            first, last = max(at, address), min(at + len(new), address + len(data))
            if first < last:
                data = data[:first - address] + new[first - at:last - at] + data[last - address:]
        return data
