# SPDX-License-Identifier: Apache-2.0
"""SMMUs and streams that the device tree declares (bindings/iommu/arm,smmu-v3.yaml, arm,smmu.yaml, pci/pci-iommu.txt).

@implements REQ-VER-022
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator, NamedTuple, Optional

from tree import BadTree, Interrupt, Node, Tree

VERSIONS = {"arm,smmu-v3": 3, "arm,smmu-v2": 2, "arm,mmu-500": 2}
RID_MASK = 0xFFFF


@dataclass
class Smmu:
    """One that is enabled, and so driven. Interrupts: of events (SMMUv2: of the first context bank) and of global errors."""
    node: Node
    version: int
    registers: tuple[int, int]
    interrupts: list[Interrupt]
    event: Interrupt
    error: Interrupt

    @property
    def coherent(self) -> bool:
        return "dma-coherent" in self.node.properties


class Stream(NamedTuple):
    smmu: Node
    id: int


def line_of(node: Optional[Node]) -> list[Node]:
    """A node and those it is in."""
    found = []
    while node is not None:
        found.append(node)
        node = node.parent
    return found


def _version(node: Node) -> int:
    return max((v for name, v in VERSIONS.items() if node.compatible(name)), default=0)


def smmus(tree: Tree) -> list[Smmu]:
    """In the order of the tree."""
    return [_smmu(tree, n) for n in tree.root.walk() if _version(n) and all(a.enabled for a in line_of(n))]


def _smmu(tree: Tree, node: Node) -> Smmu:
    version, lines, names = _version(node), tree.interrupts(node), node.strings("interrupt-names")
    event, error = node.cell("#global-interrupts"), 0
    if version == 3:
        event, error = (_named(node, names, n) for n in ("eventq", "gerror"))
    if max(event, error) >= len(lines):
        raise BadTree(f"{node.path}: an SMMU without the interrupts that it needs")
    return Smmu(node, version, tree.reg(node)[0], lines, lines[event], lines[error])


def _named(node: Node, names: list[str], name: str) -> int:
    for wanted in (name, "combined"):
        if wanted in names:
            return names.index(wanted)
    raise BadTree(f"{node.path}: no interrupt is called {name}")


def bridge(node: Node) -> Optional[Node]:
    """The PCI host bridge that a node is behind."""
    above = [n for n in line_of(node)[1:] if n.string("device_type") == "pci"]
    return above[-1] if above else None


def _mapped(tree: Tree, host: Node, rid: int) -> Iterator[Stream]:
    masked, cells = rid & host.cell("iommu-map-mask", RID_MASK), host.cells("iommu-map")
    for first, smmu, base, count in zip(*(cells[n::4] for n in range(4))):
        if first <= masked < first + count:
            yield Stream(tree.by_phandle(smmu), base + masked - first)
            return


def streams(tree: Tree, node: Node) -> list[Stream]:
    """Of this node alone."""
    host = bridge(node)
    if host is not None:
        return list(_mapped(tree, host, node.cell("reg") >> 8 & RID_MASK)) if "reg" in node.properties else []
    cells, found = node.cells("iommus"), []
    while cells:
        smmu = tree.by_phandle(cells[0])
        count = smmu.cell("#iommu-cells")
        if count < 1 or len(cells) < 1 + count:
            raise BadTree(f"{node.path}: iommus ends too early")
        found.append(Stream(smmu, cells[1]))
        cells = cells[1 + count:]
    return found


def confined(tree: Tree, driven: list[Smmu], node: Node) -> bool:
    """All that the master reads and writes goes through SMMUs that are driven."""
    nodes = [s.node for s in driven]
    if node.string("device_type") == "pci" and bridge(node) is None:
        return _confined_bridge(tree, nodes, node)
    found = streams(tree, node)
    return bool(found) and all(any(s.smmu is n for n in nodes) for s in found)


def _confined_bridge(tree: Tree, nodes: list[Node], host: Node) -> bool:
    """Every requester ID of its buses has a stream of such an SMMU."""
    first, last = (host.cells("bus-range") + [0, 255])[:2] if "bus-range" in host.properties else (0, 255)
    mask = host.cell("iommu-map-mask", RID_MASK)
    rids = {rid & mask for rid in range(first << 8, (last + 1) << 8)}
    cells = host.cells("iommu-map")
    for start, smmu, _, count in zip(*(cells[n::4] for n in range(4))):
        if any(tree.by_phandle(smmu) is n for n in nodes):
            rids -= set(range(start, start + count))
    return "iommu-map" in host.properties and not rids
