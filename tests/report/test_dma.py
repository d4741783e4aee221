# SPDX-License-Identifier: Apache-2.0
"""Where may I put my DMA buffer? For each partition, in the guest's addresses and in the machine's; and what keeps masters from memory.

@verifies REQ-REPORT-007
"""
import json
import xml.etree.ElementTree as ET

import pytest
from conftest import XHTML, built


def number(text):
    return int(text, 16)


def rooms(system):
    for row in system.table("Room for buffers in each partition's own RAM"):
        yield row["partition"], number(row["guest from (IPA)"]), number(row["to"]), number(row["physical from"]), number(row["to2"])


def test_room_for_a_buffer_is_the_partition_s_own_and_nothing_is_loaded_there(system):
    """Room and what is loaded make up all of each partition's RAM, as stage 2 maps it."""
    described = system.facts()
    for partition in described.partitions:
        found = [r[1:] for r in rooms(system) if r[0] == partition["name"]]
        loaded = {p["ipa"] // 4096 + n for p in partition["pieces"] for n in range(-(-(p["ipa"] % 4096 + p["reserved"]) // 4096))}
        free = {n for start, end, _, _ in found for n in range(start // 4096, end // 4096 + 1)}
        ram = {n for m in partition["memory"] for n in range(m["ipa"] // 4096, (m["ipa"] + m["size"]) // 4096)}
        assert not free & loaded and free | loaded == ram and found
        mapped = described.found(partition["name"])["map"]
        for start, end, physical, last in found:
            assert last - physical == end - start
            assert any(m["ipa"] <= start and end < m["ipa"] + m["size"] and m["pa"] - m["ipa"] == physical - start and m["rights"] == "rwx"
                       for m in mapped)


def test_each_partition_is_told_what_address_its_devices_take(system):
    rows = system.table("What a driver gives its device")
    assert [(r["partition"], r["its DMA masters"], r["address"]) for r in rows] == [
        (n, "none that the device tree shows", "physical") for n in system.facts().names]
    assert "The device tree has no SMMU" in system.text and "not driven" not in system.text


# A system that the compiler refuses as yet (an SMMU in front of what is assigned) or that is not among those built.

def changed(tmp_path, devices=(), reason="", smmus=(), confined=False):
    """The page of `devices`, with other findings of the checker."""
    system = built("devices")
    found = json.loads((system.out / "separation.json").read_text())
    for device in found["declared"]["devices"]:
        if device["node"] in devices:
            device.update(master="dma-coherent", confined=confined, coherent=device["node"] == "/soc/can@1000")
    for partition in found["partitions"]:
        partition["dma_unprotected"] = reason
    found["declared"]["smmus"] = [{"node": "/smmu@9050000", "owner": owner} for owner in smmus]
    (tmp_path / "found.json").write_text(json.dumps(found))
    system.run("--html", str(tmp_path / "report.html"), "--text", str(tmp_path / "report.txt"), separation=tmp_path / "found.json")
    page = ET.fromstring((tmp_path / "report.html").read_text())
    assert page.find(f".//{XHTML}table") is not None
    return (tmp_path / "report.txt").read_text()


def test_assigned_master_is_in_the_overview_with_the_reason(tmp_path):
    text = changed(tmp_path, ["/soc/can@1000"], "no other guest is critical")
    said = " ".join(text.split())
    assert ("DMA WITHOUT PROTECTION: /soc/can@1000 of two can reach all memory; accepted because: no other guest is critical" in said)
    assert "nothing; accepted because: no other guest is critical" in said
    assert any(line.split() == ["two", "/soc/can@1000", "physical", "coherent,", "nothing"] for line in text.splitlines())
    assert "of your choice, for two." in said


def test_master_behind_an_smmu_is_given_guest_addresses_and_is_not_unprotected(tmp_path):
    text = changed(tmp_path, ["/soc/can@1000"], smmus=["hypervisor"], confined=True)
    assert "an SMMU, but for the memory of two" in " ".join(text.split()) and "WITHOUT PROTECTION" not in text
    assert any(line.split() == ["two", "/soc/can@1000", "guest", "coherent,", "nothing"] for line in text.splitlines())


def test_caches_are_the_driver_s_unless_the_device_is_coherent(tmp_path):
    text = changed(tmp_path, ["/soc/adc@2000"], "why")
    assert any("/soc/adc@2000" in line and line.endswith("cleaned and invalidated by the driver") for line in text.splitlines())


@pytest.mark.parametrize("owner, said", [
    (None, "/smmu@9050000 is in the device tree, and nobody drives it"), ("hypervisor", "Bulkhead drives /smmu@9050000.")])
def test_what_is_said_of_the_smmu_is_the_system_s(tmp_path, owner, said):
    text = " ".join(changed(tmp_path, ["/soc/can@1000"], "why", [owner]).split())
    assert said in text and "has no SMMU" not in text


def test_uart_that_is_passed_through_is_counted(default):
    rows = {r["what"]: (r["used"], r["most"]) for r in default.table("Used, and the most there may be")}
    assert rows["UARTs passed through as a partition's console"] == ("1", "1")
    assert rows["devices in the access of a partition"][0] == "0"
