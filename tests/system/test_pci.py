# SPDX-License-Identifier: Apache-2.0
"""Unmodified Linux of Debian with PCI functions of its own, through the SMMU, beside the safety VM."""

import re
import subprocess
from dataclasses import replace

import pytest
from harness import HYPERVISOR, LINUX, System, build, check_progress, make

DISK, NIC, EDU = "0000:00:01.0", "0000:00:02.0", "0000:00:03.0"
INITRD = "build/third-party/initrd-pci.cpio"
SPARE = 0x50000000  # memory of the VM that Linux does not use
CONFIG = "/sys/bus/pci/devices/{}/config"
DMA_SECONDS = 1  # of the DMA engine's 0.1
NULL, VENDOR = 0x00, 0x09


def devices(disk, disk_slot=1, nic_slot=2):
    """QEMU's options: a function for each that tests/system/pci.dtsi describes, and one that nobody knows of."""
    behind = "iommu_platform=on,disable-legacy=on"
    return ["-drive", f"if=none,id=disk,file={disk},format=raw", "-device", f"virtio-blk-pci,drive=disk,addr={disk_slot}.0,{behind}",
            "-netdev", "user,id=net", "-device", f"virtio-net-pci,netdev=net,addr={nic_slot}.0,{behind},romfile=",
            "-device", "edu,addr=3.0,dma_mask=0xffffffffffffffff", "-device", f"virtio-rng-pci,addr=4.0,{behind}"]


@pytest.fixture(scope="module", name="disk")
def _disk(tmp_path_factory):
    path = tmp_path_factory.mktemp("disk") / "disk.img"
    path.write_bytes(bytes(16 << 20))
    subprocess.run(["/usr/sbin/mke2fs", "-q", "-t", "ext4", str(path)], check=True)
    return path


@pytest.fixture(scope="module", name="built")
def _built():
    make("-s", INITRD)
    return build("tests/system/pci.dts")


@pytest.fixture(scope="module", name="system")
def _system(built, disk):
    with System(replace(built, qemu=[*built.qemu, *devices(disk)])) as system:
        system.wait_ready()
        yield system


def shell(system, command):
    answer = system.shell(command)
    assert answer.status == 0, f"{command}: {answer.output}"
    return answer.output


def configuration(system, function):
    """The 256 bytes of its configuration space."""
    text = shell(system, f"od -v -An -tx1 {CONFIG.format(function)} | head -16")
    data = bytes(int(b, 16) for b in re.findall(r"\b[0-9a-f]{2}\b", text))
    assert len(data) == 256
    return data


def capabilities(data):
    """Numbers, in the order of the list."""
    found, at = [], data[0x34]
    while at:
        found.append(data[at])
        at = data[at + 1]
        assert len(found) < 48
    return found


def poke(system, function, offset, value):
    """Writes a word of configuration space."""
    text = "".join(f"\\x{b:02x}" for b in value.to_bytes(4, "little"))
    shell(system, f"printf '{text}' | dd of={CONFIG.format(function)} bs=4 seek={offset // 4} conv=notrunc 2>/dev/null")


def use_disk(system, name):
    """Writes a file, drops it from memory, and reads it again from the disk."""
    shell(system, "mkdir -p /m; mount | grep -q /m || mount -t ext4 /dev/vda /m")
    shell(system, f"dd if=/dev/urandom of=/m/{name} bs=64k count=16 2>/dev/null; md5sum /m/{name} >/m/{name}.sum; sync")
    shell(system, "echo 3 >/proc/sys/vm/drop_caches")
    assert "OK" in shell(system, f"md5sum -c /m/{name}.sum")


def use_network(system):
    shell(system, "ip link set eth0 up; ip addr add 10.0.2.15/24 dev eth0 2>/dev/null; true")
    assert "2 packets received" in shell(system, "ping -c 2 10.0.2.2").replace("\n", " ")


def test_linux_finds_its_functions_and_no_other(system):
    """@verifies REQ-PCI-001 REQ-CONFIG-073"""
    assert shell(system, "ls /sys/bus/pci/devices").split() == [DISK, NIC, EDU]
    for function, vendor in ((DISK, 0x1AF4), (NIC, 0x1AF4), (EDU, 0x1234)):
        assert int.from_bytes(configuration(system, function)[:2], "little") == vendor


def test_there_are_no_message_interrupts_and_linux_uses_lines(system):
    """@verifies REQ-PCI-004"""
    for function in (DISK, NIC, EDU):
        assert set(capabilities(configuration(system, function))) <= {NULL, VENDOR}
    assert system.shell("ls /sys/bus/pci/devices/*/msi_irqs/*").status != 0
    assert len(re.findall(r"Level\s+virtio", shell(system, "grep virtio /proc/interrupts"))) == 2


