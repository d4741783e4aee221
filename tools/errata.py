# SPDX-License-Identifier: Apache-2.0
"""Writes the tables of docs/errata.md from arch/arm64/errata.def, or checks that they say the same.

The C preprocessor reads the list: ERRATUM() becomes one JSON array for each entry.
@implements REQ-ERR-004
"""
import argparse
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TABLE = os.path.join(ROOT, "arch/arm64/errata.def")
MANUAL = os.path.join(ROOT, "docs/errata.md")
BEGIN, END = "<!-- from errata.def -->\n", "<!-- end -->\n"
HOW = {"CODE": "code", "FLAGS": "build flags", "NEVER": "never does it", "GUEST": "the guest's", "REFUSED": "refused",
       "FIRMWARE": "firmware"}


def entries(compiler):
    """The list, as dicts."""
    program = ("#define ERRATUM(core, number, first, last, how, what, done, source) "
               "[#core, number, #first, #last, #how, what, done, source]\n"
               f'#include "{TABLE}"\n')
    text = subprocess.run([compiler, "-E", "-P", "-x", "c", "-"], input=program, capture_output=True, text=True,
                          check=True).stdout
    names = ("core", "number", "first", "last", "how", "what", "done", "source")
    return [dict(zip(names, json.loads(line))) for line in text.split("\n") if line.startswith("[")]


def steppings(entry):
    if entry["last"] == "all":
        return "all"
    first = entry["first"].replace("dsu_", "DSU ").replace("_", " ")
    return first if entry["first"] == entry["last"] else f"{first} - {entry['last']}"


def tables(found):
    """One table for what concerns this program, one line for each core of what the firmware must do."""
    lines = ["| core | erratum | steppings | what it does | answer | what is done | known from |",
             "|---|---|---|---|---|---|---|"]
    for entry in found:
        if entry["how"] != "FIRMWARE":
            lines.append(f"| {entry['core'].replace('_', '-')} | {entry['number']} | {steppings(entry)} | {entry['what']} | "
                         f"{HOW[entry['how']]} | {entry['done']} | {entry['source']} |")
    lines += ["", "Firmware's, as assumptions of use (all known from TF-A):", ""]
    for core in dict.fromkeys(e["core"] for e in found):
        numbers = ", ".join(f"{e['number']} ({steppings(e)})" for e in found if e["core"] == core and e["how"] == "FIRMWARE")
        lines.append(f"* {core.replace('_', '-')}: {numbers or 'none'}")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description="The tables of docs/errata.md.")
    parser.add_argument("--compiler", default="gcc")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--manual", default=MANUAL)
    arguments = parser.parse_args()
    with open(arguments.manual, encoding="utf-8") as file:
        manual = file.read()
    head, rest = manual.split(BEGIN)
    old, tail = rest.split(END)
    found = entries(arguments.compiler)
    new = tables(found)
    if arguments.write:
        with open(arguments.manual, "w", encoding="utf-8") as file:
            file.write(head + BEGIN + new + END + tail)
    elif old != new:
        print("docs/errata.md:1: error: not what errata.def says; python3 tools/errata.py --write [check-errata]")
        return 1
    print(f"errata:   {len(found)} entries, {sum(1 for e in found if e['how'] == 'FIRMWARE')} of them the firmware's")
    return 0


if __name__ == "__main__":
    sys.exit(main())
