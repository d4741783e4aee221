# SPDX-License-Identifier: Apache-2.0
"""Response times in the report, and the drawing of the worst moment.

@verifies REQ-RTA-009
"""
import re
import xml.etree.ElementTree as ET

import pytest
from conftest import SVG, XHTML, built
import geometry
import worst


def vcpus(system):
    return system.facts().system.get("timing", {"vcpus": []})["vcpus"]


def test_each_task_is_in_the_table_with_its_terms():
    for system in (built("safety-ivi"), built("six")):
        for vcpu in vcpus(system):
            name = f"{vcpu['partition']}/vcpu{vcpu['vcpu']}"
            rows = {r["task"]: r for r in system.table(f"Response times of {name}")}
            assert list(rows) == [t["name"] for t in vcpu["tasks"]]
            for task in vcpu["tasks"]:
                row = {k: float(v.split()[0]) for k, v in rows[task["name"]].items() if v.endswith(" us")}
                assert row["C"] + row["B"] + row["tasks before it"] + row["interrupts"] + row["J"] == pytest.approx(row["R"])
                assert row["R"] + row["slack"] == pytest.approx(row["D"])


def test_the_default_system_says_that_its_numbers_are_assumed():
    text = built("safety-ivi").text
    assert text.count("assumed budget; not measured on hardware") == 3 and "not enforced yet" in text
    assert [t["name"] for t in vcpus(built("safety-ivi"))[0]["tasks"]] == ["control", "monitor", "report"]


def test_a_system_without_tasks_has_no_such_section():
    assert "Response times" not in built("full").html and "Response times" in built("six").html


def test_in_the_drawing_one_thing_runs_at_a_time_and_each_task_ends_by_its_bound(system):
    timing = system.facts().system.get("timing")
    for vcpu in vcpus(system):
        lanes = worst.lanes(timing, vcpu)
        runs = sorted((start, end) for lane in lanes for start, end in lane.runs)
        assert runs and all(a[1] <= b[0] for a, b in zip(runs, runs[1:])) and runs[-1][1] <= worst.span(vcpu)
        for task in vcpu["tasks"]:
            lane = next(lane for lane in lanes if lane.name == task["name"] and not lane.urgent)
            left, end = task["wcet"], None
            for start, stop in lane.runs:
                end = start + left if left and stop - start >= left else end
                left = max(0, left - (stop - start))
            assert left or end <= task["window"], task["name"]
            assert not left or task["window"] >= worst.span(vcpu)


def test_the_drawing_has_a_lane_for_each_task(system):
    titles = [t for t in system.drawings if t.startswith("Worst moment on ")]
    assert len(titles) == len(vcpus(system))
    for title, vcpu in zip(titles, vcpus(system)):
        words = [b.name for b in geometry.texts(system.drawings[title])]
        assert title == f"Worst moment on {vcpu['cpu']}: {vcpu['partition']}/vcpu{vcpu['vcpu']}"
        assert len([w for w in words if re.match(r"R \d", w)]) == len(vcpu["tasks"]) and "interrupts" in words


def test_what_users_write_is_shown_as_they_wrote_it():
    cells = [c.text for c in ET.fromstring(built("six").html).iter(f"{XHTML}td")]
    assert "<a & b>" in cells and SVG
