# SPDX-License-Identifier: Apache-2.0
"""PCI functions: the configuration tables, EL2's map of their configuration space, and each other, against the device tree.

That stage 2 has their base address registers and nothing more follows from rules_partition.

@implements REQ-VER-030
"""
from __future__ import annotations

from types import SimpleNamespace

import pci
from declared import Partition
from facts import Facts
from rules_el2 import WHO, overlaps
from vmsa import PAGE

BARS = 6


def check(facts: Facts) -> None:
    facts.findings.apply(WHO, _apart, facts)
    facts.findings.apply(WHO, _states, facts)
    for record in facts.partitions:
        declared = next((p for p in facts.system.partitions if p.name == facts.name(record)), None)
        if declared:
            facts.findings.apply(declared.name, _functions, facts, record, declared)
            facts.findings.apply(declared.name, _window, facts, record, declared)


def _functions(facts: Facts, record: SimpleNamespace, declared: Partition) -> None:
    found = facts.members(record, "functions", "function_count")
    facts.findings.equal(len(found), len(declared.functions), declared.name, "the number of its PCI functions")
    if not declared.functions:
        facts.findings.equal(record.functions, 0, declared.name, "its PCI functions")
    for function, item in zip(declared.functions, found):
        _function(facts, f"{declared.name}'s {function.node.name}", function, item)


def _function(facts: Facts, who: str, function: pci.Function, item: SimpleNamespace) -> None:
    equal = facts.findings.equal
    equal(hex(item.config), hex(function.config), who, "the address of its configuration space")
    equal((hex(item.id), hex(item.rid), item.pin), (hex(function.id), hex(function.rid), function.pin), who,
          "what it is: device and vendor, number, pin")
    equal(item.idle_us, function.node.cell("bulkhead,idle-us"), who, "the time until it is idle")
    for number, bar in enumerate(item.bars):
        wanted = function.bars.get(number, pci.Bar(0, 0, 0))
        equal((hex(bar.address), hex(bar.size), bar.flags), (hex(wanted.address), hex(wanted.size), wanted.flags), who,
              f"address, size and kind of base address register {number}")


def _window(facts: Facts, record: SimpleNamespace, declared: Partition) -> None:
    """Where it looks for them; nothing else is there."""
    if not declared.functions:
        facts.findings.equal(record.pci_window, 0, declared.name, "the host bridge it does not have")
        return
    window = facts.objects.follow(record, "pci_window", 1)[0]
    facts.findings.equal((window.kind, hex(window.ipa), hex(window.size)), ("MMIO_VPCI", *map(hex, pci.WINDOW)), declared.name,
                         "the window of its host bridge")
    number = facts.partitions.index(record)
    for item in facts.guest_maps[number]:
        inside = overlaps((item.start, item.end - item.start), pci.WINDOW) and item.rights != "---"
        facts.findings.require(not inside, declared.name, f"stage 2 maps 0x{item.start:x}, in the window of its host bridge")


def _apart(facts: Facts) -> None:
    """Functions of one device have one owner, and no page of registers or of configuration space is two functions'."""
    owned = [(p.name, f) for p in facts.system.partitions for f in p.functions]
    for number, (name, one) in enumerate(owned):
        for other, two in owned[number + 1:]:
            same = one.host is two.host and one.rid >> 3 == two.rid >> 3
            facts.findings.require(not same or name == other, other, f"has a function of the PCI device that {name} has one of")
            pages = [(a, max(s, PAGE)) for a, s in one.registers], [(a, max(s, PAGE)) for a, s in two.registers]
            shared = any(overlaps(a, b) for a in pages[0] for b in pages[1])
            facts.findings.require(not shared, other, f"{two.node.name} shares a page with {one.node.name}")
    for name, one in owned:
        for bar in one.bars.values():
            whole = bar.physical % PAGE == 0 and bar.physical % bar.size == 0 and bar.size & (bar.size - 1) == 0
            facts.findings.require(whole, name, f"{one.node.name}: a base address register is not where its size allows")


def _states(facts: Facts) -> None:
    """Each function's own."""
    states = [f.state for p in facts.partitions for f in facts.members(p, "functions", "function_count")]
    facts.findings.equal(len(set(states)), len(states), WHO, "the number of PCI functions with a state of their own")
    for state in states:
        found = facts.objects.element_at("pci_function_state", state)
        facts.findings.require(found is not None, WHO, f"the state of a PCI function at 0x{state:x} is none")
