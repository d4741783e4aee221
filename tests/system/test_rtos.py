# SPDX-License-Identifier: Apache-2.0
"""Images that start and work as real-time systems for QEMU's virt machine do (guests/rtos): with an image line alone.

They are our own, and stand in for systems that the tests cannot fetch.
"""

import re

import pytest
from harness import SAFETY_READY, SECURITY_STATES, System, build, check_progress, uncut

SLEEPS = 100
TICK = uncut("rtos-tick: # ticks, # urgent, # wrong, # yields, # sections, # late, # lost, runs # # #\n")  # whole: its last number, too


@pytest.fixture(scope="module", name="system", **SECURITY_STATES)
def rtos_system(request):
    """Both beside the safety VM."""
    with System(build("tests/system/rtos.dts", secure=request.param)) as system:
        system.expect("safety", SAFETY_READY)
        yield system


def numbers(match):
    """What a line counts."""
    return [int(number.replace("\n", "")) for number in match.groups()]


def test_an_image_that_takes_its_level_from_the_feature_registers_starts_and_sleeps(system):
    """@verifies REQ-GUEST-022, REQ-SYS-017"""
    system.expect("idle", uncut("rtos-idle: ready, PSCI 1.1"))
    slept, early, strays = numbers(system.expect("idle", uncut("rtos-idle: slept # times, # early, # strays")))
    assert (slept, early, strays) == (SLEEPS, 0, 0)


def test_it_answers_keys_from_its_idle_loop(system):
    """@verifies REQ-GUEST-022, REQ-VUART-001"""
    for key in "abc":
        system.send("idle", key)
        system.expect("idle", uncut(f"rtos-idle: key {key}"))


def test_an_image_without_mmu_switches_tasks_under_its_tick(system):
    """@verifies REQ-GUEST-023, REQ-SYS-017"""
    before = numbers(system.expect("tick", TICK))
    after = numbers(system.expect("tick", TICK))
    ticks, urgent, wrong, yields, sections, late, lost, *runs = after
    assert all(new > old for old, new in zip(before, after) if old != 0), f"{before} {after}"
    assert urgent > 0 and yields > 0 and sections > 0 and min(runs) > 0 and ticks > before[0]
    assert (wrong, late, lost) == (0, 0, 0)


def test_neither_disturbs_the_safety_vm(system):
    """@verifies REQ-SYS-005"""
    check_progress(system.reports(2))
    assert not system.faults()
    assert not re.search("UNEXPECTED", system.text["idle"] + system.text["tick"])
