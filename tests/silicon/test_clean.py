# SPDX-License-Identifier: Apache-2.0
"""Whole systems under the sanitizer: EL2 relies on nothing that QEMU has and a chip has not, through boot, restart and
reboot; and the same systems with one instruction less are found out.

What a guest does to itself within one life is its own affair; it is shown, and not held.
"""
import pytest
from conftest import without
from harness import HYPERVISOR, LINUX, SAFETY, SAFETY_READY, build, check_progress
from third_party import UNDER_SANITIZER, UBoot, with_linux, with_u_boot

LEAST_OPERATIONS = 100000
# Of so many of a guest's addresses, less than one is not found: its tables change under us.
ENOUGH = 1000
LEAST_ENTRIES = 10000


@pytest.fixture(scope="module", name="watched")
def default_system(watch):
    """The default system, not yet up."""
    with watch(build()) as watched:
        yield watched


def test_the_default_system_boots_clean(watched):
    """@verifies REQ-SIL-003"""
    watched.system.wait_ready()
    check_progress(watched.system.reports(2))
    watched.check_clean()


def test_a_crash_and_restart_of_the_safety_vm_is_clean(watched):
    """@verifies REQ-SIL-003"""
    system = watched.system
    system.skip(SAFETY)
    system.send(SAFETY, "x")
    system.expect(SAFETY, SAFETY_READY)
    check_progress(system.reports(1), restarts=1)
    watched.check_clean()


def test_a_reboot_of_linux_is_clean(watched):
    """@verifies REQ-SIL-003"""
    system = watched.system
    system.send(LINUX, "reboot -f\r")
    system.linux_ready()
    assert system.shell("echo $((6*7))").output == "42\n"
    watched.check_clean()


def test_the_sanitizer_has_seen_it_all(watched):
    """@verifies REQ-SIL-003, REQ-SIL-005"""
    numbers = watched.end()
    watched.check_clean()
    print(numbers, watched.result().own())
    assert numbers["cache operations of EL2"] > LEAST_OPERATIONS
    assert numbers["cache operations at an address that is not RAM"] < numbers["cache operations of guests"] / ENOUGH
    assert numbers["entries of guests"] > LEAST_ENTRIES
    assert numbers["translation tables"] > 0 and numbers["TLB operations"] > 0
    assert 0 < numbers["walks checked"]
    assert numbers["walks that QEMU disagrees with"] < numbers["walks checked"] / ENOUGH
    assert numbers["findings lost"] == 0


@pytest.mark.parametrize("cpu", [None, "max"])
def test_a_guest_that_tries_everything_and_restarts_is_clean(watch, cpu):
    """@verifies REQ-SIL-003"""
    with watch(build("tests/system/probe.dts", cpu)) as watched:
        watched.system.expect(HYPERVISOR, "probe: stops")
        watched.check_clean()
        assert watched.end()["findings lost"] == 0


def test_linux_on_one_core_is_clean(watch):
    """@verifies REQ-SIL-003"""
    with watch(build("tests/system/one-core.dts")) as watched:
        watched.system.wait_ready()
        watched.check_clean()


def test_images_that_store_before_their_caches_are_on_are_clean(watch):
    """@verifies REQ-SIL-003, REQ-SYS-017"""
    with watch(build("tests/system/rtos.dts")) as watched:
        watched.system.expect("idle", "rtos-idle: slept 100 times")
        watched.system.expect("tick", "rtos-tick: .* lost, runs")
        watched.check_clean()


@pytest.mark.parametrize("kernel, core", UNDER_SANITIZER)
def test_kernels_that_others_have_made_are_clean(watch, kernel, core, record_property):
    """@verifies REQ-SIL-003, REQ-SYS-016"""
    with watch(with_linux(kernel, core)) as watched:
        record_property("release", watched.system.wait_ready()["release"])
        watched.check_clean()


def test_u_boot_is_clean(watch, record_property):
    """@verifies REQ-SIL-003, REQ-SYS-016"""
    with watch(with_u_boot()) as watched:
        u_boot = UBoot(watched.system)
        record_property("release", f"U-Boot {u_boot.version}")
        u_boot.switch_off()
        watched.check_clean()


@pytest.mark.parametrize("function, instruction, kind", [
    ("memory_copy_and_clean", r"dc\s+civac", "dirty-at-start"),
    ("memory_scrub", r"dc\s+civac", "dirty-at-start"),
    ("secondary_entry", r"ic\s+iallu", "fetch-no-ic"),
    ("context_forget_memory", r"ic\s+iallu", "fetch-no-ic"),
])
def test_without_one_instruction_it_is_not(watch, tmp_path, function, instruction, kind):
    """@verifies REQ-SIL-004"""
    with watch(without(build("tests/system/probe.dts"), tmp_path, function, instruction)) as watched:
        watched.system.expect(SAFETY, SAFETY_READY)
        assert kind in {finding.kind for finding in watched.result().serious()}
