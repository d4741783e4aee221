# SPDX-License-Identifier: Apache-2.0
"""What the report of the default system says, against the device tree read by libfdt, and the image by readelf's library."""
import re
import struct

import libfdt
import pytest
from conftest import built
from elftools.elf.elffile import ELFFile


class Tree:
    """The compiled device tree; all of the default system's nodes are the root's children, with two cells each."""

    def __init__(self, path):
        self.fdt = libfdt.Fdt(path.read_bytes())

    def cells(self, node, name):
        data = bytes(self.fdt.getprop(node, name))
        return struct.unpack(f">{len(data) // 4}I", data)

    def pairs(self, node, name):
        cells = self.cells(node, name)
        return [cells[n] << 32 | cells[n + 1] for n in range(0, len(cells), 2)]

    def text(self, node, name):
        return self.fdt.getprop(node, name).as_str()

    def has(self, node, name):
        return self.fdt.getprop(node, name, [libfdt.NOTFOUND]) != -libfdt.NOTFOUND

    def children(self, path):
        node = self.fdt.first_subnode(self.fdt.path_offset(path), [libfdt.NOTFOUND])
        while node >= 0:
            yield node
            node = self.fdt.next_subnode(node, [libfdt.NOTFOUND])

    def named(self, path, start=""):
        return {self.fdt.get_name(n): n for n in self.children(path) if self.fdt.get_name(n).startswith(start)}

    def at(self, phandle):
        return self.fdt.node_offset_by_phandle(phandle)


@pytest.fixture(scope="module")
def tree():
    return Tree(built("safety-ivi").out / "config/system.dtb")


def partitions(tree):
    return {n: o for n, o in tree.named("/partitions").items() if tree.text(o, "compatible") == "bulkhead,partition"}


def number(text):
    return int(text, 16)


def test_each_partition_with_its_memory(default, tree):
    """@verifies REQ-REPORT-001 REQ-REPORT-003"""
    rows = default.table("RAM of the partitions: guest addresses and physical ones")
    found = {r["partition"]: (number(r["guest from (IPA)"]), number(r["to"]) + 1 - number(r["guest from (IPA)"])) for r in rows}
    assert found == {name: tuple(tree.pairs(node, "memory")) for name, node in partitions(tree).items()} and len(found) == 2
    for row in rows:
        distance = number(row["is physical from"]) - number(row["guest from (IPA)"])
        assert row["physical is"] == f"guest + 0x{distance:x}" and number(row["to2"]) - number(row["to"]) == distance
    assert [line[0] for line in default.lines("RAM of the partitions: guest addresses and physical ones")] == list(found)


def test_each_partition_is_named_with_its_criticality(default, tree):
    """@verifies REQ-REPORT-003"""
    rows = {r["partition"]: (r["criticality"], r["on a fault"]) for r in default.table("Partitions")}
    assert rows == {n: (tree.text(o, "criticality"), tree.text(o, "on-fault")) for n, o in partitions(tree).items()}


def test_each_vcpu_with_its_core_and_priority(default, tree):
    """@verifies REQ-REPORT-003"""
    wanted = {}
    for name, node in partitions(tree).items():
        for vcpu, below in tree.named(f"/partitions/{name}", "vcpu").items():
            mpidr = tree.cells(tree.at(tree.cells(below, "cpu")[0]), "reg")[0]
            wanted[str(mpidr)] = (name, vcpu[4:], str(tree.cells(below, "priority")[0]))
    rows = default.table("Cores and vCPUs")
    assert {r["MPIDR"]: (r["runs"], r["vCPU"], r["priority"]) for r in rows if r["runs"] != "nobody"} == wanted
    assert len(rows) == len(tree.named("/cpus", "cpu@")) == 8 and len(wanted) == 4


