# SPDX-License-Identifier: Apache-2.0
"""DMA masters of the board, by the signs that docs/configuration.md ("DMA") names, and what keeps each of them from memory.

@implements REQ-VER-021
"""
from __future__ import annotations

from typing import Iterator, Optional

import smmus as streams
from facts import Facts
from rules_el2 import WHO
from tree import Node

PROPERTIES = ("bulkhead,dma-master", "iommus", "iommu-map", "dma-coherent", "dma-noncoherent", "dma-ranges", "#dma-cells")
COMPATIBLES = ("virtio,mmio", "pci-host-ecam-generic", "generic-ehci")
SMMUS = ("arm,smmu-v3", "arm,smmu-v2", "arm,mmu-500", "arm,mmu-401", "arm,mmu-400")
NOT_HARDWARE = ("cpus", "reserved-memory", "partitions", "chosen", "aliases")


def is_device(node: Node) -> bool:
    return "reg" in node.properties and node.string("device_type") not in ("cpu", "memory") and not any(
        n.name in NOT_HARDWARE for n in above(node))


def above(node: Optional[Node]) -> list[Node]:
    """A node and those it is in."""
    found = []
    while node is not None:
        found.append(node)
        node = node.parent
    return found


def owner(facts: Facts, node: Node) -> Optional[str]:
    if node is facts.system.gic or node is facts.system.uart.node or any(node is s.node for s in facts.system.smmus):
        return WHO
    for partition in facts.system.partitions:
        if any(d.node is node for d in partition.devices + ([partition.uart] if partition.uart else [])):
            return partition.name
    return None


def signs(node: Node) -> str:
    """Why a device is a DMA master, or nothing: a device tree need not say so."""
    said = [name for name in PROPERTIES if name in node.properties]
    said += ["device_type pci"] if node.string("device_type") == "pci" else []
    said += ["behind a PCI host bridge"] if streams.bridge(node) is not None else []
    return ", ".join(said + [c for c in COMPATIBLES if node.compatible(c)])


def declared(node: Node) -> tuple[str, str]:
    """(`blocked`, `trusted` or nothing, why)."""
    for state in ("blocked", "trusted"):
        if f"bulkhead,dma-{state}" in node.properties:
            return state, node.string(f"bulkhead,dma-{state}")
    return "", ""


def smmus(facts: Facts) -> list[Node]:
    """Those that are there, driven or not."""
    found = [n for n in facts.system.tree.root.walk() if "#iommu-cells" in n.properties or any(n.compatible(c) for c in SMMUS)]
    return [n for n in found if all(a.enabled for a in above(n))]


def masters(facts: Facts) -> Iterator[Node]:
    """Those that are there. An SMMU reads nothing but its own tables."""
    for node in facts.system.tree.root.walk():
        if is_device(node) and signs(node) and "#iommu-cells" not in node.properties and all(n.enabled for n in above(node)):
            yield node


def check(facts: Facts) -> None:
    facts.findings.apply(WHO, _each, facts)


def confined(facts: Facts, node: Node) -> bool:
    """An SMMU that the hypervisor drives is between the master and memory."""
    return streams.confined(facts.system.tree, facts.system.smmus, node)


def _each(facts: Facts) -> None:
    """A master is behind an SMMU and a partition's, or assigned with its partition's word that nothing confines it, or declared blocked
    or trusted with a reason; functions behind a bridge whose SMMU sees them all are blocked if they are nobody's."""
    consenting = {p.name: p.node.string("dma-unprotected") for p in facts.system.partitions}
    for node in masters(facts):
        who, (state, why), behind = owner(facts, node), declared(node), confined(facts, node)
        if who in consenting:
            facts.findings.require(behind or bool(consenting[who]), who, f"has {node.name}, a DMA master ({signs(node)}) that nothing "
                                   "confines, and no dma-unprotected says why that is acceptable")
            facts.findings.require(not state, who, f"has {node.name}, which is declared {state}")
        elif streams.bridge(node) is None and not (behind and node.string("device_type") == "pci"):
            facts.findings.require(bool(state and why), WHO, f"{node.path} is a DMA master ({signs(node)}) that is neither assigned "
                                   "nor, with a reason, blocked or trusted")
        facts.findings.require(not (behind and "bulkhead,dma-trusted" in node.properties), WHO, f"{node.path} is declared trusted, and its SMMU blocks it")
