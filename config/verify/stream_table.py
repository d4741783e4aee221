# SPDX-License-Identifier: Apache-2.0
"""Stream tables of SMMUv3, looked up as the hardware would (Arm IHI 0070, 3.3.1, 5.1, 5.2, 6.3.24 and 6.3.25).

A field that is reserved, or that this hypervisor has no use for, must be zero.
"""
from __future__ import annotations

import struct
from typing import NamedTuple

from image import Image, OutsideImage
from vmsa import field

ENTRY = 64
READ_ALLOCATE = 1 << 62
ADDRESS = 0x000FFFFFFFFFFFC0
SPLITS = (6, 8, 10)
MOST_BITS = 20
# Word 1: the shareability of what comes in is kept (SHCFG = 1); all else is zero: no ATS, no attribute is changed.
WORD_1 = 1 << 44
# Word 2, but for what VTCR_EL2 has as well (S2T0SZ to S2PS, bits 50:32) and S2VMID.
WORD_2 = {51: ("S2AA64", 1), 52: ("S2ENDI", 0), 53: ("S2AFFD", 0), 54: ("S2PTW", 1), 55: ("S2HD", 0), 56: ("S2HA", 0),
          57: ("S2S", 0), 58: ("S2R", 1)}


class Table(NamedTuple):
    """entries: address by StreamID. first: (start, size) of the level-1 table. stored: (start, size) of what holds entries."""
    entries: dict[int, int]
    first: list[tuple[int, int]]
    stored: list[tuple[int, int]]
    wrong: list[str]


def _aligned(table: Table, address: int, size: int, what: str) -> None:
    if address % max(ENTRY, size):
        table.wrong.append(f"{what} at 0x{address:x} is not aligned to its 0x{size:x} bytes")


def _group(table: Table, address: int, first: int, count: int) -> None:
    _aligned(table, address, count * ENTRY, f"the entries of StreamID 0x{first:x} and up")
    table.stored.append((address, count * ENTRY))
    table.entries.update({first + n: address + n * ENTRY for n in range(count)})


def _two_levels(image: Image, table: Table, address: int, bits: int, split: int) -> None:
    size = 8 << bits - split
    _aligned(table, address, size, "the first level")
    table.first.append((address, size))
    for group, word in enumerate(struct.unpack(f"<{size // 8}Q", image.read(address, size))):
        span = field(word, 4, 0)
        if word and (not 0 < span <= split + 1 or word & ~(ADDRESS | 0x1F)):
            table.wrong.append(f"the descriptor of StreamID 0x{group << split:x} and up is 0x{word:x}")
        elif word:
            _group(table, word & ADDRESS, group << split, 1 << span - 1)


def read(image: Image, base: int, config: int) -> Table:
    """What SMMU_STRTAB_BASE and SMMU_STRTAB_BASE_CFG lead to."""
    table = Table({}, [], [], [])
    bits, split, levels = field(config, 5, 0), field(config, 10, 6), field(config, 17, 16)
    if base & ~(ADDRESS | READ_ALLOCATE) or not base & READ_ALLOCATE:
        table.wrong.append(f"SMMU_STRTAB_BASE 0x{base:x} has reserved bits, or not RA")
    if bits > MOST_BITS or config >> 18 or field(config, 15, 11) or levels > 1 or split not in (SPLITS if levels else (0,)):
        table.wrong.append(f"SMMU_STRTAB_BASE_CFG 0x{config:x} is none")
    elif levels and bits <= split:
        table.wrong.append(f"SMMU_STRTAB_BASE_CFG 0x{config:x}: two levels for {bits} bits of StreamID")
    elif levels:
        _two_levels(image, table, base & ADDRESS, bits, split)
    else:
        _group(table, base & ADDRESS, 0, 1 << bits)
    return table


def words(image: Image, address: int) -> tuple[int, ...]:
    try:
        return struct.unpack("<8Q", image.read(address, ENTRY))
    except OutsideImage:
        return ()


def wrong_in_entry(entry: tuple[int, ...], coherent: bool) -> list[str]:
    """What no stream's entry may have, whoever's it is."""
    wrong = [f"word {n} is 0x{entry[n]:x}" for n in (4, 5, 6, 7) if entry[n]]
    if entry[0]:
        wrong.append(f"word 0 is 0x{entry[0]:x}: it passes before its partition runs")
    if entry[1] != WORD_1:
        wrong.append(f"word 1 is 0x{entry[1]:x}, and should be 0x{WORD_1:x}")
    wrong += [f"{name} is {1 - value}" for bit, (name, value) in WORD_2.items() if entry[2] >> bit & 1 != value]
    if field(entry[2], 31, 16) or entry[2] >> 59:
        wrong.append(f"word 2 is 0x{entry[2]:x}: reserved bits are set")
    if field(entry[2], 45, 40) != (0x35 if coherent else 0x20):
        wrong.append(f"S2SH0, S2OR0 and S2IR0 are 0x{field(entry[2], 45, 40):x}: not the attributes of its tables")
    if entry[3] & ~0x000FFFFFFFFFFFF0:
        wrong.append(f"word 3 is 0x{entry[3]:x}: reserved bits are set")
    return wrong


def as_vtcr(entry: tuple[int, ...]) -> int:
    """VTCR_EL2 with the same T0SZ, SL0, TG0 and PS: the fields are in the same order. Walk attributes are judged above."""
    return field(entry[2], 50, 32) & ~0x3F00 | 0x3500 | 1 << 31
