# SPDX-License-Identifier: Apache-2.0
"""What each partition reaches: its stage-2 map against the device tree, and against everyone else's.

@implements REQ-VER-006
@implements REQ-VER-007
@implements REQ-VER-008
"""
from __future__ import annotations

from types import SimpleNamespace
from typing import Iterator

from declared import CONSOLE, Partition, pages
from facts import Facts, gic_windows
from findings import at
from mapping import DEVICE, NORMAL, Expected, Mapped, compare
from rules_el2 import WHO, overlaps, problems
from vmsa import PAGE, field

MOST_VMID = 255  # VTCR_EL2.VS = 0


def check(facts: Facts) -> None:
    findings = facts.findings
    findings.apply(WHO, _declared_once, facts)
    for number, record in enumerate(facts.partitions):
        declared = next((p for p in facts.system.partitions if p.name == facts.name(record)), None)
        if declared is None:
            findings.error(WHO, f"partition {number} of the image, '{facts.name(record)}', is not in the device tree")
            continue
        for rule in (_identity, _memory, _stage2):
            findings.apply(declared.name, rule, facts, number, record, declared)
    for rule in (_vmids, _memory_apart, _apart, _hypervisor_apart):
        findings.apply(WHO, rule, facts)


def _declared_once(facts: Facts) -> None:
    names = [facts.name(p) for p in facts.partitions]
    for partition in facts.system.partitions:
        facts.findings.equal(names.count(partition.name), 1, partition.name, "the number of its records in the image")


def _identity(facts: Facts, number: int, record: SimpleNamespace, declared: Partition) -> None:
    findings, who = facts.findings, declared.name
    findings.equal(record.index, number, who, "its index")
    findings.equal(record.name, who.encode().ljust(len(record.name), b"\0"), who, "its name, to the end")
    findings.equal(record.on_fault, f"FAULT_{declared.on_fault.upper()}", who, "on-fault")
    findings.equal(facts.objects.element_at("partition_state", record.state), ("partition_states", number), who, "its state")
    for text in facts.guest_regimes[number][1]:
        findings.error(who, f"VTCR_EL2 0x{record.vtcr:x}: {text}")
    findings.equal(field(record.vtcr, 18, 16), field(facts.objects.get("el2_tcr"), 18, 16), who,
                   "VTCR_EL2.PS, the physical address size that cores are checked for in TCR_EL2,")
    findings.equal(record.vttbr >> 48, record.vmid, who, "the VMID in VTTBR_EL2")
    findings.require(not record.vttbr & 1, who, "VTTBR_EL2.CnP is set: cores' TLB entries would be common")


def _vmids(facts: Facts) -> None:
    seen: dict[int, str] = {}
    for record in facts.partitions:
        name = facts.name(record)
        facts.findings.require(0 < record.vmid <= MOST_VMID, name, f"VMID {record.vmid} is not from 1 to {MOST_VMID}")
        facts.findings.require(record.vmid not in seen, name, f"VMID {record.vmid} is that of {seen.get(record.vmid)}")
        seen[record.vmid] = name


# Memory.

def _memory(facts: Facts, _number: int, record: SimpleNamespace, declared: Partition) -> None:
    """Guest addresses and sizes as declared; physical ones where they are declared, in RAM that nobody has."""
    findings, who = facts.findings, declared.name
    regions = facts.members(record, "memory", "memory_count")
    findings.equal(len(regions), len(declared.memory), who, "the number of its memory regions")
    for n, (region, (ipa, size)) in enumerate(zip(regions, declared.memory)):
        findings.equal((hex(region.ipa), hex(region.size)), (hex(ipa), hex(size)), who, f"guest address and size of region {n}")
        if declared.physical:
            findings.equal(region.pa, declared.physical[n], who, f"the physical address of region {n}")
        _in_ram(facts, who, region.pa, size)


