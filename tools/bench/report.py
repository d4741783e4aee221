# SPDX-License-Identifier: Apache-2.0
"""The counts of the bench beside their budget, the design's targets and the peers: tables, JSON and a chart.

@implements REQ-BENCH-004
@implements REQ-BENCH-005
"""
import argparse
import json
import sys
from pathlib import Path

import budget as budgets
import chart
import counts
import image
import show


def read_run(path, images):
    """Everything known of one system's run."""
    found = counts.read(path)
    system = Path(path).stem
    run = {"system": system, "results": counts.measure(found), "areas": found.areas, "worst": found.worst, "image": {}}
    run["results"].update(found.measures())
    if images:
        folder = Path(images) / system
        elf, linked = folder / "bulkhead.elf", folder / "bulkhead.map"
        region = json.loads((folder / "config" / "system.json").read_text())["hypervisor"]["size"]
        run["image"] = image.parts(elf, linked)
        run["results"].update(image.measures(elf, linked, region))
    return run


def write_json(path, budget, compiler, runs, errors):
    content = {"compiler": compiler, "rows": budget["rows"], "runs": runs, "not held": budget["not held"],
               "budget": budgets.limits(budget, compiler), "grew": errors}
    Path(path).write_text(json.dumps(content, indent=1) + "\n")


def arguments_of(words):
    parser = argparse.ArgumentParser(description="Shows what the bench counted.")
    parser.add_argument("--budget", required=True)
    parser.add_argument("--compiler", required=True, help="whose budget: its name and major version")
    parser.add_argument("--json", required=True)
    parser.add_argument("--svg", help="a chart, with the peers")
    parser.add_argument("--images", help="the folder of the systems' folders")
    parser.add_argument("--check", action="store_true", help="status 1 if anything grew")
    parser.add_argument("--write", action="store_true", help="what was counted becomes the compiler's budget")
    parser.add_argument("counts", nargs="+", help="what the plugin wrote, one file for each system")
    return parser.parse_args(words)


def main(words=None):
    arguments = arguments_of(words)
    budget = budgets.load(arguments.budget)
    runs = [read_run(path, arguments.images) for path in arguments.counts]
    results = {run["system"]: run["results"] for run in runs}
    if arguments.write:
        budgets.write(arguments.budget, budget, arguments.compiler, results)
    held = budgets.limits(budget, arguments.compiler)
    errors = [] if held is None else budgets.growth(budget, arguments.compiler, results)
    write_json(arguments.json, budget, arguments.compiler, runs, errors)
    if arguments.svg:
        found = {system: {row: budgets.most(result) for row, result in measured.items()}
                 for system, measured in results.items()}
        Path(arguments.svg).write_text(chart.draw(budget, found, arguments.compiler))
    for run in runs:
        show.print_system(budget, (held or {}).get(run["system"], {}), run, sys.stdout.isatty())
    for row in budget["not held"]:
        print(f"not held: {row['operation']} of {row['system']}: {row['why']}")
    if held is None:
        print(budgets.skipped(arguments.budget, arguments.compiler, budget["budgets"]), file=sys.stderr)
    for error in errors:
        print(f"bench: {error}", file=sys.stderr)
    return 1 if errors and arguments.check else 0


if __name__ == "__main__":
    sys.exit(main())
