# SPDX-License-Identifier: Apache-2.0
"""Translation as the hardware does it: VMSAv8-64 with the 4 KiB granule (chapter D8 of Arm DDI 0487).

Stage 1 is that of EL2 without VHE (HCR_EL2.E2H = 0): one VA range, no EL0. Stage 2 is that of Non-secure EL1&0. Features that an
image does not ask for in its control registers (52-bit addresses, hardware update of the access flag, XNX) are not assumed.

A descriptor field that the architecture reserves, or that this hypervisor has no use for, must be zero; what the
architecture says is ignored is ignored.
"""
from __future__ import annotations

import struct
from functools import lru_cache
from typing import NamedTuple, Optional

from image import Image, OutsideImage

PAGE = 4096
ENTRIES = 512
GRANULE_BITS = 12
LEVEL_BITS = 9
OUTPUT = 0x0000FFFFFFFFF000
ENOUGH = 64  # problems after which a walk is given up
MOST_TABLES = 4096  # of one root; more are a loop
PA_BITS = (32, 36, 40, 42, 44, 48)  # TCR_ELx.PS, VTCR_EL2.PS (D19.2)


def field(value: int, high: int, low: int) -> int:
    return value >> low & ((1 << (high - low + 1)) - 1)


def shift_of(level: int) -> int:
    """Address bits that one entry of a table of this level covers."""
    return GRANULE_BITS + LEVEL_BITS * (3 - level)


class Attributes(NamedTuple):
    """What a leaf allows. memory is an index into MAIR_EL2 (stage 1) or MemAttr (stage 2)."""
    read: bool
    write: bool
    execute: bool
    memory: int
    shareability: int


class Range(NamedTuple):
    """Consecutive input addresses to consecutive output addresses, with the same attributes."""
    start: int
    size: int
    output: int
    attributes: Attributes

    @property
    def end(self) -> int:
        return self.start + self.size


class Problem(NamedTuple):
    """Something the hardware would fault on, or is free to do as it likes. `start` and `size` are input addresses."""
    start: int
    size: int
    where: int
    text: str


class Regime(NamedTuple):
    """What a translation control register says."""
    stage: int
    input_bits: int
    output_bits: int
    level: int
    entries: int


class Walk(NamedTuple):
    ranges: list[Range]
    tables: list[tuple[int, int]]
    problems: list[Problem]


class Control(NamedTuple):
    """A field of TCR_EL2 or VTCR_EL2 that must have one value."""
    high: int
    low: int
    value: int
    text: str


# D19.2.155 and D19.2.170. Walks as the tables are written: cacheable, inner shareable.
WALKS = (Control(9, 8, 1, "IRGN0: walks are not inner write-back cacheable"),
         Control(11, 10, 1, "ORGN0: walks are not outer write-back cacheable"),
         Control(13, 12, 3, "SH0: walks are not inner shareable"),
         Control(15, 14, 0, "TG0: the granule is not 4 KiB"))
TCR_EL2 = WALKS + (
    Control(7, 6, 0, "reserved bits 7:6 are set"), Control(19, 19, 0, "reserved bit 19 is set"),
    Control(20, 20, 0, "TBI: the top byte of addresses is ignored"), Control(22, 21, 0, "HA, HD: hardware changes tables"),
    Control(23, 23, 1, "RES1 bit 23 is clear"), Control(30, 24, 0, "HPD, HWU, TBID, TCMA are not all zero"),
    Control(31, 31, 1, "RES1 bit 31 is clear"), Control(63, 32, 0, "reserved bits 63:32 or DS are set"))
VTCR_EL2 = WALKS + (
    Control(19, 19, 0, "VS: 16-bit VMIDs are not checked for"), Control(20, 20, 0, "reserved bit 20 is set"),
    Control(22, 21, 0, "HA, HD: hardware changes tables"),
    Control(24, 23, 0, "reserved bits 24:23 are set"), Control(30, 25, 0, "HWU, NSW, NSA are not all zero"),
    Control(31, 31, 1, "RES1 bit 31 is clear"), Control(63, 32, 0, "reserved bits 63:32, DS or SL2 are set"))


def _wrong(value: int, controls: tuple[Control, ...]) -> list[str]:
    return [c.text for c in controls if field(value, c.high, c.low) != c.value]


def _output_bits(value: int, wrong: list[str]) -> int:
    size = field(value, 18, 16)
    if size >= len(PA_BITS):
        wrong.append(f"PS: {size} is reserved")
        return PA_BITS[-1]
    return PA_BITS[size]


def _initial_level(input_bits: int) -> int:
    """The level at which a stage-1 walk of that many bits starts (D8.2.6): the first that has more than one entry."""
    return 3 - (input_bits - GRANULE_BITS - 1) // LEVEL_BITS


