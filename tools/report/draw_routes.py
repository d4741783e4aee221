# SPDX-License-Identifier: Apache-2.0
"""Where interrupts go: physical line, core, partition and its number for it. One row each, so that no lines cross.

@implements REQ-REPORT-003
"""
from draw_memory import owner_class
from facts import HYPERVISOR, called
from svg import Drawing
from words import core, interrupt, listed, trigger

WIDTH, ROW = 1000, 40
SOURCE_X, CORE_X, OWNER_X = 14, 430, 690
SOURCE_WIDTH, CORE_WIDTH, OWNER_WIDTH = 340, 180, 296


def source_of(facts, physical):
    names = [called(facts, d) for d in facts.separation["declared"]["devices"] for i in d["interrupts"] if i["intid"] == physical]
    return listed(dict.fromkeys(names)) or "?"


def cores_of(facts, name):
    found = facts.found(name)
    return [core(v["mpidr"]) for v in found.get("vcpus", []) if v["mpidr"] is not None]


def service_core(facts):
    return next(core(c["mpidr"]) for c in facts.system["board"]["cores"] if c["name"] == facts.system["service_core"])


def routes(facts):
    """(source, physical INTID or None, edge, [cores], owner, the owner's INTID): what the checker found in the image,
    and the virtual UARTs' lines."""
    for one in facts.separation["interrupts"]:
        if one["partition"] is None:
            yield source_of(facts, one["physical"]), one["physical"], one["edge"], [service_core(facts)], HYPERVISOR, None
        else:
            yield (source_of(facts, one["physical"]), one["physical"], one["edge"], cores_of(facts, one["partition"]),
                   one["partition"], one["intid"])
    for partition in facts.partitions:
        if partition["console"]["kind"] == "virtual":
            yield ("virtual UART", None, False, cores_of(facts, partition["name"]), partition["name"],
                   partition["console"]["intid"])


def taken_by(physical, cores):
    if physical is None:
        return "made by the hypervisor"
    return f"core {cores[0]}" if len(cores) == 1 else f"one of cores {', '.join(cores)}"


def _arrow(drawing, left, right, y):
    drawing.shape(f"M {left + 6} {y} L {right - 12} {y}", "link")
    drawing.shape(f"M {right - 13} {y - 4} L {right - 5} {y} L {right - 13} {y + 4} Z", "mark")


def _row(drawing, facts, y, route):
    source, physical, edge, cores, owner, intid = route
    kind, middle = owner_class(facts, owner), y + 19
    drawing.box(SOURCE_X, y, SOURCE_WIDTH, 30, kind if physical is not None else f"{kind} window")
    said = f"INTID {physical}, {interrupt(physical)}, {trigger(edge)}" if physical is not None else "not a physical line"
    drawing.text(SOURCE_X + 10, middle, source, bold=True, room=130)
    drawing.text(SOURCE_X + SOURCE_WIDTH - 10, middle, said, size=11.5, anchor="end")
    _arrow(drawing, SOURCE_X + SOURCE_WIDTH, CORE_X, y + 15)
    drawing.box(CORE_X, y, CORE_WIDTH, 30, kind)
    drawing.text(CORE_X + 10, middle, taken_by(physical, cores), room=CORE_WIDTH - 20)
    _arrow(drawing, CORE_X + CORE_WIDTH, OWNER_X, y + 15)
    drawing.box(OWNER_X, y, OWNER_WIDTH, 30, kind)
    drawing.text(OWNER_X + 10, middle, owner, bold=True, room=140)
    drawing.text(OWNER_X + OWNER_WIDTH - 10, middle, f"INTID {intid}, {interrupt(intid)}" if intid else "console",
                 size=11.5, anchor="end")


def draw(facts):
    drawing = Drawing(WIDTH, "Where interrupts go")
    for x, words in ((SOURCE_X, "From"), (CORE_X, "taken by"), (OWNER_X, "for, with its own number")):
        drawing.text(x, 18, words, bold=True, size=13, kind="soft")
    y = 28
    for route in routes(facts):
        _row(drawing, facts, y, route)
        y += ROW
    return drawing
