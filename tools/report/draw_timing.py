# SPDX-License-Identifier: Apache-2.0
"""The worst moment of each core that has tasks, as a timeline: one lane for interrupts and one for each task.

@implements REQ-RTA-009
"""
from draw_memory import owner_class
from svg import Drawing
from words import microseconds
import worst

WIDTH, ROW, HEIGHT = 1000, 44, 22
LEFT, RIGHT = 230, 790
TOP = 34


def _scale(end):
    return lambda ns: LEFT + (RIGHT - LEFT) * ns / end


def _release(drawing, x, y):
    drawing.shape(f"M {x:.1f} {y - 1} L {x - 3:.1f} {y - 7} L {x + 3:.1f} {y - 7} Z", "mark")


def _response(drawing, x, y):
    drawing.shape(f"M {x:.1f} {y - 6} L {x:.1f} {y + HEIGHT + 6}", "link")


def _visible(at, runs):
    """(left, right, from, to): what is too close together to be told apart is one."""
    found = []
    for start, end in runs:
        left, right = round(at(start), 1), round(min(max(at(end), at(start) + 0.6), RIGHT + 0.6), 1)
        if found and left < found[-1][1] + 0.5:
            found[-1] = (found[-1][0], max(right, found[-1][1]), found[-1][2], end)
        else:
            found.append((left, right, start, end))
    return found


def _lane(drawing, at, y, lane, kind):
    for left, right, start, end in _visible(at, lane.runs):
        drawing.box(left, y, right - left, HEIGHT, kind, f"{lane.name}: {microseconds(start)} to {microseconds(end)}")
    shown = [at(r) for r in lane.releases]
    for n, x in enumerate(shown):
        if n == 0 or x - shown[n - 1] > 7:
            _release(drawing, x, y)


def _step(end):
    """A round number of ns, so that there are at most six of them."""
    return next(d * 10 ** n for n in range(20) for d in (1, 2, 5) if end <= 6 * d * 10 ** n)


def _axis(drawing, at, y, end):
    drawing.shape(f"M {LEFT} {y} L {RIGHT} {y}", "link")
    for ns in range(0, end + 1, _step(end)):
        drawing.shape(f"M {at(ns):.1f} {y} L {at(ns):.1f} {y + 5}", "link")
        drawing.text(at(ns), y + 18, microseconds(ns), size=11, anchor="middle", kind="soft")


def draw(facts, vcpu):
    """Lanes from above: the hypervisor and the guest's handlers, then tasks by priority."""
    timing = facts.system["timing"]
    drawing = Drawing(WIDTH, f"Worst moment on {vcpu['cpu']}: {vcpu['partition']}/vcpu{vcpu['vcpu']}")
    end, y = worst.span(vcpu), TOP
    at = _scale(end)
    drawing.text(14, 18, "everything at once, and again as soon as it may be", bold=True, size=13, kind="soft")
    for lane in worst.lanes(timing, vcpu):
        task = next((t for t in vcpu["tasks"] if t["name"] == lane.name and not lane.urgent), None)
        drawing.text(14, y + 15, "interrupts" if lane.urgent else lane.name, bold=True, room=LEFT - 100)
        if task:
            drawing.text(LEFT - 14, y + 15, f"prio {task['priority']}", size=11.5, anchor="end", kind="soft")
            drawing.text(RIGHT + 14, y + 15, f"R {microseconds(task['response'])}, D {microseconds(task['deadline'])}", size=11.5, room=WIDTH - RIGHT - 20)
            if task["window"] <= end:
                _response(drawing, at(task["window"]), y)
        _lane(drawing, at, y, lane, "hv" if lane.urgent else owner_class(facts, vcpu["partition"]))
        y += ROW
    _axis(drawing, at, y, end)
    return drawing
