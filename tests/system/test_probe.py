# SPDX-License-Identifier: Apache-2.0
"""The probe guest checks from the inside what a partition is shown, restarts itself, and checks again."""

import re

import pytest
from harness import HYPERVISOR, SAFETY_READY, SECURITY_STATES, System, build, check_progress, uncut

DONE = uncut("probe: done # passed, # failed")
FLOOD = 60 * 159  # characters that the probe writes faster than its UART takes them, each run (guests/probe/uart.c)


@pytest.fixture(scope="module", name="system", **SECURITY_STATES)
def probe_system(request):
    """The probe beside the safety VM."""
    with System(build("tests/system/probe.dts", secure=request.param)) as system:
        system.expect("safety", SAFETY_READY)
        yield system


def check_round(system, restarts):
    """One round of all checks, the first (0) or the second (1)."""
    system.expect("probe", uncut(f"probe: start, bulkhead=1 restarts={restarts}"))
    passed, failed = (int(n.replace("\n", "")) for n in system.expect("probe", DONE).groups())
    failures = re.findall(r"^probe: (?:#|not ok).*", system.text["probe"], re.MULTILINE)
    assert passed > 0 and failed == 0, "\n".join(failures)


@pytest.mark.parametrize("restarts", [0, 1])
def test_the_probe_finds_everything_as_documented(system, restarts):
    """@verifies REQ-GUEST-020, REQ-CALL-001, REQ-CALL-002, REQ-EXIT-001, REQ-EXIT-002, REQ-SYSREG-001, REQ-SYSREG-002

    @verifies REQ-PSCI-001, REQ-PSCI-002, REQ-PSCI-003, REQ-SYS-009, REQ-SYSREG-003, REQ-SYSREG-004, REQ-TIMER-001, REQ-VCPU-001
    @verifies REQ-VUART-001, REQ-VUART-002, REQ-VUART-004
    """
    check_round(system, restarts)
    assert system.text["probe"].count("~") == (restarts + 1) * FLOOD

def test_the_probe_switches_itself_off_and_nothing_else(system):
    """@verifies REQ-PART-001, REQ-SYS-005"""
    system.expect("probe", uncut("probe: switching off"))
    system.expect(HYPERVISOR, r"probe: stops")
    check_progress(system.reports(3))
    assert not system.faults()


@pytest.mark.parametrize("cpu, secure", [("cortex-a53", False), ("cortex-a72", False), ("cortex-a76", False), ("max", False),
                                         ("max", True)])
def test_the_features_of_each_core_are_as_listed(cpu, secure):
    """@verifies REQ-SYSREG-001, REQ-SYSREG-002, REQ-SYSREG-003, REQ-SYSREG-004, REQ-TIMER-001, REQ-TIMER-002"""
    with System(build("tests/system/probe.dts", cpu, secure=secure)) as system:
        check_round(system, 0)
        check_round(system, 1)
        assert not system.faults()
