# SPDX-License-Identifier: Apache-2.0
"""The chart: for each row of the budget file ours, the target and the peers on one logarithmic scale. It is drawn from
counts or from the budget alone, so that the copy in docs/ can be compared with the budget.

@implements REQ-BENCH-011
"""
import argparse
import math
import sys
from pathlib import Path
from xml.sax.saxutils import escape

import budget as budgets

WIDTH, LEFT, RIGHT, TOP, ROW, HALF = 1090, 300, 220, 96, 26, 9
DECADES = 6  # from 10 to 10,000,000
SERIES = (("Bao", "#2f6fb5", "square"), ("Xen", "#7b4fa3", "diamond"), ("lean", "#8a8a8a", "circle"))
REACHED, MISSED, NEUTRAL, INK, RULE = "#1d7f3c", "#c62828", "#667788", "#222222", "#dddddd"
FONT = "font-family='DejaVu Sans, Verdana, sans-serif'"


def x_of(value):
    place = (math.log10(max(value, 10)) - 1) / DECADES
    return round(LEFT + place * (WIDTH - LEFT - RIGHT), 1)


def text(x, y, words, colour=INK, size=12, anchor="start", weight="normal"):
    return (f"<text x='{x}' y='{y}' fill='{colour}' font-size='{size}' text-anchor='{anchor}' font-weight='{weight}'>"
            f"{escape(str(words))}</text>")


def mark(shape, x, y, colour):
    if shape == "circle":
        return f"<circle cx='{x}' cy='{y}' r='5' fill='{colour}'/>"
    turned = f" transform='rotate(45 {x} {y})'" if shape == "diamond" else ""
    return f"<rect x='{round(x - 4.5, 1)}' y='{y - 4.5}' width='9' height='9' fill='{colour}'{turned}/>"


def target_mark(x, y):
    return f"<path d='M {x} {y - HALF} V {y + HALF}' stroke='{INK}' stroke-width='2.5'/>"


def found_of(row, found):
    """The most of a row, in the system that the row names."""
    counts = found.get(row["system"], {}).get(row["operation"], {})
    return counts.get("value", counts.get("instructions"))


def scale(height):
    for decade in range(DECADES + 1):
        x = x_of(10 ** (decade + 1))
        yield f"<path d='M {x} {TOP - 14} V {height - 20}' stroke='{RULE}'/>"
        yield text(x, TOP - 20, f"{10 ** (decade + 1):,}", anchor="middle", size=11)


def legend():
    x = LEFT
    for name, colour, shape in SERIES:
        yield mark(shape, x, 48, colour)
        yield text(x + 11, 52, name)
        x += 75
    yield target_mark(x, 48)
    yield text(x + 9, 52, "target")
    x += 75
    for name, colour in (("ours, target reached", REACHED), ("ours, target not reached", MISSED)):
        yield f"<rect x='{x}' y='43' width='26' height='10' fill='{colour}'/>"
        yield text(x + 32, 52, name, colour)
        x += 180


def draw_row(row, value, y):
    yield text(LEFT - 10, y + 4, f"{row['title']}{UNITS[row['unit']]}", anchor="end")
    if value is None:
        yield text(WIDTH - RIGHT + 10, y + 4, "not counted yet", MISSED, weight="bold")
    else:
        reached, distance = budgets.distance(value, row["target"])
        colour = NEUTRAL if row["target"] is None else REACHED if reached else MISSED
        yield f"<rect x='{LEFT}' y='{y - 5}' width='{round(x_of(value) - LEFT, 1)}' height='10' fill='{colour}'/>"
        yield text(WIDTH - RIGHT + 10, y + 4, f"{value:,}{': ' * bool(distance)}{distance}", colour, weight="bold")
    if row["target"]:
        yield target_mark(x_of(row["target"]), y)
    for name, colour, shape in SERIES:
        for figure in row.get("peers", {}).get(name, []):
            yield mark(shape, x_of(figure), y, colour)


UNITS = {"instructions": "", "instructions per KiB": ", per KiB", "bytes": ", bytes"}


def draw(budget, found, compiler):
    """`found`: {system: {row: {kind: most}}}."""
    rows = [row for row in budget["rows"] if row.get("chart", True)]
    height = TOP + ROW * len(rows) + 34
    parts = [f"<svg xmlns='http://www.w3.org/2000/svg' width='{WIDTH}' height='{height}' "
             f"viewBox='0 0 {WIDTH} {height}' {FONT}>", f"<rect width='{WIDTH}' height='{height}' fill='#ffffff'/>",
             text(16, 24, "EL2's work for each operation: instructions (no time), logarithmic", size=16, weight="bold"),
             *legend(), *scale(height)]
    for number, row in enumerate(rows):
        parts += draw_row(row, found_of(row, found), TOP + ROW * number + ROW // 2)
    parts.append(text(16, height - 8, f"{compiler}, QEMU virt, cortex-a57, GICv3. Peers, and what can be compared: "
                      "docs/bench.md. Written by make bench-figure.", size=10))
    return "\n".join([*parts, "</svg>", ""])


def draw_budget(budget):
    """Of the first compiler that has one."""
    compiler = sorted(budget["budgets"])[0]
    return draw(budget, budget["budgets"][compiler], compiler)


def main(words=None):
    parser = argparse.ArgumentParser(description="Draws the chart from the budget.")
    for option in ("--budget", "--svg"):
        parser.add_argument(option, required=True)
    arguments = parser.parse_args(words)
    Path(arguments.svg).write_text(draw_budget(budgets.load(arguments.budget)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
