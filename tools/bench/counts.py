# SPDX-License-Identifier: Apache-2.0
"""What the counting plugin wrote (tests/silicon/count), as numbers for each operation, part of boot and class of section.

@implements REQ-BENCH-002
@implements REQ-BENCH-006
@implements REQ-BENCH-007
"""
import re
from collections import Counter, defaultdict
from pathlib import Path

from areas import (AREAS, CLEAN_PAGES, CONTROL, COPY_PAGES, COPY_PIECES, DATA, FAULT, LOADER, PAGES, REST, SCRUB,
                   SCRUB_PAGES)
from classes import BOOT, class_name, slot_title

KINDS = ("instructions", "sysreg", "mmio", "barrier", "tlbi", "cache", "waited")
OPERATIONS = Path(__file__).resolve().parents[2] / "guests" / "bench" / "operations.h"
DEFINE = re.compile(r"#define BENCH_(\w+) (\d+)$", re.M)
BOOT_SLOT = 0
PAGE = 4096
KIB = 1024
AREA_KINDS = {**{name: kind for name, kind, _ in AREAS}, REST: CONTROL}


class Counts:
    """One run of one system. `functions`: their names, in the plugin's order."""

    def __init__(self, text, functions=()):
        self.functions = functions
        self.repetitions = defaultdict(int)
        self.sums = defaultdict(lambda: [0] * len(KINDS))
        self.exits = Counter()
        self.areas = {}
        self.worst = {}
        for line in text.splitlines():
            word, *numbers = line.split()
            getattr(self, f"_{word}")(*[float(number) if "." in number else int(number, 0) for number in numbers])

    def _repetitions(self, _core, operation, number):
        self.repetitions[operation] = max(self.repetitions[operation], number)

    def _exit(self, _core, operation, repetition, slot, _class, *counts):
        """Exits of one repetition, on all cores that take part in it, are one sum."""
        if slot != BOOT_SLOT:
            key = operation, repetition
            self.sums[key] = [a + b for a, b in zip(self.sums[key], counts)]
            self.exits[key] += 1

    def _area(self, core, area, entries, work, *counts):
        """Of the boot core."""
        name = AREAS[area][0] if area < len(AREAS) else REST
        if core == 0:
            bytes_worked = entries * PAGE if name in PAGES else work
            self.areas[name] = {"kind": AREA_KINDS[name], "bytes": bytes_worked, **dict(zip(KINDS, counts))}

    def _worst(self, _core, slot, exception, detail, sections, when, end, function, *counts):
        """Sections that have the same name are one class, on all cores."""
        name = class_name(slot, exception, detail)
        found = self.worst.setdefault(name, {"sections": 0, "instructions": -1})
        found["sections"] += sections
        if counts[0] > found["instructions"]:
            where = self.functions[function] if function < len(self.functions) else "?"
            found.update({"when": when, "end": slot_title(end), "function": where})
        found.update({kind: max(found.get(kind, 0), count) for kind, count in zip(KINDS, counts)})

    def _lost(self, core, number):
        raise ValueError(f"the plugin had no room for {number} exits of core {core}")

    def operation(self, number):
        """{repetitions, disturbed, exits: spread, kind: spread}, or None if it was not done.

        A repetition of another number of exits than most had an interrupt in it that is not its own, such as the
        supervision of the other cores' start: it is counted as disturbed, and not in the spreads.
        """
        count = self.repetitions.get(number, 0)
        if count == 0:
            return None
        keys = [(number, n) for n in range(1, count + 1)]
        usual = Counter(self.exits[key] for key in keys).most_common(1)[0][0]
        kept = [key for key in keys if self.exits[key] == usual]
        zero = [0] * len(KINDS)
        columns = zip(*(self.sums.get(key, zero) for key in kept))
        return {"repetitions": count, "disturbed": count - len(kept), "exits": _spread([usual]),
                **{kind: _spread(column) for kind, column in zip(KINDS, columns)}}

    def boot(self):
        """The control path of the boot core, as an operation that is done once; None if there was none."""
        parts = [area for area in self.areas.values() if area["kind"] == CONTROL]
        if not parts:
            return None
        return {"repetitions": 1, "disturbed": 0, "exits": _spread([0]),
                **{kind: _spread([sum(part[kind] for part in parts)]) for kind in KINDS}}

    def longest(self):
        """The class of the longest section after boot and before the end, or None."""
        later = [name for name in self.worst if name not in (BOOT, FAULT)]
        return max(later, key=lambda name: self.worst[name]["instructions"], default=None)

    def _total(self, what, *areas):
        return sum(self.areas[area][what] for area in areas if area in self.areas)

    def measures(self):
        """{measure: {value, note}}: data work for each KiB, the longest section."""
        found = {}
        memory = self._total("bytes", SCRUB, SCRUB_PAGES, COPY_PAGES)
        if memory:
            copied = self._total("bytes", COPY_PAGES, COPY_PIECES)
            copying = self._total("instructions", COPY_PAGES, COPY_PIECES)
            rest = self._total("instructions", SCRUB, SCRUB_PAGES, CLEAN_PAGES, LOADER)
            everything = self._total("instructions", *self.areas)
            found["boot-all"] = {"value": everything, "note": f"with {memory // KIB} KiB to load"}
            found["boot-copy"] = {"value": _per_kib(copying, copied), "note": f"of {copied} bytes that are copied"}
            found["boot-scrub"] = {"value": _per_kib(rest, memory), "note": f"of {memory // KIB} KiB, the loader included"}
        name = self.longest()
        if name:
            worst = self.worst[name]
            found["section"] = {"value": worst["instructions"],
                                "note": f"from: {name}; most of it in {worst['function']}; to: {worst['end']}"}
        return found


def _per_kib(instructions, size):
    return round(instructions * KIB / size, 1) if size else 0.0


def _spread(values):
    return {"min": min(values), "avg": round(sum(values) / len(values), 1), "max": max(values),
            "usual": Counter(values).most_common(1)[0][0]}


def operations():
    """name: number, as the guest has them."""
    found = DEFINE.findall(OPERATIONS.read_text())
    return {name.lower().replace("_", "-"): int(number) for name, number in found if number != "0"}


def read(path):
    """The counts in a file, with names of functions from the table beside it."""
    table = Path(path).with_suffix(".table")
    functions = []
    if table.exists():
        functions = [line.split()[3] for line in table.read_text().splitlines() if line.startswith("function ")]
    return Counts(Path(path).read_text(), functions)


def measure(counts):
    """{operation: spreads}, boot among them."""
    results = {name: counts.operation(number) for name, number in operations().items()}
    results["boot"] = counts.boot()
    return {name: result for name, result in results.items() if result}


__all__ = ["DATA", "KINDS", "Counts", "measure", "operations", "read"]
