# SPDX-License-Identifier: Apache-2.0
"""What is wrong is said in the words of the system's author: partition, device, address, size."""
import struct

from vmsa import decode

RAM = 0x7FD  # a stage-2 block: Normal write-back, read, write, inner shareable, access flag
DEVICE = 0x4C7  # a stage-2 page: Device-nGnRE, read, write, access flag
XN = 1 << 54


def stage2_entry(system, partition, guest):
    """(address of the leaf, level) for a guest address."""
    facts = system.judge()
    record = facts.record(partition)
    regime = facts.guest_regimes[record.index][0]
    table, level, entries = record.vttbr & 0xFFFFFFFFFFFE, regime.level, regime.entries
    while True:
        shift = 12 + 9 * (3 - level)
        index = (guest >> shift) % entries
        below = dict(decode(system.image.read(table, entries * 8), 2, level).next)
        if index not in below:
            return table + index * 8, level
        table, level, entries = below[index], level + 1, 512


def quad(value):
    return struct.pack("<Q", value)


def test_memory_of_another_partition(default):
    """@verifies REQ-VER-006 @verifies REQ-VER-007"""
    entry, _ = stage2_entry(default, "ivi", 0x40000000)
    safety, ivi = default.memory("safety"), default.memory("ivi")
    errors = default.errors((entry, quad(safety | RAM)))
    assert (f"ivi: guest address 0x40000000 (2 MiB) should be memory at {ivi:#x}, and is at {safety:#x}, memory of safety"
            in errors)
    assert any(f"reaches physical {safety:#x} (2 MiB) (memory of safety), and so does" in e for e in errors)


def test_memory_of_the_hypervisor(default):
    """@verifies REQ-VER-008"""
    entry, _ = stage2_entry(default, "safety", 0x40000000)
    assert "safety: reaches 0x40200000 (2 MiB), the hypervisor's image" in default.errors((entry, quad(0x40200000 | RAM)))


def test_device_of_the_hypervisor(default):
    """@verifies REQ-VER-008"""
    entry, level = stage2_entry(default, "safety", 0x09000000)
    assert level == 3
    errors = default.errors((entry, quad(0x09000000 | DEVICE | XN)))
    assert "safety: reaches 0x9000000 (4 KiB), serial@9000000, the hypervisor's console" in errors


def test_window_of_the_virtual_gic_that_is_mapped(default):
    """@verifies REQ-VER-006"""
    entry, level = stage2_entry(default, "safety", 0x08000000)
    errors = default.errors((entry, quad(0x08000000 | 0x4C5 | XN)))
    assert level == 2
    assert any(e.startswith("safety: guest address 0x8000000 (2 MiB) should not be mapped") for e in errors)
    assert "safety: reaches 0x8000000 (64 KiB), GIC distributor" in errors


def test_hole_in_memory(default):
    """@verifies REQ-VER-006"""
    entry, _ = stage2_entry(default, "ivi", 0x44000000)
    assert "ivi: guest address 0x44000000 (2 MiB) should be memory, and is not mapped" in default.errors((entry, quad(0)))


def test_device_that_is_executable(devices):
    """@verifies REQ-VER-006"""
    entry, _ = stage2_entry(devices, "two", 0x0B001000)
    errors = devices.errors((entry, quad(0x0B001000 | DEVICE)))
    assert "two: guest address 0xb001000 (4 KiB) should be can@1000: is rwx, not rw-" in errors


def patch_field(facts, record, member, value):
    for name, offset, kind in facts.objects.variable(record.of + "s").type.element.fields:
        if name == member:
            return record.at + offset, value.to_bytes(kind.size, "little")
    raise KeyError(member)


def test_interrupt_of_another_partition(devices):
    """@verifies REQ-VER-010"""
    facts = devices.judge()
    owner = next(r for r in facts.routes if r.physical == 72)
    errors = devices.errors(patch_field(facts, owner, "partition", facts.record("fixed").at))
    assert any("the list of routes" in e and "(72, 72, 1, 'fixed')" in e for e in errors)


def test_vmid_that_is_taken(default):
    """@verifies REQ-VER-007"""
    facts = default.judge()
    assert "ivi: VMID 1 is that of safety" in default.errors(patch_field(facts, facts.record("ivi"), "vmid", 1))


def test_core_that_is_pinned_twice(default):
    """@verifies REQ-VER-009"""
    facts = default.judge()
    vcpu = facts.members(facts.record("ivi"), "vcpus", "vcpu_count")[0]
    offset = next(o for n, o, _ in facts.objects.variable("vcpus_1").type.element.fields if n == "core")
    errors = default.errors((vcpu.at + offset, struct.pack("<I", 0)))
    assert "ivi/vcpu0: the MPIDR of its core is 0, and should be 1" in errors


def test_service_core_that_does_not_exist(default):
    """@verifies REQ-VER-009"""
    facts = default.judge()
    kind = facts.objects.variable("board_config").type
    offset = next(o for n, o, _ in kind.fields if n == "service_core")
    assert "hypervisor: service core 7 does not exist" in default.errors((facts.board.at + offset, struct.pack("<I", 7)))


def test_load_root_that_is_another_partition_s(default):
    """@verifies REQ-VER-004"""
    facts = default.judge()
    other = facts.record("ivi").load_root
    errors = default.errors(patch_field(facts, facts.record("safety"), "load_root", other))
    at = f"EL2 address {default.memory('safety'):#x} (8 MiB)"
    assert any(e.startswith(f"loading safety: {at} should be memory of safety") for e in errors)
    at = f"EL2 address {default.memory('ivi'):#x} (256 MiB)"
    assert any(f"{at} should not be mapped" in e and "memory of ivi" in e for e in errors)


def test_image_that_is_not_the_file(default):
    """@verifies REQ-VER-012"""
    facts = default.judge()
    kernel = facts.members(facts.record("ivi"), "copies", "copy_count")[1]
    old = facts.image.read(kernel.source + 5000, 1)[0]
    errors = default.errors((kernel.source + 5000, bytes([old ^ 1])))
    assert len(errors) == 1 and errors[0].startswith("ivi: vmlinuz, guest address 0x40200000 (")
    assert errors[0].endswith("is not what the file says")


def test_map_that_is_wrong_everywhere_is_said_shortly(default):
    facts = default.judge()
    errors = default.errors(patch_field(facts, facts.record("ivi"), "load_root", facts.image.symbols["image_head"]))
    assert 0 < len(errors) < 60
