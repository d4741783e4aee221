# SPDX-License-Identifier: Apache-2.0
"""What a DMA engine in Linux's hands reaches: Linux's own memory. With the SMMU off, everything.

The engine (QEMU's edu) copies 16 bytes between its own memory and any address in 100 ms. Linux's memory is where no
physical memory is, so a physical address is always somebody else's.
"""

import json
import re
from dataclasses import dataclass, replace

import pytest
from elftools.elf.elffile import ELFFile
from harness import HYPERVISOR, SAFETY, System, build, check_progress, make

EDU = "/sys/bus/pci/devices/0000:00:03.0"
STREAM = 0x18
ENGINE = ["-device", "edu,addr=3.0,dma_mask=0xffffffffffffffff"]
INITRD = "build/third-party/initrd-pci.cpio"
BUFFER = 0x40000  # its own memory, as it calls it
TO_MEMORY, FROM_MEMORY = 3, 1
SPARE = 0x90000000  # memory of the VM that Linux does not use
WRITE, READ = 0x2810, 0x2910  # stage 2 translation fault of the access itself
PATTERN = 0x5A17_B10C_C0DE_0001


@dataclass
class Engine:
    """The engine, driven by Linux, and where it finds the spare memory."""

    system: System
    spare: int

    def start(self):
        self.system.wait_ready()
        self.shell(f"printf '\\x06\\x00' | dd of={EDU}/config bs=2 seek=2 conv=notrunc 2>/dev/null")
        base = int(self.shell(f"head -1 {EDU}/resource").split()[0], 16)
        self.shell(f"register() {{ devmem $(({base:#x} + $1)) 64 $2; }}")
        self.shell("transfer() { register 0x80 $1; register 0x88 $2; register 0x90 $3; register 0x98 $4; "
                   "while [ $(($(register 0x98) & 1)) = 1 ]; do :; done; }")

    def shell(self, command):
        answer = self.system.shell(command)
        assert answer.status == 0, f"{command}: {answer.output}"
        return answer.output

    def transfer(self, source, target, command, count=16):
        """One, to its end: the start bit falls."""
        self.shell(f"transfer {source:#x} {target:#x} {count} {command}")

    def look(self, offset):
        return int(self.shell(f"devmem {SPARE + offset:#x} 64"), 16)

    def write(self, address, pattern):
        self.shell(f"devmem {SPARE:#x} 64 {pattern:#x}")
        self.transfer(self.spare, BUFFER, FROM_MEMORY)
        self.transfer(BUFFER, address, TO_MEMORY)

    def read(self, address):
        """What is at an address, as the engine sees it."""
        self.shell(f"devmem {SPARE + 0x1000:#x} 64 0")
        self.transfer(self.spare + 0x1000, BUFFER + 0x100, FROM_MEMORY)
        self.transfer(address, BUFFER + 0x100, FROM_MEMORY)
        self.transfer(BUFFER + 0x100, self.spare + 0x1000, TO_MEMORY)
        return self.look(0x1000)


def memory(out, name, number):
    """Physical address and size of a stretch of a partition's memory."""
    system = json.loads((out / "config" / "system.json").read_text())
    region = next(p for p in system["partitions"] if p["name"] == name)["memory"][number]
    return region["pa"], region["size"]


def built_with_engine(name):
    make("-s", INITRD)
    system = build(f"tests/system/{name}.dts")
    return replace(system, qemu=[*system.qemu, *ENGINE])


@pytest.fixture(scope="module", name="built")
def _built():
    return built_with_engine("dma")


@pytest.fixture(scope="module", name="system")
def _system(built):
    with System(built) as system:
        yield system


@pytest.fixture(scope="module", name="engine")
def _engine(system):
    engine = Engine(system, SPARE)
    engine.start()
    return engine


def section(built, name):
    with (built.out / "bulkhead.elf").open("rb") as file:
        return ELFFile(file).get_section_by_name(name)["sh_addr"]


