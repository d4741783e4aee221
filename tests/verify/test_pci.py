# SPDX-License-Identifier: Apache-2.0
"""The checker on a system with PCI functions: it finds every mutant, and each thing that another device tree says of a function.

@verifies REQ-VER-030
"""
from collections import Counter

import mutants
import pytest
from conftest import Built  # finds the checker's own

import declared
from check import Checker
from flat import BadTree
from tree import Tree

LEAST = {"config": 500, "descriptors": 400, "trees": 200}
DISK, NIC, AUDIO = (f"/pcie@4010000000/{name}" for name in ("disk@1,0", "ethernet@2,0", "audio@5,0"))


def cells(*values):
    return b"".join(v.to_bytes(4, "big") for v in values)


@pytest.fixture(scope="module", name="built")
def _built():
    return Built("tests/verify/functions.dts")


def test_the_image_as_built_passes(built):
    assert built.errors() == []


@pytest.mark.parametrize("family", LEAST)
def test_every_mutant_is_reported_or_has_a_reason(built, family, capsys):
    passed, missed, count = Counter(), [], 0
    for count, mutant in enumerate(mutants.ALL[family](built.judge()), 1):
        if not built.errors((mutant.address, mutant.data)):
            passed[mutant.reason] += 1
            missed += [mutant.name] if mutant.reason is None else []
    with capsys.disabled():
        print(f"\npci, {family}: {count} mutants, {count - sum(passed.values())} reported, {len(missed)} missed")
    assert not missed
    assert count >= LEAST[family]


@pytest.mark.parametrize("path, name, value, words", [
    (DISK, "compatible", b"pci1af4,1043\0", "what it is"),
    (DISK, "reg", cells(0x0800, 0, 0, 0, 0, 0x02000814, 0, 0, 0, 0x2000, 0x43000820, 0, 0, 0, 0x4000), "base address register 1"),
    (DISK, "reg", cells(0x0800, 0, 0, 0, 0, 0x02000810, 0, 0, 0, 0x1000, 0x43000820, 0, 0, 0, 0x4000), "base address register 0"),
    (NIC, "assigned-addresses", cells(0xC3001020, 0, 0x20004000, 0, 0x4000), "base address register 4"),
    (NIC, "assigned-addresses", cells(0xC3001020, 0, 0x10004000, 0, 0x4000), "base address register 4"),
    (NIC, "interrupts", cells(2), "device and vendor, number, pin"),
    (NIC, "interrupts", cells(5), "interrupt-map has nothing"),
    (NIC, "bulkhead,idle-us", cells(501), "the time until it is idle"),
    (AUDIO, "reg", cells(0x0900, 0, 0, 0, 0, 0x02000910, 0, 0, 0, 0x100), "what it is"),
])
def test_a_function_that_the_device_tree_describes_otherwise_is_reported(built, path, name, value, words):
    asked = _changed(built, path, name, value)
    assert any(words in error for error in asked), asked


def test_functions_of_one_device_with_two_owners_are_reported(built):
    """The image does not matter for that."""
    reg = cells(0x0900, 0, 0, 0, 0, 0x02000914, 0, 0, 0, 0x1000, 0x43000920, 0, 0, 0, 0x4000)
    assert any("has a function of the PCI device that" in error for error in _changed(built, NIC, "reg", reg))


def _changed(built, path, name, value):
    """Errors when a property of the device tree is another one."""
    reader = declared._Reader(Tree(built.dtb.read_bytes()))
    next(n for n in reader.tree.root.walk() if n.path == path).properties[name] = value
    try:
        return Checker(built.image, reader.system(), built.folders).judge().findings.errors
    except BadTree as error:
        return [str(error)]
