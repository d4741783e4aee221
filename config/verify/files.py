# SPDX-License-Identifier: Apache-2.0
"""The guest images that a system file names, and where their bytes belong (docs/configuration.md, "Images")."""
from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from typing import Optional

from elftools.elf.elffile import ELFFile

from declared import Partition
from tree import BadTree

BLOCK = 0x200000
MAGIC = 56, b"ARM\x64"  # of an arm64 Image


@dataclass
class Piece:
    """Bytes of a file at a guest address."""
    label: str
    address: int
    data: bytes

    @property
    def end(self) -> int:
        return self.address + len(self.data)


@dataclass
class Loaded:
    """What is loaded into a partition besides its device tree."""
    pieces: list[Piece]
    entry: int
    taken: list[tuple[int, int]]  # address and size of the memory it occupies, zeroed parts included
    initrd: Optional[Piece] = None


def up(address: int, size: int = BLOCK) -> int:
    return -(-address // size) * size


@lru_cache(maxsize=64)
def contents(name: str, folders: tuple[str, ...]) -> bytes:
    for folder in folders:
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            with open(path, "rb") as file:
                return file.read()
    raise BadTree(f"{name} is not in {', '.join(folders)}")


@lru_cache(maxsize=64)
def _elf(name: str, folders: tuple[str, ...]) -> Loaded:
    """Segments go to their physical addresses; the entry point is the physical one as well."""
    with open(next(p for p in (os.path.join(f, name) for f in folders) if os.path.isfile(p)), "rb") as file:
        elf = ELFFile(file)
        pieces, entry = [], elf["e_entry"]
        loadable = [s for s in elf.iter_segments() if s["p_type"] == "PT_LOAD" and s["p_memsz"]]
        for number, segment in enumerate(loadable):
            if segment["p_filesz"]:
                pieces.append(Piece(f"{name}, segment {number}", segment["p_paddr"], segment.data()))
        for segment in loadable:
            if segment["p_vaddr"] <= elf["e_entry"] < segment["p_vaddr"] + segment["p_memsz"]:
                entry = elf["e_entry"] - segment["p_vaddr"] + segment["p_paddr"]
    return Loaded(pieces, entry, [(s["p_paddr"], s["p_memsz"]) for s in loadable])


def _word(data: bytes, offset: int) -> int:
    return int.from_bytes(data[offset:offset + 8], "little")


def _is_image(data: bytes) -> bool:
    return data[MAGIC[0]:MAGIC[0] + 4] == MAGIC[1]


def _flat(name: str, data: bytes, start: int) -> tuple[Piece, int]:
    """An arm64 Image or raw bytes: the piece, and where the memory that it needs ends."""
    address = up(start + BLOCK)
    if not _is_image(data):
        return Piece(name, address, data), address + len(data)
    address += _word(data, 8)
    return Piece(name, address, data), address + max(len(data), _word(data, 16))


def loaded(partition: Partition, folders: tuple[str, ...]) -> Loaded:
    start = partition.memory[0][0]
    linux = partition.node.child("linux")
    name = linux.string("kernel") if linux else partition.node.string("image")
    data = contents(name, folders)
    if data[:4] == b"\x7fELF":
        return _elf(name, folders)
    piece, end = _flat(name, data, start)
    made = Loaded([piece], piece.address, [(piece.address, end - piece.address)])
    if linux and linux.string("initrd"):
        made.initrd = Piece(linux.string("initrd"), up(end), contents(linux.string("initrd"), folders))
        made.pieces.append(made.initrd)
    return made
