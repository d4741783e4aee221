# SPDX-License-Identifier: Apache-2.0
"""What Linux, as root, can do to others: it reads and writes their physical addresses, and there is nothing there."""

import pytest
from harness import HYPERVISOR, SAFETY, SECURITY_STATES, System, build, check_progress

GICD = 0x08000000
SAFETY_UART = 0x09040000
SAFETY_UART_INTID = 40
WORD, BIT = divmod(SAFETY_UART_INTID, 32)

UNMAPPED = {
    "flash": 0x00000000,
    "clock": 0x09010000,
    "second UART": SAFETY_UART,
    "SMMU": 0x09050000,
    "virtio": 0x0A000000,
    "PCI window": 0x10000000,
    "below the guest's memory": 0x5FFFF000,
    "behind the guest's memory": 0x70000000,
    "behind all memory": 0x80000000,
    "PCI configuration": 0x4010000000,
}
# Registers of the distributor that would reach the safety VM's interrupt.
DISTRIBUTOR = {
    "GICD_IGROUPR": (GICD + 0x080 + 4 * WORD, 32, 1 << BIT),
    "GICD_ISENABLER": (GICD + 0x100 + 4 * WORD, 32, 1 << BIT),
    "GICD_ICENABLER": (GICD + 0x180 + 4 * WORD, 32, 1 << BIT),
    "GICD_ISPENDR": (GICD + 0x200 + 4 * WORD, 32, 1 << BIT),
    "GICD_ICPENDR": (GICD + 0x280 + 4 * WORD, 32, 1 << BIT),
    "GICD_ISACTIVER": (GICD + 0x300 + 4 * WORD, 32, 1 << BIT),
    "GICD_ICACTIVER": (GICD + 0x380 + 4 * WORD, 32, 1 << BIT),
    "GICD_IPRIORITYR": (GICD + 0x400 + SAFETY_UART_INTID, 8, 0xFF),
    "GICD_ICFGR": (GICD + 0xC00 + 4 * (SAFETY_UART_INTID // 16), 32, 3 << 2 * (SAFETY_UART_INTID % 16)),
    "GICD_IROUTER": (GICD + 0x6000 + 8 * SAFETY_UART_INTID, 64, 0x1),
}


@pytest.fixture(scope="module", name="system", **SECURITY_STATES)
def isolation_system(request):
    """Both VMs are up; Linux's memory is where no physical memory of others is."""
    with System(build("tests/system/isolation.dts", secure=request.param)) as system:
        system.wait_ready()
        system.reports(1)
        yield system


# Registers that hold state of several interrupts as it is: Linux's own is written back with the foreign bits.
KEEP = ("GICD_IGROUPR", "GICD_IPRIORITYR", "GICD_ICFGR")
GUEST_ADDRESS_BITS = 32


@pytest.fixture(autouse=True)
def safety_goes_on(system):
    """Whatever a test does, the safety VM's counters, pattern and digest are as if it had not been."""
    before = system.last_report()
    yield
    check_progress([before, *system.reports(1)])
    assert not system.faults()


def aborts(system, address, width=32, value=None):
    """Whether an access by devmem ends in a bus error - or, beyond the addresses Linux's MMU was told of, in its kill."""
    answer = system.shell(f"devmem {address:#x} {width}" + (f" {value:#x}" if value is not None else ""))
    return answer.status != 0 and ("Killed" if address >> GUEST_ADDRESS_BITS else "Bus error") in answer.output


def read(system, address, width):
    """A register as Linux sees it."""
    answer = system.shell(f"devmem {address:#x} {width}")
    assert answer.status == 0, answer.output
    return int(answer.output, 16)


def places(base, size):
    """First, some middle and last address of a region."""
    return [base, base + size // 2, base + size - 8]


def check_out_of_reach(system, address):
    """Neither reads nor writes, of no width, get through."""
    for width in (8, 16, 32, 64):
        assert aborts(system, address, width), f"read of {address:#x}, {width} bits"
        assert aborts(system, address, width, 0), f"write to {address:#x}, {width} bits"


def test_linux_reaches_its_own_memory_mapped_devices(system):
    """Without this the other tests could pass because devmem does not work at all.

    @verifies REQ-SYS-007
    """
    assert read(system, GICD + 0xFFE8, 32) & 0xF0 == 0x30
    assert read(system, 0x09000FE0, 32) == 0x11


@pytest.mark.parametrize("number", range(3))
def test_memory_of_the_safety_vm_is_out_of_linux_reach(system, number):
    """@verifies REQ-SYS-007, REQ-EXIT-003"""
    memory = system.layout.partition(SAFETY)["memory"][0]
    check_out_of_reach(system, places(memory["pa"], memory["size"])[number])


@pytest.mark.parametrize("number", range(3))
def test_memory_of_the_hypervisor_is_out_of_linux_reach(system, number):
    """@verifies REQ-SYS-007, REQ-EXIT-003"""
    hypervisor = system.layout.system["hypervisor"]
    check_out_of_reach(system, places(hypervisor["base"], hypervisor["size"])[number])


@pytest.mark.parametrize("name", UNMAPPED)
def test_what_linux_was_not_given_is_a_bus_error(system, name):
    """@verifies REQ-SYS-007, REQ-EXIT-003"""
    check_out_of_reach(system, UNMAPPED[name])


def test_a_forbidden_access_is_an_event_with_its_address(system):
    """@verifies REQ-HEALTH-001, REQ-HEALTH-003, REQ-EXIT-003"""
    system.skip(HYPERVISOR)
    assert aborts(system, SAFETY_UART + 0x18)
    system.expect(HYPERVISOR, rf"ivi: stage-2 abort.* address {SAFETY_UART + 0x18:#x}\b")


@pytest.mark.parametrize("register", DISTRIBUTOR)
def test_registers_of_a_foreign_interrupt_read_zero_and_ignore_writes(system, register):
    """@verifies REQ-SYS-008"""
    address, width, bits = DISTRIBUTOR[register]
    own = read(system, address, width)
    assert own & bits == 0
    value = bits | own if register in KEEP else bits
    assert system.shell(f"devmem {address:#x} {width} {value:#x}").status == 0
    assert read(system, address, width) & bits == 0


def test_the_safety_vm_still_gets_its_interrupt(system):
    """After all the writes above to the registers of that interrupt.

    @verifies REQ-SYS-008
    """
    system.skip(SAFETY)
    system.send(SAFETY, "?")
    system.expect(SAFETY, "^brake: keys:")


def test_linux_has_no_core_but_its_own(system):
    """@verifies REQ-SYS-009"""
    cores = len(system.layout.partition("ivi")["vcpus"])
    assert system.shell("cat /sys/devices/system/cpu/possible").output == f"0-{cores - 1}\n"
