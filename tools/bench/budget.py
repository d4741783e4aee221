# SPDX-License-Identifier: Apache-2.0
"""The budget file: targets, peers' figures, and for each compiler what is allowed today.

@implements REQ-BENCH-004
@implements REQ-BENCH-005
@implements REQ-BENCH-010
"""
import json
from pathlib import Path

# What the budget holds of an operation, as maxima; of a measure it holds the value.
WORK = ("instructions", "sysreg", "mmio", "barrier", "tlbi", "cache")
HELD = (*WORK, "exits")
VALUE = ("value",)
DISTURBED = 20  # of 1,000 repetitions; more is not chance


def load(path):
    return json.loads(Path(path).read_text())


def limits(budget, compiler):
    """{system: {row: {kind: most}}}, or None if this compiler's code has no budget."""
    return budget["budgets"].get(compiler)


def skipped(path, compiler, known):
    """What to say, loudly, of counts that nothing holds."""
    return (f"bench: SKIP: {path} has no budget for {compiler}, only for {', '.join(sorted(known)) or 'none'}: "
            "growth is NOT checked; make bench-budget writes one")


def most(result):
    """{kind: the most that was counted}."""
    if "value" in result:
        return {"value": result["value"]}
    return {kind: result[kind]["max"] for kind in HELD}


def is_held(budget, system, row):
    return not any((entry["system"], entry["operation"]) == (system, row) for entry in budget["not held"])


def _grown(result, allowed):
    found = most(result)
    if set(found) != set(allowed):
        return ["the budget is of another form"]
    lines = [f"{kind} grew from {allowed[kind]} to {count}" for kind, count in found.items() if count > allowed[kind]]
    if result.get("disturbed", 0) > DISTURBED:
        lines.append(f"{result['disturbed']} repetitions had another number of exits")
    return lines


def growth(budget, compiler, results):
    """What costs more than its budget, has none, or was not counted: a line for each."""
    errors = []
    held = limits(budget, compiler)
    for system, measured in results.items():
        allowed = held.get(system, {})
        for row, result in measured.items():
            if is_held(budget, system, row):
                lines = _grown(result, allowed[row]) if row in allowed else ["has no budget"]
                errors += [f"{system}: {row}: {line}" for line in lines]
        errors += [f"{system}: {row}: was not counted" for row in allowed if row not in measured]
    errors += [f"{system} was not run" for system in held if system not in results]
    return errors


def write(path, budget, compiler, results):
    """What was counted becomes the budget of this compiler; those of others stay."""
    budget["budgets"][compiler] = {system: {row: most(result) for row, result in measured.items()
                                            if is_held(budget, system, row)}
                                   for system, measured in results.items()}
    Path(path).write_text(json.dumps(budget, indent=4) + "\n")


def distance(found, target):
    """(reached, text): the distance to the target stands in the table for as long as there is one."""
    if target is None:
        return True, ""
    over = round(found - target, 1)
    return found <= target, "reached" if found <= target else f"{over:g} over ({found / target:.1f}x)"
