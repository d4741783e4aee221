# SPDX-License-Identifier: Apache-2.0
"""Response times of good systems: against the equation, worked out here a second time from the device tree; and what is
written of them."""
import json
import re

import libfdt
import pytest

from conftest import BAD, HERE

COMMON = 2345  # interrupt-ns of good/tasks.dts
SECTION = 6789
US = 1000


@pytest.fixture(scope="module", name="out")
def fixture_out(compiler, tmp_path_factory):
    return compiler.build("good/tasks.dts", tmp_path_factory.mktemp("tasks"))


@pytest.fixture(scope="module", name="timing")
def fixture_timing(out):
    return json.loads((out / "system.json").read_text())["timing"]


def declared(out):
    """{(partition, vCPU): {task: {property: us}}} as libfdt reads it."""
    tree = libfdt.Fdt((out / "system.dtb").read_bytes())
    found = {}

    def children(node):
        child = tree.first_subnode(node, [libfdt.NOTFOUND])
        while child >= 0:
            yield tree.get_name(child), child
            child = tree.next_subnode(child, [libfdt.NOTFOUND])

    def number(node, name):
        value = tree.getprop(node, name, [libfdt.NOTFOUND])
        return int.from_bytes(bytes(value), "big") if value != -libfdt.NOTFOUND else 0

    names = ("wcet-us", "period-us", "deadline-us", "jitter-us", "blocking-us", "priority")
    for partition, node in children(tree.path_offset("/partitions")):
        for vcpu, below in children(node):
            tasks = {name[5:]: {p: number(task, p) for p in names} for name, task in children(below) if name.startswith("task-")}
            if tasks:
                found[partition, int(vcpu[4:])] = tasks
    return found


# What interrupts each vCPU besides its tasks' releases, as (period, jitter), and the guest's work for one, all in ns.
SOURCES = {("rt", 0): (3 * US, [(90 * US, 0), (200 * US, 0), (3000 * US, 0), (250 * US, 0)]),
           ("rt", 1): (0, [(90 * US, 0), (200 * US, 0), (3000 * US, 0), (100 * US, 0)]),
           ("second", 0): (10 * US, [(80 * US, 80 * US)])}


