# SPDX-License-Identifier: Apache-2.0
"""A DMA master that nobody answers for fails the image, whatever the config compiler thought of it.

@verifies REQ-VER-021
"""
import pytest

import export
from check import Checker, declared


def judged(system, changes):
    """Errors about masters, and what programs are told, with other properties: (path, property, value)."""
    asked = declared(str(system.dtb))
    nodes = {n.path: n for n in asked.tree.root.walk()}
    for path, name, value in changes:
        nodes[path].properties[name] = value
    facts = Checker(system.image, asked, system.folders).judge()
    return [e for e in facts.findings.errors if "DMA master" in e], export.document(facts, [])


CAN, ADC, SPARE = "/soc/can@1000", "/soc/adc@2000", "/serial@9000000"
MASTER = (CAN, "bulkhead,dma-master", b"")


@pytest.mark.parametrize("name", ["bulkhead,dma-master", "iommus", "dma-coherent", "#dma-cells"])
def test_assigned_master_needs_its_partition_s_word(devices, name):
    errors, _ = judged(devices, [(CAN, name, b"\0\0\0\1")])
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
    assert found["declared"]["smmus"] == [{"node": ADC, "owner": "fixed"}]
    assert judged(devices, [])[1]["declared"]["smmus"] == []
