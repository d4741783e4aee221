# SPDX-License-Identifier: Apache-2.0
"""What the counting plugin wrote (tests/silicon/count), as numbers for each operation.

@implements REQ-BENCH-002
"""
import re
from collections import Counter, defaultdict
from pathlib import Path

KINDS = ("instructions", "sysreg", "mmio", "barrier", "tlbi", "cache", "data")
OPERATIONS = Path(__file__).resolve().parents[2] / "guests" / "bench" / "operations.h"
DEFINE = re.compile(r"#define BENCH_(\w+) (\d+)$", re.M)
BOOT_SLOT = 0


class Counts:
    """One run of one system."""

    def __init__(self, text):
        self.repetitions = defaultdict(int)
        self.sums = defaultdict(lambda: [0] * len(KINDS))
        self.exits = Counter()
        self.boot = None
        self.worst = []
        for line in text.splitlines():
            word, *numbers = line.split()
            getattr(self, f"_{word}")(*[int(number, 0) for number in numbers])

    def _repetitions(self, _core, operation, number):
        self.repetitions[operation] = max(self.repetitions[operation], number)

    def _exit(self, core, operation, repetition, slot, _class, *counts):
        """Exits of one repetition, on all cores that take part in it, are one sum."""
        if slot != BOOT_SLOT:
            key = operation, repetition
            self.sums[key] = [a + b for a, b in zip(self.sums[key], counts)]
            self.exits[key] += 1
        elif core == 0:
            self.boot = dict(zip(KINDS, counts))

    def _worst(self, slot, exception_class, exits, *counts):
        self.worst.append({"slot": slot, "class": exception_class, "exits": exits, **dict(zip(KINDS, counts))})

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


def _spread(values):
    return {"min": min(values), "avg": round(sum(values) / len(values), 1), "max": max(values),
            "usual": Counter(values).most_common(1)[0][0]}


def operations():
    """name: number, as the guest has them."""
    found = DEFINE.findall(OPERATIONS.read_text())
    return {name.lower().replace("_", "-"): int(number) for name, number in found if number != "0"}


def measure(path):
    """{operation: spreads} of a counts file, boot among them, and the worst exit of each kind."""
    counts = Counts(Path(path).read_text())
    results = {name: counts.operation(number) for name, number in operations().items()}
    if counts.boot:
        control = {**counts.boot, "instructions": counts.boot["instructions"] - counts.boot["data"]}
        results["boot"] = {"repetitions": 1, "disturbed": 0, "exits": _spread([0]),
                           **{kind: _spread([value]) for kind, value in control.items()}}
    return {name: result for name, result in results.items() if result}, counts.worst