def expected(vcpu, tasks, name):
    """w by trying each candidate: the right-hand side changes only where something arrives."""
    handler, sources = SOURCES[vcpu]
    lock = SECTION if vcpu[0] == "rt" else 0  # of the partition's other vCPU
    handler += lock
    own = tasks[name]
    loads = [(COMMON + handler, period, jitter) for period, jitter in sources]
    loads += [(COMMON + handler, t["period-us"] * US, t["jitter-us"] * US) for t in tasks.values()]
    loads += [(t["wcet-us"] * US, t["period-us"] * US, t["jitter-us"] * US) for other, t in tasks.items()
              if other != name and t["priority"] >= own["priority"]]
    once = COMMON if vcpu == ("rt", 0) else 0  # the boot core's
    start = own["wcet-us"] * US + own["blocking-us"] * US + SECTION + lock + once

    def work(w):
        return start + sum(-(-(w + jitter) // period) * cost for cost, period, jitter in loads)

    steps = sorted({n * period - jitter for cost, period, jitter in loads for n in range(1, 200) if n * period - jitter > 0})
    return next(work(w) for w in steps if work(w) <= w)


def test_response_times_are_those_of_the_equation(out, timing):
    """@verifies REQ-RTA-004 REQ-RTA-005 REQ-RTA-006"""
    found = {(v["partition"], v["vcpu"]): {t["name"]: t for t in v["tasks"]} for v in timing["vcpus"]}
    wanted = declared(out)
    assert {v: set(t) for v, t in found.items()} == {v: set(t) for v, t in wanted.items()} and len(found) == 3
    for vcpu, tasks in wanted.items():
        for name, task in tasks.items():
            window = expected(vcpu, tasks, name)
            assert found[vcpu][name]["window"] == window, (vcpu, name)
            assert found[vcpu][name]["response"] == window + task["jitter-us"] * US <= task["deadline-us"] * US


def test_the_terms_make_up_the_window(timing):
    """@verifies REQ-RTA-006 REQ-RTA-008"""
    for task in (t for v in timing["vcpus"] for t in v["tasks"]):
        assert task["window"] == task["wcet"] + task["blocking"] + sum(t["arrivals"] * t["cost"] for t in task["terms"])
    kinds = {(v["partition"], v["vcpu"]): {t["kind"] for t in v["tasks"][-1]["terms"]} for v in timing["vcpus"]}
    assert kinds == {("rt", 0): {"task", "release", "device", "cores", "boot"}, ("rt", 1): {"release", "device", "cores"},
                     ("second", 0): {"release", "console"}}


def test_tasks_of_one_priority_each_count_before_the_other(timing):
    """@verifies REQ-RTA-006"""
    tasks = {t["name"]: {x["what"] for x in t["terms"] if x["kind"] == "task"} for t in timing["vcpus"][0]["tasks"]}
    assert tasks == {"a": set(), "b": {"task a", "task c"}, "c": {"task a", "task b"}, "d": {"task a", "task b", "task c"}}


def test_the_report_has_each_task_and_says_what_is_not_enforced(out, timing):
    """@verifies REQ-RTA-008"""
    text = (out / "report.txt").read_text()
    assert "not enforced yet" in text and 'these are: made up, with a "quote"' in text and "interrupt 2.345 us" in text
    for task in (t for v in timing["vcpus"] for t in v["tasks"]):
        row = re.search(rf"^  {task['name']} +{task['priority']} (.*)$", text, re.M)
        assert row, task["name"]
    only = re.search(r"^  only .*$", text, re.M)[0].split()
    assert float(only[-4]) * US == timing["vcpus"][2]["tasks"][0]["response"] and float(only[-2]) == 5000 - float(only[-4])


def test_without_tasks_there_is_nothing_of_it(compiler, tmp_path):
    """@verifies REQ-RTA-008"""
    out = compiler.build("good/devices.dts", tmp_path)
    assert "timing" not in json.loads((out / "system.json").read_text())
    assert "esponse time" not in (out / "report.txt").read_text()


def test_tasks_change_nothing_of_what_runs(compiler, out, tmp_path):
    """@verifies REQ-RTA-008"""
    text = (HERE / "good/tasks.dts").read_text()
    bare = re.sub(r"\n\s*(task-\w+ \{.*\};|handler-wcet-us.*|sgi-min-interarrival-us.*)", "", text)
    bare = re.sub(r"\n&\w+ \{ bulkhead,.*", "", bare).replace("../board.dtsi", f"{HERE}/board.dtsi")
    assert "task" not in bare.split("*/", 1)[1] and "interarrival" not in bare
    (tmp_path / "tasks.dts").write_text(bare)
    other = compiler.build(tmp_path / "tasks.dts", tmp_path / "out")
    for file in ("tables.c", "layout.h", *(p.name for p in out.glob("guest-*.dtb"))):
        first, second = ((folder / file).read_bytes().splitlines() for folder in (out, other))
        differ = [line for line in [*set(first) ^ set(second)] if not line.startswith(b"/* ")]  # names of the source
        assert len(first) == len(second) and not differ, file


def test_a_missed_deadline_can_be_checked_by_hand(bad_results):
    """Each note's numbers are what they say, and together with C and B they are the sum in the error. @verifies REQ-RTA-007"""
    file = next(f for f in BAD if f.stem == "task-deadline-missed")
    error, *notes = bad_results[file].stderr.splitlines()
    window, total = (float(n) for n in re.search(r"at w = ([\d.]+) us, .* becomes ([\d.]+) us", error).groups())
    assert error.startswith("bad/task-deadline-missed.dts:4:9: error: rt/vcpu0/task-slow: can miss its deadline of 2200 us")
    found = 0.0
    for note in notes:
        text = note.split(": note: ", 1)[1]
        formula = re.search(r"ceil\(\(([\d.]+) us \+ ([\d.]+) us\) / ([\d.]+) us\) \* ([\d.]+) us = (\d+) \* [\d.]+ us = ([\d.]+) us$", text)
        if formula:
            w, jitter, period, cost, times, together = (float(n) for n in formula.groups())
            assert w == window and times == -(-(w + jitter) // period) and together == times * cost
            found += together
        elif not text.startswith("J = "):
            found += float(re.search(r"(?:= |once )([\d.]+) us", text)[1])
    assert found == total > 2200 - 50 and len(notes) == 8
