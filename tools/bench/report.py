# SPDX-License-Identifier: Apache-2.0
"""The counts of the bench beside their budget and the design's targets: a table, and build/bench.json.

@implements REQ-BENCH-004
@implements REQ-BENCH-005
"""
import argparse
import json
import sys
from pathlib import Path

from counts import measure

# What the budget holds, as maxima: data work is a part of the instructions, and shown for boot.
WORK = ("instructions", "sysreg", "mmio", "barrier", "tlbi", "cache")
HELD = (*WORK, "exits")
DISTURBED = 20  # of 1,000 repetitions; more is not chance
HEAD = ("operation", "min", "avg", "max", *HELD[1:], "budget", "target", "verdict")
RED, GREEN, PLAIN = "\033[31m", "\033[32m", "\033[0m"


def is_held(budget, system, operation):
    return not any((row["system"], row["operation"]) == (system, operation) for row in budget["not held"])


def grown(result, limits):
    """What of one operation is more than it may be."""
    lines = [f"{kind} grew from {limits[kind]} to {result[kind]['max']}" for kind in HELD
             if result[kind]["max"] > limits[kind]]
    if result["disturbed"] > DISTURBED:
        lines.append(f"{result['disturbed']} repetitions had another number of exits")
    return lines


def growth(budget, results):
    """What costs more than its budget, has none, or was not counted: a line for each."""
    errors = []
    for system, measured in results.items():
        allowed = budget["budget"].get(system, {})
        for operation, result in measured.items():
            if not is_held(budget, system, operation):
                continue
            if operation not in allowed:
                errors.append(f"{system}: {operation} has no budget")
                continue
            errors += [f"{system}: {operation}: {line}" for line in grown(result, allowed[operation])]
        errors += [f"{system}: {operation} was not counted" for operation in allowed if operation not in measured]
    errors += [f"{system} was not run" for system in budget["budget"] if system not in results]
    return errors


def verdict(found, target):
    """The distance to the target stands in the table as long as there is one."""
    return "reached" if found <= target else f"{found - target} over ({found / target:.1f}x)"


def rows(budget, system, measured):
    allowed = budget["budget"].get(system, {})
    for row in budget["rows"]:
        result = measured.get(row["operation"])
        limit = allowed.get(row["operation"], {}).get("instructions", "-")
        if result is None:
            blank = ["-"] * (len(HEAD) - 4)
            yield [row["title"], *blank, limit, row["target"], "not in this system"]
            continue
        total = result["instructions"]
        others = [result[kind]["max"] for kind in HELD[1:]]
        yield [row["title"], total["min"], f"{total['avg']:g}", total["max"], *others, limit, row["target"],
               verdict(total["max"], row["target"])]


def print_table(system, table, colour):
    lines = [[str(cell) for cell in line] for line in (HEAD, *table)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    print(f"\n{system}: EL2's work for each operation, instructions and dear operations (no time)")
    for line in lines:
        cells = [cell.ljust(width) if column in (0, len(HEAD) - 1) else cell.rjust(width)
                 for column, (cell, width) in enumerate(zip(line, widths))]
        text = "  ".join(cells).rstrip()
        if colour and line[-1] == "reached":
            text = GREEN + text + PLAIN
        elif colour and " over" in line[-1]:
            text = RED + text + PLAIN
        print(text)


def print_report(budget, results, worst, colour):
    for system, measured in results.items():
        print_table(system, list(rows(budget, system, measured)), colour)
        for operation, result in measured.items():
            if result["disturbed"]:
                print(f"set aside: {result['disturbed']} of {operation}, with an exit that is not theirs")
        if "boot" in measured:
            print(f"boot's loading of memory, apart: {measured['boot']['data']['max']} instructions")
        for entry in worst[system]:
            place = "boot" if entry["slot"] == 0 else f"vector {entry['slot']:#x}, class {entry['class']:#x}"
            print(f"worst of {entry['exits']} at {place}: " + ", ".join(f"{entry[kind]} {kind}" for kind in WORK))
    for row in budget["not held"]:
        print(f"not held: {row['operation']} of {row['system']}: {row['why']}")


def write_json(path, budget, results, worst, errors):
    content = {"rows": budget["rows"], "results": results, "worst": worst, "budget": budget["budget"],
               "not held": budget["not held"], "grew": errors}
    Path(path).write_text(json.dumps(content, indent=1) + "\n")


def write_budget(path, budget, results):
    budget["budget"] = {system: {operation: {kind: result[kind]["max"] for kind in HELD}
                                 for operation, result in measured.items() if is_held(budget, system, operation)}
                        for system, measured in results.items()}
    text = json.dumps(budget, indent=4)
    Path(path).write_text(text + "\n")


def arguments_of(words):
    parser = argparse.ArgumentParser(description="Shows what the bench counted.")
    parser.add_argument("--budget", required=True)
    parser.add_argument("--json", required=True)
    parser.add_argument("--check", action="store_true", help="status 1 if anything grew")
    parser.add_argument("--write", action="store_true", help="what was counted becomes the budget")
    parser.add_argument("counts", nargs="+", help="what the plugin wrote, one file for each system")
    return parser.parse_args(words)


def main(words=None):
    arguments = arguments_of(words)
    budget = json.loads(Path(arguments.budget).read_text())
    results, worst = {}, {}
    for path in arguments.counts:
        results[Path(path).stem], worst[Path(path).stem] = measure(path)
    if arguments.write:
        write_budget(arguments.budget, budget, results)
    errors = growth(budget, results)
    write_json(arguments.json, budget, results, worst, errors)
    print_report(budget, results, worst, sys.stdout.isatty())
    for error in errors:
        print(f"bench: {error}", file=sys.stderr)
    return 1 if errors and arguments.check else 0


if __name__ == "__main__":
    sys.exit(main())
