# SPDX-License-Identifier: Apache-2.0
"""vCPUs that start the same vCPU at the same moment, resets in the middle of that, and a partition that ends with every vCPU
off: told by the crowd guest."""

import re

import pytest
from harness import HYPERVISOR, SAFETY_READY, System, build, check_progress

RESTARTS = 5
DONE = (r"^crowd: rounds=(?P<rounds>\d+) wins=(?P<wins>\d+,\d+,\d+) pending=(?P<pending>\d+) already=(?P<already>\d+) "
        r"restarts=(?P<restarts>\d+)\n")


@pytest.fixture(scope="module", name="system")
def crowd_system():
    with System(build("tests/system/crowd.dts")) as system:
        system.expect("safety", SAFETY_READY)
        yield system


@pytest.mark.parametrize("restarts", range(RESTARTS + 1))
def test_of_three_that_start_a_vcpu_at_once_one_succeeds_and_the_others_know(system, restarts):
    """@verifies REQ-PSCI-002, REQ-GUEST-021, REQ-PART-001"""
    done = system.expect("crowd", DONE)
    assert not re.findall(r"^crowd: round .*", system.text["crowd"], re.MULTILINE)
    wins = sum(map(int, done["wins"].split(",")))
    assert int(done["restarts"]) == restarts and wins == int(done["rounds"])
    assert int(done["pending"]) + int(done["already"]) == 2 * wins


def test_a_partition_whose_vcpus_are_all_off_is_an_event_and_disturbs_nobody(system):
    """@verifies REQ-PSCI-005, REQ-SYS-005"""
    system.expect("crowd", "^crowd: everybody off\n")
    system.expect(HYPERVISOR, r"crowd: all vCPUs are off")
    check_progress(system.reports(2))
    assert not system.faults()
