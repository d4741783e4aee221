# SPDX-License-Identifier: Apache-2.0
"""SMMUs, their stream tables and queues, and what each stream reaches: against the device tree, and from the tables alone.

@implements REQ-VER-022
@implements REQ-VER-023
@implements REQ-VER-024
"""
from __future__ import annotations

from types import SimpleNamespace
from typing import Iterator, NamedTuple

import stream_table
from declared import Partition
from facts import Facts, gic_windows
from findings import at
from mapping import NORMAL, Expected, Mapped, compare
from rules_el2 import WHO, overlaps, problems
from smmus import Smmu
from vmsa import PA_BITS, field

# docs/configuration.md, "SMMUs": entries of the queues.
COMMANDS_LOG2, COMMAND_SIZE = 6, 16
EVENTS_LOG2, EVENT_SIZE = 9, 32
V2_ID_BITS = 15


def check(facts: Facts) -> None:
    for rule in (_smmus, _section, _streams_once):
        facts.findings.apply(WHO, rule, facts)
    for number, record in enumerate(facts.partitions):
        declared = next((p for p in facts.system.partitions if p.name == facts.name(record)), None)
        for rule in (_partition, _stage2, _subset) if declared else ():
            facts.findings.apply(declared.name, rule, facts, number, record, declared)


# SMMUs.

def _smmus(facts: Facts) -> None:
    declared, found = facts.system.smmus, facts.smmus
    if facts.findings.equal(len(found), len(declared), WHO, "the number of SMMUs"):
        for number, (record, smmu) in enumerate(zip(found, declared)):
            facts.findings.apply(smmu.node.name, _smmu, facts, number, record, smmu)


def _smmu(facts: Facts, number: int, record: SimpleNamespace, smmu: Smmu) -> None:
    who, equal = smmu.node.name, facts.findings.equal
    equal(record.base, smmu.registers[0], who, "the address of its registers")
    equal((record.event_intid, record.error_intid), (smmu.event.intid, smmu.error.intid), who, "its interrupts (events, errors)")
    equal((record.event_edge, record.error_edge), (smmu.event.edge, smmu.error.edge), who, "whether its interrupts are edges")
    equal(record.coherent, smmu.coherent, who, "whether it is coherent")
    equal(record.output_bits, PA_BITS[field(facts.objects.get("el2_tcr"), 18, 16)], who, "the bits of physical addresses it must have")
    if smmu.version == 3:
        _v3(facts, number, record, smmu)
    else:
        equal((record.table, record.table_config, record.commands, record.events, record.commands_log2, record.events_log2), (0,) * 6,
              who, "what an SMMUv2 does not have (stream table, queues)")
        equal(record.id_bits, V2_ID_BITS, who, "the bits of StreamIDs it must have")


