# SPDX-License-Identifier: Apache-2.0
"""The report of one system, section by section.

@implements REQ-REPORT-003
"""
import os

import agreement
import dma
import draw_guest
import draw_routes
import draw_split
import memory
import timing
from document import Cell, Figure, Heading, Paragraph, Report, Section, Table, a, n
from draw_memory import owner_class
from words import address, core as core_number, interrupt, plural, sized, trigger


def _owner(facts, name):
    kind = owner_class(facts, name)
    return Cell(name, "" if kind == "none" else kind)


def _overview(facts, differences):
    separation = facts.separation
    verdict = f"Independent checker: {separation['verdict']}, {separation['counted']}."
    parts = [Paragraph(verdict, "verdict " + ("good" if separation["verdict"] == "PASS" else "bad"))]
    parts += [Paragraph(f"FAIL  {e}", "bad") for e in separation["errors"]]
    if differences:
        parts += [Paragraph(f"DIFFERS  {d}", "bad") for d in differences]
    else:
        parts.append(Paragraph("What the config compiler says of memory, vCPUs, devices and interrupts is what the checker found in the "
                               "linked image."))
    parts += [Paragraph(text, "bad") for text in dma.unprotected(facts)]
    rows = [[_owner(facts, p["name"]), p["criticality"], n(len(p["vcpus"])), n(sized(sum(m["size"] for m in p["memory"]))),
             _console(p), p["on_fault"]] for p in facts.partitions]
    free = sum(s.size for s in facts.free)
    return Section("Overview", "overview", [
        *parts, Figure(draw_split.draw(facts)),
        Table("Partitions", ["partition", "criticality", "vCPUs", "RAM", "console", "on a fault"], rows),
        Paragraph(f"{sized(free)} of RAM are free." if free else "No RAM is free.")])


def _console(partition):
    kind = partition["console"]["kind"]
    return {"passed": lambda: f"{partition['uart']['name']}, passed through", "none": lambda: "none",
            "virtual": lambda: "virtual, by the hypervisor's UART"}[kind]()


def _guest(facts, partition):
    rows = [[a(address(s.start)), a(address(s.end - 1)), n(sized(s.size)), s.what, s.note] for s in draw_guest.view(facts, partition)]
    loaded = [[a(address(p.start)), a(address(p.end - 1)), n(sized(p.size)), p.what, p.note] for p in draw_guest.pieces(partition)]
    found = facts.found(partition["name"])
    said = (f"vCPU 0 starts at {address(partition['entry'])} with the device tree's address, {address(partition['device_tree'])}, "
            f"in x0. VMID {found['vmid']}. Console: {_console(partition)}. Interrupts are in the section of that name.")
    bootargs = [Paragraph(f"Command line: {partition['bootargs']}")] if partition["bootargs"] else []
    return [Heading(f"{partition['name']} ({partition['criticality']})"), Paragraph(said), *bootargs,
            Figure(draw_guest.draw(facts, partition)),
            Table(f"Guest addresses of {partition['name']}", ["from", "to", "size", "what", "behind it"], rows),
            Table(f"What is loaded into {partition['name']}", ["from", "to", "size", "what", "file"], loaded)]


def _guests(facts):
    first = Paragraph("What each guest sees at its own addresses (IPA). What is behind an address comes from the stage-2 tables in the "
                      "image. Any other address is not there: an access is an abort in the guest.")
    return Section("Guests", "guests", [first, *(part for p in facts.partitions for part in _guest(facts, p))])


