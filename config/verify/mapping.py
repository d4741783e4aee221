# SPDX-License-Identifier: Apache-2.0
"""Comparing what is mapped with what should be, address by address."""
from __future__ import annotations

from typing import Callable, Iterator, NamedTuple, Optional

from findings import Findings, at
from vmsa import Range

# Names of memory types: MAIR_ELx attributes (D19.2.100) and stage-2 MemAttr[3:0] without FEAT_S2FWB (D8.5.5).
NORMAL = "Normal write-back"
STRICT_DEVICE = "Device-nGnRnE"
DEVICE = "Device-nGnRE"
MAIR = {0x00: STRICT_DEVICE, 0x04: DEVICE, 0x08: "Device-nGRE", 0x0C: "Device-GRE",
        0x44: "Normal non-cacheable", 0xBB: "Normal write-through", 0xFF: NORMAL}
MEMATTR = {0: STRICT_DEVICE, 1: DEVICE, 2: "Device-nGRE", 3: "Device-GRE", 5: "Normal non-cacheable",
           10: "Normal write-through", 15: NORMAL}
SHAREABILITY = ("not shareable", "reserved shareability", "outer shareable", "inner shareable")
OFTEN = 8  # differences of one map that are shown one by one


class Mapped(NamedTuple):
    """A range with its attributes in words. `offset` is output minus input address."""
    start: int
    end: int
    offset: int
    rights: str
    memory: str
    shareability: str


class Expected(NamedTuple):
    """What a range should be. An optional range may also not be mapped at all."""
    start: int
    size: int
    output: int
    rights: str
    memory: str
    label: str
    optional: bool = False

    @property
    def end(self) -> int:
        return self.start + self.size

    @property
    def offset(self) -> int:
        return self.output - self.start


def rights_of(read: bool, write: bool, execute: bool) -> str:
    return ("r" if read else "-") + ("w" if write else "-") + ("x" if execute else "-")


def stage1(item: Range, mair: Optional[int]) -> Mapped:
    """SCTLR_EL2.WXN, which would take execution away from what can be written, is not counted on: tables say it themselves."""
    attributes = item.attributes
    byte = None if mair is None else mair >> 8 * attributes.memory & 0xFF
    memory = MAIR.get(byte, f"memory of attribute {attributes.memory}" + ("" if byte is None else f" (0x{byte:02x})"))
    return _mapped(item, rights_of(True, attributes.write, attributes.execute), memory)


def stage2(item: Range) -> Mapped:
    attributes = item.attributes
    memory = MEMATTR.get(attributes.memory, f"memory of MemAttr {attributes.memory}")
    return _mapped(item, rights_of(attributes.read, attributes.write, attributes.execute), memory)


def _mapped(item: Range, rights: str, memory: str) -> Mapped:
    """Shareability means nothing for Device memory, which is always outer shareable (D8.5.2)."""
    shareability = "" if memory.startswith("Device") else SHAREABILITY[item.attributes.shareability]
    return Mapped(item.start, item.end, item.output - item.start, rights, memory, shareability)


class Difference(NamedTuple):
    start: int
    end: int
    wanted: Optional[Expected]
    found: Optional[Mapped]

    def continues(self, last: "Difference") -> bool:
        same = self.wanted == last.wanted or (self.wanted and last.wanted and self.wanted.label == last.wanted.label)
        found = (self.found and self.found._replace(start=0, end=0)) == (last.found and last.found._replace(start=0, end=0))
        return bool(same) and found and last.end == self.start


def _cuts(expected: list[Expected], found: list[Mapped]) -> list[int]:
    return sorted({p for r in expected for p in (r.start, r.end)} | {p for r in found for p in (r.start, r.end)})


class _Cursor:
    """The range of a sorted list that holds an address; addresses only grow."""

    def __init__(self, ranges: list):
        self.ranges, self.index = ranges, 0

    def at(self, address: int):
        while self.index < len(self.ranges) and self.ranges[self.index].end <= address:
            self.index += 1
        if self.index < len(self.ranges) and self.ranges[self.index].start <= address:
            return self.ranges[self.index]
        return None


def _agrees(wanted: Optional[Expected], found: Optional[Mapped]) -> bool:
    if wanted is None or found is None:
        return wanted is found or (found is None and wanted.optional)
    shareability = "" if wanted.memory.startswith("Device") else SHAREABILITY[3]
    return (wanted.offset, wanted.rights, wanted.memory, shareability) == (
        found.offset, found.rights, found.memory, found.shareability)


def differences(expected: list[Expected], found: list[Mapped]) -> Iterator[Difference]:
    """Where the two differ, as long ranges as can be said in one sentence."""
    wanted_at, found_at = _Cursor(sorted(expected)), _Cursor(sorted(found))
    cuts = _cuts(expected, found)
    pending: Optional[Difference] = None
    for start, end in zip(cuts, cuts[1:]):
        one = Difference(start, end, wanted_at.at(start), found_at.at(start))
        if _agrees(one.wanted, one.found):
            continue
        if pending and one.continues(pending):
            pending = pending._replace(end=end)
            continue
        if pending:
            yield pending
        pending = one
    if pending:
        yield pending


def compare(findings: Findings, who: str, space: str, expected: list[Expected], found: list[Mapped],
            whose: Callable[[int, int], str]) -> None:
    """Each difference is an error; `space` names the input addresses, `whose` who a physical range belongs to."""
    wrong = list(differences(expected, found))
    for difference in wrong[:OFTEN]:
        findings.error(who, f"{space} {at(difference.start, difference.end - difference.start)} {_say(difference, whose)}")
    if len(wrong) > OFTEN:
        findings.error(who, f"{space}: {len(wrong) - OFTEN} more differences")


def _say(difference: Difference, whose: Callable[[int, int], str]) -> str:
    wanted, found, size = difference.wanted, difference.found, difference.end - difference.start
    if found is None:
        return f"should be {wanted.label}, and is not mapped"
    output = difference.start + found.offset
    reached = f"0x{output:x}, {whose(output, size)}"
    if wanted is None:
        return f"should not be mapped, and is {found.rights} {found.memory} at {reached}"
    if wanted.offset != found.offset:
        return f"should be {wanted.label} at 0x{difference.start + wanted.offset:x}, and is at {reached}"
    return f"should be {wanted.label}: {_unlike(wanted, found)}"


def _unlike(wanted: Expected, found: Mapped) -> str:
    shareability = "" if wanted.memory.startswith("Device") else SHAREABILITY[3]
    pairs = ((found.rights, wanted.rights), (found.memory, wanted.memory), (found.shareability, shareability))
    return ", ".join(f"is {f or 'of no shareability'}, not {w}" for f, w in pairs if f != w)