def test_each_device_with_its_addresses(default, tree):
    """@verifies REQ-REPORT-003"""
    rows = {number(r["from"]): (number(r["bytes"]), r["what"]) for r in default.table("Physical memory")}
    owners = {"serial@9000000": "hypervisor: uart0", "serial@9040000": "safety: uart1"}
    for name, said in owners.items():
        base, size = tree.pairs(tree.named("/")[name], "reg")
        assert rows[base] == (size, said)
    gic = tree.pairs(tree.named("/")["interrupt-controller@8000000"], "reg")
    assert rows[gic[0]] == (gic[1], "hypervisor: GIC distributor") and rows[gic[2]] == (gic[3], "hypervisor: GIC redistributors")


def test_each_interrupt_with_its_numbers(default, tree):
    """@verifies REQ-REPORT-003"""
    spi = {name: tree.cells(node, "interrupts")[1] + 32 for name, node in tree.named("/", "serial@").items()}
    rows = [(r["from"], r["INTID"], r["taken by"], r["for"], r["its INTID"]) for r in default.table("Shared interrupts and virtual lines")]
    assert rows == [("uart0", str(spi["serial@9000000"]), "core 3", "hypervisor", "-"),
                    ("uart1", str(spi["serial@9040000"]), "core 0", "safety", "33"),
                    ("virtual UART", "-", "made by the hypervisor", "ivi", "33")]
    kinds, numbers = tree.cells(tree.named("/")["timer"], "interrupts")[0::3], tree.cells(tree.named("/")["timer"], "interrupts")[1::3]
    lines = {r["line"] for r in default.table("Private interrupts of each core")}
    assert set(kinds) == {1} and {f"PPI {n}" for n in numbers} <= lines


def test_memory_without_an_owner_is_listed_and_nothing_is_missing(system):
    """All of RAM, without gap or overlap. @verifies REQ-REPORT-002"""
    at, end = 0x40000000, 0x80000000
    rows = [r for r in system.table("Physical memory") if at <= number(r["from"]) < end and not r["what"].startswith("\u2514")]
    for row in rows:
        assert number(row["from"]) == at, row
        at += number(row["bytes"])
        assert number(row["to"]) + 1 == at
    assert at == end
    free = [(r["from"], r["to"]) for r in rows if r["what"] == "free"]
    if free:
        assert [(r["from"], r["to"]) for r in system.table("Free RAM: nobody's, mapped nowhere")] == free


def test_the_parts_of_the_hypervisor_fill_its_region(system):
    """@verifies REQ-REPORT-002"""
    rows = system.table("Physical memory")
    own = next(r for r in rows if r["what"].startswith("hypervisor: image"))
    parts = [r for r in rows if r["what"].startswith("\u2514")]
    assert sum(number(r["bytes"]) for r in parts) == number(own["bytes"])
    assert all(number(a["to"]) + 1 == number(b["from"]) for a, b in zip(parts, parts[1:]))


def test_sizes_are_those_of_the_linked_image(default):
    """@verifies REQ-REPORT-002"""
    with open(default.out / "bulkhead.elf", "rb") as file:
        sections = {s.name: s["sh_size"] for s in ELFFile(file).iter_sections()}
    found = {r["section"]: int(r["bytes"]) for r in default.table("Parts of the image, in whole pages")}
    assert set(found) == {".text", ".rodata", ".tables", ".bss", ".stacks", ".record", ".blobs"}
    for name, size in found.items():
        assert size % 4096 == 0 and -(-sections[name] // 4096) * 4096 == size, name


def test_the_separation_matrix_is_the_checkers(system):
    """@verifies REQ-REPORT-004"""
    separation = system.facts().separation
    rows = system.table("Separation matrix")
    assert len(rows) == len(separation["rows"]) > 5
    for row, wanted in zip(rows, separation["rows"]):
        assert number(row["physical"]) == wanted["base"] and [row[c] for c in separation["columns"]] == wanted["rights"]


def test_every_table_of_the_page_is_in_the_text_too(system):
    """@verifies REQ-REPORT-003"""
    titles = re.findall("<caption>([^<]*)</caption>", system.html)
    assert len(titles) >= 10
    for title in titles:
        title = title.replace("&#x27;", "'")
        assert len(system.lines(title)) == len(system.table(title)), title