def _cores(facts):
    runs = {v["cpu"]: (i, v, p) for p in facts.partitions for i, v in enumerate(p["vcpus"])}
    rows = []
    for one in facts.system["board"]["cores"]:
        index, vcpu, partition = runs.get(one["name"], (None, None, None))
        role = [w for w, is_so in (("boot core", one["core"] == 0), ("service core (console)", one["name"] == facts.system["service_core"]),
                                   ("disabled", not one["enabled"])) if is_so]
        rows.append([one["name"], core_number(one["mpidr"]), one["compatible"], n("-" if one["core"] is None else one["core"]),
                     _owner(facts, partition["name"]) if partition else "nobody", n("-" if vcpu is None else index),
                     n("-" if vcpu is None else vcpu["priority"]), ", ".join(role)])
    head = ["core", "MPIDR", "type", "started as", "runs", "vCPU", "priority", "also"]
    said = (f"Larger priorities are more urgent. After a fault of the hypervisor itself: {facts.system['safe_state']}. "
            "A core that runs nobody's vCPU and is not the boot core is never started.")
    return Section("Cores", "cores", [Paragraph(said), Table("Cores and vCPUs", head, rows)])


def _lines(facts):
    for source, physical, edge, cores, owner, intid in draw_routes.routes(facts):
        yield [source, n("-" if physical is None else physical), "-" if physical is None else interrupt(physical), trigger(edge),
               draw_routes.taken_by(physical, cores), _owner(facts, owner), n("-" if intid is None else intid),
               "-" if intid is None else interrupt(intid)]


def _private(facts):
    declared = facts.separation["declared"]
    timer = dict(zip(("EL3 physical timer", "EL1 physical timer", "virtual timer", "EL2 physical timer"), declared["timer"]))
    yield ["SGI 0 - 7", "posts from core to core", "hypervisor; guests' own SGIs are virtual"]
    for intid in declared["maintenance"]:
        yield [interrupt(intid), "GIC maintenance", "hypervisor"]
    for name, intid in sorted(timer.items(), key=lambda item: item[1]):
        who = {"virtual timer": f"the vCPU on that core, as INTID {intid}", "EL2 physical timer": "hypervisor"}.get(name, "nobody")
        yield [interrupt(intid), name, who]


def _interrupts(facts):
    lines = Table("Shared interrupts and virtual lines",
                  ["from", "INTID", "is", "trigger", "taken by", "for", "its INTID", "is"], list(_lines(facts)))
    more = Paragraph("Of a partition with several vCPUs, the guest chooses by GICD_IROUTER; at first it is vCPU 0. Physical "
                     "interrupts that are not here stay disabled.")
    private = Table("Private interrupts of each core", ["line", "from", "for"], list(_private(facts)))
    return Section("Interrupts", "interrupts", [Figure(draw_routes.draw(facts)), lines, more, private])


def _column_kinds(facts):
    """The checker's columns: EL2, EL2 loading each partition, each partition."""
    names = [p["name"] for p in facts.separation["partitions"]]
    return ["hv"] * (1 + len(names)) + [owner_class(facts, name) for name in names]


def _separation(facts):
    kinds = _column_kinds(facts)
    rows = [[a(address(r["base"])), n(sized(r["size"])), r["what"],
             *(Cell(rights, f"c {kind}" if rights != "-" else "c") for rights, kind in zip(r["rights"], kinds))]
            for r in facts.separation["rows"]]
    said = Paragraph("Who reaches what, from the translation tables in the linked image as the hardware walks them; found by config/verify, "
                     "which shares nothing with the config compiler. r, w, x: can read, write, execute. *: only part of the range "
                     "(guard pages). -: nothing.")
    head = ["physical", "size", "what", *facts.separation["columns"]]
    return Section("Separation", "separation", [said, Table("Separation matrix", head, rows)])


def report(facts):
    differences = agreement.differences(facts)
    name = os.path.basename(facts.system["file"])
    cores = len([c for c in facts.system["board"]["cores"] if c["core"] is not None])
    title = f"{name}: {plural(len(facts.partitions), 'partition')} on {plural(cores, 'core')}"
    sections = [_overview(facts, differences), memory.section(facts), dma.buffers(facts), _guests(facts), _cores(facts),
                _interrupts(facts), *timing.sections(facts), _separation(facts), dma.masters(facts), memory.sizes(facts)]
    passed = facts.separation["verdict"] == "PASS" and not differences
    return Report(title, passed, sections, f"Report of {facts.system['file']}, from the linked image. Made by make report.")
