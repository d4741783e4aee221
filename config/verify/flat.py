# SPDX-License-Identifier: Apache-2.0
"""A flattened device tree (chapter 5 of the Devicetree Specification v0.4) as a stream of nodes and properties.

Not read with libfdt, for two reasons. The config compiler uses libfdt, and a fault in it would be a fault of both. And a
damaged tree ends Python's libfdt with a segmentation fault, while here every offset is compared with what there is.
"""
from __future__ import annotations

import struct
from typing import Iterator, NamedTuple

MAGIC = 0xD00DFEED
VERSION, COMPATIBLE = 17, 16
BEGIN_NODE, END_NODE, PROP, NOP, END = 1, 2, 3, 4, 9
DEEPEST = 64


class BadTree(Exception):
    """The tree does not say what has to be known."""


class Header(NamedTuple):
    magic: int
    size: int
    structure: int
    strings: int
    reservations: int
    version: int
    compatible: int
    boot_cpu: int
    strings_size: int
    structure_size: int


class Begin(NamedTuple):
    name: str


class Property(NamedTuple):
    name: str
    value: bytes


class End(NamedTuple):
    """A node's."""


class Flat:
    """One blob."""

    def __init__(self, blob: bytes):
        self.blob = blob
        if len(blob) < 40:
            raise BadTree(f"not a device tree: {len(blob)} bytes")
        self.header = header = Header(*struct.unpack(">10I", blob[:40]))
        self._require(header.magic == MAGIC, f"the first word is 0x{header.magic:x}")
        self._require(header.size == len(blob), f"its header says {header.size} bytes, and it has {len(blob)}")
        self._require((header.version, header.compatible) == (VERSION, COMPATIBLE), f"version {header.version}, {header.compatible}")
        self._require(header.boot_cpu == 0, f"it is for boot CPU {header.boot_cpu}")
        self.end = header.structure + header.structure_size
        # Header, reservations, structure, strings, in this order and without gaps, as dtc and libfdt write them.
        self.reserved = self._reservations()
        self._require(header.structure == header.reservations + 16 * (len(self.reserved) + 1) and header.strings == self.end and
                      header.strings + header.strings_size <= len(blob), "its blocks are not one behind the other")
        self._require(not any(blob[header.strings + header.strings_size:]), "there is something behind it")

    @staticmethod
    def _require(holds: bool, text: str) -> None:
        if not holds:
            raise BadTree(f"not a device tree: {text}")

    def _reservations(self) -> list[tuple[int, int]]:
        found, at = [], self.header.reservations
        self._require(at in (40, 48) and not any(self.blob[40:at]), f"memory reservations at offset {at}")
        while at + 16 <= len(self.blob):
            entry = struct.unpack(">2Q", self.blob[at:at + 16])
            if entry == (0, 0):
                return found
            found.append(entry)
            at += 16
        raise BadTree("not a device tree: memory reservations without an end")

    def _word(self, at: int) -> int:
        self._require(at + 4 <= self.end, f"the structure has no end, at offset 0x{at:x}")
        return int.from_bytes(self.blob[at:at + 4], "big")

    def _name(self, at: int, end: int) -> str:
        stop = self.blob.find(b"\0", at, end)
        self._require(stop >= 0, f"a name without an end, at offset 0x{at:x}")
        text = self.blob[at:stop]
        self._require(all(0x20 < c < 0x7F for c in text), f"a name that is no text, at offset 0x{at:x}")
        return text.decode("ascii")

    def _aligned(self, at: int) -> int:
        """Where the next token is. Filled with zeros."""
        after = at + 3 & ~3
        self._require(not any(self.blob[at:after]), f"bytes between tokens, at offset 0x{at:x}")
        return after

    def _property(self, at: int) -> tuple[Property, int]:
        size, name = self._word(at), self._word(at + 4)
        self._require(size <= self.end - at - 8 and name < self.header.strings_size, f"a property that is elsewhere, at offset 0x{at:x}")
        text = self._name(self.header.strings + name, self.header.strings + self.header.strings_size)
        self._require(text != "", f"a property without a name, at offset 0x{at:x}")
        return Property(text, self.blob[at + 8:at + 8 + size]), self._aligned(at + 8 + size)

    def tokens(self) -> Iterator[NamedTuple]:
        """One root, and all that is below it."""
        at, depth = self.header.structure, 0
        while True:
            token, place = self._word(at), at
            at += 4
            if token == BEGIN_NODE:
                name = self._name(at, self.end)
                self._require((name == "") == (depth == 0) and depth < DEEPEST, f"a node at the wrong depth, at offset 0x{place:x}")
                at, depth = self._aligned(at + len(name) + 1), depth + 1
                yield Begin(name)
            elif token == PROP and depth:
                found, at = self._property(at)
                yield found
            elif token == END_NODE and depth:
                depth -= 1
                yield End()
                if not depth:
                    break
            else:
                self._require(token == NOP and depth > 0, f"token {token} at offset 0x{place:x}")
        self._require(self._word(at) == END and at + 4 == self.end, f"something behind the root, at offset 0x{at:x}")
