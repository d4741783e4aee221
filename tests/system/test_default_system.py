# SPDX-License-Identifier: Apache-2.0
"""The default system, booted once: what make run shows, and what restarts of one VM do to the other.

The tests run in the order of this file; the last one ends Linux.
"""

import re

import pytest
from harness import HYPERVISOR, LINUX, SAFETY, SECURITY_STATES, System, build, check_progress

RESTARTS = 2
FLOOD_LINES = 5000


@pytest.fixture(scope="module", name="system", **SECURITY_STATES)
def default_system(request):
    """Booted, and nothing else yet."""
    with System(build(secure=request.param)) as system:
        yield system


def uptime(system):
    """Linux's own clock: it only starts again when Linux does."""
    return float(system.shell("cat /proc/uptime").output.split()[0])


def test_both_vms_come_up_side_by_side(system):
    """@verifies REQ-SYS-001, REQ-SYS-010, REQ-GUEST-015, REQ-SIL-204"""
    ready = system.wait_ready()
    assert ready["cpus"] == "3"
    check_progress(system.reports(5))


def test_the_safety_vm_is_ready_before_linux(system):
    """@verifies REQ-SYS-002, REQ-BOOT-006"""
    loads = re.findall(r"(\w+): loaded", system.text[HYPERVISOR])
    assert loads[0] == SAFETY


def test_every_line_on_the_shared_uart_names_who_says_it(system):
    """@verifies REQ-CONSOLE-002"""
    assert "GUEST-READY" in system.text[LINUX]
    assert "GUEST-READY" not in system.text[HYPERVISOR] + system.text[SAFETY]
    assert "brake" not in system.text[LINUX]


def test_linux_answers_what_is_typed(system):
    """@verifies REQ-CONSOLE-003, REQ-VUART-002"""
    answer = system.shell("echo $((6*7)); false")
    assert (answer.status, answer.output) == (1, "42\n")


def test_ctrl_c_reaches_linux(system):
    """@verifies REQ-SYS-011"""
    system.send(LINUX, "sh -c 'echo in front; exec sleep 1000'\r")
    system.expect(LINUX, r"^in front\n")  # the echo alone would not mean that the shell has handed over the terminal
    system.send(LINUX, "\x03")
    system.expect(LINUX, "ivi# ")
    assert system.shell("ps | grep -c '[s]leep 1000'").output == "0\n"


def test_keys_for_the_safety_vm_do_not_reach_linux(system):
    """@verifies REQ-CONSOLE-003"""
    system.skip(SAFETY)
    system.send(SAFETY, "?")
    system.expect(SAFETY, r"^brake: keys:.*\n")
    assert system.shell("echo still here").output == "still here\n"


def test_a_flood_of_output_from_linux_costs_the_safety_vm_nothing(system):
    """@verifies REQ-SYS-003, REQ-VUART-001"""
    before = system.reports(1)
    answer = system.shell(f"yes flood | head -n {FLOOD_LINES}")
    assert answer.output.replace("\n", "").count("flood") == FLOOD_LINES
    check_progress(before + system.reports(2))


def test_linux_takes_its_cores_down_and_up_again(system):
    """@verifies REQ-PSCI-001, REQ-PSCI-002"""
    for _ in range(3):
        assert system.shell("echo 0 >/sys/devices/system/cpu/cpu2/online; nproc").output == "2\n"
        assert system.shell("echo 1 >/sys/devices/system/cpu/cpu2/online; nproc").output == "3\n"
    assert system.shell("cat /sys/devices/system/cpu/present").output == "0-2\n"


def test_interrupts_reach_every_core_of_linux(system):
    """@verifies REQ-IRQ-001"""
    command = "grep arch_timer /proc/interrupts; for c in 0 1 2; do taskset -c $c sleep 0.1; done"
    counts = [list(map(int, system.shell(command).output.split()[1:4])) for _ in range(2)]
    assert all(later > earlier for earlier, later in zip(*counts)), str(counts)


def test_a_crash_of_the_safety_vm_restarts_only_the_safety_vm(system):
    """@verifies REQ-SYS-004, REQ-HEALTH-002, REQ-LOAD-002"""
    earlier = uptime(system)
    system.skip(SAFETY)
    system.send(SAFETY, "x")
    system.expect(SAFETY, "^brake: crashing, as asked\n")
    system.expect(SAFETY, "^brake: ready.*\n")
    check_progress(system.reports(3), restarts=1)
    system.expect(HYPERVISOR, r"safety: crash by hypercall")
    assert uptime(system) > earlier


@pytest.mark.parametrize("time", range(RESTARTS))
def test_reboot_brings_linux_up_again_and_leaves_the_safety_vm_ticking(system, time):
    """@verifies REQ-SYS-005, REQ-SYS-006, REQ-PART-001, REQ-LOAD-001"""
    before = system.reports(1)
    assert system.shell(f"echo {time} >/left-behind; ls /left-behind").status == 0
    system.send(LINUX, "reboot -f\r")
    assert system.linux_ready()["cpus"] == "3"
    assert system.shell("ls /left-behind").status != 0
    check_progress(before + system.reports(2), restarts=1)


def test_poweroff_of_linux_leaves_the_safety_vm_ticking(system):
    """@verifies REQ-SYS-005, REQ-PART-001, REQ-PART-002"""
    system.skip(HYPERVISOR)
    before = system.reports(1)
    system.send(LINUX, "poweroff -f\r")
    system.expect(HYPERVISOR, r"ivi: stops")
    check_progress(before + system.reports(5), restarts=1)
    assert not system.faults()
