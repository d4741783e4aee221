# SPDX-License-Identifier: Apache-2.0
"""Writes the report of one system: report.html and report.txt. Status 1 if the checker or the comparison of its findings with the
compiler's word fails; the report is written all the same, and says so."""
import argparse
import sys
from pathlib import Path

import agreement
import draw_split
import facts
import page
import plain
import sections
import style


def _arguments(words):
    parser = argparse.ArgumentParser(prog="report", description="Writes the report of one system.")
    parser.add_argument("--config", required=True, help="the folder with system.json")
    parser.add_argument("--separation", required=True, help="what config/verify --json wrote")
    parser.add_argument("--elf", required=True, help="the linked image")
    for option, what in (("--html", "the report"), ("--text", "the report as text"), ("--split", "how the chip is split, as SVG, without what images decide")):
        parser.add_argument(option, metavar="FILE", help=what)
    return parser.parse_args(words)


def main(words=None):
    arguments = _arguments(words)
    read = facts.read(arguments.config, arguments.separation, arguments.elf)
    made = sections.report(read)
    for path, text in ((arguments.html, lambda: page.render(made)), (arguments.text, lambda: plain.render(made)),
                       (arguments.split, lambda: draw_split.draw(read, placed=False).svg(style.drawing()))):
        if path:
            Path(path).write_text(text(), encoding="utf-8")
    for line in [*read.separation["errors"], *agreement.differences(read)]:
        print(f"report: {line}", file=sys.stderr)
    return 0 if made.passed else 1


if __name__ == "__main__":
    sys.exit(main())
