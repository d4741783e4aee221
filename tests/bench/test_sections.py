# SPDX-License-Identifier: Apache-2.0
"""Parts of boot, sections between looks for interrupts, waits for locks, and the parts of an image.

@verifies REQ-BENCH-006
@verifies REQ-BENCH-007
@verifies REQ-BENCH-008
@verifies REQ-BENCH-009
"""
import struct

import image
import pytest
import table
from areas import AREAS, CONTROL, LOADER, SCRUB
from classes import BOOT, class_name
from conftest import ROOT, SYSTEMS
from counts import Counts

BUILT = ROOT / "build" / "qemu-virt"
LINES_OF_8_MIB = 8 * 1024 * 1024 // 64


def test_the_parts_of_boot_are_all_of_boot(runs):
    """Every instruction from the boot core's first to its first ERET is in one part."""
    for results, run in runs.values():
        parts = sum(area["instructions"] for area in run.areas.values())
        assert parts == results["boot-all"]["value"]
        control = [area for area in run.areas.values() if area["kind"] == CONTROL]
        assert sum(area["instructions"] for area in control) == results["boot"]["instructions"]["max"]


def test_every_part_of_boot_that_is_named_was_seen(runs):
    """Pieces that are no whole pages: where the linker of the guest leaves some."""
    assert {name for name, _, _ in AREAS if "pieces" not in name} <= set(runs["bench-1"][1].areas)


def test_scrubbing_shows_the_cache_maintenance_of_the_partitions_memory(runs):
    areas = runs["bench-1"][1].areas
    assert areas[SCRUB]["bytes"] > 7 * 1024 * 1024
    assert sum(area["cache"] for area in areas.values()) >= 2 * LINES_OF_8_MIB - 1024  # zeroed, and cleaned
    assert areas[LOADER]["cache"] == 0


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_longest_section_is_named(runs, system):
    results, run = runs[system]
    longest = max((entry for name, entry in run.worst.items() if name != BOOT), key=lambda entry: entry["instructions"])
    assert results["section"]["value"] == longest["instructions"]
    assert longest["function"] in results["section"]["note"]


def test_no_section_is_longer_than_the_exit_it_is_of(runs):
    """The loader polls: boot is many sections, none of which is near all of it."""
    results, run = runs["bench-1"]
    assert max(entry["instructions"] for entry in run.worst.values()) < results["boot-all"]["value"] / 10


def test_waits_for_a_lock_are_found_and_bounded(runs):
    """Each ticket_acquire() has a loop that waits, which two may share; its turns are counted apart."""
    elf = table.Image(BUILT / "bench-4" / "bulkhead.elf")
    turns, retries = list(table.turns(elf)), list(table.retries(elf))
    assert 0 < len(turns) <= len(retries)
    assert all(2 <= length <= 8 for _, length in turns)
    assert runs["bench-1"][1].boot()["waited"]["max"] == 0  # nobody else is there


class Code:
    """Instructions, as table.Image has them."""

    def __init__(self, *opcodes):
        self.first, self.opcodes = 0x1000, opcodes

    def instructions(self):
        return ((self.first + 4 * n, opcode) for n, opcode in enumerate(self.opcodes))


def test_a_wait_is_the_smallest_loop_around_its_yield():
    nop, back_2, back_4 = 0xD503201F, 0x54FFFFC1, 0x54FFFF81  # B.NE to 2 and 4 before
    assert list(table.turns(Code(nop, table.YIELD, nop, back_2, back_4))) == [(0x1004, 3)]


def test_a_yield_outside_a_loop_is_an_error():
    with pytest.raises(ValueError, match="in no loop"):
        list(table.turns(Code(table.YIELD, 0xD503201F)))


def test_a_function_that_a_part_of_boot_needs_must_exist():
    elf = table.Image(BUILT / "bench-1" / "bulkhead.elf")
    with pytest.raises(ValueError, match="no function gone"):
        elf.address_of("gone")


@pytest.mark.parametrize("key, name", [
    ((8, 0x24, 1 << 20 | 0x100), "GICD_ISENABLER read"),
    ((8, 0x24, 2 << 20 | 1 << 19 | 0x10180), "GICR_ICENABLER write"),
    ((8, 0x24, 1 << 19), "write of an address without a device"),
    ((8, 0x16, 0xC4000003), "HVC CPU_ON"),
    ((8, 0x17, 0xFFFFFFFF), "SMC unknown function"),
    ((8, 0x18, 0x3A3016), "ICC_SGI1R write"),
    ((8, 0x20, 0), "instruction abort"),
    ((9, 0, 28), "interrupt: virtual timer"),
    ((9, 0, 80), "interrupt: device"),
    ((9, 0, 1024), "interrupt, gone when acknowledged"),
    ((1, 0, 0), "core loop, after WFI"),
    ((2, 0, 0), "loader, between pages"),
])
def test_classes_of_sections_have_names(key, name):
    assert class_name(*key) == name


def test_a_class_keeps_the_largest_of_each_count_over_all_cores():
    line = "worst {} 9 0x0 0x1c 5 1.5 0 0 {}\n"
    counts = Counts(line.format(0, "100 1 9 1 0 0 0") + line.format(3, "90 7 2 1 0 0 40"), ["there"])
    found = counts.worst["interrupt: virtual timer"]
    assert (found["instructions"], found["sysreg"], found["mmio"], found["waited"]) == (100, 7, 9, 40)
    assert (found["sections"], found["function"], found["end"]) == (10, "there", "guest")


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_parts_of_an_image_are_all_of_its_pages(runs, system):
    assert runs  # built
    folder = BUILT / system
    sections = image.sections(folder / "bulkhead.elf")
    parts = image.parts(folder / "bulkhead.elf", folder / "bulkhead.map")
    for name, (_, size) in sections.items():
        assert sum(parts[name].values()) == -(-size // image.PAGE) * image.PAGE, name
    assert parts[".blobs"]["guest images"] > 0 and parts[".text"]["partitions"] > parts[".text"]["core"]


def test_branches_are_read_as_the_architecture_has_them():
    assert table.branch_target(0x1000, 0x14000002) == 0x1008
    assert table.branch_target(0x1000, 0x17FFFFFF) == 0xFFC
    assert table.branch_target(0x1000, 0x35FFFFA1) == 0xFF4  # CBNZ
    assert table.branch_target(0x1000, struct.unpack("<I", bytes.fromhex("1f2003d5"))[0]) is None