def regime_of_tcr(value: int) -> tuple[Optional[Regime], list[str]]:
    """TCR_EL2, E2H = 0 (D19.2.155)."""
    wrong = _wrong(value, TCR_EL2)
    bits = 64 - field(value, 5, 0)
    output_bits = _output_bits(value, wrong)
    if not 25 <= bits <= 48:
        return None, wrong + [f"T0SZ: {64 - bits} is not from 16 to 39"]
    level = _initial_level(bits)
    return Regime(1, bits, output_bits, level, 1 << (bits - shift_of(level))), wrong


def regime_of_vtcr(value: int) -> tuple[Optional[Regime], list[str]]:
    """VTCR_EL2 (D19.2.170). SL0 starts at level 2 - SL0; up to 16 tables are concatenated there (D8.2.7)."""
    wrong = _wrong(value, VTCR_EL2)
    bits = 64 - field(value, 5, 0)
    output_bits = _output_bits(value, wrong)
    start = field(value, 7, 6)
    level = 2 - start
    if start == 3 or not shift_of(level) < bits <= min(48, shift_of(level) + LEVEL_BITS + 4):
        return None, wrong + [f"T0SZ {64 - bits} and SL0 {start} do not go together"]
    if bits > output_bits:
        wrong.append(f"T0SZ: {bits} bits of guest address are more than the {output_bits} of PS that cores are checked for")
    return Regime(2, bits, output_bits, level, 1 << (bits - shift_of(level))), wrong


class Run(NamedTuple):
    """Consecutive leaves of one table that continue each other."""
    index: int
    count: int
    output: int
    attributes: Attributes


class Table(NamedTuple):
    """What a table says: leaves, (index, address) of the next tables, (index, text) of what is wrong."""
    runs: list[Run]
    next: list[tuple[int, int]]
    wrong: list[tuple[int, str]]


# Bits of a leaf that must be zero at stage 1 of EL2 (D8.3.1.2): NS has no meaning in Non-secure state, nG none without ASIDs,
# GP guards branch targets that are not marked, DBM needs HD, PXN has no meaning with one exception level.
STAGE1_ZERO = {5: "NS", 11: "nG", 50: "GP", 51: "DBM", 53: "PXN"}
# The same at stage 2: FnXS, DBM, XN[0] without FEAT_XNX.
STAGE2_ZERO = {11: "bit 11", 50: "bit 50", 51: "DBM", 53: "XN[0]"}
CONTIGUOUS = 1 << 52


def _stage1(entry: int) -> Attributes:
    """AP[2] is read-only, XN is execute never, AP[1] is RES1 (D8.4.1)."""
    return Attributes(True, not entry >> 7 & 1, not entry >> 54 & 1, field(entry, 4, 2), field(entry, 9, 8))


def _stage2(entry: int) -> Attributes:
    """S2AP and XN[1] (D8.4.2)."""
    read = bool(entry >> 6 & 1)
    return Attributes(read, bool(entry >> 7 & 1), read and not entry >> 54 & 1, field(entry, 5, 2), field(entry, 9, 8))


def _leaf_wrong(stage: int, level: int, entry: int) -> list[str]:
    wrong = [f"{name} is set" for bit, name in (STAGE1_ZERO if stage == 1 else STAGE2_ZERO).items() if entry >> bit & 1]
    if field(entry, 49, 48):
        wrong.append("reserved bits 49:48 are set")
    if entry & OUTPUT & ((1 << shift_of(level)) - 1):
        wrong.append("reserved address bits of a block are set")
    if not entry >> 10 & 1:
        wrong.append("the access flag is clear, so every access faults")
    if stage == 1 and not entry >> 6 & 1:
        wrong.append("AP[1], RES1 at EL2, is clear")
    return wrong


def _table_wrong(stage: int, entry: int) -> list[str]:
    """Permissions of tables (D8.4.1) are not used; stage 2 has none (D8.3.1.1)."""
    wrong = ["reserved bits 50:48 are set"] if field(entry, 50, 48) else []
    if field(entry, 63, 59):
        wrong.append("a table restricts what is below it" if stage == 1 else "reserved bits 63:59 are set")
    return wrong


def _hint(entry: int, level: int) -> int:
    """The contiguous bit of a leaf; a table descriptor has none."""
    return entry & CONTIGUOUS if entry & 1 and (level == 3 or not entry & 2) else 0


def _wrong_contiguous(words: tuple[int, ...], level: int, runs: list[Run]) -> list[tuple[int, str]]:
    """Sixteen aligned entries have the contiguous bit and continue each other, or none has the bit (D8.6.1)."""
    wrong = []
    for first in range(0, len(words), 16):
        hints = {_hint(word, level) for word in words[first:first + 16]}
        if len(hints) > 1:
            wrong.append((first, "the contiguous bit is not in all of 16 entries"))
        elif CONTIGUOUS in hints and not any(r.index <= first and first + 16 <= r.index + r.count for r in runs):
            wrong.append((first, "16 entries with the contiguous bit do not continue each other"))
    return wrong


