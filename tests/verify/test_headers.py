# SPDX-License-Identifier: Apache-2.0
"""What a loader would believe: headers that disagree with each other, with EL2's map or with what is flashed are named.

@verifies REQ-VER-017
@verifies REQ-VER-018
@verifies REQ-VER-020
"""
import libfdt
import pytest

from check import declared, examine
from conftest import ROOT
from fuzz import headers
from headers import Headers
from image import contents
from tree import BadTree, Tree

FIELDS = {"p_type": (0, 4), "p_flags": (4, 4), "p_offset": (8, 8), "p_vaddr": (16, 8), "p_paddr": (24, 8), "p_filesz": (32, 8),
          "p_memsz": (40, 8), "p_align": (48, 8)}
TEXT, CONSTANTS, STATE, BLOBS, RECORD = range(5)


class Changed:
    """The headers of a system, to be changed."""

    def __init__(self, system):
        self.system = system
        self.data = bytearray(contents(str(system.elf)))
        self.read = Headers(bytes(self.data))

    def segment(self, number, **values):
        for name, value in values.items():
            offset, size = FIELDS[name]
            at = headers(bytes(self.data))[1][1] + number * 56 + offset
            self.data[at:at + size] = value.to_bytes(size, "little")
        return self

    def errors(self):
        return examine("changed", declared(str(self.system.dtb)), self.system.folders, bytes(self.data)).errors


@pytest.fixture
def changed(devices):
    return Changed(devices)


def test_more_bytes_of_the_file_than_of_memory(changed):
    was = changed.read.segments[CONSTANTS]
    errors = changed.segment(CONSTANTS, p_memsz=was["p_filesz"] - 4096).errors()
    assert any(f"program header 1, at 0x{was['p_paddr']:x}: 0x{was['p_filesz']:x} bytes of file (p_filesz)" in e for e in errors)


def test_segments_that_overlap(changed):
    first, second = changed.read.segments[TEXT], changed.read.segments[CONSTANTS]
    moved = second["p_paddr"] - 4096
    errors = changed.segment(CONSTANTS, p_paddr=moved, p_vaddr=moved, p_offset=second["p_offset"] - 4096).errors()
    assert any(e.startswith(f"hypervisor: segments at 0x{first['p_paddr']:x}") and "overlap" in e for e in errors)


def test_segment_outside_the_region(changed):
    """The fault record, with its section, behind the memory that the header of the image asks for."""
    was, moved = changed.read.segments[RECORD], 0x4FFFF000
    section = next(n for n, (name, _) in enumerate(changed.read.sections) if name == ".record")
    at = changed.read.header["e_shoff"] + section * 64 + 16
    changed.data[at:at + 8] = moved.to_bytes(8, "little")
    errors = changed.segment(RECORD, p_paddr=moved, p_vaddr=moved).errors()
    assert any(e.startswith(f"hypervisor: segment 0x{moved:x} (0x") or f"segment 0x{moved:x}" in e and "is outside its region" in e
               for e in errors), (was, errors)


def test_entry_point_elsewhere(changed):
    changed.data[24:32] = (0x40200040).to_bytes(8, "little")
    assert "hypervisor: the entry point is 0x40200040, and should be 0x40200000" in changed.errors()


@pytest.mark.parametrize("number, flags", [(TEXT, 7), (TEXT, 4), (CONSTANTS, 6), (CONSTANTS, 5), (STATE, 4), (STATE, 7), (BLOBS, 6)])
def test_rights_of_a_segment_that_its_sections_do_not_have(changed, number, flags):
    assert any("p_flags" in e for e in changed.segment(number, p_flags=flags).errors())


def test_rights_of_a_segment_that_el2_does_not_map(changed):
    """Segment and section agree with each other, and not with the tables."""
    section = next(n for n, (name, _) in enumerate(changed.read.sections) if name == ".blobs")
    at = changed.read.header["e_shoff"] + section * 64 + 8
    changed.data[at:at + 8] = (6).to_bytes(8, "little")
    errors = changed.segment(BLOBS, p_flags=5).errors()
    assert errors and any("section header" in e and "(.blobs): sh_flags is 0x6, and should be 0x2" in e for e in errors)


