# SPDX-License-Identifier: Apache-2.0
"""EL2's own memory and registers: what it maps in normal operation and while it loads a partition.

@implements REQ-VER-003
@implements REQ-VER-004
@implements REQ-VER-005
"""
from __future__ import annotations

from typing import Iterator

from facts import Facts, gic_windows
from findings import at, sized
from mapping import NORMAL, OFTEN, STRICT_DEVICE, Expected, compare
from registers import Write
from vmsa import PAGE, Walk

WHO = "hypervisor"
BLOCK = 0x200000

# HCR_EL2 (D19.2.47): what a core that runs guests must have; what it may have besides; nothing else is expected.
HCR_BITS = {0: "VM", 1: "SWIO", 2: "PTW", 3: "FMO", 4: "IMO", 5: "AMO", 16: "TID1", 18: "TID3", 19: "TSC", 20: "TIDCP", 21: "TACR",
            22: "TSW", 31: "RW", 35: "TLOR", 36: "TERR"}
HCR_OPTIONAL = {40: "APK", 41: "API", 58: "TID5"}
HCR_BOOT = {31: "RW"}
# SCTLR_EL2 without VHE (D19.2.119).
SCTLR_M = 1
SCTLR_RES1 = 0x30C50830
SCTLR_BITS = {0: "M", 2: "C", 3: "SA", 12: "I", 19: "WXN"}
# The header of an arm64 Image (Linux, Documentation/arch/arm64/booting.rst): (offset, size, value, name).
HEADER = ((8, 8, 0, "text_offset"), (24, 8, 0xA, "flags"), (32, 8, 0, "res2"), (40, 8, 0, "res3"), (48, 8, 0, "res4"),
          (56, 4, 0x644D5241, "magic"))


def check(facts: Facts) -> None:
    for rule in (_region, _header, _segments, _registers, _boot_map, _load_maps, _tables, _rights):
        facts.findings.apply(WHO, rule, facts)


def _in_any(ranges: list[tuple[int, int]], start: int, size: int) -> bool:
    return any(s <= start and start + size <= s + n for s, n in ranges)


