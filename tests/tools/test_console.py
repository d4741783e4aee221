# SPDX-License-Identifier: Apache-2.0
"""The terminal program as a person meets it, with a stand-in for QEMU."""

import json
import os
import signal
import sys
from pathlib import Path

import pexpect
import pytest

ROOT = Path(__file__).resolve().parents[2]
LIMIT_SECONDS = 60
SYSTEM = {
    "hypervisor": {"uart": "uart0"},
    "partitions": [{"name": "safety", "vcpus": [{"core": 0}]}, {"name": "ivi", "vcpus": [{"core": 1}, {"core": 2}]}],
    "consoles": [{"partition": "safety", "uart": "uart1", "console": None},
                 {"partition": "ivi", "uart": "uart0", "console": 0}],
}


def console(out, *qemu):
    """The program's command line."""
    qemu = qemu or (sys.executable, str(ROOT / "tests/tools/fake_qemu.py"))
    return [str(ROOT / "tools/console"), str(out), "--", *qemu]


@pytest.fixture(name="out")
def built_folder(tmp_path):
    """Looks like the folder of a built system."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "system.json").write_text(json.dumps(SYSTEM), encoding="utf-8")
    return tmp_path


@pytest.fixture(name="person")
def fixture_person(out):
    """Somebody at the terminal, with a shell prompt before them."""
    person = pexpect.spawn(sys.executable, console(out), timeout=LIMIT_SECONDS, dimensions=(24, 120))
    person.expect("ivi# ")
    yield person
    person.close(force=True)


def ends(person, status):
    """The program has ended with this status."""
    person.expect(pexpect.EOF)
    person.wait()
    assert person.exitstatus == status


def test_the_banner_says_what_runs_and_the_keys(out):
    """@verifies REQ-SYS-010"""
    person = pexpect.spawn(sys.executable, console(out), timeout=LIMIT_SECONDS)
    for text in ("VM 1: safety on core 0", "VM 2: ivi on cores 1, 2", "q        end the machine", "goes to ivi"):
        person.expect_exact(text)
    person.close(force=True)


def test_typing_survives_lines_of_the_other_vm(person):
    """@verifies REQ-SYS-010, REQ-SYS-011"""
    for byte in "hello":
        person.send(byte)
        person.expect("brake: t=")
    person.send("\r")
    person.expect("you said hello")


def test_ctrl_c_goes_to_the_vm_and_not_to_the_program(person):
    """@verifies REQ-SYS-011"""
    person.send("trap\r")
    person.expect("trap\r\n")
    person.send("\x03")
    person.expect("got 3\r\n")


def test_a_key_switches_to_the_next_vm_and_back(person):
    """@verifies REQ-SYS-011"""
    person.send("\x1dn")
    person.expect("Typing goes to safety")
    person.send("lost\x1dn")
    person.expect("Typing goes to ivi")
    person.send("found\r")
    person.expect("you said found\r\n")


def test_a_line_that_the_hypervisor_cut_goes_on_under_its_name(person):
    """@verifies REQ-SYS-010"""
    person.send("cut\r")
    person.expect(r"\[bulkhead\] .*event: something\r\n.*\[ivi\] .*second half")


def test_the_quit_key_ends_the_machine(person):
    """@verifies REQ-SYS-011"""
    person.send("\x1dq")
    ends(person, 0)


def test_the_end_of_the_machine_is_explained(person):
    """@verifies REQ-SYS-010"""
    person.send("off\r")
    person.expect("the hypervisor switched the machine off")
    ends(person, 0)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_the_terminal_is_restored_when_a_signal_ends_the_program(out, number):
    """@verifies REQ-SYS-011"""
    command = f"stty -g; {sys.executable} {' '.join(console(out))}; stty -g"
    shell = pexpect.spawn("/bin/bash", ["-c", command], timeout=LIMIT_SECONDS, dimensions=(24, 120), encoding="utf-8")
    before = shell.readline()
    shell.expect("ivi# ")
    program = int(Path(f"/proc/{shell.pid}/task/{shell.pid}/children").read_text(encoding="utf-8").split()[0])
    os.kill(program, number)
    shell.expect(pexpect.EOF)
    assert shell.before.endswith(before)


def test_a_missing_qemu_is_named(out):
    """@verifies REQ-SYS-014"""
    person = pexpect.spawn(sys.executable, console(out, "no-such-qemu"), timeout=LIMIT_SECONDS)
    person.expect("cannot start no-such-qemu")
    ends(person, 1)


def test_errors_of_qemu_are_shown(out):
    """@verifies REQ-SYS-014"""
    person = pexpect.spawn(sys.executable, console(out, "/bin/sh", "-c", "echo bad option >&2; exit 1"), timeout=LIMIT_SECONDS)
    person.expect("QEMU does not start:\r\nbad option")
    ends(person, 1)
