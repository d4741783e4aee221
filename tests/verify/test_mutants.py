# SPDX-License-Identifier: Apache-2.0
"""The checker finds every mutant that means something else, and each one it lets pass has a reason.

@verifies REQ-VER-001
@verifies REQ-VER-003
@verifies REQ-VER-004
@verifies REQ-VER-005
@verifies REQ-VER-006
@verifies REQ-VER-009
@verifies REQ-VER-011
@verifies REQ-VER-012
@verifies REQ-VER-013
@verifies REQ-VER-022
@verifies REQ-VER-023
@verifies REQ-VER-024
"""
from collections import Counter

import pytest

import mutants
from conftest import built

# Code, registers' constants and header are the same in every system.
CASES = [("default", family) for family in mutants.ALL if family != "entries"] + [
    (name, family) for name in ("devices", "streams") for family in mutants.ALL
    if family not in ("code", "moves", "header") and (family != "entries" or name == "streams")]
LEAST = {"config": 500, "descriptors": 500, "additions": 100, "code": 128, "moves": 50, "header": 200, "trees": 200, "images": 20,
         "entries": 1000}


@pytest.mark.parametrize("name, family", CASES)
def test_every_mutant_is_reported_or_has_a_reason(name, family, capsys):
    system = built(name)
    passed, missed, count = Counter(), [], 0
    for count, mutant in enumerate(mutants.ALL[family](system.judge()), 1):
        if not system.errors((mutant.address, mutant.data)):
            passed[mutant.reason] += 1
            missed += [mutant.name] if mutant.reason is None else []
    with capsys.disabled():
        print(f"\n{name}, {family}: {count} mutants, {count - sum(passed.values())} reported, {len(missed)} missed")
        for reason, number in passed.items():
            print(f"    {number:4} let pass: {reason}")
    assert not missed
    assert count >= LEAST[family]


@pytest.mark.parametrize("name", ["default", "devices", "streams"])
def test_the_image_as_built_passes(name):
    assert built(name).errors() == []
