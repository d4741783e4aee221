# SPDX-License-Identifier: Apache-2.0
"""Control flow of the image and the duties that are open at each point.

A function is what can be reached from its entry without a call; a jump into another function is a tail call and simply
followed. A call applies the callee's summary: which duties of the caller it settles, which it relies on, which it leaves
open. A call through a pointer goes to every function that stack.json allows it, or does nothing if none is known: what is
open stays open. Duties meet by union, so that a duty that is open on one path counts.
"""
from dataclasses import dataclass, field

from events import events
from rules import RULES

CALLER = 0      # in place of the address where a duty began: open when the function was entered
ENDS = ("ret", "eret", "brk", "udf", "br", "retaa", "retab", "drps")


@dataclass
class Summary:
    leaves: frozenset = frozenset()     # (rule, address or CALLER) that are open when it returns
    returns: bool = False
    relies: dict = field(default_factory=dict)      # rule -> addresses that rely on a duty of the caller


class Recursion(Exception):
    pass


def _literal(image, instruction):
    """The constant that an MSR writes, if the code before it loads it from the literal pool or moves it; else None."""
    register = instruction.operands.split(",")[-1].strip()
    moved = 0
    for address in range(instruction.address - 4, instruction.address - 20, -4):
        before = image.code.get(address)
        if before is None or before.target is not None:
            return None
        parts = [p.strip() for p in before.operands.split(",")]
        if parts[0] != register:
            continue
        if before.mnemonic == "ldr" and len(parts) == 2 and "[" not in parts[1]:
            return image.quad(int(parts[1].split(" ")[0], 16))
        if before.mnemonic not in ("mov", "movk", "movz") or not parts[1].startswith("#"):
            return None
        moved |= int(parts[1][1:], 0) << (int(parts[2].split("#")[1]) if len(parts) == 3 else 0)
        if before.mnemonic != "movk":
            return moved
    return None


class Flow:
    def __init__(self, image, indirect=None, transfers=None):
        """`transfers`: what another Flow found out about instructions that are the same in this image."""
        self.image = image
        self.indirect = indirect or {}
        self.summaries = {}
        self.active = set()
        self.findings = {}              # (rule, began, relied) -> None, in order
        self.transfers = {} if transfers is None else transfers

    def effect(self, instruction):
        """(rules begun, settled, relied on) by one instruction, each in the order of RULES."""
        if instruction.address not in self.transfers:
            names = self._names(instruction)
            self.transfers[instruction.address] = (
                [r.name for r in RULES if r.begins & names], [r.name for r in RULES if r.settles & names],
                [(r.name, None if r.relies & names else r.if_open) for r in RULES if (r.relies | r.there) & names])
        return self.transfers[instruction.address]

    def _names(self, instruction):
        names = set(events(instruction))
        if "msr:sctlr_el2" in names:
            value = _literal(self.image, instruction)
            names.add("msr:sctlr_el2=off" if value is not None and not value & 1 else "msr:sctlr_el2=on")
        registers = {n.split(":")[1] for n in names if n.startswith(("msr:", "mrs:"))}
        if any(r.startswith("ich_") for r in registers) and "msr" in names:
            names.add("msr:ich")
        if any(r.startswith(("icc_", "ich_")) and r != "icc_sre_el2" for r in registers):
            names.add("icc")
        return names

    def _step(self, instruction, state, summary):
        """The duties open after one instruction that is no call."""
        begun, settled, relied = self.effect(instruction)
        for name, condition in relied:
            if condition is None or any(rule == condition for rule, _ in state):
                self._rely(name, (instruction.address,), state, summary)
        if settled or begun:
            state = {(r, a) for r, a in state if r not in settled and r not in begun}
            state |= {(r, instruction.address) for r in begun}
        return state

    def _rely(self, name, addresses, state, summary):
        """Instructions at `addresses` rely on a duty: a finding where it began here, the caller's business if it was open."""
        for rule, began in state:
            if rule == name and began == CALLER:
                summary.relies.setdefault(name, set()).update(addresses)
            elif rule == name:
                self.findings.update(((name, began, a), None) for a in addresses)

    def _call(self, callee, state, summary):
        """The duties open after a call, or None if it never returns."""
        inner = self.summary(callee)
        for name, addresses in inner.relies.items():
            self._rely(name, addresses, state, summary)
        if not inner.returns:
            return None
        kept = {r for r, a in inner.leaves if a == CALLER}
        new = {(r, a) for r, a in inner.leaves if a != CALLER}
        return {(r, a) for r, a in state if r in kept} | new

    def _callees(self, instruction):
        if instruction.mnemonic == "bl":
            return [instruction.target]
        names = self.indirect.get(self.image.function(instruction.address)[0], [])
        return [self.image.symbols[n] for n in names if n in self.image.symbols]

    def _after(self, instruction, state, summary):
        """(successor addresses, open duties) of one instruction; duties None: nothing follows."""
        if instruction.mnemonic in ("bl", "blr"):
            callees = self._callees(instruction)
            ends = [self._call(c, state, summary) for c in callees] or [state]
            ends = [e for e in ends if e is not None]
            return ([instruction.address + 4], set().union(*ends)) if ends else ([], None)
        state = self._step(instruction, state, summary)
        if instruction.mnemonic in ENDS:
            if instruction.mnemonic.startswith("ret") or instruction.mnemonic == "br":
                summary.returns = True
                summary.leaves = summary.leaves | frozenset(state)
            return [], None
        following = [] if instruction.mnemonic == "b" else [instruction.address + 4]
        if instruction.target is not None:
            following.append(instruction.target)
        return following, state

    def walk(self, entry, state):
        """Analyses what is reachable from `entry` with these duties open."""
        summary = Summary()
        known = {entry: frozenset(state)}
        todo = [entry]
        while todo:
            address = todo.pop()
            instruction = self.image.code.get(address)
            if instruction is None:
                continue
            following, after = self._after(instruction, known[address], summary)
            for successor in following:
                merged = known.get(successor, frozenset()) | after
                if successor not in known or merged != known[successor]:
                    known[successor] = frozenset(merged)
                    todo.append(successor)
        return summary

    def summary(self, entry):
        if entry not in self.summaries:
            if entry in self.active:
                raise Recursion(self.image.place(entry))
            self.active.add(entry)
            self.summaries[entry] = self.walk(entry, {(r.name, CALLER) for r in RULES if not r.local})
            self.active.remove(entry)
        return self.summaries[entry]

