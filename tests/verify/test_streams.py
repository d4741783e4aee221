# SPDX-License-Identifier: Apache-2.0
"""What is wrong with streams is said in words: whose, which StreamID, where to.

@verifies REQ-VER-022
@verifies REQ-VER-023
@verifies REQ-VER-024
"""
import struct

from smmus import Stream
from stream_table import ENTRY
from test_messages import RAM, patch_field, quad


def stream_of(facts, name, number=0):
    return facts.members(facts.record(name), "streams", "stream_count")[number]


def leaf_of(system, name, address):
    """(address of the leaf, its size) of a DMA address, by the root in the partition's stream table entry."""
    facts = system.judge()
    table, level, shift = facts.record(name).dma_root, 1, 30
    while True:
        at = table + (address >> shift) % 512 * 8
        word = struct.unpack("<Q", facts.image.read(at, 8))[0]
        if level == 3 or word & 3 != 3:
            return at, 1 << shift
        table, level, shift = word & 0xFFFFFFFFF000, level + 1, shift - 9


def test_a_stream_that_passes_at_once(streams):
    entry = stream_of(streams.judge(), "safety").entry
    errors = streams.errors((entry, quad(0xD)))
    assert "safety: StreamID 0x9 of iommu@9050000: word 0 is 0xd: it passes before its partition runs" in errors


def test_a_stream_with_the_root_of_another(streams):
    facts = streams.judge()
    errors = streams.errors((stream_of(facts, "safety").entry + 24, quad(facts.record("streams").dma_root)))
    assert any(e.startswith("safety: the root in the entry of StreamID 0x9 of iommu@9050000 is") for e in errors)


def test_a_stream_with_the_vmid_of_another(streams):
    facts = streams.judge()
    word = struct.unpack("<Q", facts.image.read(stream_of(facts, "safety").entry + 16, 8))[0]
    errors = streams.errors((stream_of(facts, "safety").entry + 16, quad(word & ~0xFFFF | 3)))
    assert "safety: the VMID in the entry of StreamID 0x9 of iommu@9050000 is 3, and should be 1" in errors


def test_an_entry_that_is_nobodys(streams):
    entry = stream_of(streams.judge(), "safety").entry + ENTRY
    assert any("StreamID 0xa is nobody's" in e for e in streams.errors((entry + 8, quad(1 << 44))))


def test_dma_to_a_device_of_the_partition_itself(streams):
    facts = streams.judge()
    root = facts.record("streams").dma_root
    device = facts.record("streams").vttbr & 0xFFFFFFFFFFFE  # its first GiB: devices
    errors = streams.errors((root, facts.image.read(device, 8)))
    assert any("DMA address 0xc100000 (4 KiB) should not be mapped, and is rw- Device-nGnRE at 0xc100000" in e for e in errors)
    assert any(e.startswith("streams: its streams reach DMA address 0xc100000 (4 KiB), which is not all memory of its cores") for e in errors)


def test_dma_to_another_partition_and_to_the_hypervisor(streams):
    leaf, size = leaf_of(streams, "streams", 0x40000000)
    assert size == 0x200000
    errors = streams.errors((leaf, quad(streams.memory("safety") | RAM)))
    assert any(e.startswith("streams: its streams reach 0x40400000 (2 MiB), and that has a part of safety's") for e in errors)
    errors = streams.errors((leaf, quad(0x40200000 | RAM)))
    assert any(e.startswith("streams: its streams reach 0x40200000 (2 MiB), and that has a part of hypervisor's 0x40200000") for e in errors)


def test_a_stream_with_two_owners(streams):
    facts = streams.judge()
    errors = streams.errors(patch_field_of(facts, stream_of(facts, "streams"), "id", 9))
    assert any("has StreamID 0x9 of SMMU 0, and so has safety" in e for e in errors)


def patch_field_of(facts, record, member, value):
    kind = facts.objects.target("partition_config", "streams")
    offset, size = next((o, t.size) for n, o, t in kind.fields if n == member)
    return record.at + offset, value.to_bytes(size, "little")


def test_a_strangers_master_with_the_stream_of_a_partition(streams):
    system = streams.checker.system
    gpu = next(n for n in system.tree.root.walk() if n.name == "gpu@c500000")
    system.strangers.append((gpu, Stream(system.smmus[0].node, 9)))
    try:
        assert "hypervisor: /gpu@c500000 has StreamID 0x9 of iommu@9050000, which is a partition's" in streams.errors()
    finally:
        system.strangers.clear()


def test_a_queue_in_the_stream_table(streams):
    facts = streams.judge()
    smmu = facts.smmus[0]
    table = facts.stream_tables[0].stored[0][0]
    errors = streams.errors(patch_field(facts, smmu, "commands", table & ~0x3FF))
    assert any("overlaps iommu@9050000's" in e for e in errors)


def test_more_contents_in_the_section(streams):
    facts = streams.judge()
    assert any(".streams has something else than entries" in e for e in streams.errors((facts.smmus[0].events + 8, quad(1))))
