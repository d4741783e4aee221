# SPDX-License-Identifier: Apache-2.0
"""Cores, vCPUs, interrupts and virtual devices: the configuration tables against the device tree.

@implements REQ-VER-009
@implements REQ-VER-010
@implements REQ-VER-011
"""
from __future__ import annotations

from types import SimpleNamespace
from typing import Optional

from declared import CONSOLE_INTERRUPT, Core, Partition, Vcpu
from facts import Facts
from rules_el2 import WHO

FIRST_SPI = 32
WINDOWS = 16  # virtual devices: more than any partition has
# Main ID (D19.2.97): part numbers of Arm's cores, by `compatible`.
PARTS = {"arm,cortex-a34": 0xD02, "arm,cortex-a35": 0xD04, "arm,cortex-a53": 0xD03, "arm,cortex-a55": 0xD05,
         "arm,cortex-a57": 0xD07, "arm,cortex-a65": 0xD06, "arm,cortex-a72": 0xD08, "arm,cortex-a73": 0xD09,
         "arm,cortex-a75": 0xD0A, "arm,cortex-a76": 0xD0B, "arm,cortex-a77": 0xD0D, "arm,cortex-a78": 0xD41,
         "arm,cortex-a78ae": 0xD42, "arm,cortex-a510": 0xD46, "arm,cortex-a710": 0xD47, "arm,neoverse-n1": 0xD0C}
ARM = 0x410F0000  # implementer Arm; the architecture is in the feature registers
MASK = 0xFF0FFFF0  # any variant and revision
# compatible -> (MIDR_EL1, mask). QEMU's `max` has one part number and no revisions.
MIDRS = {name: (ARM | part << 4, MASK) for name, part in PARTS.items()} | {"qemu,max": (0x000F0510, 0xFF0FFFFF)}
ANY = (0, 0)


def check(facts: Facts) -> None:
    for rule in (_board, _cores, _core_states, _owned_once, _routes, _consoles):
        facts.findings.apply(WHO, rule, facts)
    for number, record in enumerate(facts.partitions):
        declared = next((p for p in facts.system.partitions if p.name == facts.name(record)), None)
        for rule in (_vcpus, _windows, _interrupts) if declared else ():
            facts.findings.apply(declared.name, rule, facts, number, record, declared)


# The board.

def _board(facts: Facts) -> None:
    board, system, equal = facts.board, facts.system, facts.findings.equal
    equal(board.gicd, system.gicd[0], WHO, "the address of the GIC distributor")
    equal((hex(board.gicr), hex(board.gicr_size)), tuple(map(hex, system.gicr)), WHO, "the GIC's redistributors")
    equal(board.uart, system.uart.registers[0][0], WHO, "the address of the console")
    equal(board.uart_intid, system.uart.interrupts[0].intid, WHO, "the interrupt of the console")
    timer = next(n for n in system.tree.root.walk() if n.compatible("arm,armv8-timer"))
    equal(board.timer_hz, timer.cell("clock-frequency"), WHO, "the frequency of the timer")
    equal(board.safe_state, f"SAFE_{system.safe_state.upper()}", WHO, "safe-state")
    _service_core(facts)
    _boot_line(facts)


def _boot_line(facts: Facts) -> None:
    """The first line at boot names who has DMA masters that nothing confines."""
    consenting = [p.name for p in facts.system.partitions if "dma-unprotected" in p.node.properties]
    names = ", ".join(consenting) if len(consenting) <= 4 else f"{len(consenting)} partitions"
    wanted = f"bulkhead: EL2 up, {len(_used(facts))} cores, {len(facts.system.partitions)} partitions"
    wanted += f"; DMA WITHOUT PROTECTION: {names}" if consenting else ""
    found = facts.image.read(facts.image.symbol("boot_line"), len(wanted) + 1)
    facts.findings.equal(found, wanted.encode() + b"\0", WHO, "the first line at boot")


def _critical(facts: Facts, mpidr: int) -> int:
    """0 for QM and idle cores, 4 for ASIL-D."""
    levels = ["QM", "ASIL-A", "ASIL-B", "ASIL-C", "ASIL-D"]
    return max([levels.index(p.node.string("criticality", "QM")) for p in facts.system.partitions for v in p.vcpus
                if v.core.mpidr == mpidr], default=0)


def _service_core(facts: Facts) -> None:
    """Declared, or of the least critical cores the one that starts last. It must exist, be started, and be one of those."""
    declared, number = facts.system.service_core, facts.board.service_core
    if not facts.findings.require(number < len(facts.cores), WHO, f"service core {number} does not exist"):
        return
    least = min(_critical(facts, c.mpidr) for c in facts.cores)
    wanted = declared.mpidr if declared else [c.mpidr for c in facts.cores if _critical(facts, c.mpidr) == least][-1]
    facts.findings.equal(_critical(facts, facts.cores[number].mpidr), least, WHO, "how critical the service core is")
    facts.findings.equal(facts.cores[number].mpidr, wanted, WHO, "the MPIDR of the service core")


