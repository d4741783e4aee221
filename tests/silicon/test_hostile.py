# SPDX-License-Identifier: Apache-2.0
"""The default system after a hostile reset: it works, and no register that EL2 relies on tells the reset apart.

HOSTILE_SEEDS: how many seeds (default 3)."""

import pytest
from harness import SAFETY, SAFETY_READY, System, build, check_progress, read_layout
from hostile import (ALL_ONES, ALL_ZEROS, differences, hostile, machine, registers_at_entry, seeds, shim_range,
                     with_data_cache_off, without)

# Core type, two security states, the number of the seed.
RUNS = [(cpu, False, seed) for cpu in (None, "max") for seed in seeds()] + [(None, True, seed) for seed in seeds()[:2]]
MACHINES = {"cortex-a57": (None, False), "max": ("max", False), "cortex-a57-secure": (None, True)}
# What EL2 does not write in the mutant, and what differs then. A function, an instruction.
MUTANTS = {
    "HCR_EL2": ("cpu_init", "msr\thcr_el2", "HCR_EL2"),
    "CNTVOFF_EL2": ("cpu_init", "msr\tcntvoff_el2", "CNTVOFF_EL2"),
    "HSTR_EL2": ("cpu_init", "msr\thstr_el2", "HSTR_EL2"),
    "MDCR_EL2": ("cpu_init", "msr\tmdcr_el2", "MDCR_EL2"),
    "VPIDR_EL2": ("cpu_init", "msr\tvpidr_el2", "VPIDR_EL2"),
    "VMPIDR_EL2": ("context_load", "msr\tvmpidr_el2", "VMPIDR_EL2"),
    "OSDLR_EL1": ("cpu_init", "msr\tosdlr_el1", "OSDLR_EL1"),
    "ICC_AP0R0_EL1": ("gic_init_core", "msr\ticc_ap0r0_el1", "ICC_AP0R0_EL1"),
    "ICC_CTLR_EL1": ("gic_init_core", "msr\ticc_ctlr_el1", "ICC_CTLR_EL1"),
    "ICH_AP1R0_EL2": ("gic_load", "msr\tich_ap1r0_el2", "ICH_AP1R0_EL2"),
}


def check_boots(system):
    """Both VMs come up, go on, and Linux does what it is told."""
    assert system.wait_ready()["cpus"] == "3"
    check_progress(system.reports(2))
    assert system.shell("echo $((6*7))").output == "42\n"
    assert not system.faults()


@pytest.fixture(name="system")
def hostile_system(request, tmp_path):
    """Started by the shim."""
    cpu, secure, seed = request.param
    with System(hostile(build(cpu=cpu, secure=secure), tmp_path, seed)) as system:
        yield system


@pytest.mark.parametrize("system", RUNS, indirect=True, ids=lambda run: f"{machine(*run[:2])}-{run[2]:x}")
def test_the_default_system_starts_after_a_hostile_reset(system):
    """@verifies REQ-SIL-201, REQ-SIL-204, REQ-BOOT-003"""
    check_boots(system)


@pytest.mark.parametrize("name", MACHINES)
def test_registers_at_the_first_guest_entry_do_not_tell_resets_apart(name, tmp_path):
    """Of the boot core and of another one.

    @verifies REQ-SIL-202, REQ-BOOT-003
    """
    cpu, secure = MACHINES[name]
    built = build(cpu=cpu, secure=secure)
    first, second = (registers_at_entry(built, tmp_path, seed, secure=secure) for seed in (ALL_ONES, ALL_ZEROS))
    assert set(first) == {"0", "1"} and all(len(core) > 300 for core in first.values())
    assert not differences(first, second)


@pytest.fixture(scope="module", name="original")
def original_registers(tmp_path_factory):
    """The boot core of the image as it is."""
    return registers_at_entry(build(), tmp_path_factory.mktemp("original"), ALL_ZEROS, cores=(0,))


@pytest.mark.parametrize("name", MUTANTS)
def test_a_register_that_is_not_written_shows(name, original, tmp_path):
    """@verifies REQ-SIL-202"""
    function, instruction, register = MUTANTS[name]
    mutant = registers_at_entry(build(), tmp_path, ALL_ONES, cores=(0,), mutate=without(build(), function, instruction))
    assert register in {found[1] for found in differences(original, mutant)}


def end_of_guests(built):
    """Where the last partition's memory ends: what comes behind is nobody's, and would only be shadowed in vain."""
    return max(memory["pa"] + memory["size"] for partition in read_layout(built.out).system["partitions"]
               for memory in partition["memory"])


def test_no_line_that_a_boot_loader_left_dirty_is_relied_on(watch, tmp_path):
    """The shim's junk is in the caches and in no memory when EL2 begins.

    @verifies REQ-SIL-205
    """
    built = build()
    with watch(hostile(built, tmp_path, 1, ram_end=end_of_guests(built))) as watched:
        check_boots(watched.system)
        watched.check_clean(outside=shim_range())
        assert watched.result().serious(), "the shim itself uses memory past the caches and through them"


def check_found(watch, built, folder, mutate, kinds):
    """The mutant, started by the shim, is found out by lines that the shim has written."""
    with watch(hostile(built, folder, 1, mutate, ram_end=end_of_guests(built))) as watched:
        watched.system.expect(SAFETY, SAFETY_READY)
        shim = shim_range()
        found = watched.serious(outside=shim)
        assert {one.kind for one in found} == kinds
        assert all(one.writer.pc in shim for one in found)


def test_memory_of_a_partition_that_is_not_cleaned_of_the_boot_loaders_is_found(watch, tmp_path):
    """@verifies REQ-SIL-205"""
    built = build("tests/system/probe.dts")
    check_found(watch, built, tmp_path, without(built, "memory_scrub", "dc\tcivac"), {"dirty-at-start"})


def test_state_that_el2_uses_past_the_caches_is_found(watch, tmp_path):
    """@verifies REQ-SIL-205"""
    check_found(watch, build("tests/system/probe.dts"), tmp_path, with_data_cache_off, {"overwritten", "stale-memory"})
