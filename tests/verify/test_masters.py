# SPDX-License-Identifier: Apache-2.0
"""A DMA master that nobody answers for fails the image, whatever the config compiler thought of it.

@verifies REQ-VER-021
"""
import pytest

import export
from check import Checker, declared


def facts_with(system, changes):
    """All that is found with other properties: (path, property, value)."""
    asked = declared(str(system.dtb))
    nodes = {n.path: n for n in asked.tree.root.walk()}
    for path, name, value in changes:
        nodes[path].properties[name] = value
    return Checker(system.image, asked, system.folders).judge()


def judged(system, changes):
    """Errors about masters, and what programs are told."""
    facts = facts_with(system, changes)
    return [e for e in facts.findings.errors if "DMA master" in e], export.document(facts, [])


CAN, ADC, SPARE = "/soc/can@1000", "/soc/adc@2000", "/serial@9000000"
MASTER = (CAN, "bulkhead,dma-master", b"")


@pytest.mark.parametrize("name", ["bulkhead,dma-master", "iommus", "dma-coherent", "#dma-cells"])
def test_assigned_master_needs_its_partition_s_word(devices, name):
    smmu = next(n for n in devices.checker.system.tree.root.walk() if n.name.startswith("iommu"))
    value = smmu.properties["phandle"] + b"\0\0\0\1" if name == "iommus" else b"\0\0\0\1"
    errors, _ = judged(devices, [(CAN, name, value)])
    assert errors == [f"two: has can@1000, a DMA master ({name}) that nothing confines, and no dma-unprotected says why "
                      "that is acceptable"]


def test_assigned_master_with_its_partition_s_word(devices):
    errors, found = judged(devices, [MASTER, ("/partitions/two", "dma-unprotected", b"no other guest is critical\0")])
    assert not errors
    assert found["partitions"][0]["dma_unprotected"] == "no other guest is critical"


def test_master_that_is_nobody_s(devices):
    mark = (SPARE, "dma-ranges", b"")
    errors, _ = judged(devices, [mark])
    assert errors == ["hypervisor: /serial@9000000 is a DMA master (dma-ranges) that is neither assigned nor, with a reason, "
                      "blocked or trusted"]
    assert judged(devices, [mark, (SPARE, "bulkhead,dma-trusted", b"\0")])[0]
    errors, found = judged(devices, [mark, (SPARE, "bulkhead,dma-blocked", b"held in reset\0")])
    assert not errors
    device = next(d for d in found["declared"]["devices"] if d["node"] == SPARE)
    assert (device["dma"], device["why"]) == ("blocked", "held in reset")


def test_master_that_is_not_there(devices):
    assert not judged(devices, [("/serial@9040000", "dma-coherent", b""), ("/serial@9040000", "status", b"disabled\0"),
                                ("/partitions/fixed", "dma-unprotected", b"why\0")])[0]


def test_smmu_that_nobody_drives_is_told(devices):
    _, found = judged(devices, [(ADC, "compatible", b"arm,smmu-v3\0")])
    assert found["declared"]["smmus"] == [{"node": ADC, "owner": "fixed", "driven": False}]
    assert judged(devices, [])[1]["declared"]["smmus"] == []


def test_smmu_that_is_driven_and_its_streams_are_told(streams):
    _, found = judged(streams, [])
    assert [(s["node"], s["owner"], s["driven"]) for s in found["declared"]["smmus"]] == [
        ("/iommu@9050000", "hypervisor", True), ("/iommu@c400000", "hypervisor", True)]
    assert {"smmu": "/iommu@c400000", "id": 0x1234, "owner": "streams"} in found["declared"]["streams"]


def test_master_behind_a_driven_smmu_needs_no_word(streams):
    assert not facts_with(streams, []).findings.errors
    errors = facts_with(streams, [("/nic@c100000", "bulkhead,dma-blocked", b"why\0")]).findings.errors
    assert errors == ["streams: has nic@c100000, which is declared blocked"]


def test_nobody_is_trusted_behind_a_driven_smmu(streams):
    errors = facts_with(streams, [("/gpu@c500000", "bulkhead,dma-trusted", b"why\0")]).findings.errors
    assert "hypervisor: /gpu@c500000 is declared trusted, and its SMMU blocks it" in errors
