# SPDX-License-Identifier: Apache-2.0
"""Machines that the image is not made for: it says what is wrong, leaves a record and stops - and a fault is told again
after a reset."""

import json
import socket
import subprocess

import pytest
from elftools.elf.elffile import ELFFile
from harness import ROOT, build

LIMIT_SECONDS = 60
LOAD = 0x40200000
ELSEWHERE = 0x48000000


@pytest.fixture(scope="module", name="built")
def default_system():
    """The default system, not run."""
    return build()


class Run:
    """QEMU with one UART, whose text is read until a line has come."""

    def __init__(self, command):
        self._qemu = subprocess.Popen([*command, "-serial", "stdio"], stdin=subprocess.DEVNULL,
                                      stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT)
        self.text = ""

    def until(self, end):
        """Everything said up to and including `end`. The process is killed if it never comes: then the read ends."""
        guard = subprocess.Popen(["sh", "-c", f"sleep {LIMIT_SECONDS}; kill {self._qemu.pid}"])
        try:
            while end not in self.text:
                byte = self._qemu.stdout.read(1)
                assert byte, f"{end!r} did not come:\n{self.text}"
                self.text += byte.decode(errors="replace")
        finally:
            guard.kill()
            guard.wait()
        return self.text

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._qemu.kill()
        self._qemu.wait()


def machine(built, replace=(), image=None):
    """The board's QEMU command with other options, and the image as its kernel unless loaded otherwise."""
    command = " ".join(built.qemu)
    for old, new in replace:
        assert old in command
        command = command.replace(old, new)
    return [*command.split(), *(image or ["-kernel", str(built.out / "bulkhead.bin")])]


@pytest.mark.parametrize("kind", ["bin", "elf"])
def test_the_raw_image_and_the_elf_file_boot_alike(built, kind):
    """Without a second UART here, so only Linux's start is waited for.

    @verifies REQ-BOOT-006
    """
    with Run(machine(built, image=["-kernel", str(built.out / f"bulkhead.{kind}")])) as run:
        text = run.until("GUEST-READY")
    assert text.index("safety: loaded") < text.index("ivi: loaded") < text.index("GUEST-READY")


def test_an_image_entered_at_el1_says_so(built):
    """@verifies REQ-BOOT-002"""
    with Run(machine(built, [("virtualization=on", "virtualization=off"), (",iommu=smmuv3", "")])) as run:
        run.until("bulkhead: FAULT: not entered at EL2; boot the image at EL2 non-secure\r\n")
        assert "EL2 up" not in run.text


def test_an_image_at_another_address_says_so(built):
    """@verifies REQ-BOOT-002"""
    loader = ["-device", f"loader,file={built.out / 'bulkhead.bin'},addr={ELSEWHERE:#x},force-raw=on",
              "-device", f"loader,addr={ELSEWHERE:#x},cpu-num=0"]
    with Run(machine(built, image=loader)) as run:
        run.until("bulkhead: FAULT: not at the address it is linked for")


def test_an_image_that_starts_on_another_core_says_so(built, tmp_path):
    """The boot core of an image that was made for core 5.

    @verifies REQ-BOOT-002
    """
    with (built.out / "bulkhead.elf").open("rb") as file:
        symbols = ELFFile(file).get_section_by_name(".symtab")
        boot_core = symbols.get_symbol_by_name("core_configs")[0]["st_value"] - LOAD  # mpidr is its first field
    data = bytearray((built.out / "bulkhead.bin").read_bytes())
    assert data[boot_core:boot_core + 8] == bytes(8)
    data[boot_core] = 5
    (tmp_path / "image").write_bytes(data)
    with Run(machine(built, image=["-kernel", str(tmp_path / "image")])) as run:
        run.until("bulkhead: FAULT: this core is not the one configured")


def test_another_core_type_is_refused_with_a_record_of_all_registers(built):
    """@verifies REQ-BOOT-004, REQ-FAULT-001, REQ-FAULT-002"""
    with Run(machine(built, [("cortex-a57", "cortex-a72")])) as run:
        text = run.until("FAULT safe state: halt\r\n")
    assert "core 0 is not the one configured: MIDR_EL1 under its mask is 0x410fd080, should be 0x410fd070" in text
    assert "FAULT in the hypervisor: core 0, partition none, vector 0x200" in text
    assert "FAULT esr 0xf2000002 " in text
    assert all(f"x{n:02} 0x" in text for n in range(31))


@pytest.mark.parametrize("midr, refused", [("0x410fd420", True), ("0x410fd421", False)])
def test_a_stepping_with_an_erratum_that_nothing_works_around_is_refused(midr, refused):
    """Cortex-A78AE r0p0 and r0p1, which QEMU has as another core's features under their MIDR_EL1.

    @verifies REQ-ERR-001
    """
    with Run(machine(build(cpu="cortex-a78ae"), [("-cpu cortex-a78ae", f"-cpu cortex-a76,midr={midr}")])) as run:
        text = run.until("FAULT safe state: halt\r\n" if refused else "ivi: loaded")
    message = "core 0 is not the one configured: erratum that nothing works around is 0x2242639, should be 0x0"
    assert (message in text) == refused


def reset_by_qmp(path):
    """A warm reset: the memory stays, except what QEMU loads again."""
    with socket.socket(socket.AF_UNIX) as qmp:
        qmp.connect(str(path))
        stream = qmp.makefile("rw")
        stream.readline()
        for command in ("qmp_capabilities", "system_reset"):
            stream.write(json.dumps({"execute": command}) + "\n")
            stream.flush()
            while "return" not in json.loads(stream.readline()):
                pass


def test_the_record_of_a_fault_survives_a_reset(built, tmp_path):
    """@verifies REQ-FAULT-001"""
    qmp = tmp_path / "qmp"
    command = [*machine(built, [("cortex-a57", "cortex-a72"), ("-no-reboot", "")]), "-qmp", f"unix:{qmp},server=on,wait=off"]
    with Run(command) as run:
        run.until("FAULT safe state: halt\r\n")
        run.text = ""
        reset_by_qmp(qmp)
        text = run.until("FAULT safe state: halt\r\n")
    assert text.index("EL2 up") < text.index("FAULT record of the run before this one:")
    assert text.count("FAULT in the hypervisor: core 0") == 2
