# SPDX-License-Identifier: Apache-2.0
"""A device tree as nodes with properties, and Linux's rules for `reg`, `ranges` and `interrupts` (Devicetree Specification v0.4)."""
from __future__ import annotations

import struct
from typing import Iterator, NamedTuple, Optional

from flat import BadTree, Begin, End, Flat, Property

GIC_FIRST = {0: 32, 1: 16}  # INTID of SPI 0 and of PPI 0 (bindings/interrupt-controller/arm,gic-v3.yaml)


class Interrupt(NamedTuple):
    intid: int
    flags: int

    @property
    def edge(self) -> bool:
        return bool(self.flags & 3)


class Node:
    """A node; properties are bytes."""

    def __init__(self, name: str, parent: Optional["Node"]):
        self.name = name
        self.parent = parent
        self.properties: dict[str, bytes] = {}
        self.children: list[Node] = []

    @property
    def path(self) -> str:
        return "/" if self.parent is None else f"{self.parent.path.rstrip('/')}/{self.name}"

    def walk(self) -> Iterator["Node"]:
        yield self
        for child in self.children:
            yield from child.walk()

    def child(self, name: str) -> Optional["Node"]:
        return next((c for c in self.children if c.name == name), None)

    def cells(self, name: str) -> list[int]:
        data = self.properties.get(name, b"")
        if len(data) % 4:
            raise BadTree(f"{self.path}: {name} is not made of cells")
        return list(struct.unpack(f">{len(data) // 4}I", data))

    def cell(self, name: str, default: int = 0) -> int:
        cells = self.cells(name)
        return cells[0] if cells else default

    def strings(self, name: str) -> list[str]:
        data = self.properties.get(name, b"")
        return data.rstrip(b"\0").decode("utf-8", "replace").split("\0") if data else []

    def string(self, name: str, default: str = "") -> str:
        return (self.strings(name) or [default])[0]

    def compatible(self, name: str) -> bool:
        return name in self.strings("compatible")

    @property
    def enabled(self) -> bool:
        return self.string("status", "okay") in ("okay", "ok")


def number(cells: list[int]) -> int:
    value = 0
    for cell in cells:
        value = value << 32 | cell
    return value


class Tree:
    def __init__(self, blob: bytes):
        """Raises BadTree."""
        self._flat = Flat(blob)
        self.root = self._read()
        self._phandles = {n.cell("phandle"): n for n in self.root.walk() if "phandle" in n.properties}

    def _read(self) -> Node:
        node = above = Node("", None)  # above: where the root is put, and taken from
        for token in self._flat.tokens():
            if isinstance(token, Begin):
                below = Node(token.name, None if node is above else node)
                if any(c.name == token.name for c in node.children):
                    raise BadTree(f"{below.path} is there twice")
                node.children.append(below)
                node = below
            elif isinstance(token, Property):
                if token.name in node.properties or node.children:
                    raise BadTree(f"{node.path}: {token.name} is there twice, or behind a node")
                node.properties[token.name] = token.value
            elif isinstance(token, End):
                node = node.parent or above
        return above.children[0]

    def reserved_memory(self) -> int:
        """Entries of the memory reservation block."""
        return len(self._flat.reserved)

    def by_phandle(self, phandle: int) -> Node:
        if phandle not in self._phandles:
            raise BadTree(f"a list of references refers to 0x{phandle:x}, which is no node")
        return self._phandles[phandle]

    def referred(self, node: Node, name: str) -> list[Node]:
        """The nodes that a list of references names."""
        for cell in node.cells(name):
            if cell not in self._phandles:
                raise BadTree(f"{node.path}: {name} refers to nothing")
        return [self._phandles[cell] for cell in node.cells(name)]

    # Addresses.

    def reg(self, node: Node) -> list[tuple[int, int]]:
        """(address, size) of each register region, as the root's bus sees it."""
        a, s = node.parent.cell("#address-cells", 2), node.parent.cell("#size-cells", 1)
        return [(self._translate(node.parent, address), size) for address, size in pairs(node, "reg", a, s)]

    def _translate(self, bus: Node, address: int) -> int:
        while bus.parent is not None:
            address = self._through(bus, address)
            bus = bus.parent
        return address

    def _through(self, bus: Node, address: int) -> int:
        if "ranges" not in bus.properties:
            raise BadTree(f"{bus.path}: nothing behind this bus has an address, it has no ranges")
        a, p, s = bus.cell("#address-cells", 2), bus.parent.cell("#address-cells", 2), bus.cell("#size-cells", 1)
        cells = bus.cells("ranges")
        if not cells:
            return address
        for n in range(0, len(cells), a + p + s):
            start, to = number(cells[n:n + a]), number(cells[n + a:n + a + p])
            if start <= address < start + number(cells[n + a + p:n + a + p + s]):
                return address - start + to
        raise BadTree(f"{bus.path}: no range of this bus has 0x{address:x}")

    # Interrupts.

    def interrupts(self, node: Node) -> list[Interrupt]:
        if "interrupts-extended" in node.properties:
            return self._extended(node)
        parent = self._interrupt_parent(node)
        return self._specifiers(node, parent, node.cells("interrupts"))

    def _interrupt_parent(self, node: Node) -> Optional[Node]:
        while node is not None and "interrupt-parent" not in node.properties:
            node = node.parent
        return self.referred(node, "interrupt-parent")[0] if node else None

    def _specifiers(self, node: Node, parent: Optional[Node], cells: list[int]) -> list[Interrupt]:
        if not cells:
            return []
        if parent is None or not parent.compatible("arm,gic-v3"):
            raise BadTree(f"{node.path}: its interrupts do not go to the GIC")
        size = parent.cell("#interrupt-cells")
        return [self._interrupt(node, cells[n:n + size]) for n in range(0, len(cells), size)]

    @staticmethod
    def _interrupt(node: Node, cells: list[int]) -> Interrupt:
        if len(cells) < 3 or cells[0] not in GIC_FIRST:
            raise BadTree(f"{node.path}: an interrupt that is neither SPI nor PPI")
        return Interrupt(cells[1] + GIC_FIRST[cells[0]], cells[2])

    def _extended(self, node: Node) -> list[Interrupt]:
        found, cells = [], node.cells("interrupts-extended")
        while cells:
            parent = self._phandles.get(cells[0])
            if parent is None:
                raise BadTree(f"{node.path}: interrupts-extended refers to nothing")
            size = parent.cell("#interrupt-cells")
            found += self._specifiers(node, parent, cells[1:1 + size])
            cells = cells[1 + size:]
        return found


def pairs(node: Node, name: str, address_cells: int, size_cells: int) -> list[tuple[int, int]]:
    """(address, size) for each entry of a property."""
    cells, step = node.cells(name), address_cells + size_cells
    if not step or len(cells) % step:
        raise BadTree(f"{node.path}: {name} is not made of {step} cells for each entry")
    return [(number(cells[n:n + address_cells]), number(cells[n + address_cells:n + step]))
            for n in range(0, len(cells), step)]
