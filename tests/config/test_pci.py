# SPDX-License-Identifier: Apache-2.0
"""What becomes of PCI functions: places, the guest's host bridge, interrupts, tables; of good/pci.dts."""
import json
import re

import libfdt
import pytest

BAR = re.compile(r"\.bars\[(\d)\] = \{\.address = (0x[0-9a-f]+)ULL, \.size = (0x[0-9a-f]+)ULL, \.flags = (0x[0-9a-f]+)U\}")
CPU_BASE = 0x08000000  # the bridge of pci.dtsi passes 0x1000_0000 on as 0x1800_0000


@pytest.fixture(scope="module", name="out")
def _out(compiler, tmp_path_factory):
    return compiler.build("good/pci.dts", tmp_path_factory.mktemp("pci"))


def functions(out):
    """Label -> (text of the record, its base address registers)."""
    found = {}
    for label, text in re.findall(r"\{/\* (\w+) \*/(.*?)\n    \},", (out / "tables.c").read_text(), re.DOTALL):
        found[label] = text, [tuple(int(v, 0) for v in bar) for bar in BAR.findall(text)]
    return found


def cells(tree, node, name):
    data = bytes(tree.getprop(node, name))
    return [int.from_bytes(data[n:n + 4], "big") for n in range(0, len(data), 4)]


def guest_bridge(out, name):
    tree = libfdt.Fdt((out / f"guest-{name}.dtb").read_bytes())
    return tree, tree.path_offset("/pcie@3f000000")


def test_what_a_function_is_stands_in_the_tables(out):
    """@verifies REQ-CONFIG-070 REQ-CONFIG-074"""
    disk = functions(out)["disk"][0]
    assert ".config = {0xb108000ULL}, .rid = 0x8, .id = 0x10421af4U, .pin = 1" in disk
    assert ".idle_us = 100" in disk
    nic1 = functions(out)["nic1"][0]
    assert ".config = {0xb111000ULL}, .rid = 0x11, .id = 0x10411af4U, .pin = 0" in nic1
    assert (out / "parts").read_text().split().count("pci") == 1


def test_addresses_are_the_given_ones_or_the_first_that_fit(out):
    """The nodes stand in the file as disk, nic, nic1, audio. @verifies REQ-CONFIG-072"""
    bars = {label: found for label, (_, found) in functions(out).items()}
    assert bars["disk"] == [(1, 0x10004000, 0x100, 0), (4, 0x10000000, 0x4000, 0xC)]
    assert bars["nic"] == [(0, 0x10005000, 0x1000, 0)]
    assert bars["nic1"] == [(0, 0x10006000, 0x1000, 0)]
    assert bars["audio"] == [(0, 0x10007000, 0x1000, 0)]


def test_stage2_has_whole_pages_at_physical_addresses(out):
    """@verifies REQ-CONFIG-072"""
    system = json.loads((out / "system.json").read_text())
    devices = {d["name"]: d for p in system["partitions"] for d in p["devices"]}
    assert [(hex(r["base"]), hex(r["size"])) for r in devices["disk"]["regions"]] == [("0x18004000", "0x100"), ("0x18000000", "0x4000")]


def test_the_guest_has_a_host_bridge_with_its_functions_windows_and_pins(out):
    """@verifies REQ-CONFIG-073 REQ-CONFIG-071"""
    tree, bridge = guest_bridge(out, "gp")
    assert cells(tree, bridge, "reg") == [0, 0x3F000000, 0, 0x100000]
    assert cells(tree, bridge, "bus-range") == [0, 0]
    ranges = cells(tree, bridge, "ranges")
    windows = [tuple(ranges[n:n + 7]) for n in range(0, len(ranges), 7)]
    assert windows == [(0x02000000, 0, a, 0, a + CPU_BASE, 0, s) for a, s in
                       ((0x10004000, 0x1000), (0x10000000, 0x4000), (0x10007000, 0x1000))]
    gic = cells(tree, tree.path_offset("/intc@8000000"), "phandle")[0]
    assert cells(tree, bridge, "interrupt-map") == [0x0800, 0, 0, 1, gic, 0, 4, 4, 0x2800, 0, 0, 1, gic, 0, 4, 4]
    for absent in ("msi-parent", "msi-map", "iommu-map"):
        with pytest.raises(libfdt.FdtException):
            tree.getprop(bridge, absent)
    assert cells(tree, tree.path_offset("/chosen"), "linux,pci-probe-only") == [1]


def test_a_guest_without_functions_has_no_host_bridge(compiler, tmp_path):
    """@verifies REQ-CONFIG-073"""
    out = compiler.build("good/devices.dts", tmp_path)
    with pytest.raises(libfdt.FdtException):
        guest_bridge(out, "gp")


def test_a_line_that_two_functions_of_one_partition_share_is_routed_once(out):
    """@verifies REQ-CONFIG-075"""
    text = (out / "tables.c").read_text()
    assert text.count("{.physical = 36, ") == 1
    assert text.count("{.intid = 36, .physical = 36, .edge = false}") == 1
