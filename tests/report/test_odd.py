# SPDX-License-Identifier: Apache-2.0
"""Odd systems, wrong inputs, and what holds for every page."""
import json
import os
import subprocess
import xml.etree.ElementTree as ET

import pytest
from conftest import ROOT, built


def test_the_page_is_xml_alone_and_without_program(system):
    """@verifies REQ-REPORT-003"""
    assert ET.fromstring(system.html).tag.endswith("html")
    for word in ("<script", "src=", "@import", "url(", "href=\"http"):
        assert word not in system.html
    anchors = [e.get("id") for e in system.page.iter() if e.get("id")]
    links = [e.get("href") for e in system.page.iter() if e.get("href")]
    assert len(links) >= 9 and [f"#{a}" for a in anchors] == links


def test_two_runs_make_the_same_bytes(system, tmp_path):
    """@verifies REQ-REPORT-003"""
    for seed in ("1", "2"):
        command = ["/usr/bin/python3", str(ROOT / "tools/report"), "--config", str(system.out / "config"), "--separation",
                   str(system.out / "separation.json"), "--elf", str(system.out / "bulkhead.elf"), "--html",
                   str(tmp_path / "report.html"), "--text", str(tmp_path / "report.txt")]
        subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": seed})
        assert (tmp_path / "report.html").read_text(encoding="utf-8") == system.html
        assert (tmp_path / "report.txt").read_text(encoding="utf-8") == system.text


def test_one_core_no_console_and_no_free_ram():
    """@verifies REQ-REPORT-002 REQ-REPORT-003"""
    full = built("full")
    assert "No RAM is free: a buffer can only be in a partition's own RAM." in full.text
    assert [(r["core"], r["runs"]) for r in full.table("Cores and vCPUs")][:2] == [("cpu0", "all"), ("cpu1", "nobody")]
    assert full.table("Partitions")[0]["console"] == "none"
    assert [r["what"] for r in full.table("Guest addresses of all")] == ["vGIC distributor", "vGIC redistributors", "RAM"]
    assert [r["from"] for r in full.table("Shared interrupts and virtual lines")] == ["uart0"]


def test_six_cores_that_two_partitions_share_out():
    """@verifies REQ-REPORT-003"""
    six = built("six")
    runs = [r["runs"] for r in six.table("Cores and vCPUs")]
    assert runs == ["WWWWWWWWWWWWWWW", "other"] * 3 + ["nobody"] * 2
    lines = six.table("Shared interrupts and virtual lines")
    assert ("sensor_of_the_front_wheel", "92", "edge", "one of cores 0, 2, 4", "WWWWWWWWWWWWWWW", "92") in [
        (r["from"], r["INTID"], r["trigger"], r["taken by"], r["for"], r["its INTID"]) for r in lines]
    masters = six.table("DMA masters that the device tree shows")
    assert [(r["device"], r["whose"], r["shown by"], r["what keeps it from memory"]) for r in masters] == [
        ("/pcie@4010000000", "nobody", "iommu-map, dma-coherent, device_type pci, pci-host-ecam-generic", "is not there (disabled)"),
        ("/soc/dma-controller@b000000", "nobody", "#dma-cells", "blocked: nobody may use it")]
    assert "spare@b200000: nobody, disabled" in [r["what"] for r in six.table("Physical memory")]


def test_a_partition_without_console_beside_others():
    """@verifies REQ-REPORT-003"""
    devices = built("devices")
    assert {r["partition"]: r["console"] for r in devices.table("Partitions")} == {
        "two": "virtual, by the hypervisor's UART", "fixed": "uart1, passed through", "quiet": "none",
        "talks": "virtual, by the hypervisor's UART"}
    assert "uart" not in " ".join(r["what"].lower() for r in devices.table("Guest addresses of quiet"))