# Cores.

def _used(facts: Facts) -> list[Core]:
    """The boot core and every core with a vCPU."""
    used = [facts.system.cores[0]] + [v.core for p in facts.system.partitions for v in p.vcpus]
    return [c for c in facts.system.cores if any(c is u for u in used)]


def _cores(facts: Facts) -> None:
    equal, require = facts.findings.equal, facts.findings.require
    used = _used(facts)
    equal(sorted(c.mpidr for c in facts.cores), sorted(c.mpidr for c in used), WHO, "the list of cores")
    equal(facts.cores[0].mpidr if facts.cores else None, facts.system.cores[0].mpidr, WHO, "the boot core")
    for core in used:
        require(core.node.enabled, WHO, f"{core.name} is disabled")
    for number, record in enumerate(facts.cores):
        core = next((c for c in used if c.mpidr == record.mpidr), None)
        if core:
            facts.findings.apply(WHO, _core, facts, number, record, core)


def _core(facts: Facts, number: int, record: SimpleNamespace, core: Core) -> None:
    """The vCPUs pinned to a core, most urgent first, as records of the partitions' tables; the core type."""
    pinned = [(v.priority, p, v) for p in facts.system.partitions for v in p.vcpus if v.core is core]
    wanted = [_vcpu_address(facts, p, v) for _, p, v in sorted(pinned, key=lambda item: -item[0])]
    found = facts.members(record, "vcpus", "vcpu_count")
    facts.findings.equal(sorted(found), sorted(wanted), WHO, f"the vCPUs of core {number} ({core.name})")
    facts.findings.require(len(pinned) <= 1, WHO, f"{core.name} is given to {len(pinned)} vCPUs")
    facts.findings.equal(hex(record.sgi), hex(_sgi_target(core.mpidr)), WHO, f"how an SGI names core {number} ({core.name})")
    _midr(facts, record, core)


def _sgi_target(mpidr: int) -> int:
    """The core as ICC_SGI1R_EL1 names it: Aff3.Aff2.Aff1, a range of 16 and a bit for Aff0 (Arm IHI 0069H, 12.2.22)."""
    aff0, aff1, aff2, aff3 = (mpidr >> shift & 0xff for shift in (0, 8, 16, 32))
    return aff3 << 48 | aff0 // 16 << 44 | aff2 << 32 | aff1 << 16 | 1 << aff0 % 16


def _vcpu_address(facts: Facts, partition: Partition, vcpu: Vcpu) -> Optional[int]:
    record = facts.record(partition.name)
    records = facts.members(record, "vcpus", "vcpu_count") if record else []
    return records[vcpu.index].at if vcpu.index < len(records) else 0


def _midr(facts: Facts, record: SimpleNamespace, core: Core) -> None:
    """What EL2 compares MIDR_EL1 with, for the core types that are known here; others are not compared."""
    wanted = next((MIDRS[c] for c in core.node.strings("compatible") if c in MIDRS), ANY)
    facts.findings.equal((hex(record.midr), hex(record.midr_mask)), tuple(map(hex, wanted)), WHO,
                         f"the MIDR that {core.name} is checked for, and its mask,")


def _core_states(facts: Facts) -> None:
    """Each core's own."""
    for number, record in enumerate(facts.cores):
        state = facts.objects.element_at("core_state", record.state)
        facts.findings.equal(state, ("core_states", number), WHO, f"the state of core {number}")


# vCPUs and windows.

def _vcpus(facts: Facts, _number: int, record: SimpleNamespace, declared: Partition) -> None:
    equal, who = facts.findings.equal, declared.name
    records = facts.members(record, "vcpus", "vcpu_count")
    equal(len(records), len(declared.vcpus), who, "the number of its vCPUs")
    states = [facts.objects.element_at("vcpu_state", r.state) for r in records]
    equal([s and s[1] for s in states], list(range(len(records))), who, "the states of its vCPUs")
    facts.findings.require(len({s and s[0] for s in states}) == 1, who, "its vCPUs' states are not in one table")
    for n, (vcpu, found) in enumerate(zip(declared.vcpus, records)):
        _vcpu(facts, f"{who}/vcpu{n}", record, vcpu, found)


def _vcpu(facts: Facts, who: str, record: SimpleNamespace, declared: Vcpu, found: SimpleNamespace) -> None:
    equal = facts.findings.equal
    equal(found.partition, record.at, who, "the record of its partition")
    equal(found.index, declared.index, who, "its index")
    equal(found.priority, declared.priority, who, "its priority")
    mpidr = facts.cores[found.core].mpidr if found.core < len(facts.cores) else None
    equal(mpidr, declared.core.mpidr, who, "the MPIDR of its core")


