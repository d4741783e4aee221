# SPDX-License-Identifier: Apache-2.0
"""A vCPU that aborts for ever, because its vectors are where nothing is, is its own partition's affair."""

import pytest
from harness import HYPERVISOR, SAFETY_READY, System, build, check_progress, uncut

STORM_REPORTS = 3


@pytest.fixture(scope="module", name="system")
def storm_system():
    """A partition with such a vCPU, beside the safety VM and one on the service core."""
    with System(build("tests/system/storm.dts", secure=True)) as system:
        system.expect("safety", SAFETY_READY)
        yield system


def test_the_safety_vm_goes_on_while_another_partition_aborts_for_ever(system):
    """@verifies REQ-EXIT-001, REQ-SYS-005"""
    system.expect("lost", uncut("lost: CPU_ON 0"))
    system.expect(HYPERVISOR, r"lost: stage-2 abort, detail 0x82[0-9a-f]{6} address 0xf800200 pc 0xf800200: external abort")
    check_progress(system.reports(STORM_REPORTS))


def test_the_other_vcpu_goes_on_and_restarts_the_partition(system):
    """@verifies REQ-EXIT-001, REQ-PART-001"""
    system.expect("lost", uncut("lost: vCPU 1 is lost, it is 0"))
    system.expect("lost", uncut("lost: start, restarts=1"))


def test_the_core_that_aborts_answers_a_stop(system):
    """@verifies REQ-EXIT-001, REQ-PART-001"""
    system.expect(HYPERVISOR, "lost: stops, and stays off")
    assert "not ok" not in system.text["lost"]
    system.skip("other")
    system.expect("other", "t=")
    check_progress(system.reports(1))
    assert not system.faults()