def test_tables_that_are_at_odds_with_the_segments(devices):
    """The last page of EL2's code becomes writable in EL2's own table."""
    image = devices.image
    page = image.symbol("el2_image_pages") + 8
    entry = int.from_bytes(image.read(page, 8), "little")
    errors = devices.errors((page, (entry & ~(1 << 7)).to_bytes(8, "little")))
    assert any("EL2 address 0x40201000 (4 KiB) should be EL2's code: is rwx, not r-x" in e for e in errors), errors


# What is flashed.

def flashed(system, tmp_path, change):
    data = bytearray((system.out / "bulkhead.bin").read_bytes())
    change(data)
    (tmp_path / "bulkhead.bin").write_bytes(data)
    return system.command("--quiet", "--flashed", str(tmp_path / "bulkhead.bin"))


def test_what_is_flashed_is_what_was_checked(devices, tmp_path):
    assert flashed(devices, tmp_path, lambda data: None).returncode == 0


def _flip(at):
    def change(data):
        data[at] ^= 1
    return change


@pytest.mark.parametrize("change, said", [
    (_flip(0x123), "bulkhead.bin offset 0x123: 0x"), (_flip(-1), "for address 0x"),
    (lambda data: data.__delitem__(slice(-1, None)), " bytes, and the ELF file loads 0x"),
    (lambda data: data.append(0), " bytes, and the ELF file loads 0x"), (lambda data: data.clear(), "has 0x0 bytes")])
def test_what_is_flashed_differs(devices, tmp_path, change, said):
    result = flashed(devices, tmp_path, change)
    assert result.returncode == 1 and said in result.stdout, result.stdout


def test_bytes_between_segments_are_zero(devices, tmp_path):
    state = Headers(bytes(contents(str(devices.elf)))).segments[STATE]
    offset = state["p_paddr"] - 0x40200000
    result = flashed(devices, tmp_path, _flip(offset))
    assert result.returncode == 1 and f"offset 0x{offset:x}: 0x01 for address 0x{state['p_paddr']:x}, where the ELF file has 0x00" in result.stdout


# Flattened device trees, read without libfdt.

def same(fdt, offset, node):
    properties, at = {}, fdt.first_property_offset(offset, [libfdt.NOTFOUND])
    while at >= 0:
        found = fdt.get_property_by_offset(at)
        properties[found.name] = bytes(found)
        at = fdt.next_property_offset(at, [libfdt.NOTFOUND])
    assert (node.name, node.properties) == (fdt.get_name(offset), properties)
    below, children = fdt.first_subnode(offset, [libfdt.NOTFOUND]), []
    while below >= 0:
        children.append(below)
        below = fdt.next_subnode(below, [libfdt.NOTFOUND])
    for child, one in zip(children, node.children, strict=True):
        same(fdt, child, one)


def test_trees_are_read_as_libfdt_reads_them(system):
    found = [*(system.out / "config").glob("*.dtb")]
    assert len(found) > 1
    for path in found:
        same(libfdt.Fdt(path.read_bytes()), 0, Tree(path.read_bytes()).root)


def test_damaged_tree_is_no_tree(devices):
    """Each word of a tree in turn is what it cannot be; none of them is a Python error or a crash."""
    blob = (devices.out / "config/guest-quiet.dtb").read_bytes()
    for at in range(0, len(blob), 4):
        for word in (bytes(4), b"\xff" * 4, b"\0\0\0\1", b"\0\0\0\2"):
            try:
                Tree(blob[:at] + word + blob[at + 4:])
            except BadTree:
                pass
    for end in range(len(blob)):
        with pytest.raises(BadTree):
            Tree(blob[:end])


def test_the_tree_is_made_again_from_the_source():
    """make verify does not ask the config compiler for it."""
    text = (ROOT / "mk/verify.mk").read_text()
    assert "$(VERIFY) --report" in text and "$< $(OUT)/verify.dtb" in text