def test_a_file_comes_back_from_the_disk_as_it_was_written(system):
    """@verifies REQ-PCI-003"""
    use_disk(system, "first")


def test_the_network_answers(system):
    """@verifies REQ-PCI-003"""
    use_network(system)


def test_a_function_cannot_be_moved_or_given_what_it_must_not_have(system):
    """@verifies REQ-PCI-002 REQ-PCI-003"""
    before = configuration(system, DISK)
    for offset in range(0x10, 0x28, 4):
        poke(system, DISK, offset, 0x40000000)
    poke(system, DISK, 0x30, 0x40000001)
    poke(system, DISK, 0x04, 0x0147)  # I/O, memory, bus master, and errors to the system
    after = configuration(system, DISK)
    assert after[0x10:0x34] == before[0x10:0x34]
    assert int.from_bytes(after[4:6], "little") == 0x0006
    use_disk(system, "second")


def engine(system):
    """Where the DMA engine's registers are."""
    return int(shell(system, f"head -1 /sys/bus/pci/devices/{EDU}/resource").split()[0], 16)


def transfer(system, base, source, target, command):
    for offset, value in ((0x80, source), (0x88, target), (0x90, 16)):
        shell(system, f"devmem 0x{base + offset:x} 64 0x{value:x}")
    shell(system, f"devmem 0x{base + 0x98:x} 64 {command}")


def spare(system, offset):
    return int(shell(system, f"devmem 0x{SPARE + offset:x} 64"), 16)


def fill_engine(system, pattern):
    """Into the engine's own memory, from where it can be written anywhere."""
    poke(system, EDU, 0x04, 0x0006)
    for offset in (0, 8):
        shell(system, f"devmem 0x{SPARE + offset:x} 64 0x{pattern:x}")
    transfer(system, engine(system), SPARE, 0x40000, 1)
    shell(system, f"sleep {DMA_SECONDS}")


def test_the_dma_engine_writes_the_vms_memory(system):
    """What the next test shows would show otherwise."""
    fill_engine(system, 0x1122334455667788)
    transfer(system, engine(system), 0x40000, SPARE + 0x1000, 3)
    shell(system, f"sleep {DMA_SECONDS}")
    assert spare(system, 0x1000) == 0x1122334455667788


def test_after_the_restart_all_works_as_before(system):
    """@verifies REQ-PCI-013"""
    system.send(LINUX, "sync; reboot -f\r")
    system.linux_ready()
    assert shell(system, "ls /sys/bus/pci/devices").split() == [DISK, NIC, EDU]
    shell(system, "mkdir -p /m; mount -t ext4 /dev/vda /m")
    assert "OK" in shell(system, "md5sum -c /m/second.sum")
    use_disk(system, "third")
    use_network(system)


def test_the_safety_vm_noticed_nothing(system):
    """@verifies REQ-SYS-005"""
    check_progress(system.reports(2))
    assert not system.faults()


def test_another_device_in_its_place_is_not_given_to_the_partition(built, tmp_path):
    """Disk and network card change places. @verifies REQ-PCI-012"""
    disk = tmp_path / "empty.img"
    disk.write_bytes(bytes(1 << 20))
    with System(replace(built, qemu=[*built.qemu, *devices(disk, disk_slot=2, nic_slot=1)])) as system:
        system.expect(HYPERVISOR, r"ivi: trouble with a DMA master or SMMU.*detail 0x(?:0*)5 address 0x(?:0*)2 pc 0x(?:0*)8")
        check_progress(system.reports(2))
        assert "GUEST-READY" not in system.text[LINUX]


def test_a_transfer_of_the_last_life_does_not_reach_the_next(built, tmp_path):
    """It is begun, and Linux restarts before it ends: in instructions' time (icount), in which a restart is over before the engine's
    100 ms are. Without pci_quiesce() and the time until the engine is idle, it arrives. @verifies REQ-PCI-010 REQ-PCI-013
    """
    disk = tmp_path / "empty.img"
    disk.write_bytes(bytes(1 << 20))
    with System(replace(built, qemu=[*built.qemu, *devices(disk), "-icount", "shift=0,sleep=off"], counted=False)) as system:
        system.wait_ready()
        fill_engine(system, 0x2233445566778899)
        base = engine(system)
        for offset, value in ((0x80, 0x40000), (0x88, SPARE + 0x1000), (0x90, 16)):
            shell(system, f"devmem 0x{base + offset:x} 64 0x{value:x}")
        system.send(LINUX, f"devmem 0x{base + 0x98:x} 64 3; reboot -f\r")
        system.linux_ready()
        poke(system, EDU, 0x04, 0x0006)
        shell(system, f"sleep {DMA_SECONDS}")
        assert spare(system, 0) == 0 and spare(system, 0x1000) == 0
