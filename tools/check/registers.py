# SPDX-License-Identifier: Apache-2.0
"""Gate: every system register that EL2 relies on is written at boot, in the linked image.

registers.json sorts the registers: written at boot (by the functions it names), set by hardware, read only, commands, and not relied
on, with the reason. `architecture` lists the EL2 registers of Armv8.0 to 8.5 (Arm DDI 0487, D19.2; IHI 0069, 12): each must
be somewhere.
@implements REQ-SIL-203
"""
import argparse
import fnmatch
import json
import os
import subprocess
import sys

import common
from el2 import instructions

REASONED = ("set by hardware", "read only", "commands", "not relied on")


def accesses(text):
    """{register: functions} that read and that write, of a disassembly."""
    reads, writes = {}, {}
    for _, function, mnemonic, operands in instructions(text):
        names = [part.strip() for part in operands.split(",")]
        function = (function or "").split(".")[0]
        if mnemonic == "mrs":
            reads.setdefault(names[1], set()).add(function)
        elif mnemonic == "msr":
            writes.setdefault(names[0], set()).add(function)
    return reads, writes


def check_lists(gate, place, rules):
    """Each architectural register has its place, and no register contradicts itself."""
    written = set(rules["written at boot"])
    for kind in REASONED:
        for name, reason in rules[kind].items():
            if not reason.strip():
                gate.error(place, f"{name}, {kind}: no reason")
            if kind != "commands" and name in written:
                gate.error(place, f"{name} is both written at boot and {kind}")
    for name in rules["architecture"]:
        if name not in written and not any(name in rules[kind] for kind in REASONED):
            gate.error(place, f"{name} exists in the architecture, and nothing is said about it")


def known(rules, name, *kinds):
    """Whether one of these lists has the register."""
    return any(fnmatch.fnmatch(name, pattern) for kind in kinds for pattern in rules[kind])


def check_accesses(gate, place, rules, reads, writes):
    """What the image does is what the lists say."""
    boot = set(rules["boot"])
    for name in rules["written at boot"]:
        if not writes.get(name, set()) & boot:
            gate.error(place, f"{name} is relied on, and nothing at boot writes it")
    for name, functions in sorted(reads.items()):
        if not known(rules, name, "written at boot", "set by hardware", "read only"):
            gate.error(place, f"{name} is read by {', '.join(sorted(functions))}, and nothing at boot writes it")
    for name, functions in sorted(writes.items()):
        if not known(rules, name, "written at boot", "set by hardware", "commands"):
            gate.error(place, f"{name} is written by {', '.join(sorted(functions))}, and registers.json does not know it")
    for name in rules["not relied on"]:
        if writes.get(name, set()) & boot:
            gate.error(place, f"{name} is written at boot, and registers.json says that it is not relied on")


def check(elf, objdump, rules_path):
    gate = common.Gate("registers")
    with open(rules_path, encoding="utf-8") as file:
        rules = json.load(file)
    text = subprocess.run([objdump, "-d", elf], capture_output=True, text=True, check=True).stdout
    reads, writes = accesses(text)
    check_lists(gate, rules_path, rules)
    check_accesses(gate, elf, rules, reads, writes)
    return gate.finish(f"{len(rules['written at boot'])} written at boot, {len(reads)} read, {len(writes)} written at all; "
                       f"{len(rules['not relied on'])} not relied on, {len(rules['architecture'])} EL2 registers sorted")


def main():
    parser = argparse.ArgumentParser(description="Checks that EL2 writes at boot what it relies on.")
    parser.add_argument("--root", default=".")
    parser.add_argument("--objdump", default="aarch64-linux-gnu-objdump")
    parser.add_argument("--rules", default=os.path.join(os.path.dirname(__file__), "registers.json"))
    parser.add_argument("elf")
    arguments = parser.parse_args()
    return check(arguments.elf, arguments.objdump, arguments.rules)


if __name__ == "__main__":
    sys.exit(main())
