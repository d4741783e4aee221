# SPDX-License-Identifier: Apache-2.0
"""How the chip is split: cores with who runs on them, and below, each owner's memory and devices.

@implements REQ-REPORT-003
@implements REQ-REPORT-006
"""
import os

from draw_memory import owner_class
from facts import HYPERVISOR
from svg import Drawing, first_fit, measure
from words import address, core as core_number, plural, sized

WIDTH, MARGIN, LEFT = 1000, 14, 70
CORES_IN_ROW = 8


def columns(facts):
    """[(cores, vCPU or None, partition or None)]: neighbours that are left free are one column."""
    runs = {v["cpu"]: (n, v, p) for p in facts.partitions for n, v in enumerate(p["vcpus"])}
    found = []
    for one in facts.system["board"]["cores"]:
        number, vcpu, partition = runs.get(one["name"], (None, None, None))
        if partition is None and one["core"] is None and found and found[-1][1] is None and found[-1][0][-1]["core"] is None:
            found[-1][0].append(one)
        else:
            found.append(([one], (number, vcpu) if partition else None, partition))
    return found


def _spans(row):
    """Neighbouring columns of one partition: [(first, columns, partition)]."""
    found = []
    for index, (_, _, partition) in enumerate(row):
        if found and partition is not None and found[-1][2] is partition:
            found[-1] = (found[-1][0], found[-1][1] + 1, partition)
        else:
            found.append((index, 1, partition))
    return found


def _image(partition):
    linux = [os.path.basename(p["file"]) for p in partition["pieces"] if p["what"] == "kernel"]
    files = [os.path.basename(p["file"]) for p in partition["pieces"] if p["what"] != "generated device tree"]
    return (linux or files or [""])[0]


def _guest(drawing, facts, x, y, width, partition):
    drawing.box(x, y, width, 62, owner_class(facts, partition["name"]))
    drawing.text(x + 10, y + 22, partition["name"], size=15, bold=True, room=width - 20)
    level, action = partition["criticality"], {"restart": "restarted", "stop": "stopped"}[partition["on_fault"]]
    drawing.text(x + 10, y + 40, first_fit([f"{level}, {action} after a fault", level], width - 20, 12))
    drawing.text(x + 10, y + 55, _image(partition), size=11, room=width - 20)


def _runs(core, vcpu):
    if vcpu is None:
        return ["left free" if core["core"] is None else "boots, no vCPU"]
    return [f"vCPU {vcpu[0]}, priority {vcpu[1]['priority']}", f"vCPU {vcpu[0]}, prio {vcpu[1]['priority']}", f"vCPU {vcpu[0]}"]


def _core(drawing, facts, x, y, width, column):
    cores, vcpu, partition = column
    first, last = core_number(cores[0]["mpidr"]), core_number(cores[-1]["mpidr"])
    name = f"core {first}" if len(cores) == 1 else f"cores {first} - {last}"
    drawing.box(x, y, width, 50, owner_class(facts, partition["name"]) if partition else "free")
    drawing.text(x + width / 2, y + 17, name, bold=True, anchor="middle", room=width - 8)
    kind = cores[0]["compatible"].partition(",")[2] or cores[0]["compatible"]
    drawing.text(x + width / 2, y + 31, kind, size=10.5, anchor="middle", room=width - 8)
    drawing.text(x + width / 2, y + 45, first_fit(_runs(cores[0], vcpu), width - 8, 10.5), size=10.5, anchor="middle")


def _cores(drawing, facts, row, y):
    room = WIDTH - MARGIN - LEFT
    width = min(230, room / len(row))
    for label, at in (("EL1", 36), ("EL2", 85), ("chip", 132)):
        drawing.text(MARGIN, y + at, label, bold=True, kind="soft", size=13)
    for first, count, partition in _spans(row):
        if partition is not None:
            _guest(drawing, facts, LEFT + first * width, y, count * width - 8, partition)
    used = [n for n, (cores, _, _) in enumerate(row) if cores[0]["core"] is not None]
    if used:
        start, end = LEFT + used[0] * width, LEFT + (used[-1] + 1) * width - 8
        drawing.box(start, y + 66, end - start, 30, "hv")
        drawing.text(start + 10, y + 86, "Bulkhead", bold=True, room=end - start - 20)
        _service(drawing, facts, row, width, start + 110, y + 86)
    for index, column in enumerate(row):
        _core(drawing, facts, LEFT + index * width, y + 100, width - 8, column)
    return y + 176


def _service(drawing, facts, row, width, from_x, y):
    for index, (cores, _, _) in enumerate(row):
        x = LEFT + index * width
        if cores[0]["name"] == facts.system["service_core"] and x + 10 >= from_x:
            drawing.text(x + 10, y, first_fit(["and console service", "+ console"], width - 24, 11), size=11)


def _memory(facts, placed):
    """[(owner, [(what, where)])]; without `placed`, only what does not depend on how large the guest images are."""
    own = facts.system["hypervisor"]
    yield HYPERVISOR, [(f"RAM {sized(own['size'])}" if placed else "RAM from", address(own["base"]))]
    for partition in facts.partitions:
        yield partition["name"], [(f"RAM {sized(m['size'])}", address(m["pa"]) if placed else "") for m in partition["memory"]]


def _belongings(facts, placed):
    """The same, with devices, and with what is free."""
    found = list(_memory(facts, placed))
    for owner, things in found:
        devices = [d for d in facts.devices if d.owner == owner]
        for name in dict.fromkeys(d.what for d in devices):
            things.append((name, address(next(d.start for d in devices if d.what == name))))
    free = [(f"RAM {sized(s.size)}", address(s.start)) for s in facts.free] or [("no RAM", "")]
    return [*found, ("free", free if placed else [("the rest of RAM", "")])]


def _owner(drawing, facts, x, y, width, owner, things):
    kind = owner_class(facts, owner) if owner != "free" else "free"
    drawing.box(x, y, width, 28 + 17 * len(things), kind)
    drawing.text(x + 10, y + 19, owner, bold=True, size=13, room=width - 20)
    for n, (what, where) in enumerate(things):
        drawing.text(x + 10, y + 37 + 17 * n, what, size=11.5, room=width - 28 - measure(where, 11, mono=True))
        drawing.text(x + width - 10, y + 37 + 17 * n, where, size=11, mono=True, anchor="end")


def draw(facts, placed=True):
    names = plural(len(facts.partitions), "partition")
    drawing = Drawing(WIDTH, f"How {os.path.basename(facts.system['file'])} splits the chip: {names}")
    y, found = 12, columns(facts)
    for start in range(0, len(found), CORES_IN_ROW):
        y = _cores(drawing, facts, found[start:start + CORES_IN_ROW], y)
    drawing.text(MARGIN, y + 2, "Memory and devices, with physical addresses", bold=True, kind="soft", size=13)
    y += 14
    owners = _belongings(facts, placed)
    room = WIDTH - 2 * MARGIN + 8
    each = min(len(owners), room // 236)
    width = room / each
    for start in range(0, len(owners), each):
        row = owners[start:start + each]
        for n, (owner, things) in enumerate(row):
            _owner(drawing, facts, MARGIN + n * width, y, width - 8, owner, things)
        y += 28 + 17 * max(len(things) for _, things in row) + 12
    return drawing
