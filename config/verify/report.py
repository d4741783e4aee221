# SPDX-License-Identifier: Apache-2.0
"""The separation matrix: who reads, writes and executes what, as the image's tables say, and the verdict.

@implements REQ-VER-002
"""
from __future__ import annotations

from typing import Callable, Iterator, Optional

from facts import Facts, gic_windows
from findings import sized
from mapping import Mapped

NONE = "-"


def _cores(facts: Facts, partition) -> str:
    numbers = [facts.cores[v.core].mpidr for v in facts.members(partition, "vcpus", "vcpu_count") if v.core < len(facts.cores)]
    return ("core " if len(numbers) == 1 else "cores ") + ",".join(str(n) if n < 256 else f"0x{n:x}" for n in numbers)


def _resources(facts: Facts) -> Iterator[tuple[int, int, str]]:
    """Physical ranges by address: everything that the device tree or the image names."""
    for segment in facts.image.segments:
        state = "EL2 state and stacks" if segment.holds(facts.image.symbol("stacks_start"), 1) else "EL2 record of the first fault"
        state = "stream tables and queues" if segment.file_size else state
        yield segment.start, -(-segment.size // 4096) * 4096, {"r-x": "EL2 code", "rw-": state}.get(
            segment.rights, "EL2 constants, tables, images")
    for window, name in zip(gic_windows(facts.system), ("GIC distributor", "GIC redistributors")):
        yield *window, name
    for smmu in facts.system.smmus:
        yield *smmu.registers, smmu.node.name
    for device in _devices(facts):
        yield from ((*w, device) for w in facts.system_windows[device])
    for partition in facts.partitions:
        for m in facts.members(partition, "memory", "memory_count"):
            yield m.pa, m.size, f"memory of {facts.name(partition)}"


def _devices(facts: Facts) -> list[str]:
    return list(facts.system_windows)


def _rights(ranges: list[Mapped], start: int, size: int) -> str:
    """What is reachable of a physical range: the union of rights; `*` if not all of it."""
    hits = [(max(start, r.start + r.offset), min(start + size, r.end + r.offset), r.rights) for r in ranges]
    hits = [h for h in hits if h[0] < h[1]]
    if not hits:
        return NONE
    union = "".join(c if any(c in h[2] for h in hits) else "-" for c in "rwx")
    return union if sum(h[1] - h[0] for h in hits) >= size else union + "*"


def columns(facts: Facts) -> list[tuple[str, list[Mapped]]]:
    found = [("EL2", facts.el2_map(facts.boot_walk))]
    found += [(f"EL2 loading {facts.name(p)}", facts.el2_map(w)) for p, w in zip(facts.partitions, facts.load_walks)]
    found += [(f"{facts.name(p)} ({_cores(facts, p)})", m) for p, m in zip(facts.partitions, facts.guest_maps)]
    return found + [(f"{facts.name(p)} (DMA)", m) for p, m in zip(facts.partitions, facts.dma_maps) if p.stream_count]


def reached(facts: Facts, heads: list[tuple[str, list[Mapped]]]) -> Iterator[tuple[int, int, str, list[str]]]:
    """Physical ranges, and for each column what it reaches of them."""
    for start, size, name in sorted(set(_resources(facts))):
        yield start, size, name, [_rights(ranges, start, size) for _, ranges in heads]


def matrix(facts: Facts) -> str:
    """Rows are physical ranges, columns who can look from which core."""
    heads = columns(facts)
    rows = [["physical", "size", "what", *(h for h, _ in heads)]]
    for start, size, name, rights in reached(facts, heads):
        rows.append([f"0x{start:010x}", sized(size).replace(" bytes", ""), name, *rights])
    return _aligned(rows)


def _aligned(rows: list[list[str]]) -> str:
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(row, widths)).rstrip() for row in rows)


def interrupts(facts: Facts) -> str:
    """Physical shared interrupts and their owners."""
    by_address = {p.at: facts.name(p) for p in facts.partitions}
    rows = [["physical interrupt", "goes to", "as", "trigger"]]
    rows += [[str(i.intid), "hypervisor", "console", "edge" if i.edge else "level"] for i in facts.system.uart.interrupts]
    rows += [[str(i.intid), "hypervisor", s.node.name, "edge" if i.edge else "level"] for s in facts.system.smmus for i in s.interrupts]
    for r in facts.routes:
        rows.append([str(r.physical), by_address.get(r.partition, "?"), str(r.intid), "edge" if r.edge else "level"])
    return _aligned(rows)


def streams(facts: Facts) -> str:
    """Who has which stream. What is not here is blocked."""
    rows = [["SMMU", "StreamID", "owner", "entry"]]
    for partition in facts.partitions:
        for s in facts.members(partition, "streams", "stream_count"):
            node = facts.system.smmus[s.smmu].node.name if s.smmu < len(facts.system.smmus) else "?"
            rows.append([node, f"0x{s.id:x}", facts.name(partition), f"0x{s.entry:x}" if s.entry else NONE])
    return _aligned(rows) if facts.smmus else ""


def counted(facts: Facts) -> str:
    tables = {a for w in [facts.boot_walk, *facts.load_walks, *facts.guest_walks, *facts.dma_walks] for a, _ in w.tables}
    streams_too = f", {sum(p.stream_count for p in facts.partitions)} streams" if facts.smmus else ""
    return (f"{len(facts.partitions)} partitions, {len(facts.cores)} cores, {len(tables)} tables, {len(facts.routes)} routes"
            + streams_too)


def verdict(facts: Optional[Facts], errors: list[str], path: str) -> str:
    if errors:
        return f"verify: FAIL, {path}: {len(errors)} errors"
    return f"verify: PASS, {path}: {counted(facts) if facts else 'the bytes of the ELF file'}"


def attempt(show: Callable, facts: Optional[Facts], otherwise):
    """A damaged image, which has errors already, may have nothing that could be shown."""
    try:
        return show(facts) if facts else otherwise
    except Exception:  # as findings.apply
        if not facts.findings.errors:
            raise
        return otherwise


def text(facts: Optional[Facts]) -> str:
    shown = (attempt(show, facts, f"({show.__name__}: the image is too damaged)") for show in (matrix, interrupts, streams))
    return "\n\n".join(part for part in shown if part)
