# SPDX-License-Identifier: Apache-2.0
"""Images with one thing wrong each: every field of every configuration table, descriptor, register constant and device tree.

A mutant is a patch of bytes and a name. `reason` is set where the architecture, or the code that reads the field, gives the
change no meaning; such a mutant may pass.
"""
import os
import struct
from dataclasses import dataclass
from typing import Iterator, Optional

from vmsa import OUTPUT, PAGE, decode, shift_of  # of config/verify

# Every bit of everything: some 140,000 mutants, minutes. Otherwise every field, with bits in turn: seconds.
ALL_BITS = os.environ.get("VERIFY_MUTANTS") == "all"
REGISTER_FIELDS = ("vtcr", "vttbr", "el2_tcr", "el2_root")


@dataclass
class Mutant:
    name: str
    address: int
    data: bytes
    reason: Optional[str] = None


def _flip(image, name, address, size, bit, reason=None):
    old = int.from_bytes(image.read(address, size), "little")
    return Mutant(f"{name}, bit {bit}", address, (old ^ 1 << bit).to_bytes(size, "little"), reason)


# Configuration tables.

def _scalars(kind, path, address) -> Iterator[tuple[str, int, int, str]]:
    """(path, address, size, kind) of everything in an object that is not made of parts."""
    if kind.kind == "struct":
        for name, offset, of in kind.fields:
            yield from _scalars(of, f"{path}.{name}", address + offset)
    elif kind.kind == "array":
        for n in range(kind.count):
            yield from _scalars(kind.element, f"{path}[{n}]", address + n * kind.element.size)
    else:
        yield path, address, kind.size, kind.kind


def _constants(facts):
    for variable in facts.objects.variables.values():
        if "w" not in facts.image.segment_at(variable.address).rights:
            yield from _scalars(variable.type, variable.name, variable.address)


def _empty_reason(facts, path, address):
    """A pointer to a table that has no entries is not followed."""
    counters = {"vcpus": "vcpu_count", "interrupts": "interrupt_count"}
    counter = counters.get(path.rsplit(".", 1)[-1])
    for record in [*facts.partitions, *facts.cores] if counter else ():
        if path.startswith(record.of) and not getattr(record, counter, 1) and record.at <= address < record.at + _sizeof(facts, record):
            return "a pointer to a table without entries is not followed"
    return None


def _sizeof(facts, record):
    return facts.objects.variable(record.of + "s").type.element.size


def _size_reason(path, bit):
    """T0SZ: what does not fit any more is reported as missing; what was not mapped before is not mapped after."""
    registers = path.endswith(("vtcr", "el2_tcr"))
    return "an input address space of another size that still holds all that is mapped" if registers and bit < 6 else None


def field_reason(facts, path, address, bit):
    """Why a bit of the object at this address may be another."""
    return _size_reason(path, bit) or _empty_reason(facts, path, address)


def _bits(path, size, turn):
    """Of registers all; of other fields the lowest, the highest and one in turn."""
    every = ALL_BITS or path.endswith(REGISTER_FIELDS)
    return range(size * 8) if every else sorted({0, size * 8 - 1, turn % (size * 8)})


def config(facts) -> Iterator[Mutant]:
    for turn, (path, address, size, _) in enumerate(_constants(facts)):
        for bit in _bits(path, size, turn):
            yield _flip(facts.image, path, address, size, bit, field_reason(facts, path, address, bit))


# Translation tables.

def _walked(facts):
    """(address, entries, stage, level, name) of each table that a walk goes through, once."""
    found = {}

    def add(regime, address, level, entries, name):
        found.setdefault((address, level, regime.stage), (entries, name))
        table = decode(facts.image.read(address, entries * 8), regime.stage, level)
        for _, below in table.next:
            add(regime, below, level + 1, 512, name)

    el2 = facts.el2_regime[0]
    add(el2, facts.objects.get("el2_root"), el2.level, el2.entries, "EL2")
    for partition, (regime, _) in zip(facts.partitions, facts.guest_regimes):
        add(el2, partition.load_root, el2.level, el2.entries, f"loading {facts.name(partition)}")
        add(regime, partition.vttbr & 0xFFFFFFFFFFFE, regime.level, regime.entries, f"stage 2 of {facts.name(partition)}")
        if partition.dma_root:
            add(regime, partition.dma_root, regime.level, regime.entries, f"stage 2 of {facts.name(partition)}'s streams")
    return [(a, entries, stage, level, name) for (a, level, stage), (entries, name) in found.items()]


SOFTWARE = set(range(55, 59))
IGNORED = set(range(59, 64))


def _attribute(facts, entry):
    return facts.mair >> 8 * (entry >> 2 & 7) & 0xFF


def _is_device(facts, stage, entry):
    if stage == 2:
        return entry >> 4 & 3 == 0
    return _attribute(facts, entry) & 0xF0 == 0