class _Decoder:
    """Collects the runs of one table."""

    def __init__(self, stage: int, level: int):
        self.stage, self.level = stage, level
        self.table = Table([], [], [])

    def add(self, index: int, entry: int) -> None:
        if not entry & 1 or (self.level == 3 and not entry & 2):
            # Invalid, or reserved at level 3: a translation fault either way (D8.3). Nobody has a use for its other bits.
            self._add_wrong(index, [f"an entry that maps nothing is 0x{entry:x}, not 0"])
        elif self.level < 3 and entry & 2:
            self._add_wrong(index, _table_wrong(self.stage, entry))
            self.table.next.append((index, entry & OUTPUT))
        elif self.level == 0:
            self._add_wrong(index, ["a block at level 0"])
        else:
            self._add_leaf(index, entry)

    def _add_wrong(self, index: int, texts: list[str]) -> None:
        self.table.wrong.extend((index, text) for text in texts)

    def _add_leaf(self, index: int, entry: int) -> None:
        size = 1 << shift_of(self.level)
        self._add_wrong(index, _leaf_wrong(self.stage, self.level, entry))
        output = entry & OUTPUT & ~(size - 1)
        attributes = (_stage1 if self.stage == 1 else _stage2)(entry)
        runs = self.table.runs
        last = runs[-1] if runs else None
        if (last and last.index + last.count == index and last.attributes == attributes
                and last.output + last.count * size == output):
            runs[-1] = last._replace(count=last.count + 1)
        else:
            runs.append(Run(index, 1, output, attributes))


@lru_cache(maxsize=4096)
def decode(data: bytes, stage: int, level: int) -> Table:
    """A whole table. Most of the tables of an image are looked at from several roots."""
    words = struct.unpack(f"<{len(data) // 8}Q", data)
    decoder = _Decoder(stage, level)
    for index, entry in enumerate(words):
        if entry:
            decoder.add(index, entry)
    if any(_hint(word, level) for word in words):
        decoder.table.wrong.extend(_wrong_contiguous(words, level, decoder.table.runs))
    return decoder.table


class _Walker:
    def __init__(self, image: Image, regime: Regime):
        self.image, self.regime = image, regime
        self.walk = Walk([], [], [])

    def table(self, address: int, level: int, base: int, entries: int = ENTRIES) -> None:
        span = 1 << shift_of(level)
        if len(self.walk.problems) > ENOUGH:
            return  # such tables are no tables; what else is wrong with them is of no interest
        try:
            data = self.image.read(address, entries * 8)
        except OutsideImage:
            self.walk.problems.append(Problem(base, entries * span, address, "the table is not in the image"))
            return
        self.walk.tables.append((address, entries * 8))
        if len(self.walk.tables) > MOST_TABLES:
            self._give_up(base, entries * span, address)
            return
        table = decode(data, self.regime.stage, level)
        for index, text in table.wrong:
            self.walk.problems.append(Problem(base + index * span, span, address + index * 8, text))
        for run in table.runs:
            self._leaves(run, base + run.index * span, span, address)
        for index, below in table.next:
            self._check_output(below, PAGE, base + index * span, span, address + index * 8)
            self.table(below, level + 1, base + index * span)

    def _give_up(self, base: int, size: int, address: int) -> None:
        text = f"more than {MOST_TABLES} tables: one of them leads back to itself"
        self.walk.problems.extend([Problem(base, size, address, text)] * (ENOUGH + 1))

    def _leaves(self, run: Run, start: int, span: int, table: int) -> None:
        size = run.count * span
        self._check_output(run.output, size, start, size, table + run.index * 8)
        self.walk.ranges.append(Range(start, size, run.output, run.attributes))

    def _check_output(self, output: int, size: int, start: int, span: int, where: int) -> None:
        if output + size > 1 << self.regime.output_bits:
            text = f"0x{output:x} is beyond {self.regime.output_bits} physical address bits"
            self.walk.problems.append(Problem(start, span, where, text))


def merge(ranges: list[Range]) -> list[Range]:
    """Sorted, with those that continue each other joined."""
    merged: list[Range] = []
    for item in sorted(ranges):
        last = merged[-1] if merged else None
        if last and last.end == item.start and last.attributes == item.attributes and (
                last.output + last.size == item.output):
            merged[-1] = last._replace(size=last.size + item.size)
        else:
            merged.append(item)
    return merged


def walk(image: Image, regime: Regime, root: int) -> Walk:
    """Everything that is mapped below a root."""
    walker = _Walker(image, regime)
    align = max(64, regime.entries * 8)
    if root % align:
        walker.walk.problems.append(Problem(0, 1 << regime.input_bits, root, f"the root is not aligned to 0x{align:x}"))
        root -= root % align
    walker.table(root, regime.level, 0, regime.entries)
    return walker.walk._replace(ranges=merge(walker.walk.ranges))
