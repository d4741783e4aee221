# SPDX-License-Identifier: Apache-2.0
"""Images damaged at random end in a verdict, never in a Python error or a hang; what is let pass has a reason.

FUZZ_SEED and FUZZ_COUNT repeat a run or make it longer (make soak).
@verifies REQ-VER-001
@verifies REQ-VER-017
@verifies REQ-VER-019
"""
import os
import random
import signal
from collections import Counter

import pytest

import fuzz
from check import declared, examine
from conftest import built
from image import contents

SEED = int(os.environ.get("FUZZ_SEED") or 1)
COUNT = int(os.environ.get("FUZZ_COUNT") or 120)  # changes of each part of an image
HEADERS = max(40, COUNT // 4)
LONGEST = 300  # seconds for one image; it takes a fraction of one


@pytest.fixture(autouse=True)
def never_hangs():
    """A change that the checker does not come back from fails, with its name in the traceback's `change`."""
    def late(_signal, _frame):
        raise AssertionError("the checker does not come to an end")
    before = signal.signal(signal.SIGALRM, late)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def tell(capsys, title, passed, count):
    with capsys.disabled():
        print(f"\n{title}: {count} changes (seed {SEED}), {count - sum(passed.values())} reported")
        for reason, number in sorted(passed.items()):
            print(f"    {number:5} let pass: {reason}")


@pytest.mark.parametrize("section", [".text", ".rodata", ".tables", ".blobs"])
def test_change_of_what_is_loaded_is_reported_or_has_a_reason(section, capsys):
    system = built("devices")
    data, facts = contents(str(system.elf)), system.judge()
    sections = fuzz.loaded(data)
    reasons = fuzz.Reasons(facts, sections)
    _, offset, address, size = next(s for s in sections if s[0] == section)
    numbers, passed, missed = random.Random(f"{SEED} {section}"), Counter(), []
    count = COUNT // 4 if section == ".text" else COUNT  # hardly any of it is looked at, and all of it again each time
    for _ in range(count):
        change = fuzz.changes(numbers, data, offset, size)
        where = change.offset - offset + address
        signal.alarm(LONGEST)
        errors = system.errors((where, change.data))
        if not errors:
            reason = reasons.of(where, change.data)
            passed[reason or "NO REASON"] += 1
            missed += [] if reason else [f"{change.name}, address 0x{where:x}"]
        assert not any("cannot be judged" in e for e in errors), (change, errors)
    tell(capsys, f"devices, {section}", passed, count)
    assert not missed, f"seed {SEED}: {missed[:8]}"


@pytest.mark.parametrize("part", [0, 1, 2])
def test_change_of_a_header_is_reported_or_has_a_reason(part, capsys):
    system = built("devices")
    data, asked = bytes(contents(str(system.elf))), declared(str(system.dtb))
    name, offset, size = fuzz.headers(data)[part]
    numbers, passed, missed = random.Random(f"{SEED} {name}"), Counter(), []
    for _ in range(HEADERS):
        change = fuzz.changes(numbers, data, offset, size)
        signal.alarm(LONGEST)
        errors, _ = examine("damaged", asked, system.folders,
                            data[:change.offset] + change.data + data[change.offset + len(change.data):])
        if not errors:
            reason = fuzz.header_reason(data, change)
            passed[reason or "NO REASON"] += 1
            missed += [] if reason else [change.name]
        assert not any("cannot be judged" in e for e in errors), (change, errors)
    tell(capsys, f"devices, {name}", passed, HEADERS)
    assert not missed, f"seed {SEED}: {missed[:8]}"


def test_file_that_is_cut_short_or_goes_on_is_reported():
    system = built("devices")
    data, asked = bytes(contents(str(system.elf))), declared(str(system.dtb))
    numbers = random.Random(SEED)
    ends = {0, 1, 15, 16, 63, 64, len(data) - 1} | {numbers.randrange(len(data)) for _ in range(COUNT)}
    for end in sorted(ends):
        signal.alarm(LONGEST)
        assert examine("cut", asked, system.folders, data[:end]).errors, f"seed {SEED}: cut to {end} bytes"
    assert examine("longer", asked, system.folders, data + b"\0").errors


@pytest.mark.parametrize("name, value", [
    ("partition_count", 0), ("partition_count", 0xFFFFFFFF), ("core_count", 0x80000000), ("route_count", 1 << 20),
    ("vuart_count", 0xFFFF)])
def test_count_that_is_wrong_is_a_violation_with_an_address(devices, name, value, tmp_path):
    """The command itself, with a damaged file."""
    facts = devices.judge()
    address = facts.objects.variable(name).address
    offset = next(o + address - a for _, o, a, size in fuzz.loaded(contents(str(devices.elf))) if a <= address < a + size)
    damaged = bytearray(contents(str(devices.elf)))
    damaged[offset:offset + 4] = value.to_bytes(4, "little")
    (tmp_path / "damaged.elf").write_bytes(damaged)
    result = devices.command("--json", str(tmp_path / "found.json"), elf=tmp_path / "damaged.elf")
    assert result.returncode == 1 and not result.stderr, result.stderr
    assert f"{name} (at 0x{address:x}) is {value}" in result.stdout or value == 0, result.stdout
    assert result.stdout.splitlines()[-1].startswith("verify: FAIL, ")