def test_the_example_of_a_dma_buffer_is_a_system_that_the_compiler_takes(default, tmp_path):
    """@verifies REQ-REPORT-002"""
    source = (ROOT / "boards/qemu-virt/safety-ivi.dts").read_text(encoding="utf-8")
    memory, physical = [line.strip() for line in default.text.splitlines() if line.strip().startswith(("memory = ", "physical = "))]
    old = "memory = <0x0 0x40000000 0x0 0x00800000>;"
    assert source.count(old) == 1
    (tmp_path / "more.dts").write_text(source.replace(old, f"{memory} {physical}"))
    command = [str(ROOT / "config/compiler/driver.py"), "--compiler", str(ROOT / "build/host/bulkhead-config"), "--check", "-I",
               str(ROOT / "boards/qemu-virt"), "--images", str(ROOT / "build/guests"), "--images", str(ROOT / "build/linux"),
               str(tmp_path / "more.dts")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


# The compiler's word against the image.

def _set(*path):
    """Changes one value of a document."""
    *inner, last, value = path

    def change(document):
        for key in inner:
            document = document[key]
        document[last] = value
    return change


LIES = [
    (_set("partitions", 0, "memory", 0, "pa", 0x50000000), "safety: RAM at guest address 0x40000000 is not at physical 0x50000000"),
    (_set("partitions", 1, "memory", 0, "size", 0x1000), "ivi: guest address 0x40000000 is mapped in the image; the compiler does not"),
    (_set("partitions", 0, "uart", "regions", 0, "base", 0x09000000), "safety: uart1 at guest address 0x9000000 is not at physical"),
    (_set("partitions", 0, "uart", "interrupts", 0, "intid", 41), "physical interrupt 40: its route to safety differs"),
    (_set("partitions", 0, "vcpus", 0, "priority", 1), "safety: cores or priorities of its vCPUs differ"),
    (_set("partitions", 1, "vcpus", 2, "cpu", "cpu5"), "ivi: cores or priorities of its vCPUs differ"),
    (_set("partitions", 1, "entry", 0), "ivi: its entry point differs"),
    (_set("console", "interrupts", 0, "intid", 34), "physical interrupt 33: its route to the hypervisor differs"),
    (_set("partitions", 1, "name", "other"), "partitions in the image: safety, ivi; as the compiler says: safety, other"),
]


@pytest.mark.parametrize("lie, said", LIES)
def test_a_compiler_that_says_other_than_the_image_is_shown(default, tmp_path, lie, said):
    """@verifies REQ-REPORT-004"""
    document = json.loads((default.out / "config/system.json").read_text(encoding="utf-8"))
    lie(document)
    (tmp_path / "system.json").write_text(json.dumps(document))
    result = default.run("--text", str(tmp_path / "report.txt"), "--html", str(tmp_path / "report.html"), config=tmp_path)
    assert result.returncode == 1 and said in result.stderr
    assert f"DIFFERS  {said}" in " ".join((tmp_path / "report.txt").read_text(encoding="utf-8").split("\n"))


def test_an_image_that_the_checker_fails_is_shown(default, tmp_path):
    """@verifies REQ-REPORT-004"""
    document = json.loads((default.out / "separation.json").read_text(encoding="utf-8"))
    document.update(verdict="FAIL", errors=["ivi: reaches what it should not"])
    (tmp_path / "separation.json").write_text(json.dumps(document))
    result = default.run("--html", str(tmp_path / "report.html"), separation=tmp_path / "separation.json")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert result.returncode == 1 and '<p class="verdict bad">Independent checker: FAIL' in page
    assert '<p class="bad">FAIL  ivi: reaches what it should not</p>' in page


def test_what_the_user_wrote_is_escaped(default, tmp_path):
    """@verifies REQ-REPORT-003"""
    document = json.loads((default.out / "config/system.json").read_text(encoding="utf-8"))
    document["partitions"][1]["bootargs"] = "a=<b> & \"c\" </p><script>"
    document["partitions"][1]["pieces"][1]["file"] = "images/<i>&.cpio"
    (tmp_path / "system.json").write_text(json.dumps(document))
    assert default.run("--html", str(tmp_path / "report.html"), config=tmp_path).returncode == 0
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page and "<i>" not in page
    words = "".join(ET.fromstring(page).itertext())
    assert "a=<b> & \"c\"" in words and "<i>&.cpio" in words
