# SPDX-License-Identifier: Apache-2.0
"""Checks a linked image against the device tree that it was made from.

Reads the image back, walks its tables as the hardware would, and shows who reaches what. Shares nothing with the config
compiler. Status 0: separate; 1: not, or not provable, with one line for each reason; 2: the input cannot be read.
"""
from __future__ import annotations

import argparse
import os
import sys

from elftools.common.exceptions import DWARFError, ELFError

import export
import report
from check import Checker
from dwarf import NoLayout
from image import OutsideImage
from tree import BadTree


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="verify", description="Checks a linked image against its device tree.")
    parser.add_argument("--images", action="append", default=[], metavar="FOLDER", help="where guest images are, in order")
    parser.add_argument("--quiet", action="store_true", help="only errors and the verdict")
    parser.add_argument("--report", metavar="FILE", help="write matrix and verdict there as well")
    parser.add_argument("--json", metavar="FILE", help="write all that was found there, for programs")
    parser.add_argument("elf")
    parser.add_argument("dtb")
    return parser.parse_args()


def main() -> int:
    arguments = _arguments()
    try:
        facts = Checker(arguments.elf, arguments.dtb, arguments.images).judge()
        shown = report.text(facts)
        exported = export.text(facts) if arguments.json else ""
    except (OSError, ValueError, ELFError, DWARFError, NoLayout, BadTree, OutsideImage) as error:
        print(f"verify: {arguments.elf}: {error}", file=sys.stderr)
        return 2
    lines = [f"FAIL  {e}" for e in facts.findings.errors] + [report.verdict(facts, os.path.relpath(arguments.elf))]
    if arguments.report:
        with open(arguments.report, "w", encoding="utf-8") as file:
            file.write("\n".join([shown, "", *lines, ""]))
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            file.write(exported)
    print("\n".join(lines if arguments.quiet else [shown, "", *lines]))
    return 1 if facts.findings.errors else 0


if __name__ == "__main__":
    sys.exit(main())
