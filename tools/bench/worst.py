# SPDX-License-Identifier: Apache-2.0
"""The worst of each class of section over all systems that were counted, beside its budget (docs/bench.md).

@implements REQ-BENCH-008
@implements REQ-BENCH-010
@implements REQ-BENCH-012
"""
import argparse
import json
import sys
from pathlib import Path

import budget as budgets
import counts
import show
from areas import FAULT
from classes import BOOT

HEAD = ("class of section", "sections", *budgets.WORK, "budget", "most of it in", "ends at", "in")


def tests_of(folder):
    """[(time, test)]: when each test began, as the tests wrote it."""
    path = Path(folder) / "tests.txt"
    lines = path.read_text().splitlines() if path.exists() else []
    return [(float(time), name) for time, _, name in (line.partition(" ") for line in lines)]


def test_at(tests, when):
    """The test that ran then: the last one that had begun."""
    begun = [name for time, name in tests if time <= when]
    return begun[-1] if begun else "?"


def merge(folder):
    """{class: the largest of each count, and where}, over all counts in a folder."""
    tests = tests_of(folder)
    merged = {}
    for path in sorted(Path(folder).glob("*.txt")):
        if path.name == "tests.txt":
            continue
        for name, entry in counts.read(path).worst.items():
            found = merged.setdefault(name, {"sections": 0, "instructions": -1})
            found["sections"] += entry["sections"]
            if entry["instructions"] > found["instructions"]:
                found.update({key: entry[key] for key in ("function", "end")})
                found["test"] = test_at(tests, entry["when"])
                found["system"] = path.stem.rpartition("-")[0]
            found.update({kind: max(found.get(kind, 0), entry[kind]) for kind in counts.KINDS})
    return merged


def limit(budget, name, kind, seen):
    """The most that may be counted, from the least and the most that were seen as a run's worst: which paths a run takes
    is up to the host's timing, and a class that varies more has more room."""
    least, most = seen
    pending = budget["pending"]
    headroom = pending if name.startswith(tuple(pending["classes"])) else budget["headroom"]
    room = headroom[kind if kind == "instructions" else "others"]
    return int(most * budget["headroom"]["factor"]) + most - least + room


def grown(budget, name, seen, entry):
    """What of one class is beyond its limit."""
    for kind in budgets.WORK:
        most = limit(budget, name, kind, seen[kind])
        if entry[kind] > most:
            yield f"{kind} grew from {seen[kind][1]} to {entry[kind]}, more than {most} ({entry['test']})"


def growth(budget, held, merged):
    """A line for each class that is new, or has a count beyond its limit."""
    errors = []
    for name, entry in merged.items():
        seen = held.get(name) or held.get(budget["rare"].get(name))
        if seen is None:
            errors.append(f"{name}: has no budget ({entry['instructions']} instructions, {entry['test']})")
            continue
        errors += [f"{name}: {line}" for line in grown(budget, name, seen, entry)]
    return errors


def after_boot(merged):
    """The classes that a guest can be kept waiting by: not a core's first section, nor the end after a fault of EL2."""
    return {name: entry for name, entry in merged.items() if name not in (BOOT, FAULT)}


def beyond_target(budget, merged):
    """A line for each class that is longer than the target and has no reason to be."""
    return [f"{name}: {entry['instructions']} instructions, beyond the target of {budget['target']} ({entry['test']})"
            for name, entry in after_boot(merged).items()
            if entry["instructions"] > budget["target"] and not budget["beyond target"].get(name)]


def write(path, budget, compiler, merged, keep):
    """What was counted becomes the budget; with `keep`, together with what earlier runs have seen."""
    held = budget["budgets"].get(compiler, {}) if keep else {}
    for name, entry in merged.items():
        if name in budget["rare"]:
            continue
        seen = held.get(name, {})
        held[name] = {kind: [min([entry[kind], *seen.get(kind, [])]), max([entry[kind], *seen.get(kind, [])])]
                      for kind in budgets.WORK}
    budget["budgets"][compiler] = dict(sorted(held.items()))
    Path(path).write_text(dump(budget))


def dump(budget):
    """JSON with a line for each class."""
    text = json.dumps({**budget, "budgets": "@"}, indent=2)
    compilers = []
    for compiler, held in sorted(budget["budgets"].items()):
        lines = ",\n".join(f"      {json.dumps(name)}: {json.dumps(seen)}" for name, seen in held.items())
        compilers.append(f'    "{compiler}": {{\n{lines}\n    }}')
    return text.replace('"@"', "{\n" + ",\n".join(compilers) + "\n  }") + "\n"


def print_report(budget, held, merged, colour):
    table = [[name, entry["sections"], *[entry[kind] for kind in budgets.WORK],
              held[name]["instructions"][1] if name in held else "-", entry["function"], entry["end"], entry["test"]]
             for name, entry in sorted(merged.items(), key=lambda item: -item[1]["instructions"])]
    left = (0, *range(len(HEAD) - 3, len(HEAD)))
    show.print_table("worst of each class of section, over the system tests; waits for locks apart", HEAD, table, left=left)
    later = after_boot(merged)
    for name, reason in budget["beyond target"].items():
        print(f"may be beyond the target: {name}: {reason}")
    if later:
        name = max(later, key=lambda name: later[name]["instructions"])
        found, target = later[name]["instructions"], budget["target"]
        reached, text = budgets.distance(found, target)
        line = f"longest masked section after boot: {found} (target {target}: {text}), {name}, in {later[name]['test']}"
        print(f"{show.GREEN if reached else show.RED}{line}{show.PLAIN}" if colour else line)


def main(words=None):
    parser = argparse.ArgumentParser(description="Shows the worst of each class of section.")
    for option in ("--budget", "--compiler", "--json", "--counts"):
        parser.add_argument(option, required=True)
    parser.add_argument("--check", action="store_true", help="status 1 if a class grew, is new, or is beyond the target")
    parser.add_argument("--write", action="store_true", help="what was counted becomes the compiler's budget")
    parser.add_argument("--add", action="store_true", help="the same, together with what earlier runs have seen")
    arguments = parser.parse_args(words)
    budget = budgets.load(arguments.budget)
    merged = merge(arguments.counts)
    if not merged:
        print(f"worst: nothing was counted in {arguments.counts}; make test-system counts", file=sys.stderr)
        return 1
    if arguments.write or arguments.add:
        write(arguments.budget, budget, arguments.compiler, merged, arguments.add)
    held = budgets.limits(budget, arguments.compiler)
    errors = beyond_target(budget, merged) + ([] if held is None else growth(budget, held, merged))
    Path(arguments.json).write_text(json.dumps({"compiler": arguments.compiler, "worst": merged, "grew": errors}, indent=1))
    print_report(budget, held or {}, merged, sys.stdout.isatty())
    if held is None:
        print(budgets.skipped(arguments.budget, arguments.compiler, budget["budgets"]), file=sys.stderr)
    for error in errors:
        print(f"worst: {error}", file=sys.stderr)
    return 1 if errors and arguments.check else 0


if __name__ == "__main__":
    sys.exit(main())