def targets(built):
    safety, size = memory(built.out, SAFETY, 0)
    ivi, _ = memory(built.out, "ivi", 0)
    return {
        "first byte of the safety VM": safety,
        "last bytes of the safety VM": safety + size - 16,
        "physical address of its own memory": ivi,
        "code of the hypervisor": section(built, ".text"),
        "tables of the hypervisor": section(built, ".tables"),
        "state of the hypervisor": section(built, ".bss"),
        "stream table and queues": section(built, ".streams"),
        "console": 0x09000000,
        "UART of the safety VM": 0x09040000,
        "interrupt controller": 0x08000000,
        "SMMU": 0x09050000,
        "registers of another function": 0x10000000,
        "registers of the engine itself": 0x10100000,
        "configuration space": 0x4010000000,
        "unmapped, low": 0x0,
        "unmapped, behind its memory": SPARE + 0x200000,
        "unmapped, behind all memory": 0x700000000,
        "beyond the output size": 1 << 40,
    }


def event(detail, address):
    return rf"ivi: DMA access, by the stream in pc, detail 0x{detail:x} address 0x{address:x} pc 0x{STREAM:x}: blocked"


def test_the_engine_reaches_the_memory_of_its_own_vm(engine):
    """Without this, all others could pass because it does nothing."""
    engine.write(SPARE + 0x2000, PATTERN)
    assert engine.look(0x2000) == PATTERN
    assert engine.read(SPARE + 0x2000) == PATTERN


def test_no_address_of_others_can_be_written_or_read(built, system, engine):
    """@verifies REQ-DMA-004 REQ-DMA-007 REQ-SYS-005"""
    for number, (what, address) in enumerate(targets(built).items()):
        engine.write(address, PATTERN + number)
        system.expect(HYPERVISOR, event(WRITE, address))
        assert engine.read(address) != PATTERN + number, what
        system.expect(HYPERVISOR, event(READ, address))
    check_progress(system.reports(2))
    assert not system.faults()


def test_addresses_beyond_those_of_the_smmu_reach_nothing(system, engine):
    """QEMU's SMMU has 44 bits, and leaves no event of what is beyond."""
    for address in (1 << 45, 1 << 60):
        engine.write(address, PATTERN)
        assert engine.read(address) != PATTERN
    check_progress(system.reports(1))


def test_a_transfer_over_the_end_of_its_memory_ends_there(built, system, engine):
    """@verifies REQ-DMA-004 REQ-DMA-007"""
    end = SPARE + 0x200000
    engine.write(end - 8, PATTERN)
    system.expect(HYPERVISOR, event(WRITE, end))
    assert engine.look(0x200000 - 8) == PATTERN


def test_a_storm_is_counted_and_costs_the_safety_vm_nothing(system, engine):
    """4096 bytes are blocked in pieces of four. @verifies REQ-DMA-008 REQ-DMA-007"""
    system.skip(HYPERVISOR)
    for _ in range(4):
        engine.transfer(BUFFER, 0x700000000, TO_MEMORY, 4096)
    counted = re.compile(r"ivi: DMA accesses without a record of their own \(detail: number\), detail 0x([0-9a-f]+) ")
    assert int(system.expect(HYPERVISOR, counted).group(1), 16) > 100
    check_progress(system.reports(3))
    assert not system.faults()


def test_what_is_allowed_works_after_all_that(engine):
    """@verifies REQ-DMA-006"""
    engine.write(SPARE + 0x3000, PATTERN + 0x1000)
    assert engine.look(0x3000) == PATTERN + 0x1000


def test_with_the_smmu_off_the_same_attack_succeeds():
    """A test of the tests above."""
    built = built_with_engine("dma-bypass")
    safety, size = memory(built.out, SAFETY, 0)
    with System(built) as system:
        engine = Engine(system, memory(built.out, "ivi", 1)[0])
        engine.start()
        engine.write(safety + size - 16, PATTERN)
        assert engine.read(safety + size - 16) == PATTERN
        assert "DMA access" not in system.text[HYPERVISOR]
