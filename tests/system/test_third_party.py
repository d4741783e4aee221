# SPDX-License-Identifier: Apache-2.0
"""Guests that others have made, as they are: further kernels of Debian, and U-Boot."""

import re

import pytest
from harness import HYPERVISOR, LINUX, SAFETY, SAFETY_READY, System, check_progress
from third_party import COMBINATIONS, U_BOOTS, UBoot, with_linux, with_u_boot

CYCLES = 2000
CYCLICTEST = re.compile(r"T: 0 .*P:80 .*C:\s*(?P<cycles>\d+) Min:\s*(?P<min>\d+) .*Max:\s*(?P<max>\d+)")


@pytest.fixture(name="combination", params=COMBINATIONS,
                ids=lambda c: f"{c[0]}-{c[1]}-{c[2]}{'-secure' if c[3] else ''}")
def fixture_combination(request):
    """Kernel, core type, number of vCPUs, whether the machine has two security states."""
    return request.param


@pytest.fixture(name="system")
def fixture_system(combination):
    """With that kernel."""
    with System(with_linux(*combination)) as system:
        yield system


def check_realtime(system):
    """The kernel is PREEMPT_RT, and a thread of high priority gets every one of its timer's interrupts. Returns how many."""
    assert system.shell("cat /sys/kernel/realtime").output == "1\n"
    answer = system.shell(f"cyclictest -m -q -p 80 -i 1000 -l {CYCLES} -t 1 2>/dev/null")
    found = CYCLICTEST.search(answer.output)
    assert found and int(found["cycles"]) == CYCLES, answer.output
    return int(found["cycles"])


def test_an_unmodified_kernel_runs(system, combination, record_property):
    """@verifies REQ-SYS-016"""
    kernel, _, vcpus, _ = combination
    ready = system.wait_ready()
    record_property("release", ready["release"])
    assert int(ready["cpus"]) == vcpus
    if kernel == "rt":
        record_property("cyclictest", check_realtime(system))
    for cpu in range(vcpus):
        assert system.shell(f"taskset {1 << cpu:x} sh -c 'echo $((6*7))'").output == "42\n"
    check_progress(system.reports(2))
    system.send(LINUX, "poweroff -f\r")
    system.expect(HYPERVISOR, r"ivi: .*off")
    check_progress(system.reports(2))
    assert not system.faults()


@pytest.fixture(name="u_boot", params=U_BOOTS, ids=lambda u: f"{u[0] or 'default'}{'-secure' if u[1] else ''}")
def fixture_u_boot(request):
    """U-Boot at its prompt: core type, whether the machine has two security states."""
    with System(with_u_boot(*request.param)) as system:
        yield UBoot(system)


def test_u_boot_comes_to_its_prompt_and_switches_off(u_boot, record_property):
    """@verifies REQ-SYS-016"""
    system = u_boot.system
    record_property("release", f"U-Boot {u_boot.version}")
    info = u_boot.says("bdinfo")
    assert re.search(r"start\s+= 0x0*40000000", info) and re.search(r"size\s+= 0x0*8000000", info), info
    assert "edfe0dd0" in u_boot.says("md.l 40000000 1")
    u_boot.switch_off()
    system.expect(SAFETY, SAFETY_READY)
    check_progress(system.reports(2))
    assert not system.faults()
