# SPDX-License-Identifier: Apache-2.0
"""What is copied into a partition at each start: the bytes of the files named, inside its own memory.

@implements REQ-VER-012
"""
from __future__ import annotations

from types import SimpleNamespace
from typing import Optional

import rules_guest
from declared import Partition
from facts import Facts
from files import Loaded, Piece, loaded
from findings import Findings, at
from rules_el2 import overlaps
from vmsa import PAGE

UNIT = 8  # what the loader copies at once


def check(facts: Facts) -> None:
    for record in facts.partitions:
        declared = next((p for p in facts.system.partitions if p.name == facts.name(record)), None)
        if declared:
            facts.findings.apply(declared.name, _partition, facts, record, declared)


def _partition(facts: Facts, record: SimpleNamespace, declared: Partition) -> None:
    copies = facts.members(record, "copies", "copy_count")
    files = loaded(declared, tuple(facts.folders))
    findings, who = facts.findings, declared.name
    findings.equal(record.entry, files.entry, who, "where it is entered")
    for copy in copies:
        findings.apply(who, _copy, facts, who, record, copy)
    findings.require(all(a.destination + a.size <= b.destination for a, b in zip(copies, copies[1:])), who,
                     "the pieces to load are not in the order of their addresses, or overlap")
    for piece in files.pieces:
        findings.apply(who, _piece, facts, record, who, piece, copies)
    _device_tree(facts, record, declared, files, copies)
    findings.equal(len(copies), len(files.pieces) + 1, who, "the number of pieces to load, device tree included,")


def _copy(facts: Facts, who: str, record: SimpleNamespace, copy: SimpleNamespace) -> None:
    """From the image's constants into this partition's memory; what the last unit reads past the end is zero."""
    require, image = facts.findings.require, facts.image
    place = f"the piece loaded to {at(copy.destination, copy.size)}"
    regions = facts.members(record, "memory", "memory_count")
    inside = any(m.pa <= copy.destination and copy.destination + copy.size <= m.pa + m.size for m in regions)
    require(inside, who, f"{place}, {facts.whose(copy.destination, copy.size)}, is not inside its memory")
    require(copy.source % UNIT == 0 and copy.destination % UNIT == 0, who, f"{place} is not aligned to {UNIT}")
    rest = -copy.size % UNIT
    constant = image.holds(copy.source, copy.size + rest) and image.segment_at(copy.source, copy.size + rest).rights == "r--"
    if require(constant, who, f"{place} does not come from the image's constants"):
        image.looked_at.append((copy.source, copy.source + copy.size))  # what it should be is said once (_piece)
        require(not any(image.read(copy.source + copy.size, rest)), who, f"{place} is followed by bytes that are not zero")


def _physical(facts: Facts, record: SimpleNamespace, guest: int) -> Optional[int]:
    for m in facts.members(record, "memory", "memory_count"):
        if m.ipa <= guest < m.ipa + m.size:
            return guest - m.ipa + m.pa
    return None


def _copy_to(facts: Facts, record: SimpleNamespace, guest: int, copies: list) -> Optional[SimpleNamespace]:
    physical = _physical(facts, record, guest)
    return next((c for c in copies if c.destination == physical), None)


def _piece(facts: Facts, record: SimpleNamespace, who: str, piece: Piece, copies: list) -> None:
    copy = _copy_to(facts, record, piece.address, copies)
    place = f"{piece.label}, guest address {at(piece.address, len(piece.data))},"
    if not facts.findings.require(copy is not None, who, f"{place} is not loaded"):
        return
    if facts.findings.equal(copy.size, len(piece.data), who, f"the size of what is loaded for {place}"):
        facts.findings.require(_same(facts, copy, piece), who, f"{place} is not what the file says")


_compared: dict[tuple, bool] = {}


def _same(facts: Facts, copy: SimpleNamespace, piece: Piece) -> bool:
    """Large images are compared once for as long as nobody patches them."""
    key = (id(facts.image), copy.source, copy.size, piece.label)
    facts.image.looked_at.append((copy.source, copy.source + copy.size))
    if facts.image.is_patched(copy.source, copy.size):
        return facts.image.read(copy.source, copy.size) == piece.data
    if key not in _compared:
        _compared[key] = facts.image.read(copy.source, copy.size) == piece.data
    return _compared[key]


def _device_tree(facts: Facts, record: SimpleNamespace, declared: Partition, files: Loaded, copies: list) -> None:
    copy = _copy_to(facts, record, record.device_tree, copies)
    if not facts.findings.require(copy is not None, declared.name, "its device tree is not loaded where it finds it"):
        return
    start, size = declared.memory[0][:2]
    low, high = (start, copy.size), ((start + size - copy.size) // PAGE * PAGE, copy.size)
    needed = any(overlaps(low, taken) for taken in files.taken)
    place = high if needed else low
    facts.findings.equal(record.device_tree, place[0], declared.name, "where it finds its device tree")
    for taken in files.taken:
        facts.findings.require(not overlaps(place, taken), declared.name, f"memory at {at(*taken)} is the image's and the device tree's")
    size = int.from_bytes(facts.image.read(copy.source + 4, 4), "big")
    facts.findings.equal(copy.size, size, declared.name, "the size of what is loaded of its device tree")
    _judge_tree(facts, declared, files, facts.image.read(copy.source, copy.size))


def _judge_tree(facts: Facts, declared: Partition, files: Loaded, blob: bytes) -> None:
    """The verdict rests on nothing but the tree's bytes and the system, so each tree is judged once."""
    key = (declared.name, blob)
    if key not in facts.trees:
        alone = Findings()
        rules_guest.check(facts.system, alone, declared, files, blob)
        facts.trees[key] = alone.errors
    facts.findings.add(facts.trees[key])
