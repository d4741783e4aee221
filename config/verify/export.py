# SPDX-License-Identifier: Apache-2.0
"""All that was found in the image, and what the device tree declares, as JSON: for programs, such as tools/report.

@implements REQ-VER-016
"""
from __future__ import annotations

import json
from typing import Optional

import report
from facts import Facts
from mapping import Mapped
from tree import BadTree, Node

# What says in Linux's bindings that a device reads and writes memory by itself; and types of device that always do.
MASTER_PROPERTIES = ("iommus", "iommu-map", "dma-coherent", "dma-ranges", "#dma-cells")
MASTER_TYPES = ("pci",)
MASTER_COMPATIBLES = ("virtio,mmio",)


def document(facts: Facts) -> dict:
    heads = report.columns(facts)
    return {
        "verdict": "FAIL" if facts.findings.errors else "PASS",
        "errors": facts.findings.errors,
        "counted": report.counted(facts),
        "columns": [head for head, _ in heads],
        "rows": [{"base": start, "size": size, "what": name, "rights": rights}
                 for start, size, name, rights in report.reached(facts, heads)],
        "interrupts": _routes(facts),
        "partitions": [_partition(facts, n) for n in range(len(facts.partitions))],
        "declared": {"ram": _regions(facts.system.ram), "reserved": _regions(facts.system.reserved),
                     "timer": [i.intid for i in facts.system.timer],
                     "maintenance": [i.intid for i in facts.system.tree.interrupts(facts.system.gic)],
                     "devices": [_device(facts, n) for n in facts.system.tree.root.walk() if _is_device(n)]},
    }


def text(facts: Facts) -> str:
    return json.dumps(document(facts), indent=1) + "\n"


def _regions(ranges: list[tuple[int, int]]) -> list[dict]:
    return [{"base": base, "size": size} for base, size in ranges]


def _routes(facts: Facts) -> list[dict]:
    console = [{"physical": i.intid, "partition": None, "intid": None, "edge": i.edge}
               for i in facts.system.uart.interrupts]
    by_address = {p.at: facts.name(p) for p in facts.partitions}
    return console + [{"physical": r.physical, "partition": by_address.get(r.partition, "?"), "intid": r.intid,
                       "edge": bool(r.edge)} for r in facts.routes]


def _partition(facts: Facts, number: int) -> dict:
    record = facts.partitions[number]
    vcpus = facts.members(record, "vcpus", "vcpu_count")
    return {"name": facts.name(record), "vmid": record.vmid, "entry": record.entry,
            "vcpus": [{"mpidr": facts.cores[v.core].mpidr if v.core < len(facts.cores) else None, "priority": v.priority}
                      for v in vcpus],
            "map": [_mapped(m) for m in _merged(facts.guest_maps[number])]}


def _merged(ranges: list[Mapped]) -> list[Mapped]:
    """Neighbours with the same offset and attributes are one."""
    found: list[Mapped] = []
    for one in sorted(ranges):
        if found and found[-1].end == one.start and found[-1][2:] == one[2:]:
            found[-1] = found[-1]._replace(end=one.end)
        else:
            found.append(one)
    return found


def _mapped(one: Mapped) -> dict:
    return {"ipa": one.start, "pa": one.start + one.offset, "size": one.end - one.start, "rights": one.rights,
            "memory": one.memory}


# Devices of the board, given to somebody or not.

def _is_device(node: Node) -> bool:
    return "reg" in node.properties and not node.string("device_type") in ("cpu", "memory") and not any(
        n.name in ("cpus", "reserved-memory", "partitions") for n in _above(node))


def _above(node: Optional[Node]) -> list[Node]:
    found = []
    while node is not None:
        found.append(node)
        node = node.parent
    return found


def _owner(facts: Facts, node: Node) -> Optional[str]:
    if node is facts.system.gic or node is facts.system.uart.node:
        return "hypervisor"
    for partition in facts.system.partitions:
        if any(d.node is node for d in partition.devices + ([partition.uart] if partition.uart else [])):
            return partition.name
    return None


def _master(node: Node) -> str:
    """Why a device is a DMA master, or nothing: a device tree need not say so."""
    said = [name for name in MASTER_PROPERTIES if name in node.properties]
    said += [f"device_type {t}" for t in MASTER_TYPES if node.string("device_type") == t]
    return ", ".join(said + [c for c in MASTER_COMPATIBLES if node.compatible(c)])


def _device(facts: Facts, node: Node) -> dict:
    tree = facts.system.tree
    try:
        regions, interrupts = tree.reg(node), tree.interrupts(node)
    except BadTree:  # behind a bus that has no addresses of the board (I2C and the like)
        regions, interrupts = [], []
    return {"node": node.path, "compatible": node.string("compatible"), "enabled": node.enabled,
            "owner": _owner(facts, node), "master": _master(node), "regions": _regions(regions),
            "interrupts": [{"intid": i.intid, "edge": i.edge} for i in interrupts]}
