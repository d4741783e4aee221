# SPDX-License-Identifier: Apache-2.0
"""All that was found in the image, and what the device tree declares, as JSON: for programs, such as tools/report.

@implements REQ-VER-016
"""
from __future__ import annotations

import json
from typing import Optional

import masters
import report
from facts import Facts
from mapping import Mapped
from tree import BadTree, Node


def document(facts: Optional[Facts], errors: list[str]) -> dict:
    """What a damaged image does not tell is empty."""
    parts = {"counted": (report.counted, ""), "columns": (_columns, []), "rows": (_rows, []), "interrupts": (_routes, []),
             "partitions": (_partitions, []), "declared": (_declared, {})}
    return {"verdict": "FAIL" if errors else "PASS", "errors": errors,
            **{name: report.attempt(show, facts, otherwise) for name, (show, otherwise) in parts.items()}}


def text(facts: Optional[Facts], errors: list[str]) -> str:
    return json.dumps(document(facts, errors), indent=1) + "\n"


def _columns(facts: Facts) -> list[str]:
    return [head for head, _ in report.columns(facts)]


def _rows(facts: Facts) -> list[dict]:
    return [{"base": start, "size": size, "what": name, "rights": rights}
            for start, size, name, rights in report.reached(facts, report.columns(facts))]


def _partitions(facts: Facts) -> list[dict]:
    return [_partition(facts, n) for n in range(len(facts.partitions))]


def _declared(facts: Facts) -> dict:
    system = facts.system
    return {"ram": _regions(system.ram), "reserved": _regions(system.reserved), "timer": [i.intid for i in system.timer],
            "maintenance": [i.intid for i in system.tree.interrupts(system.gic)],
            "devices": [_device(facts, n) for n in system.tree.root.walk() if masters.is_device(n)],
            "smmus": [{"node": n.path, "owner": masters.owner(facts, n), "driven": any(n is s.node for s in system.smmus)}
                      for n in masters.smmus(facts)],
            "streams": [{"smmu": s.smmu.path, "id": s.id, "owner": p.name} for p in system.partitions for s in p.streams]}


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
    declared = next((p for p in facts.system.partitions if p.name == facts.name(record)), None)
    return {"name": facts.name(record), "vmid": record.vmid, "entry": record.entry,
            "dma_unprotected": declared.node.string("dma-unprotected") if declared else "",
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

def _device(facts: Facts, node: Node) -> dict:
    tree = facts.system.tree
    try:
        regions, interrupts = tree.reg(node), tree.interrupts(node)
    except BadTree:  # behind a bus that has no addresses of the board (I2C and the like)
        regions, interrupts = [], []
    state, why = masters.declared(node)
    return {"node": node.path, "compatible": node.string("compatible"), "enabled": node.enabled,
            "owner": masters.owner(facts, node), "master": "" if "#iommu-cells" in node.properties else masters.signs(node),
            "confined": masters.confined(facts, node), "dma": state, "why": why,
            "coherent": "dma-coherent" in node.properties, "regions": _regions(regions),
            "interrupts": [{"intid": i.intid, "edge": i.edge} for i in interrupts]}