def _windows(facts: Facts, _number: int, record: SimpleNamespace, declared: Partition) -> None:
    """What the hypervisor answers itself; that stage 2 does not map it follows from its map."""
    records = facts.members_to_end(record, "mmio", WINDOWS)
    facts.findings.require(records is not None, declared.name, "the list of its virtual devices has no end")
    found = [(m.kind, hex(m.ipa), hex(m.size)) for m in records or []]
    wanted = [(k, hex(a), hex(s)) for k, a, s in declared.windows]
    facts.findings.equal(found, wanted, declared.name, "the list of its virtual devices")
    facts.findings.apply(declared.name, _windows_end, facts, record, declared, len(records or []))
    vuart = facts.objects.element_at("vuart_state", record.vuart) if record.vuart else None
    if declared.console != "virtual":
        facts.findings.equal(record.vuart, 0, declared.name, "the virtual console it does not have")
    else:
        facts.findings.require(vuart is not None, declared.name, "its virtual console has no state")


def _windows_end(facts: Facts, record: SimpleNamespace, declared: Partition, count: int) -> None:
    """Behind the last virtual device is an entry without contents."""
    size = facts.objects.target(record.of, "mmio").size
    end = facts.image.read(record.mmio + count * size, size)
    facts.findings.require(not any(end), declared.name, "the entry that ends the list of its virtual devices is not empty")


def _consoles(facts: Facts) -> None:
    """Virtual consoles have an owner each, and each owner its own."""
    names = [p.name for p in facts.system.partitions if p.console == "virtual"]
    owners = facts.objects.elements("vuart_owners", "vuart_count")
    by_address = {p.at: facts.name(p) for p in facts.partitions}
    facts.findings.equal([by_address.get(o, f"0x{o:x}") for o in owners], names, WHO, "the list of virtual consoles")
    states = [p.vuart for p in facts.partitions if p.vuart]
    facts.findings.equal(len(set(states)), len(names), WHO, "the number of virtual consoles with a state of their own")
    indices = [facts.objects.element_at("vuart_state", s) for s in states]
    facts.findings.equal([i and i[1] for i in indices], list(range(len(names))), WHO, "the states of virtual consoles")


# Interrupts.

def _declared_interrupts(declared: Partition) -> list[tuple[int, int, bool]]:
    """(as the guest sees it, physical or 0, edge)."""
    found = [(i.intid, i.intid, i.edge) for d in declared.devices for i in d.interrupts]
    if declared.uart:
        found += [(CONSOLE_INTERRUPT.intid, i.intid, i.edge) for i in declared.uart.interrupts[:1]]
    if declared.console == "virtual":
        found.append((CONSOLE_INTERRUPT.intid, 0, CONSOLE_INTERRUPT.edge))
    return sorted(set(found))  # functions of PCI may share a line


def _interrupts(facts: Facts, _number: int, record: SimpleNamespace, declared: Partition) -> None:
    found = [(i.intid, i.physical, i.edge) for i in facts.members(record, "interrupts", "interrupt_count")]
    wanted = _declared_interrupts(declared)
    for intid, physical, edge in found:
        if (intid, physical, edge) not in wanted:
            facts.findings.error(declared.name, f"has {_named(intid, physical, edge)}, which the device tree does not give it")
    for intid, physical, edge in wanted:
        if (intid, physical, edge) not in found:
            facts.findings.error(declared.name, f"lacks {_named(intid, physical, edge)}")
    facts.findings.require(found == sorted(set(found)), declared.name, "its interrupts are not in order, each once")


def _named(intid: int, physical: int, edge: bool) -> str:
    source = f"physical {physical}" if physical else "virtual"
    return f"interrupt {intid} ({source}, {'edge' if edge else 'level'})"


def _owned_once(facts: Facts) -> None:
    """No physical interrupt has two owners, or is the hypervisor's: over the tables of all partitions."""
    owners: dict[int, str] = {i.intid: WHO for i in facts.system.uart.interrupts}
    owners |= {i.intid: WHO for s in facts.system.smmus for i in s.interrupts}
    for record in facts.partitions:
        for item in facts.members(record, "interrupts", "interrupt_count"):
            if item.physical:
                other = owners.setdefault(item.physical, facts.name(record))
                facts.findings.require(other == facts.name(record), facts.name(record),
                                       f"has physical interrupt {item.physical}, and so has {other}")


def _routes(facts: Facts) -> None:
    """Where EL2 sends a physical interrupt: as the partitions' own tables say, looked up by halving."""
    wanted = sorted((i.physical, i.intid, i.edge, facts.name(p)) for p in facts.partitions
                    for i in facts.members(p, "interrupts", "interrupt_count") if i.physical)
    by_address = {p.at: facts.name(p) for p in facts.partitions}
    found = [(r.physical, r.intid, r.edge, by_address.get(r.partition, f"0x{r.partition:x}")) for r in facts.routes]
    facts.findings.equal(found, wanted, WHO, "the list of routes (physical interrupt, guest's, edge, owner)")
    for physical, _, _, owner in found:
        facts.findings.require(physical >= FIRST_SPI, owner, f"is sent interrupt {physical}, which is private to a core")
