# SPDX-License-Identifier: Apache-2.0
"""The linked image of the default system: what EL2 maps, and that nothing is stored before its MMU is on.

The tables are walked as the hardware would (Arm DDI 0487, D8.3), from the bytes of the ELF file.
"""

import re
import struct
import subprocess
from bisect import bisect_right

import pytest
from elftools.elf.elffile import ELFFile
from harness import build

BLOCK = {0: 1 << 39, 1: 1 << 30, 2: 1 << 21, 3: 1 << 12}
READ_ONLY, NEVER_EXECUTE = 1 << 7, 1 << 54
DEVICE, NORMAL = 0, 1
GUARD, STRIDE = 0x1000, 0x2000


class Image:
    """The ELF file: symbols, sections, and words by address."""

    def __init__(self, path):
        self.path = path
        elf = ELFFile(path.open("rb"))
        self.symbols = {s.name: s["st_value"] for s in elf.get_section_by_name(".symtab").iter_symbols()}
        self.sections = {s.name: (s["sh_addr"], s["sh_size"]) for s in elf.iter_sections() if s["sh_addr"]}
        self._loads = [(s["p_vaddr"], s.data()) for s in elf.iter_segments() if s["p_filesz"]]

    def word(self, address):
        """64 bits at an address that the file has contents for."""
        for base, data in self._loads:
            if base <= address < base + len(data):
                return struct.unpack_from("<Q", data, address - base)[0]
        raise AssertionError(f"{address:#x} is not in the file")

    def el2_map(self):
        """{address: (size, descriptor)} of every leaf under el2_root; VA and PA must be equal."""
        leaves = {}
        bits = 64 - (self.word(self.symbols["el2_tcr"]) & 0x3F)
        level = 1 if bits <= 39 else 0
        self._walk(self.word(self.symbols["el2_root"]), level, 1 << bits, 0, leaves)
        return leaves

    def _walk(self, table, level, span, base, leaves):
        for index in range(span // BLOCK[level]):
            descriptor, address = self.word(table + 8 * index), base + index * BLOCK[level]
            if not descriptor & 1:
                continue
            if level < 3 and descriptor & 2:
                self._walk(descriptor & 0xFFFFFFFFF000, level + 1, BLOCK[level], address, leaves)
                continue
            assert level == 3 or level in (1, 2), "a block at this level"
            assert descriptor & 0xFFFFFFFFF000 & ~(BLOCK[level] - 1) == address, f"{address:#x} is not mapped to itself"
            leaves[address] = (BLOCK[level], descriptor)


@pytest.fixture(scope="module", name="image")
def default_image():
    """The default system, linked."""
    return Image(build().out / "bulkhead.elf")


@pytest.fixture(scope="module", name="mapped")
def el2_map(image):
    """Looks an address up: its leaf's descriptor, or None."""
    leaves = image.el2_map()
    starts = sorted(leaves)

    def look(address):
        at = bisect_right(starts, address) - 1
        if at < 0 or address >= starts[at] + leaves[starts[at]][0]:
            return None
        return leaves[starts[at]][1]

    return look


def pages(image, *sections):
    """Every page of these sections."""
    for name in sections:
        address, size = image.sections[name]
        yield from range(address & ~0xFFF, address + size, 0x1000)


def attributes(descriptor):
    """(memory type, writable, executable)"""
    return descriptor >> 2 & 7, not descriptor & READ_ONLY, not descriptor & NEVER_EXECUTE


def test_code_can_be_executed_and_never_written(image, mapped):
    """@verifies REQ-MAP-001"""
    assert {attributes(mapped(page)) for page in pages(image, ".text")} == {(NORMAL, False, True)}


def test_constants_tables_and_guest_images_can_only_be_read(image, mapped):
    """@verifies REQ-MAP-001"""
    assert {attributes(mapped(page)) for page in pages(image, ".rodata", ".tables", ".blobs")} == {(NORMAL, False, False)}


def test_state_can_be_written_and_never_executed(image, mapped):
    """@verifies REQ-MAP-001"""
    assert {attributes(mapped(page)) for page in pages(image, ".bss", ".record")} == {(NORMAL, True, False)}


def test_below_each_stack_is_a_page_that_is_not_mapped(image, mapped):
    """@verifies REQ-MAP-001"""
    start, size = image.sections[".stacks"]
    assert size % STRIDE == 0 and size > 0
    for page in range(start, start + size, 0x1000):
        if (page - start) % STRIDE < GUARD:
            assert mapped(page) is None
        else:
            assert attributes(mapped(page)) == (NORMAL, True, False)


def test_el2_maps_no_memory_of_a_guest(image, mapped):
    """@verifies REQ-MAP-001"""
    layout = (image.path.parent / "config" / "system.json").read_text()
    regions = re.findall(r'"pa": (\d+),\s*"size": (\d+)', layout)
    assert regions
    for base, size in ((int(b), int(s)) for b, s in regions):
        assert all(mapped(page) is None for page in range(base, base + size, 0x1000))


def test_nothing_is_stored_before_the_mmu_is_on(image):
    """The path from either entry to the write of SCTLR_EL2 that turns the MMU on, instruction by instruction.

    @verifies REQ-BOOT-001
    """
    listing = subprocess.run(["aarch64-linux-gnu-objdump", "-d", "--no-show-raw-insn", image.path], text=True,
                             check=True, stdout=subprocess.PIPE).stdout
    start = listing.index("<boot_entry>:")
    on = [m.start() for m in re.finditer(r"msr\s+sctlr_el2", listing[start:])]
    assert len(on) == 2, "off first, then on"
    before = listing[start:start + on[1]]
    assert not re.findall(r"^\s*[0-9a-f]+:\s+(?:st[a-z]*|push|dc)\b.*", before, re.MULTILINE)
    assert not re.findall(r"\bbl\b", before), "a call would need a stack"