def _leaf_reason(facts, stage, entry, bit):
    if bit in SOFTWARE:
        return "bits 58:55 of a leaf are for software"
    if bit in IGNORED:
        return "bits 63:59 of a leaf are ignored: PBHA is off (HWU), 63 means nothing"
    if bit in (8, 9) and _is_device(facts, stage, entry):
        return "shareability of Device memory is ignored"
    if stage == 1 and bit in (2, 3, 4) and _attribute(facts, entry) == _attribute(facts, entry ^ 1 << bit):
        return "another index with the same attribute in MAIR_EL2"
    return None


def _table_reason(facts, entry, bit):
    if 2 <= bit < 12 or 51 <= bit < 59:
        return "bits 11:2 and 58:51 of a table descriptor are ignored"
    old, new = entry & OUTPUT, (entry ^ 1 << bit) & OUTPUT
    same = old != new and facts.image.holds(new, PAGE) and facts.image.read(old, PAGE) == facts.image.read(new, PAGE)
    return "another table with the same contents" if same else None


def _is_table(level, entry):
    return level < 3 and entry & 3 == 3


def _reason(facts, stage, level, entry, bit):
    return _table_reason(facts, entry, bit) if _is_table(level, entry) else _leaf_reason(facts, stage, entry, bit)


class _Turns:
    """Which bits of a descriptor are flipped: of the first of its kind all, of others one in turn."""

    def __init__(self):
        self.seen, self.turn = set(), 0

    def bits(self, stage, level, entry):
        kind = (stage, level, _is_table(level, entry), entry >> 48, entry & 0xFFF)
        self.turn += 1
        if ALL_BITS or kind not in self.seen:
            self.seen.add(kind)
            return range(64)
        return [self.turn % 55]


def descriptors(facts) -> Iterator[Mutant]:
    turns = _Turns()
    for address, entries, stage, level, name in _walked(facts):
        words = struct.unpack(f"<{entries}Q", facts.image.read(address, entries * 8))
        for index, entry in ((n, w) for n, w in enumerate(words) if w & 1):
            title = f"{name}, level {level} table 0x{address:x}[{index}]"
            for bit in turns.bits(stage, level, entry):
                yield _flip(facts.image, title, address + index * 8, 8, bit, _reason(facts, stage, level, entry, bit))


def _empty(words):
    """Empty descriptors: those beside others, and one in sixteen of the rest."""
    for n, word in enumerate(words):
        beside = any(words[m] for m in (n - 1, n + 1) if 0 <= m < len(words))
        if not word and (ALL_BITS or beside or n % 16 == 0):
            yield n


def additions(facts) -> Iterator[Mutant]:
    """What is not mapped, mapped: an empty descriptor becomes a leaf, now to its own address, now to the hypervisor's."""
    for address, entries, stage, level, name in _walked(facts):
        words = struct.unpack(f"<{entries}Q", facts.image.read(address, entries * 8))
        bits = (0x745 if stage == 1 else 0x7FD) | (2 if level == 3 else 0)
        for index in _empty(words) if level > 0 else ():
            own = facts.region[0] >> shift_of(level) << shift_of(level)
            output = own if index % 2 else index << shift_of(level)
            yield Mutant(f"{name}, level {level} table 0x{address:x}[{index}] maps 0x{output:x}", address + index * 8,
                         struct.pack("<Q", output | bits))


# What SMMUs read: stream tables, and queues.

def entries(facts) -> Iterator[Mutant]:
    """Each bit of the first levels and of used entries; of others, and of what is beside them, one in turn for each word."""
    used = [s.entry for p in facts.partitions for s in facts.members(p, "streams", "stream_count")]
    for table in facts.stream_tables:
        for start, size in table.first:
            yield from _words(facts, "first level", start, size, set())
    segment = next(s for s in facts.image.segments if s.rights == "rw-" and s.file_size)
    yield from _words(facts, ".streams", segment.start, segment.size, set(used))


def _words(facts, name, start, size, used):
    """Every bit of what is not zero or is a used entry's; one in turn of every fifth other word."""
    for n, at in enumerate(range(start, start + size, 8)):
        word = int.from_bytes(facts.image.read(at, 8), "little")
        every = word or any(entry <= at < entry + 64 for entry in used)
        for bit in range(64) if every else [n % 64] if ALL_BITS or n % 5 == 0 else []:
            yield _flip(facts.image, f"{name}, 0x{at:x}", at, 8, bit)


# Registers' constants in code, and the header.

def _literal(facts, write):
    """The literal that was loaded into the register of an MSR, some instructions before it."""
    words = struct.unpack("<9I", facts.image.read(write.address - 32, 36))
    for back in range(1, 9):
        if words[8 - back] & 0xFF00001F == 0x58000000 | words[8] & 31:
            return write.address - back * 4 + (words[8 - back] >> 5 & 0x7FFFF) * 4
    return None


def _register_reason(facts, register, bit):
    """MAIR_EL2 has attributes that no descriptor uses."""
    used = {r.attributes.memory for w in [facts.boot_walk, *facts.load_walks] for r in w.ranges}
    return "an attribute that no descriptor uses" if register == "MAIR_EL2" and bit // 8 not in used else None


