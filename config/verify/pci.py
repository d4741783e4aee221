# SPDX-License-Identifier: Apache-2.0
"""PCI functions as the device tree describes them: docs/pci.md, read anew. Nothing here comes from the image.

@implements REQ-VER-030
"""
from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Iterator, Optional

from tree import BadTree, Interrupt, Node, Tree, number
from vmsa import PAGE

CONFIG_SIZE = 0x1000
WINDOW = (0x3F000000, 0x100000)  # configuration space of a guest's host bridge: bus 0
CONFIG, IO, MEMORY, MEMORY_64 = range(4)  # spaces, bits 25:24 of an address's first cell
PREFETCHABLE = 1 << 30
ID = re.compile(r"pci([0-9a-f]{1,4}),([0-9a-f]{1,4})", re.IGNORECASE)


@dataclass
class Bar:
    size: int
    flags: int
    address: int = -1  # on the bus
    physical: int = -1


@dataclass
class Function:
    node: Node
    host: Node
    rid: int
    id: int
    pin: int
    config: int
    bars: dict[int, Bar] = field(default_factory=dict)

    @property
    def registers(self) -> list[tuple[int, int]]:
        return [(bar.physical, bar.size) for _, bar in sorted(self.bars.items())]


def is_pci(node: Optional[Node]) -> bool:
    return node is not None and node.string("device_type") == "pci"


def is_function(node: Node) -> bool:
    """On a root bus."""
    return is_pci(node.parent) and not is_pci(node.parent.parent) and not is_pci(node)


def _space(cell: int) -> int:
    return cell >> 24 & 3


def _register(cell: int) -> int:
    """Number of the base address register."""
    return ((cell & 0xFF) - 0x10) // 4


def _groups(node: Node, name: str, size: int) -> Iterator[list[int]]:
    cells = node.cells(name)
    if len(cells) % size:
        raise BadTree(f"{node.path}: {name} is not made of {size} cells each")
    yield from (cells[n:n + size] for n in range(0, len(cells), size))


def _bar(entry: list[int]) -> Bar:
    flags = (4 if _space(entry[0]) == MEMORY_64 else 0) | (8 if entry[0] & PREFETCHABLE else 0)
    return Bar(number(entry[3:]), flags)


def _read(tree: Tree, node: Node) -> Function:
    first, *rest = _groups(node, "reg", 5)
    found = next((m for m in map(ID.fullmatch, node.strings("compatible")) if m), None)
    if found is None:
        raise BadTree(f"{node.path}: compatible does not say which PCI device it is")
    rid = first[0] >> 8 & 0xFFFF
    host = tree.reg(node.parent)[0][0]
    made = Function(node, node.parent, rid, int(found[2], 16) << 16 | int(found[1], 16), node.cell("interrupts"),
                    host + (rid & 0xFF) * CONFIG_SIZE)
    made.bars = {_register(entry[0]): _bar(entry) for entry in rest}
    return made


def _windows(host: Node) -> list[tuple[int, int, int]]:
    """(bus address, size, physical address) of each window of 32-bit memory."""
    parent = host.parent.cell("#address-cells", 2)
    found = []
    for entry in _groups(host, "ranges", 5 + parent):
        if _space(entry[0]) == MEMORY:
            found.append((number(entry[1:3]), number(entry[3 + parent:]), number(entry[3:3 + parent])))
    return found


def _pages(bar: Bar) -> tuple[int, int]:
    return bar.address, max(bar.size, PAGE)


def _fit(windows: list[tuple[int, int, int]], taken: list[tuple[int, int]], bar: Bar) -> int:
    """The lowest address that is free, of the first window that has one: a multiple of the size and of a page."""
    step = max(bar.size, PAGE)
    for start, size, _ in windows:
        candidates = [start] + sorted(s + n for s, n in taken)
        for at in sorted({-(-c // step) * step for c in candidates if c >= start}):
            if at + step <= start + size and all(at + step <= s or s + n <= at for s, n in taken):
                return at
    raise BadTree(f"there is no room for {bar.size} bytes")


def _place(functions: list[Function], windows: list[tuple[int, int, int]]) -> None:
    """What assigned-addresses says; then the rest, in the order of the file."""
    for function in functions:
        for entry in _groups(function.node, "assigned-addresses", 5):
            if _register(entry[0]) in function.bars:
                function.bars[_register(entry[0])].address = number(entry[1:3])
    bars = [bar for function in functions for _, bar in sorted(function.bars.items())]
    taken = [_pages(bar) for bar in bars if bar.address >= 0]
    for bar in bars:
        if bar.address < 0:
            bar.address = _fit(windows, taken, bar)
            taken.append(_pages(bar))
        start, size, to = next(((s, n, t) for s, n, t in windows if s <= bar.address < s + n), (0, 0, 0))
        if bar.address + bar.size > start + size:
            raise BadTree(f"0x{bar.address:x} is in no window of 32-bit memory")
        bar.physical = to + bar.address - start


def functions(tree: Tree, host: Node) -> list[Function]:
    """All that are described on a root bus, with their addresses."""
    found = [_read(tree, n) for n in host.children if n.enabled and not is_pci(n)]
    _place(found, _windows(host))
    return found


def function_of(tree: Tree, node: Node) -> Function:
    return next(f for f in functions(tree, node.parent) if f.node is node)


def interrupts(tree: Tree, function: Function) -> list[Interrupt]:
    """Where the bridge's interrupt-map leads from the function's pin."""
    host, pin = function.host, function.pin
    if not pin:
        return []
    mask = host.cells("interrupt-map-mask") or [0xFFFFFFFF] * 4
    cells = host.cells("interrupt-map")
    while cells:
        controller = tree.by_phandle(cells[4])
        head = 5 + controller.cell("#address-cells")
        size = head + controller.cell("#interrupt-cells")
        wanted = [function.rid << 8, 0, 0, pin]
        if all((have ^ want) & m == 0 for have, want, m in zip(cells[:4], wanted, mask)):
            if not controller.compatible("arm,gic-v3") or cells[head] != 0:
                raise BadTree(f"{host.path}: interrupt-map leads elsewhere than to a shared interrupt of the GIC")
            return [Interrupt(cells[head + 1] + 32, cells[head + 2])]
        cells = cells[size:]
    raise BadTree(f"{host.path}: interrupt-map has nothing for {function.node.path}")
