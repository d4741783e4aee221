# SPDX-License-Identifier: Apache-2.0
"""Finds missing barriers in the linked image. docs/barrier-lint.md says what it knows and what it cannot know."""
import argparse
import json
import os
import re
import sys

from events import events
from flow import Flow
from linked import Image, sources
from patterns import pattern_findings
from rules import BY_NAME

HERE = os.path.dirname(os.path.abspath(__file__))
SLOTS = 16
SLOT = 128
SPECULATION = "speculation"
SPECULATION_WHY = "what stands behind an ERET may run speculatively: DSB and ISB, or SB, must follow it"


class Finding:
    def __init__(self, image, rule, began, relied, why):
        self.image = image
        self.rule, self.began, self.relied, self.why = rule, began, relied, why
        self.function = image.function(began)[0]
        self.user = image.function(relied)[0]

    def render(self, lines):
        first, then = self.image.text(self.began), self.image.text(self.relied)
        return (f"{self.image.place(self.began)} ({self.began:#x}, {lines.get(self.began, '?')}): error: {self.rule}: "
                f"`{first}`, then `{then}` at {self.image.place(self.relied)} ({self.relied:#x}, "
                f"{lines.get(self.relied, '?')}): {self.why} [lint-barriers]")


def roots(image):
    """Where control comes from outside: the entry points, and each slot of the vectors with the MMU on."""
    symbols = image.symbols
    entries = [(symbols.get(n), set()) for n in ("boot_entry", "secondary_entry", "lint_entry")]
    if "vectors" in symbols:
        entries += [(symbols["vectors"] + n * SLOT, {("mmu", symbols["vectors"])}) for n in range(SLOTS)]
    return [(address, state) for address, state in entries if address in image.code]


def speculation_findings(image):
    """An ERET that straight-line speculation can run past."""
    for address, instruction in image.code.items():
        if instruction.mnemonic != "eret":
            continue
        after = [events(image.code[a]) if a in image.code else frozenset() for a in (address + 4, address + 8)]
        if "sb" not in after[0] and not ("dsb:full" in after[0] and "isb" in after[1]):
            yield Finding(image, SPECULATION, address, address, SPECULATION_WHY)


def _goes_on(image, rule, began, relied):
    """True for a loop that writes and cleans line after line: the store goes through the register of the DC before it."""
    if rule != "dc" or "store" not in events(image.code[relied]):
        return False
    register = image.code[began].operands.split(",")[-1].strip()
    return re.search(rf"(?:\[|zva, ){register}\b", image.code[relied].operands) is not None


def find(image, indirect, speculation=True, transfers=None):
    flow = Flow(image, indirect, transfers)
    for address, state in roots(image):
        flow.walk(address, state)
    for address in image.functions:     # what nothing calls, or only through a pointer
        if address not in flow.transfers and address in image.code:
            flow.summary(address)
    found = [Finding(image, rule, began, relied, BY_NAME[rule].why) for rule, began, relied in flow.findings
             if not _goes_on(image, rule, began, relied)]
    found += [Finding(image, rule, at, at, why) for rule, at, why in pattern_findings(image)]
    return found + (list(speculation_findings(image)) if speculation else []), flow


def excused(finding, exceptions):
    """The exception that covers a finding; None if there is none."""
    for entry in exceptions:
        if (entry["rule"] == finding.rule and entry.get("function", finding.function) == finding.function
                and entry.get("user", finding.user) == finding.user):
            return entry
    return None


def settings(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def judge(found, exceptions):
    """(findings that count, exceptions that none needed)."""
    used = []
    counted = []
    for finding in found:
        entry = excused(finding, exceptions)
        if entry is None:
            counted.append(finding)
        elif entry not in used:
            used.append(entry)
    return counted, [e for e in exceptions if e not in used]


def report(image, counted, stale, addr2line):
    addresses = sorted({a for f in counted for a in (f.began, f.relied)})
    lines = {a: place for a, (_, place) in sources(addr2line, image.path, addresses).items()}
    for finding in counted:
        print(finding.render(lines))
    for entry in stale:
        print(f"exceptions.json: error: stale: nothing needs {json.dumps(entry)} [lint-barriers]")


def check(arguments):
    image = Image(arguments.elf, arguments.objdump)
    known = settings(arguments.exceptions)
    indirect = settings(arguments.indirect)["indirect"] if arguments.indirect else {}
    found, flow = find(image, indirect, known["speculation barrier"])
    counted, stale = judge(found, known["exceptions"])
    report(image, counted, stale, arguments.addr2line)
    failed = len(counted) + len(stale)
    barriers = sum(1 for i in image.code.values() if events(i) & {"dsb", "isb", "sb"})
    print(f"barriers: {f'FAILED, {failed} errors; ' if failed else ''}{len(image.code)} instructions, "
          f"{len(flow.summaries)} functions, {barriers} barriers, {len(known['exceptions'])} exceptions")
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser(description="Finds missing barriers in the linked hypervisor.")
    parser.add_argument("--objdump", default="aarch64-linux-gnu-objdump")
    parser.add_argument("--addr2line", default="aarch64-linux-gnu-addr2line")
    parser.add_argument("--exceptions", default=os.path.join(HERE, "exceptions.json"))
    parser.add_argument("--indirect", help="stack.json: what calls through pointers may reach")
    parser.add_argument("elf")
    return check(parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
