# SPDX-License-Identifier: Apache-2.0
"""The worst moment of a vCPU, played through: everything is released at time 0, right after the hypervisor has entered its longest
section, and comes again as soon as it may. For the drawing; the bounds are the compiler's.

@implements REQ-RTA-009
"""
from dataclasses import dataclass, field

MOST_RELEASES = 3000  # of one lane: more than can be seen


@dataclass
class Lane:
    """What runs: a task, or all interrupts together (`urgent`). Runs and releases in ns."""
    name: str
    priority: int
    cost: int
    urgent: bool = False
    releases: list = field(default_factory=list)
    runs: list = field(default_factory=list)
    left: list = field(default_factory=list)

    def run(self, start, end):
        if self.runs and self.runs[-1][1] == start:
            self.runs[-1][1] = end
        else:
            self.runs.append([start, end])


def releases(period, jitter, end):
    """At 0, as late as jitter allows; then as early as it may be."""
    yield 0
    at = (period or end) - jitter
    while period and at < end:
        yield max(at, 0)
        at += period


def span(vcpu):
    """How much is drawn: until the last task is done, or less if there would be too much to see."""
    shortest = min(t["period"] for t in vcpu["tasks"])
    return min(max(t["window"] for t in vcpu["tasks"]), 20 * shortest)


def lanes(timing, vcpu):
    """Interrupts, then the tasks, the most urgent first, as they run from 0 to span()."""
    end = span(vcpu)
    tasks = [Lane(t["name"], t["priority"], t["wcet"]) for t in sorted(vcpu["tasks"], key=lambda t: -t["priority"])]
    for lane in tasks:
        task = next(t for t in vcpu["tasks"] if t["name"] == lane.name)
        lane.releases = list(releases(task["period"], task["jitter"], end))[:MOST_RELEASES]
    interrupts = Lane("interrupts", 256, 0, urgent=True)
    sources = [t for t in vcpu["tasks"][0]["terms"] if t["kind"] != "task"]
    arrivals = sorted((at, s["cost"]) for s in sources for at in list(releases(s["period"], s["jitter"], end))[:MOST_RELEASES])
    _play(timing["section"], interrupts, arrivals, tasks, end)
    return [interrupts, *tasks]


def _play(now, interrupts, arrivals, tasks, end):
    interrupts.run(0, min(now, end))
    waiting = {lane.name: list(lane.releases) for lane in tasks}
    while now < end:
        if arrivals and arrivals[0][0] <= now:
            cost = arrivals.pop(0)[1]
            interrupts.run(now, min(now + cost, end))
            now += cost
            continue
        following = arrivals[0][0] if arrivals else end
        lane = _choose(tasks, waiting, now)
        coming = min([following, end, *(w[0] for w in waiting.values() if w and w[0] > now)])
        if lane:
            stop = min(coming, now + lane.left[0])
            lane.run(now, stop)
            lane.left[0] -= stop - now
            if not lane.left[0]:
                lane.left.pop(0)
            now = stop
        else:
            now = coming


def _choose(tasks, waiting, now):
    for lane in tasks:
        while waiting[lane.name] and waiting[lane.name][0] <= now:
            waiting[lane.name].pop(0)
            lane.left.append(lane.cost)
    return next((lane for lane in tasks if lane.left), None)
