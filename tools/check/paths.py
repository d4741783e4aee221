# SPDX-License-Identifier: Apache-2.0
"""Part of the gate el2: what every path through a function of the linked image passes, and where an instruction may be.

A path follows branches within one function; a call comes back. That is more paths than can be run, never fewer.

@implements REQ-SERR-004
"""
import re

CALL = ("bl", "b")
ENDS = ("b", "br", "ret", "eret")
BRANCH = re.compile(r"^(b|b\.\w+|cbn?z|tbn?z)$")
TARGET = re.compile(r"([0-9a-f]+)\s*$")


class Function:
    """The instructions of one function: for each its address, the function it calls if it does, and what may follow."""

    def __init__(self, name, listing, names):
        self.name = name
        self.entries = {listing[0][0]}
        inside = {address for address, _, _ in listing}
        self.calls = {}
        self.leaves = set()
        self.follow = {}
        for number, (address, mnemonic, operands) in enumerate(listing):
            match = TARGET.search(operands) if BRANCH.match(mnemonic) or mnemonic == "bl" else None
            target = int(match.group(1), 16) if match else None
            self.follow[address] = set() if mnemonic in ENDS else {a for a, _, _ in listing[number + 1:number + 2]}
            if mnemonic != "bl" and target in inside:
                self.follow[address].add(target)
            elif mnemonic in CALL and target is not None:
                self.calls[address] = names.get(target, set())
            if mnemonic != "bl" and target is not None and target not in inside:
                self.leaves.add(target)

    def calling(self, callee):
        return [address for address, called in self.calls.items() if callee in called]

    def reached(self, starts, barriers):
        """All instructions that some path from `starts` reaches without going past a barrier."""
        seen = set()
        left = list(starts)
        while left:
            address = left.pop()
            if address not in seen:
                seen.add(address)
                left += [] if address in barriers else self.follow[address]
        return seen


def functions(listing, names):
    """From (address, function, mnemonic, operands)."""
    grouped = {}
    for address, function, mnemonic, operands in listing:
        grouped.setdefault(function, []).append((int(address, 16), mnemonic, operands))
    found = [Function(name, instructions, names) for name, instructions in grouped.items()]
    elsewhere = set().union(*(function.leaves for function in found))
    for function in found:
        function.entries |= elsewhere & set(function.follow)
    return found


def check_through(gate, image, listing, rules):
    """Each rule: on every path to a call of `to` - from the entry of its caller, or from any call in `from` - `through` is called."""
    names = {}
    for name, address in image.symbols.items():
        names.setdefault(address, set()).add(name)
    found = functions(listing, names)
    for rule in rules:
        callers = [f for f in found if f.calling(rule["to"])]
        if not callers:
            gate.error(image.path, f"nothing calls {rule['to']}: a rule of el2.json has nothing to look at")
        for function in callers:
            starts = function.entries | {a for name in rule["from"] for call in function.calling(name)
                                         for a in function.follow[call]}
            reached = function.reached(starts, function.calling(rule["through"]))
            for address in sorted(reached.intersection(function.calling(rule["to"]))):
                gate.error(f"{image.path}: {function.name} at {address:x}",
                           f"a path to {rule['to']} without {rule['through']}: {rule['why']}")


def check_only_in(gate, image, listing, rules):
    """Each rule: an instruction, with the start of its operands, is nowhere but in the functions named."""
    for rule in rules:
        places = [(address, function) for address, function, mnemonic, operands in listing
                  if f"{mnemonic} {operands}".startswith(rule["instruction"])]
        for address, function in places:
            if function not in rule["functions"]:
                gate.error(f"{image.path}: {function} at {address}", f"{rule['instruction']}: {rule['why']}")
        for function in set(rule["functions"]) - {function for _, function in places}:
            gate.error(image.path, f"no {rule['instruction']} in {function}: a rule of el2.json has nothing to look at")
