# SPDX-License-Identifier: Apache-2.0
"""The images that stand in for real-time systems, on the bare machine: it is the one they are made for."""
import re

import pytest
from machine import Machine

TICK = re.compile(r"rtos-tick: (\d+) ticks, (\d+) urgent, 0 wrong, \d+ yields, \d+ sections, 0 late, 0 lost, runs .*$")


@pytest.mark.parametrize("cpu", ["cortex-a53", "max"])
def test_one_sleeps_and_answers_keys(tmp_path, cpu):
    """@verifies REQ-GUEST-022"""
    with Machine("rtos-idle", tmp_path, cpu) as machine:
        machine.line(lambda line: line.startswith("rtos-idle: ready, PSCI "))
        machine.line(lambda line: line == "rtos-idle: slept 100 times, 0 early, 0 strays")
        machine.type("q")
        machine.line(lambda line: line == "rtos-idle: key q")


@pytest.mark.parametrize("cpu", ["cortex-a53", "max"])
def test_the_other_switches_tasks_under_its_tick(tmp_path, cpu):
    """@verifies REQ-GUEST-023"""
    with Machine("rtos-tick", tmp_path, cpu) as machine:
        machine.line(lambda line: line == "rtos-tick: ready")
        before = TICK.match(machine.line(TICK.match))
        after = TICK.match(machine.line(TICK.match))
    assert int(after[1]) > int(before[1]) and int(after[2]) > int(before[2])
