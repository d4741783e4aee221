# SPDX-License-Identifier: Apache-2.0
"""Response times: what the compiler computed, with every term of the equation, and the worst moment of each core.

@implements REQ-RTA-009
"""
import draw_timing
from document import Figure, Heading, Paragraph, Section, Table, n
from words import microseconds

HEAD = ["task", "priority", "C", "T", "D", "J", "B", "tasks before it", "interrupts", "R", "slack", "C comes from"]


def _us(ns):
    return n(microseconds(ns))


def _sum(task, tasks):
    return sum(t["arrivals"] * t["cost"] for t in task["terms"] if (t["kind"] == "task") == tasks)


def _row(task):
    return [task["name"], n(task["priority"]), *(_us(task[key]) for key in ("wcet", "period", "deadline", "jitter", "blocking")),
            _us(_sum(task, True)), _us(_sum(task, False)), _us(task["response"]), _us(task["deadline"] - task["response"]),
            task["basis"] or "not said"]


def _terms(name, task):
    rows = [[t["what"], n(t["arrivals"]), _us(t["cost"]), _us(t["arrivals"] * t["cost"]),
             n("once") if t["period"] is None else _us(t["period"]), _us(t["jitter"])] for t in task["terms"]]
    title = f"What goes before {task['name']} of {name} in w = {microseconds(task['window'])}"
    return Table(title, ["what", "times", "C", "together", "T", "J"], rows)


def _vcpu(facts, vcpu):
    name = f"{vcpu['partition']}/vcpu{vcpu['vcpu']}"
    said = (f"The guest's own work for an interrupt: {microseconds(vcpu['handler'])}. In the drawing a triangle is a release, the line "
            "the end of w; it begins with the longest section of the hypervisor, and leaves blocking-us out.")
    return [Heading(f"{name} on {vcpu['cpu']}"), Paragraph(said), Figure(draw_timing.draw(facts, vcpu)),
            Table(f"Response times of {name}", HEAD, [_row(task) for task in vcpu["tasks"]]),
            *(_terms(name, task) for task in vcpu["tasks"])]


def sections(facts):
    """One section, or none if no task is declared."""
    timing = facts.system.get("timing")
    if not timing:
        return []
    equation = Paragraph("R = J + w, and w is the least solution of w = C + B + the sum, over what goes before the task, of ceil((w + J) / T) * C. "
                         f"The hypervisor: an interrupt {microseconds(timing['interrupt'])}, its longest section "
                         f"{microseconds(timing['section'])}, which is in B. Where these come from: {timing['basis']}.")
    assumed = Paragraph("Assumed, and not enforced yet: that no interrupt comes more often than declared, and that no task runs longer than "
                        "its C. What caches and buses cost is only in the numbers that were put in.", "bad")
    return [Section("Response times", "timing", [equation, assumed, *(part for vcpu in timing["vcpus"] for part in _vcpu(facts, vcpu))])]