def code(facts) -> Iterator[Mutant]:
    for write in facts.writes:
        address = _literal(facts, write) if write.values else None
        for bit in range(64) if address and write.register not in ("TCR_EL2", "TTBR0_EL2") else ():
            name = f"{write.register} in {write.function}"
            yield _flip(facts.image, name, address, 8, bit, _register_reason(facts, write.register, bit))


def _move_reason(register, changed):
    allowed = register == "HCR_EL2" and changed in (40, 41, 58)
    return "APK and API: pointer authentication may be the guest's or not" if allowed else None


def _made_by_moves(facts, write):
    """Addresses of MOVZ and MOVK that make the value of an MSR up: right before it, or anywhere in a C function before."""
    boot = any(w.register == "SCTLR_EL2" and w.function == write.function for w in facts.writes)
    for address in range(write.address - 8 if boot else facts.image.symbols[write.function], write.address, 4):
        word = struct.unpack("<I", facts.image.read(address, 4))[0]
        if word & 0x7F800000 in (0x52800000, 0x72800000):
            yield address, word


def moves(facts) -> Iterator[Mutant]:
    """Each bit of the immediates that make HCR_EL2 and SCTLR_EL2 up."""
    for write in (w for w in facts.writes if w.register in ("HCR_EL2", "SCTLR_EL2")):
        for address, word in _made_by_moves(facts, write):
            for bit in range(5, 21):
                reason = _move_reason(write.register, 16 * (word >> 21 & 3) + bit - 5)
                yield _flip(facts.image, f"{write.register}, move at 0x{address:x}", address, 4, bit, reason)


def header(facts) -> Iterator[Mutant]:
    for offset, size in ((8, 8), (16, 8), (24, 8), (56, 4)):
        for bit in range(size * 8):
            yield _flip(facts.image, f"header + {offset}", facts.region[0] + offset, size, bit)


# Guests' device trees and images.

def _copy_of_tree(facts, partition):
    first = facts.members(partition, "memory", "memory_count")[0].pa
    return next(c for c in facts.members(partition, "copies", "copy_count") if c.destination == first)


def _tokens(blob) -> Iterator[tuple[str, int, int]]:
    """(path of a property, or of a node and (name), offset, length) in a flattened tree (chapter 5 of the Devicetree Specification)."""
    _, _, structure, strings = struct.unpack(">4I", blob[:16])
    at, path = structure, []
    while (token := struct.unpack(">I", blob[at:at + 4])[0]) != 9:
        at += 4
        if token == 1:
            end = blob.index(b"\0", at)
            path.append(blob[at:end].decode())
            yield "/".join(path) + " (name)", at, end - at
            at = end + 4 & ~3
        elif token == 2:
            path.pop()
        elif token == 3:
            size, name = struct.unpack(">2I", blob[at:at + 8])
            begin = strings + name
            yield "/".join(path) + ":" + blob[begin:blob.index(b"\0", begin)].decode(), at + 8, size
            at = at + 8 + size + 3 & ~3


def _tree_reason(declared, path):
    if path.endswith(" (name)"):
        return "the name of a node whose driver looks for `compatible`"
    if path.endswith(":model") or path == ":compatible":
        return "a name of the machine for people and programs; it gives nothing"
    if path.endswith("clock-frequency") and declared.uart is None:
        return "the clock of a virtual console, which has no bit rate"
    return None


def trees(facts) -> Iterator[Mutant]:
    """One bit of every third byte of every property of each guest's device tree, of the first always."""
    for declared in facts.system.partitions:
        copy = _copy_of_tree(facts, facts.record(declared.name))
        blob = facts.image.read(copy.source, copy.size)
        for path, offset, size in _tokens(blob):
            for n in range(offset, offset + size, 1 if ALL_BITS else 3):
                yield _flip(facts.image, f"{declared.name}'s device tree, {path} byte {n - offset}", copy.source + n, 1, n % 8,
                            _tree_reason(declared, path))


def tree_reason(facts, declared, copy, address):
    """Why a byte of a guest's device tree may be another."""
    for path, offset, size in _tokens(facts.image.read(copy.source, copy.size)):
        if copy.source + offset <= address < copy.source + offset + size:
            return _tree_reason(declared, path)
    return None


def images(facts) -> Iterator[Mutant]:
    """The first, the last and some other bytes of everything that is loaded."""
    for partition in facts.partitions:
        for copy in facts.members(partition, "copies", "copy_count"):
            if copy is not None and copy.source != _copy_of_tree(facts, partition).source:
                for n in range(8):
                    at = copy.source + n * (copy.size - 1) // 7
                    yield _flip(facts.image, f"{facts.name(partition)}'s image, 0x{at:x}", at, 1, n)


ALL = {f.__name__: f for f in (config, descriptors, additions, entries, code, moves, header, trees, images)}