def _v3(facts: Facts, number: int, record: SimpleNamespace, smmu: Smmu) -> None:
    """The stream table has the StreamIDs in use, and no more bits of them than that takes."""
    who, equal = smmu.node.name, facts.findings.equal
    table = facts.stream_tables[number]
    for text in table.wrong:
        facts.findings.error(who, text)
    used = [s.id for p in facts.system.partitions for s in p.streams if s.smmu is smmu.node]
    bits = max(used, default=0).bit_length()
    equal((record.id_bits, field(record.table_config, 5, 0)), (bits, bits), who, "the bits of its StreamIDs, and of its stream table,")
    for start, size in table.first:
        constant = facts.image.segment_at(start, size).rights == "r--" and facts.image.holds(start, size)
        facts.findings.require(constant, who, f"the first level of its stream table, {at(start, size)}, is not among the constants")
    for start, size in table.stored:
        ids = [i for i in used if start + size // 2 <= table.entries.get(i, 0) < start + size]
        facts.findings.require(bool(ids) or size == stream_table.ENTRY, who, f"nobody has a stream in the upper half of {at(start, size)} "
                               "of its stream table")
    for stream in set(used) - set(table.entries):
        facts.findings.error(who, f"its stream table has no entry for StreamID 0x{stream:x}")
    for stream, address in table.entries.items():
        words = stream_table.words(facts.image, address)
        facts.findings.require(stream in used or not any(words), who, f"StreamID 0x{stream:x} is nobody's, and its entry at "
                               f"0x{address:x} is not empty")
    equal((record.commands_log2, record.events_log2), (COMMANDS_LOG2, EVENTS_LOG2), who, "log2 of the entries of its queues")
    for what, start, size in queues(record):
        facts.findings.require(start % size == 0, who, f"its {what} queue at 0x{start:x} is not aligned to its {size} bytes")


def queues(record: SimpleNamespace) -> Iterator[tuple[str, int, int]]:
    yield "command", record.commands, COMMAND_SIZE << COMMANDS_LOG2
    yield "event", record.events, EVENT_SIZE << EVENTS_LOG2


# The section that they share: the only contents that can be written.

class Part(NamedTuple):
    start: int
    size: int
    name: str


def _parts(facts: Facts) -> Iterator[Part]:
    for record, smmu, table in zip(facts.smmus, facts.system.smmus, facts.stream_tables):
        if smmu.version == 3:
            yield from (Part(start, size, f"{smmu.node.name}'s {what} queue") for what, start, size in queues(record))
            yield from (Part(start, size, f"{smmu.node.name}'s stream table") for start, size in table.stored)


def _section(facts: Facts) -> None:
    """In it are stream table entries and queues, apart from each other; what is between them is zero, as are the queues."""
    segments = [s for s in facts.image.segments if s.rights == "rw-" and s.file_size]
    parts = sorted(_parts(facts))
    facts.findings.equal(len(segments), 1 if parts else 0, WHO, "the number of segments that can be written and have contents")
    for part in parts:
        inside = any(s.holds(part.start, part.size) for s in segments)
        facts.findings.require(inside, WHO, f"{part.name}, {at(part.start, part.size)}, is not in .streams")
    for one, other in zip(parts, parts[1:]):
        facts.findings.require(one.start + one.size <= other.start, WHO, f"{one.name}, {at(one.start, one.size)}, overlaps {other.name}, "
                               f"{at(other.start, other.size)}")
    entries = sorted(a for table in facts.stream_tables for a in table.entries.values())
    for segment in segments:
        _rest(facts, segment, entries)


def _rest(facts: Facts, segment, entries: list[int]) -> None:
    """What is no entry of a stream table. (start, end) of each stretch between two."""
    position = segment.start
    for start in [*[a for a in entries if segment.holds(a, stream_table.ENTRY)], segment.end]:
        if start > position:
            data = facts.image.read(position, start - position)
            facts.findings.require(data.count(0) == len(data), WHO, f".streams has something else than entries in {at(position, len(data))}")
        position = max(position, start + stream_table.ENTRY)


# Streams.

def _streams_once(facts: Facts) -> None:
    """No StreamID has two owners, or an owner and a master besides that is not its; slots are numbered per SMMU."""
    owners: dict = {}
    slots: dict = {}
    for record in facts.partitions:
        for stream in facts.members(record, "streams", "stream_count"):
            key, name = (stream.smmu, stream.id), facts.name(record)
            facts.findings.require(key not in owners, name, f"has StreamID 0x{stream.id:x} of SMMU {stream.smmu}, and so has "
                                   f"{owners.get(key)}, or it has it twice")
            owners[key] = name
            slots.setdefault(stream.smmu, []).append(stream.slot)
    for smmu, found in slots.items():
        facts.findings.equal(sorted(found), list(range(len(found))), WHO, f"the list of the slots of SMMU {smmu}")
    for node, stream in facts.system.strangers:
        facts.findings.error(WHO, f"{node.path} has StreamID 0x{stream.id:x} of {stream.smmu.name}, which is a partition's")


def _partition(facts: Facts, _number: int, record: SimpleNamespace, declared: Partition) -> None:
    """The streams that the device tree gives it, with their entries; nothing, if it has none."""
    who, equal = declared.name, facts.findings.equal
    nodes = [s.node for s in facts.system.smmus]
    records = facts.members(record, "streams", "stream_count")
    wanted = {(next((n for n, node in enumerate(nodes) if node is s.smmu), -1), s.id) for s in declared.streams}
    equal(sorted((s.smmu, s.id) for s in records), sorted(wanted), who, "the list of its streams (SMMU, StreamID)")
    equal(record.idle_us, max((d.node.cell("bulkhead,idle-us") for d in declared.devices), default=0), who, "idle_us")
    if not wanted:
        equal((record.stream_count, record.streams, record.dma_root), (0, 0, 0), who, "what it has for streams without having one")
    for stream in records:
        facts.findings.apply(who, _stream, facts, record, stream)


def _stream(facts: Facts, record: SimpleNamespace, stream: SimpleNamespace) -> None:
    who, smmu = facts.name(record), facts.system.smmus[stream.smmu]
    if smmu.version != 3:
        facts.findings.equal(stream.entry, 0, who, f"the stream table entry of StreamID 0x{stream.id:x}, which an SMMUv2 does not have,")
        return
    title = f"StreamID 0x{stream.id:x} of {smmu.node.name}"
    address = facts.stream_tables[stream.smmu].entries.get(stream.id)
    facts.findings.equal(stream.entry, address, who, f"the address of the entry of {title}")
    words = stream_table.words(facts.image, stream.entry)
    for text in stream_table.wrong_in_entry(words, smmu.coherent):
        facts.findings.error(who, f"{title}: {text}")
    facts.findings.equal(field(words[2], 15, 0), record.vmid, who, f"the VMID in the entry of {title}")
    facts.findings.equal(words[3], record.dma_root, who, f"the root in the entry of {title}")
    facts.findings.equal(hex(stream_table.as_vtcr(words)), hex(record.vtcr), who, f"what VTCR_EL2 would be for the entry of {title}")


# What streams reach.

def _stage2(facts: Facts, number: int, record: SimpleNamespace, declared: Partition) -> None:
    """All of the partition's memory and nothing else: no device, whoever's it is."""
    if not declared.streams:
        return
    problems(facts, declared.name, "DMA address", facts.dma_walks[number])
    placed = [m.pa for m in facts.members(record, "memory", "memory_count")]
    ram = [Expected(ipa, size, pa, "rwx", NORMAL, "memory") for (ipa, size), pa in zip(declared.memory, placed)]
    compare(facts.findings, declared.name, "DMA address", ram, facts.dma_maps[number], facts.whose)
    for address, size in facts.dma_walks[number].tables:
        right = facts.image.segment_at(address, size).rights == "r--" and facts.image.holds(address, size)
        facts.findings.require(right, declared.name, f"the translation table of its streams at 0x{address:x} is not among the constants")


def _physical(ranges: list[Mapped]) -> list[tuple[int, int]]:
    return [(r.start + r.offset, r.end - r.start) for r in ranges if r.rights != "---"]


def _subset(facts: Facts, number: int, record: SimpleNamespace, declared: Partition) -> None:
    """From the tables alone: streams reach what their partition's cores reach as memory, and nothing of anybody else."""
    own = [r for r in facts.guest_maps[number] if r.memory == NORMAL]
    for item in facts.dma_maps[number]:
        covered = sum(min(item.end, r.end) - max(item.start, r.start) for r in own
                      if r.start < item.end and item.start < r.end and r.offset == item.offset)
        facts.findings.require(covered == item.end - item.start, declared.name, f"its streams reach DMA address "
                               f"{at(item.start, item.end - item.start)}, which is not all memory of its cores, or at another place")
    others = [(facts.name(p), r) for p, m in zip(facts.partitions, facts.guest_maps) if p is not record for r in _physical(m)]
    others += [(WHO, r) for r in own_windows(facts)]
    for start, size in _physical(facts.dma_maps[number]):
        for name, other in others:
            facts.findings.require(not overlaps((start, size), other), declared.name, f"its streams reach {at(start, size)}, and that "
                                   f"has a part of {name}'s {at(*other)}")


def own_windows(facts: Facts) -> list[tuple[int, int]]:
    """The hypervisor's: its image with tables, stream tables and queues; its devices."""
    return [facts.region, *gic_windows(facts.system), *facts.system.uart.windows, *(s.registers for s in facts.system.smmus)]
