# SPDX-License-Identifier: Apache-2.0
"""Faults, on each core type: the probe tries them from the inside, and what others see of it stands here."""

import re

import pytest
from harness import HYPERVISOR, SAFETY_READY, System, build, check_progress, uncut

DONE = uncut("probe: done # passed, # failed")
ABORT = re.compile(r"probe: stage-2 abort, detail 0x(?P<syndrome>[0-9a-f]+) address 0x(?P<address>[0-9a-f]+) pc 0x(?P<pc>[0-9a-f]+): "
                   r"external abort to the guest")
HOLE = 0x0F000000
PAGE = 0x1000
WALK = 1 << 7
CORES = ["cortex-a53", "cortex-a57", "cortex-a72", "cortex-a76", "max"]


@pytest.fixture(scope="module", name="system", params=CORES)
def faults_system(request):
    """The probe with a device that is not there, beside the safety VM and one on the service core."""
    with System(build("tests/system/faults.dts", cpu=request.param, secure=True)) as system:
        system.expect("safety", SAFETY_READY)
        yield system


@pytest.mark.parametrize("restarts", [0, 1])
def test_every_access_ends_as_the_architecture_says(system, restarts):
    """@verifies REQ-EXIT-003, REQ-EXIT-004, REQ-EXIT-005, REQ-EXIT-006, REQ-GUEST-020"""
    system.expect("probe", uncut(f"probe: start, bulkhead=1 restarts={restarts}"))
    passed, failed = (int(n.replace("\n", "")) for n in system.expect("probe", DONE).groups())
    failures = re.findall(r"^probe: (?:#|not ok).*", system.text["probe"], re.MULTILINE)
    assert passed > 0 and failed == 0, "\n".join(failures)
    assert "without 32-bit EL0" not in system.text["probe"]


def test_nobody_else_notices(system):
    """@verifies REQ-PART-001, REQ-SYS-005"""
    system.expect("probe", uncut("probe: switching off"))
    system.expect(HYPERVISOR, r"probe: stops, and stays off")
    check_progress(system.reports(2))
    assert not system.faults()


def test_the_bus_answered_for_the_hole(system):
    """What the probe compares with is not EL2's own answer - but for table walks, which never reach a device.

    @verifies REQ-EXIT-003
    """
    aborts = [(int(m["syndrome"], 16), int(m["address"], 16)) for m in ABORT.finditer(system.text[HYPERVISOR])]
    assert aborts
    assert all(syndrome & WALK for syndrome, address in aborts if address // PAGE == HOLE // PAGE)


def test_the_event_of_a_walk_names_the_page_of_the_table(system):
    """@verifies REQ-HEALTH-001, REQ-EXIT-005"""
    walks = [int(m["address"], 16) for m in ABORT.finditer(system.text[HYPERVISOR]) if int(m["syndrome"], 16) & WALK]
    assert walks and all(address % PAGE == 0 for address in walks)
