# SPDX-License-Identifier: Apache-2.0
"""Checks a linked image against the device tree that it was made from.

Reads the image back, walks its tables as the hardware would, and shows who reaches what. Shares nothing with the config
compiler. Status 0: separate; 1: not, or not provable, with one line for each reason, however damaged the image is; 2: there is
nothing to check or nothing to check it against, because a file is missing or the device tree is none.
"""
from __future__ import annotations

import argparse
import os
import sys

import export
import report
import rules_flash
from check import Outcome, declared, examine
from tree import BadTree


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="verify", description="Checks a linked image against its device tree.")
    parser.add_argument("--images", action="append", default=[], metavar="FOLDER", help="where guest images are, in order")
    parser.add_argument("--quiet", action="store_true", help="only errors and the verdict")
    parser.add_argument("--report", metavar="FILE", help="write matrix and verdict there as well")
    parser.add_argument("--json", metavar="FILE", help="write all that was found there, for programs")
    parser.add_argument("--flashed", metavar="FILE", help="what goes on the board: is it what the ELF file says? Without DTB nothing else is checked")
    parser.add_argument("elf")
    parser.add_argument("dtb", nargs="?")
    arguments = parser.parse_args()
    if arguments.dtb is None and arguments.flashed is None:
        parser.error("DTB, --flashed or both are needed")
    return arguments


def _found(arguments: argparse.Namespace) -> Outcome:
    outcome = examine(arguments.elf, declared(arguments.dtb), arguments.images) if arguments.dtb else Outcome([], None)
    if arguments.flashed:
        outcome = Outcome(outcome.errors + rules_flash.compare(arguments.elf, arguments.flashed), outcome.facts)
    return outcome


def _write(path: str, text: str) -> None:
    if path:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


def main() -> int:
    arguments = _arguments()
    try:
        errors, facts = _found(arguments)
    except (OSError, BadTree) as error:
        print(f"verify: {error}" if isinstance(error, OSError) else f"verify: {arguments.dtb}: {error}", file=sys.stderr)
        return 2
    shown = report.text(facts) if arguments.dtb else ""
    lines = [f"FAIL  {e}" for e in errors] + [report.verdict(facts, errors, os.path.relpath(arguments.elf if arguments.dtb else arguments.flashed))]
    _write(arguments.report, "\n".join([shown, "", *lines, ""]))
    _write(arguments.json, export.text(facts, errors))
    print("\n".join(lines if arguments.quiet or not shown else [shown, "", *lines]))
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
