# SPDX-License-Identifier: Apache-2.0
"""The bench's tables on the terminal.

@implements REQ-BENCH-004
@implements REQ-BENCH-006
@implements REQ-BENCH-009
"""
from budget import HELD, WORK, distance

HEAD = ("operation", "min", "avg", "max", *HELD[1:], "budget", "target", "verdict")
MEASURES_HEAD = ("measure", "found", "budget", "target", "verdict", "what")
BOOT_HEAD = ("part of boot", "kind", *WORK, "bytes", "per KiB")
WORST_HEAD = ("class of section", "sections", *WORK, "waited", "most of it in")
RED, GREEN, PLAIN = "\033[31m", "\033[32m", "\033[0m"
NOT_HERE = "not in this system"


def print_table(title, head, table, colour=False, left=(0,)):
    """Rows in columns; in a terminal red where a target is not reached."""
    lines = [[str(cell) for cell in line] for line in (head, *table)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    print(f"\n{title}")
    for line in lines:
        text = "  ".join(cell.ljust(width) if column in left else cell.rjust(width)
                         for column, (cell, width) in enumerate(zip(line, widths))).rstrip()
        if colour and "reached" in line:
            text = GREEN + text + PLAIN
        elif colour and any(" over (" in cell for cell in line):
            text = RED + text + PLAIN
        print(text)


def operation_rows(budget, allowed, measured):
    for row in budget["rows"]:
        if row["unit"] != "instructions" or row.get("measure"):
            continue
        result = measured.get(row["operation"])
        limit = allowed.get(row["operation"], {}).get("instructions", "-")
        if result is None:
            yield [row["title"], *["-"] * (len(HEAD) - 4), limit, row["target"], NOT_HERE]
            continue
        total = result["instructions"]
        yield [row["title"], total["min"], f"{total['avg']:g}", total["max"], *[result[kind]["max"] for kind in HELD[1:]],
               limit, row["target"] or "-", distance(total["max"], row["target"])[1] or "-"]


def measure_rows(budget, allowed, measured):
    for row in budget["rows"]:
        result = measured.get(row["operation"], {})
        if "value" in result:
            limit = allowed.get(row["operation"], {}).get("value", "-")
            yield [f"{row['title']}, {row['unit']}", f"{result['value']:g}" if result["value"] < 1e5 else result["value"],
                   limit, row["target"] or "-", distance(result["value"], row["target"])[1], result["note"]]


def boot_rows(areas):
    for name, area in areas.items():
        per = f"{area['instructions'] * 1024 / area['bytes']:.1f}" if area["bytes"] else ""
        yield [name, area["kind"], *[area[kind] for kind in WORK], area["bytes"] or "", per]


def image_rows(parts):
    for section, content in parts.items():
        for name, size in sorted(content.items(), key=lambda item: -item[1]):
            yield [section, name, size]
        yield [section, "all", sum(content.values())]


def worst_rows(worst):
    for name, entry in sorted(worst.items(), key=lambda item: -item[1]["instructions"]):
        yield [name, entry["sections"], *[entry[kind] for kind in WORK], entry["waited"], entry["function"]]


def print_system(budget, allowed, run, colour):
    """One system's tables."""
    system, measured = run["system"], run["results"]
    print_table(f"{system}: EL2's work for each operation, instructions and dear operations (no time)", HEAD,
                list(operation_rows(budget, allowed, measured)), colour, (0, len(HEAD) - 1))
    print_table(f"{system}: measures", MEASURES_HEAD, list(measure_rows(budget, allowed, measured)), colour, (0, 4, 5))
    if run["areas"]:
        print_table(f"{system}: boot of the boot core, by part", BOOT_HEAD, list(boot_rows(run["areas"])), left=(0, 1))
    if run["image"]:
        print_table(f"{system}: image and memory", ("section", "from", "bytes"), list(image_rows(run["image"])),
                    left=(0, 1))
    if run["worst"]:
        print_table(f"{system}: worst of each class of section", WORST_HEAD, list(worst_rows(run["worst"])),
                    left=(0, len(WORST_HEAD) - 1))
    for row, result in measured.items():
        if result.get("disturbed"):
            print(f"set aside: {result['disturbed']} of {row}, with an exit that is not theirs")