def _in_ram(facts: Facts, who: str, start: int, size: int) -> None:
    require, place = facts.findings.require, f"memory {at(start, size)}"
    require(start % PAGE == 0, who, f"{place} does not begin with a page")
    require(any(s <= start and start + size <= s + n for s, n in facts.system.ram), who, f"{place} is not in RAM")
    for reserved in facts.system.reserved:
        require(not overlaps((start, size), reserved), who, f"{place} overlaps reserved memory at {at(*reserved)}")
    require(not overlaps((start, size), facts.region), who, f"{place} overlaps the hypervisor's at {at(*facts.region)}")


def _memory_apart(facts: Facts) -> None:
    regions = sorted((m.pa, m.size, facts.name(p)) for p in facts.partitions
                     for m in facts.members(p, "memory", "memory_count"))
    for one, other in zip(regions, regions[1:]):
        place = f"memory {at(*other[:2])} overlaps that of {one[2]} at {at(*one[:2])}"
        facts.findings.require(not overlaps(one[:2], other[:2]), other[2], place)


# Stage 2.

def _devices(declared: Partition) -> Iterator[tuple[int, int, int, str]]:
    """(guest address, size, physical address, label) of each page range; devices of one partition may share pages."""
    for device in declared.devices:
        for start, size in device.windows:
            yield start, size, start, device.name
    if declared.uart:
        start, _ = pages(*declared.uart.registers[0])
        yield CONSOLE[0], CONSOLE[1], start, declared.uart.name


def _device_pages(declared: Partition) -> list[Expected]:
    found = {}
    for guest, size, physical, label in _devices(declared):
        for offset in range(0, size, PAGE):
            found.setdefault(guest + offset, Expected(guest + offset, PAGE, physical + offset, "rw-", DEVICE, label))
    return list(found.values())


def expected_map(facts: Facts, record: SimpleNamespace, declared: Partition) -> list[Expected]:
    """Memory, and pages of devices. What the hypervisor answers itself is not mapped: GIC, virtual console."""
    placed = [m.pa for m in facts.members(record, "memory", "memory_count")]
    ram = [Expected(ipa, size, pa, "rwx", NORMAL, "memory") for (ipa, size), pa in zip(declared.memory, placed)]
    return ram + _device_pages(declared)


def _stage2(facts: Facts, number: int, record: SimpleNamespace, declared: Partition) -> None:
    problems(facts, declared.name, "guest address", facts.guest_walks[number])
    compare(facts.findings, declared.name, "guest address", expected_map(facts, record, declared),
            facts.guest_maps[number], facts.whose)


# Apart from each other, from the tables alone.

def _physical(ranges: list[Mapped]) -> list[tuple[int, int]]:
    return [(r.start + r.offset, r.end - r.start) for r in ranges if r.rights != "---"]


def _apart(facts: Facts) -> None:
    reached = sorted((start, size, facts.name(p)) for p, m in zip(facts.partitions, facts.guest_maps)
                     for start, size in _physical(m))
    last: dict[str, tuple[int, int]] = {}
    for start, size, name in reached:
        for other, end in ((n, s + z) for n, (s, z) in last.items() if n != name):
            facts.findings.require(end <= start, name, f"reaches physical {at(start, min(size, end - start))} "
                                   f"({facts.whose(start, min(size, end - start))}), and so does {other}")
        if name not in last or start + size > sum(last[name]):
            last[name] = (start, size)


def _hypervisor_apart(facts: Facts) -> None:
    """Neither its memory nor its devices, as the image and the device tree give them."""
    own = [facts.region, *gic_windows(facts.system), *facts.system.uart.windows, *(s.registers for s in facts.system.smmus)]
    for record, ranges in zip(facts.partitions, facts.guest_maps):
        for start, size in _physical(ranges):
            for region in (r for r in own if overlaps((start, size), r)):
                first = max(start, region[0])
                part = min(start + size, sum(region)) - first
                facts.findings.error(facts.name(record), f"reaches {at(first, part)}, {facts.whose(first, part)}")