def overlaps(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[0] + other[1] and other[0] < one[0] + one[1]


def _region(facts: Facts) -> None:
    """The memory that the boot loader is told to keep for the image."""
    start, size = facts.region
    require, system = facts.findings.require, facts.system
    facts.findings.equal(start, system.load_address, WHO, "the image's address")
    facts.findings.equal(facts.image.entry, start, WHO, "the entry point")
    require(start % BLOCK == 0 and size % BLOCK == 0 and size > 0, WHO, f"its region {at(start, size)} is not made of 2 MiB")
    require(_in_any(system.ram, start, size), WHO, f"its region {at(start, size)} is not in RAM")
    for reserved in system.reserved:
        require(not overlaps((start, size), reserved), WHO, f"its region overlaps reserved memory at {at(*reserved)}")


def _header(facts: Facts) -> None:
    """What a boot loader reads. Its size is the region's."""
    for offset, size, value, name in HEADER:
        found = int.from_bytes(facts.image.read(facts.region[0] + offset, size), "little")
        facts.findings.equal(found, value, WHO, f"{name} in the image's header")


def _segments(facts: Facts) -> None:
    start, size = facts.region
    for s in facts.image.segments:
        require, place = facts.findings.require, f"segment {at(s.start, s.size)}"
        require(s.virtual == s.start, WHO, f"{place} is linked for 0x{s.virtual:x}: EL2 maps every address to itself")
        require(start <= s.start and s.end <= start + size, WHO, f"{place} is outside its region {at(start, size)}")
        require(s.start % PAGE == 0, WHO, f"{place} does not begin with a page")
        require(s.rights in ("r-x", "r--", "rw-"), WHO, f"{place} is {s.rights}")
        require(s.rights != "rw-" or s.file_size in (0, s.size), WHO, f"{place} is writable, and only part of it has contents")


# Registers.

def _registers(facts: Facts) -> None:
    by_name: dict[str, list[Write]] = {}
    for write in facts.writes:
        by_name.setdefault(write.register, []).append(write)
    rules = {"MAIR_EL2": _mair, "SCTLR_EL2": _sctlr, "TCR_EL2": _tcr, "HCR_EL2": _hcr, "TTBR0_EL2": _ttbr0,
             "VBAR_EL2": _vbar, "VTCR_EL2": _stage2_register, "VTTBR_EL2": _stage2_register}
    for name, rule in rules.items():
        if facts.findings.require(name in by_name, WHO, f"no code writes {name}"):
            rule(facts, by_name[name])
    for text in facts.el2_regime[1]:
        facts.findings.error(WHO, f"TCR_EL2 0x{facts.objects.get('el2_tcr'):x}: {text}")


def _known(facts: Facts, writes: list[Write]) -> Iterator[tuple[Write, int]]:
    """Each constant that is written; a value that is not a constant is an error."""
    for write in writes:
        place = f"{write.function} at 0x{write.address:x}"
        if facts.findings.require(write.values is not None, WHO, f"{write.register} in {place} is not a constant"):
            yield from ((write, value) for value in write.values)


def _mair(facts: Facts, writes: list[Write]) -> None:
    values = {value for _, value in _known(facts, writes)}
    facts.findings.require(len(values) <= 1, WHO, "MAIR_EL2 is given different values in different places")


def _bits(value: int, required: dict[int, str], optional: dict[int, str]) -> str:
    """What is wrong with a register of single bits, or nothing."""
    missing = [name for bit, name in required.items() if not value >> bit & 1]
    known = sum(1 << bit for bit in (*required, *optional))
    extra = [f"bit {bit}" for bit in range(64) if value >> bit & 1 and not known >> bit & 1]
    parts = [f"without {', '.join(missing)}"] if missing else []
    return " and ".join(parts + ([f"with {', '.join(extra)}"] if extra else []))


def _sctlr(facts: Facts, writes: list[Write]) -> None:
    """Off is allowed where the same function goes on to turn it on."""
    known = list(_known(facts, writes))
    for write, value in known:
        wrong = _bits(value ^ SCTLR_RES1, SCTLR_BITS if value & SCTLR_M else {}, {})
        facts.findings.require(not wrong, WHO, f"SCTLR_EL2 0x{value:x} in {write.function} is {wrong}")
        later = any(w.function == write.function and w.address > write.address and v & SCTLR_M for w, v in known)
        facts.findings.require(bool(value & SCTLR_M) or later, WHO, f"{write.function} leaves the MMU of EL2 off")


def _tcr(facts: Facts, writes: list[Write]) -> None:
    for write, value in _known(facts, writes):
        facts.findings.equal(value, facts.objects.get("el2_tcr"), WHO, f"TCR_EL2 in {write.function}")


def _hcr(facts: Facts, writes: list[Write]) -> None:
    """Stage 2 and traps are off only in the code that turns the MMU on, before any guest is loaded."""
    boot = {w.function for w in facts.writes if w.register == "SCTLR_EL2"}
    for write, value in _known(facts, writes):
        wrong = _bits(value, HCR_BOOT, {}) if write.function in boot else _bits(value, HCR_BITS, HCR_OPTIONAL)
        facts.findings.require(not wrong, WHO, f"HCR_EL2 0x{value:x} in {write.function} is {wrong}")
    facts.findings.require(any(w.function not in boot for w in writes), WHO, "no code turns stage 2 on (HCR_EL2.VM)")


def _ttbr0(facts: Facts, writes: list[Write]) -> None:
    """A constant one is the root of normal operation; the others come out of the partitions' tables."""
    for write in writes:
        for value in write.values or ():
            facts.findings.equal(value, facts.objects.get("el2_root"), WHO, f"TTBR0_EL2 in {write.function}")
    facts.findings.require(any(w.values for w in writes), WHO, "no code installs the root of EL2's tables")


def _vbar(facts: Facts, writes: list[Write]) -> None:
    vectors = facts.image.symbols.get("vectors", 0)
    for write, value in _known(facts, writes):
        facts.findings.equal(value, vectors, WHO, f"VBAR_EL2 in {write.function}")
    right = vectors % 0x800 == 0 and "x" in facts.image.segment_at(vectors, 0x800).rights
    facts.findings.require(right, WHO, f"the vectors at 0x{vectors:x} are not a vector table in EL2's code")


def _stage2_register(facts: Facts, writes: list[Write]) -> None:
    """They come out of the partitions' tables; the only constant is VTTBR_EL2 = 0, before there is a guest."""
    for write in writes:
        for value in write.values or ():
            allowed = write.register == "VTTBR_EL2" and value == 0
            facts.findings.require(allowed, WHO, f"{write.register} in {write.function} is always 0x{value:x}")


# Maps.

def _stacks(facts: Facts) -> list[tuple[int, int]]:
    """(bottom, top) of each core's slot, guard page included, by address."""
    tops = sorted(c.stack_top for c in facts.cores)
    bottoms = [facts.image.symbols.get("stacks_start", 0)] + tops[:-1]
    sizes = {top - bottom for bottom, top in zip(bottoms, tops)}
    whole = len(sizes) == 1 and all(s % PAGE == 0 and s >= 2 * PAGE for s in sizes)
    ends = tops[-1:] == [facts.image.symbols.get("stacks_end")]
    facts.findings.require(whole and ends, WHO, "stacks: the cores' stack_top do not divide .stacks evenly: "
                           + ", ".join(f"0x{t:x}" for t in tops))
    return list(zip(bottoms, tops))


def _state(facts: Facts, start: int, end: int) -> Iterator[Expected]:
    """A writable segment, without the guard page at the bottom of each stack."""
    for guard in sorted(bottom for bottom, _ in _stacks(facts) if start <= bottom < end):
        if guard > start:
            yield Expected(start, guard - start, start, "rw-", NORMAL, "EL2's state")
        start = guard + PAGE
    if start < end:
        yield Expected(start, end - start, start, "rw-", NORMAL, "EL2's state")


LABELS = {"r-x": "EL2's code", "r--": "EL2's constants"}


def _own(facts: Facts) -> Iterator[Expected]:
    """The region: segments as they ask for; what is between them is mapped read-only at most."""
    start, size = facts.region
    position = start
    for s in sorted(facts.image.segments):
        end = s.start + -(-s.size // PAGE) * PAGE
        if position < s.start:
            yield Expected(position, s.start - position, position, "r--", NORMAL, "unused", True)
        if s.rights == "rw-" and s.file_size:
            yield Expected(s.start, end - s.start, s.start, "rw-", NORMAL, "stream tables and queues")
        elif s.rights == "rw-":
            yield from _state(facts, s.start, end)
        else:
            yield Expected(s.start, end - s.start, s.start, s.rights, NORMAL, LABELS.get(s.rights, "EL2's"))
        position = end
    if position < start + size:
        yield Expected(position, start + size - position, position, "r--", NORMAL, "unused", True)


def expected_map(facts: Facts) -> list[Expected]:
    """EL2's map in normal operation: the image, GIC, console and SMMUs. Nothing of any guest."""
    devices = [(w, "the GIC") for w in gic_windows(facts.system)]
    devices += [(w, "the console") for w in facts.system.uart.windows]
    devices += [(s.registers, s.node.name) for s in facts.system.smmus]
    devices += [((f.config, PAGE), f"configuration space of {f.node.name}") for p in facts.system.partitions for f in p.functions]
    return list(_own(facts)) + [Expected(s, n, s, "rw-", STRICT_DEVICE, label) for (s, n), label in devices]


def _boot_map(facts: Facts) -> None:
    _compare(facts, WHO, facts.boot_walk, expected_map(facts))


def problems(facts: Facts, who: str, space: str, walk: Walk) -> None:
    """What the hardware would not take, or could take in more than one way."""
    for p in walk.problems[:OFTEN]:
        facts.findings.error(who, f"{space} {at(p.start, p.size)}: {p.text} (entry at 0x{p.where:x})")
    if len(walk.problems) > OFTEN:
        facts.findings.error(who, f"{space}: {len(walk.problems) - OFTEN} more such entries")


def _compare(facts: Facts, who: str, walk: Walk, expected: list[Expected]) -> None:
    problems(facts, who, "EL2 address", walk)
    compare(facts.findings, who, "EL2 address", expected, facts.el2_map(walk), facts.whose)


def _load_maps(facts: Facts) -> None:
    base = expected_map(facts)
    for partition, walk in zip(facts.partitions, facts.load_walks):
        name = facts.name(partition)
        ram = [Expected(m.pa, m.size, m.pa, "rw-", NORMAL, f"memory of {name}")
               for m in facts.members(partition, "memory", "memory_count")]
        _compare(facts, f"loading {name}", walk, base + ram)


def _tables(facts: Facts) -> None:
    """No table is in memory that anything can write; none of them is declared to change at run time."""
    for walk in [facts.boot_walk, *facts.load_walks, *facts.guest_walks]:
        for address, size in walk.tables:
            right = facts.image.segment_at(address, size).rights == "r--" and facts.image.holds(address, size)
            facts.findings.require(right, WHO, f"the translation table at 0x{address:x} is not among the image's constants")


def _rights(facts: Facts) -> None:
    """Directly from what the tables say: nothing is writable and executable, nothing of a guest is executable."""
    reachable = [(p, m) for p, m in zip(facts.partitions, facts.guest_maps)]
    for title, walk in [("EL2", facts.boot_walk)] + [
            (f"EL2, loading {facts.name(p)},", w) for p, w in zip(facts.partitions, facts.load_walks)]:
        for item in facts.el2_map(walk):
            if "x" in item.rights:
                place = f"{title} can execute {at(item.start, item.end - item.start)}"
                facts.findings.require("w" not in item.rights, WHO, f"{place}, which it can write")
                for partition, ranges in reachable:
                    _not_executable(facts, place, item, facts.name(partition), ranges)


def _not_executable(facts: Facts, place: str, item, name: str, ranges: list) -> None:
    start, end = item.start + item.offset, item.end + item.offset
    hit = any(r.start + r.offset < end and start < r.end + r.offset for r in ranges if "w" in r.rights)
    facts.findings.require(not hit, WHO, f"{place}, which {name} can write")


def summary(facts: Facts) -> str:
    start, size = facts.region
    return f"0x{start:x} ({sized(size)})"
