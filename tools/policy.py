# SPDX-License-Identifier: Apache-2.0
"""Writes the tables of docs/registers.md from include/bulkhead/registers.def and arch/arm64/features.def, or checks that they
say the same; and that the list and the code agree: what is switched with a vCPU is what the list calls SWITCHED.

The C preprocessor reads the lists: each row becomes one JSON array.
@implements REQ-SYSREG-005
"""
import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "include/bulkhead/registers.def"
FEATURES = ROOT / "arch/arm64/features.def"
CONTEXT = ROOT / "arch/arm64/context_registers.h"
MANUAL = ROOT / "docs/registers.md"
GATE = "check-policy"
COLUMNS = {"PASSED": ("where", "how", "why"), "EMULATED": ("handler", "why"), "FIXED": ("value", "why"), "DENIED": ("trap", "why"),
           "FOREIGN": ("why",)}
# Switched by other means than the list of context_registers.h, or another name for what is there.
ELSEWHERE = {"NZCV", "DAIF", "SPSel", "PAN", "UAO", "DIT", "SSBS", "FPCR", "FPSR", "DBGBVR0_EL1", "DBGBCR0_EL1", "DBGWVR0_EL1",
             "DBGWCR0_EL1", "DISR_EL1", "CNTV_TVAL_EL0"}
WHERE = {"ALWAYS": "", "PAUTH": "with pointer authentication", "RAS": "with RAS", "RNDR": "with a generator"}
HOW = {"SWITCHED": "switched with the vCPU", "CHIP": "the chip's, read-only", "CPU": "virtual CPU interface, switched",
       "SHARED": "not switched"}
RULES = {"PASSED": "passed through", "EMULATED": "emulated", "FIXED": "fixed", "DENIED": "UNDEFINED, and an event",
         "FOREIGN": "UNDEFINED by the architecture"}


def expand(program, compiler):
    """The lines of JSON that the C preprocessor makes of it."""
    text = subprocess.run([compiler, "-E", "-P", "-x", "c", "-"], input=program, capture_output=True, text=True, check=True).stdout
    return [json.loads(line) for line in text.split("\n") if line.startswith("[")]


def rows(path, compiler):
    """The list of registers, as dicts."""
    defines = []
    for rule, more in COLUMNS.items():
        parameters = ["name", "op0", "op1", "crn", "crm", "op2", "access", *more]
        words = [p if p in ("op0", "op1", "crn", "crm", "op2", "trap", "why") else f"#{p}" for p in parameters]
        defines.append(f'#define {rule}({", ".join(parameters)}) ["{rule}", {", ".join(words)}]\n')
    names = {rule: ("rule", "name", "op0", "op1", "crn", "crm", "op2", "access", *more) for rule, more in COLUMNS.items()}
    return [dict(zip(names[row[0]], row)) for row in expand("".join(defines) + f'#include "{path}"\n', compiler)]


def features(path, compiler):
    """The fields of feature registers that are shown: register, field, name, reason."""
    text = path.read_text(encoding="utf-8")
    lists = re.findall(r"^#define (FEATURES_\w+)\(", text, re.MULTILINE)
    program = (f'#include "{path}"\n#define ROW(reg, field, name, why) [#reg, field, name, why],\n'
               + "".join(f"[{one}(ROW) 0]\n" for one in lists))
    return [row for line in expand(program, compiler) for row in line[:-1]]


def encoding(row):
    return f"S{row['op0']}_{row['op1']}_C{row['crn']}_C{row['crm']}_{row['op2']}"


def complaints(found, context):
    """What contradicts itself or the code, as text."""
    seen = {}
    for row in found:
        if seen.setdefault(encoding(row), row) is not row:
            yield f"{row['name']} and {seen[encoding(row)]['name']} have one encoding, {encoding(row)}"
    switched = {row["name"].lower(): row["name"] for row in found if row.get("how") == "SWITCHED"}
    emulated = {row["name"].lower() for row in found if row["rule"] == "EMULATED"}
    for name in context:
        if name not in switched and name not in emulated:
            yield f"{name} is switched ({CONTEXT.name}), and no row says so"
    for low, name in switched.items():
        if low not in context and name not in ELSEWHERE and not re.fullmatch(r"AP[A-Z]+Key(Lo|Hi)_EL1", name):
            yield f"{name} is said to be switched, and is not in {CONTEXT.name}"


def access(row):
    return {"NO": "-", "RX": "R", "RWX": "RW"}.get(row["access"], row["access"])


def table(found, rule, titles, cells):
    lines = [f"### {RULES[rule][0].upper()}{RULES[rule][1:]}", "", "| register | encoding | access | " + " | ".join(titles) + " |",
             "|---" * (3 + len(titles)) + "|"]
    for row in found:
        if row["rule"] == rule:
            lines.append(f"| {row['name'].replace('DC_', 'DC ')} | {encoding(row)} | {access(row)} | " + " | ".join(cells(row)) + " |")
    return lines + [""]


def passed(row):
    where = WHERE.get(row["where"], f"with {row['where']}")
    return HOW[row["how"]], row["why"], where


def tables(found, shown):
    lines = table(found, "EMULATED", ("how",), lambda row: (row["why"],))
    lines += table(found, "FIXED", ("reads as", "why"), lambda row: (row["value"], row["why"]))
    lines += table(found, "DENIED", ("by", "what it is of"), lambda row: (row["trap"], row["why"]))
    lines += table(found, "FOREIGN", ("whose",), lambda row: (row["why"],))
    lines += table(found, "PASSED", ("state", "what", "where"), passed)
    lines += ["### Feature registers: fields that are shown", "", "| register | field | bits | why it may be shown |", "|---|---|---|---|"]
    lines += [f"| ID_AA64{reg}_EL1 | {name} | {4 * field + 3}:{4 * field} | {why} |" for reg, field, name, why in shown]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description="The tables of docs/registers.md.")
    parser.add_argument("--compiler", default="gcc")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--manual", type=Path, default=MANUAL)
    parser.add_argument("--table", type=Path, default=TABLE)
    parser.add_argument("--context", type=Path, default=CONTEXT)
    arguments = parser.parse_args()
    found = rows(arguments.table, arguments.compiler)
    shown = features(FEATURES, arguments.compiler)
    context = re.findall(r"^CONTEXT_REGISTER\((\w+)\)", arguments.context.read_text(encoding="utf-8"), re.MULTILINE)
    wrong = [f"{TABLE.relative_to(ROOT)}:1: error: {text} [{GATE}]" for text in complaints(found, context)]
    manual = arguments.manual.read_text(encoding="utf-8")
    begin, end = "<!-- from registers.def and features.def -->\n", "<!-- end -->\n"
    head, rest = manual.split(begin)
    old, tail = rest.split(end)
    new = tables(found, shown)
    if arguments.write:
        arguments.manual.write_text(head + begin + new + end + tail, encoding="utf-8")
    elif old != new:
        wrong.append(f"docs/registers.md:1: error: not what the lists say; make policy [{GATE}]")
    if wrong:
        print("\n".join(wrong))
        return 1
    denied = sum(1 for row in found if row["rule"] == "DENIED")
    print(f"policy:   {len(found)} registers, {denied} of them denied; {len(shown)} fields of features shown")
    return 0


if __name__ == "__main__":
    sys.exit(main())
