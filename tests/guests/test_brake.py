# SPDX-License-Identifier: Apache-2.0
"""The safety application on the bare machine. Times are QEMU's, so late and missed releases are not judged."""
import re

import pytest
from machine import Machine, symbol

STATUS = re.compile(r"brake: t=(\d+) s releases=(\d+) late=(\d+) missed=(\d+) jitter-max=(\d+) us "
                    r"pattern=ok digest=0x([0-9a-f]{8}) restarts=(\d+)$")
STACK_POINTER = 31


@pytest.fixture(name="brake")
def brake_machine(tmp_path):
    with Machine("brake", tmp_path) as machine:
        yield machine


def is_status(line):
    return STATUS.match(line) is not None


def status(machine):
    names = ("seconds", "releases", "late", "missed", "jitter", "digest", "restarts")
    found = STATUS.match(machine.line(is_status)).groups()
    return {name: int(text, 16 if name == "digest" else 10) for name, text in zip(names, found)}


def wrapped(value):
    return value % 2**32


def quotient(dividend, divisor):
    """C's: towards zero."""
    return -(-dividend // divisor) if dividend < 0 else dividend // divisor


def digests(steps):
    """docs/guests.md's equations, a second time: the digest after each number of steps up to this."""
    speed, integral, digest = 5000, 0, 2166136261
    result = [digest]
    for step in range(steps):
        error = speed - (5000 + abs(step % 4096 - 2048) * 10)
        integral = max(-4000000, min(4000000, integral + error))
        pressure = max(0, min(120000, quotient(error * 256 + integral * 8, 64)))
        noise = (wrapped(step * 2654435761) >> 25) - 64
        speed = max(0, min(60000, speed + 400 - quotient(pressure, 100) + noise))
        for value in (speed, pressure):
            digest = wrapped((digest ^ value) * 16777619)
            digest ^= digest >> 15
        result.append(digest)
    return result


def test_it_says_that_it_is_ready_and_reports_every_second(brake):
    """@verifies REQ-GUEST-015"""
    assert brake.line(lambda _: True) == "brake: ready, 1000 Hz control task, timer 62500000 Hz"
    reports = [status(brake) for _ in range(3)]
    assert [report["seconds"] for report in reports] == sorted(report["seconds"] for report in reports)
    assert reports[2]["seconds"] - reports[0]["seconds"] >= 2


def test_the_digest_belongs_to_the_number_of_releases(brake):
    """@verifies REQ-GUEST-013"""
    for _ in range(2):
        report = status(brake)
        assert report["digest"] == digests(report["releases"])[-1]


def test_every_period_is_released_or_missed(brake):
    """@verifies REQ-GUEST-011 @verifies REQ-GUEST-012"""
    for _ in range(3):
        report = status(brake)
        periods = report["releases"] + report["missed"]
        assert report["seconds"] * 1000 - 1 <= periods < (report["seconds"] + 1) * 1000


def test_keys_are_answered(brake):
    """@verifies REQ-GUEST-006"""
    status(brake)
    brake.type("?")
    assert "s status, x crash" in brake.line(lambda line: line.startswith("brake: keys"))
    brake.type("s" * 200)
    for _ in range(200):
        assert brake.line(lambda line: "dropped=" in line) == "brake: console dropped=0 bytes"
    report = status(brake)
    assert report["digest"] == digests(report["releases"])[-1]


def test_a_crash_on_request_is_told_to_the_hypervisor(brake):
    status(brake)
    brake.type("x")
    brake.line(lambda line: line == "brake: crashing, as asked")
    brake.line(lambda line: line == "guest: nobody takes BULKHEAD_CRASH; switching off")
    assert brake.exit_code() == 0


def test_a_changed_word_of_the_pattern_is_found(brake):
    """@verifies REQ-GUEST-014"""
    status(brake)
    address = symbol("brake", "pattern_memory") + 8 * 5000
    debugger = brake.debugger()
    word = bytearray(debugger.read_memory(address, 8))
    word[3] ^= 0x10
    debugger.write_memory(address, bytes(word))
    debugger.leave()
    brake.line(lambda line: line == f"brake: PATTERN CORRUPTED at 0x{address:x}")
    assert brake.exit_code() == 0


def test_a_changed_controller_is_found(brake):
    """@verifies REQ-GUEST-013"""
    status(brake)
    address = symbol("brake", "controller")
    debugger = brake.debugger()
    speed = int.from_bytes(debugger.read_memory(address + 4, 4), "little")
    debugger.write_memory(address + 4, (speed ^ 0x40).to_bytes(4, "little"))
    debugger.leave()
    brake.line(lambda line: line.startswith("brake: DIGEST CORRUPTED at step"))
    assert brake.exit_code() == 0


def test_more_urgent_tasks_preempt_less_urgent_ones(brake):
    """The report task is made to last for ever: control and monitor go on. @verifies REQ-GUEST-010"""
    status(brake)
    debugger = brake.debugger()
    loop = symbol("brake", "tasks_report")
    debugger.write_memory(loop, (0x14000000).to_bytes(4, "little"))  # b .
    debugger.leave()
    releases = symbol("brake", "controller")
    brake.type("?")
    brake.line(lambda line: line.startswith("brake: keys"))
    counts = []
    for _ in range(3):
        with pytest.raises(AssertionError):
            brake.line(lambda _: True, patience=1.5)
        debugger = brake.debugger()
        counts.append(int.from_bytes(debugger.read_memory(releases, 4), "little"))
        debugger.leave()
    assert counts[0] + 500 < counts[1] and counts[1] + 500 < counts[2]


def test_a_stack_overflow_is_reported(brake):
    """@verifies REQ-GUEST-004"""
    status(brake)
    debugger = brake.debugger()
    debugger.write_register(STACK_POINTER, 0x40400000)
    debugger.leave()
    assert "stack overflow" in brake.line(lambda line: line.startswith("guest: unexpected"))
    assert re.match(r"guest: ESR=0x[0-9a-f]+ ELR=0x[0-9a-f]+ FAR=0x[0-9a-f]+", brake.line(lambda _: True))
    assert brake.exit_code() == 0
