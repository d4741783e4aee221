# SPDX-License-Identifier: Apache-2.0
"""Takes each barrier out of the linked image in turn, and makes each DSB one for loads alone: does the lint see it?

A barrier whose loss the lint does not see stands in not-needed.json with the reason, or it is a finding; an entry there
that the lint does see is a finding too.
"""
import argparse
import os
import sys

import barriers
from events import events
from linked import Image, sources

NOP = 0xd503201f
NOT_NEEDED = os.path.join(barriers.HERE, "not-needed.json")


def sites(image):
    """Addresses of all barriers, in order."""
    return sorted(a for a, i in image.code.items() if events(i) & {"dsb", "isb", "sb"})


def names(image, addr2line):
    """How not-needed.json names each barrier: source function, instruction, and which of its kind in the source there."""
    found = sources(addr2line, image.path, sites(image))
    owner = {a: f if f != "??" else image.function(a)[0] for a, (f, _) in found.items()}
    named = {}
    for address, (_, place) in found.items():
        text = image.code[address].text
        alike = {found[a][1] for a in found if owner[a] == owner[address] and image.code[a].text == text}
        order = sorted(alike, key=lambda p: int(p.rpartition(":")[2]))
        named[address] = {"function": owner[address], "barrier": text, "number": order.index(place) + 1}
    return named, {a: place for a, (_, place) in found.items()}


def mutations(image):
    """(address, how it is named, word, text) of each change to one instruction."""
    for address in sites(image):
        word = image.code[address].word
        yield address, "gone", NOP, "nop"
        if "dsb" in events(image.code[address]):
            yield address, "loads", word & ~(3 << 8) | 1 << 8, "dsb"


def seen(image, known, indirect, transfers):
    """The rules that report something in a changed image."""
    found, _ = barriers.find(image, indirect, known["speculation barrier"], transfers)
    return sorted({f.rule for f in barriers.judge(found, known["exceptions"])[0]})


def outcomes(image, known, indirect, named):
    """(address, name, rules that saw it) of each mutant."""
    _, flow = barriers.find(image, indirect, known["speculation barrier"])
    for address, change, word, text in mutations(image):
        mutant = image.with_instruction(address, word, text)
        same = {a: t for a, t in flow.transfers.items() if a != address}
        yield address, {**named[address], "change": change}, seen(mutant, known, indirect, same)


def _matches(entry, name):
    return all(entry[part] == name[part] for part in ("function", "barrier", "number"))


def judge(results, listed):
    """(missed mutants that are not listed, entries that are seen or name nothing)."""
    missed = [(a, n) for a, n, rules in results if not rules and not any(_matches(e, n) for e in listed)]
    unseen = [n for _, n, rules in results if not rules]
    return missed, [e for e in listed if not any(_matches(e, n) for n in unseen)]


def main():
    parser = argparse.ArgumentParser(description="Mutation score of the barrier lint on a linked image.")
    parser.add_argument("--objdump", default="aarch64-linux-gnu-objdump")
    parser.add_argument("--addr2line", default="aarch64-linux-gnu-addr2line")
    parser.add_argument("--indirect", required=True)
    parser.add_argument("elf")
    arguments = parser.parse_args()
    image = Image(arguments.elf, arguments.objdump)
    known = barriers.settings(os.path.join(barriers.HERE, "exceptions.json"))
    listed = barriers.settings(NOT_NEEDED)["barriers"]
    named, lines = names(image, arguments.addr2line)
    results = list(outcomes(image, known, barriers.settings(arguments.indirect)["indirect"], named))
    for address, name, rules in results:
        print(f"{lines[address]:<34} {name['function']:<24} {name['barrier']:<10} {name['change']:<6} "
              f"{', '.join(rules) or '-'}")
    missed, stale = judge(results, listed)
    for address, name in missed:
        print(f"{lines[address]}: error: nothing sees {name} [lint-mutants]")
    for entry in stale:
        print(f"not-needed.json: error: stale: {entry} [lint-mutants]")
    caught = sum(1 for _, _, rules in results if rules)
    print(f"mutants:  {caught} of {len(results)} changes to {len(sites(image))} barriers are seen, "
          f"{len(results) - caught} are not needed ({len(listed)} barriers, not-needed.json)")
    return 1 if missed or stale else 0


if __name__ == "__main__":
    sys.exit(main())
