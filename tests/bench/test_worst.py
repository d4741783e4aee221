# SPDX-License-Identifier: Apache-2.0
"""The worst of each class of section over several runs, and its budget, on counts written by hand.

@verifies REQ-BENCH-008
@verifies REQ-BENCH-010
@verifies REQ-BENCH-012
"""
import json

import budget as budgets
import pytest
import worst
from areas import FAULT, LOOKS
from classes import BOOT, BOOT_SLOT, LOOK_SLOT
from conftest import ROOT

TIMER, SPURIOUS = "interrupt: virtual timer", "interrupt, gone when acknowledged"
FAULT_SLOT = LOOK_SLOT + [name for _, name in LOOKS].index(FAULT)
SEEN = {kind: [100, 100] for kind in budgets.WORK}
BUDGET = {"headroom": {"factor": 1.1, "instructions": 50, "others": 8}, "target": 1500, "beyond target": {},
          "rare": {SPURIOUS: TIMER},
          "pending": {"classes": ["GIC"], "instructions": 1000, "others": 72}}
INSTRUCTIONS_LIMIT, OTHERS_LIMIT = 160, 118


def line(counts, detail=0x1C, when=20.0):
    return f"worst 0 9 0x0 {detail:#x} 5 {when} 0 0 {' '.join(str(count) for count in counts)} 0\n"


@pytest.fixture(name="run")
def fixture_run(tmp_path):
    """Status of a check of these files of counts against a budget."""
    def run(*texts, held=None, words=("--check",), compiler="gcc-12", beyond=None):
        folder = tmp_path / "counts"
        folder.mkdir(exist_ok=True)
        (folder / "tests.txt").write_text("10.0 test_a.py::first\n15.0 test_a.py::second\n30.0 test_b.py::third\n")
        for number, text in enumerate(texts):
            (folder / f"system-{number}.txt").write_text(text)
        budget = {**BUDGET, "beyond target": beyond or {}, "budgets": {"gcc-12": {TIMER: SEEN} if held is None else held}}
        (tmp_path / "worst.json").write_text(json.dumps(budget))
        return worst.main(["--budget", str(tmp_path / "worst.json"), "--json", str(tmp_path / "out.json"),
                           "--counts", str(folder), "--compiler", compiler, *words])
    return run


def test_the_worst_of_all_runs_counts_and_names_its_test(run, tmp_path):
    assert run(line([90, 9, 0, 0, 0, 0]), line([100, 3, 0, 0, 0, 0], when=31.0)) == 0
    found = json.loads((tmp_path / "out.json").read_text())["worst"][TIMER]
    assert (found["instructions"], found["sysreg"], found["sections"]) == (100, 9, 10)
    assert (found["test"], found["system"]) == ("test_b.py::third", "system")


@pytest.mark.parametrize("kind", range(len(budgets.WORK)))
@pytest.mark.parametrize("beyond", [0, 1])
def test_each_kind_of_count_that_grows_beyond_the_limit_fails(run, capsys, kind, beyond):
    counts = [0] * len(budgets.WORK)
    counts[kind] = (OTHERS_LIMIT if kind else INSTRUCTIONS_LIMIT) + beyond
    assert run(line(counts)) == beyond
    grew = f"{TIMER}: {budgets.WORK[kind]} grew from 100 to {counts[kind]}" in (said := capsys.readouterr().err)
    assert grew == bool(beyond) and ("test_a.py::second" in said) == bool(beyond)


def test_a_class_that_varied_has_more_room(run):
    held = {TIMER: {kind: [40, 100] for kind in budgets.WORK}}
    assert run(line([INSTRUCTIONS_LIMIT + 60, 0, 0, 0, 0, 0]), held=held) == 0
    assert run(line([INSTRUCTIONS_LIMIT + 61, 0, 0, 0, 0, 0]), held=held) == 1


@pytest.mark.parametrize("beyond", [0, 1])
def test_a_class_that_depends_on_what_is_pending_has_room_for_that(run, beyond):
    access = f"worst 0 8 0x24 0x100100 5 20.0 0 0 {1110 + beyond} 0 0 0 0 0 0\n"
    assert run(access, held={"GICD_ISENABLER read": SEEN}) == beyond


def test_a_new_class_fails(run, capsys):
    assert run(line([100, 0, 0, 0, 0, 0]) + line([1, 0, 0, 0, 0, 0], detail=0x1A)) == 1
    assert "interrupt: GIC maintenance: has no budget" in capsys.readouterr().err


def test_a_rare_class_is_held_by_the_one_beside_it(run):
    assert run(line([INSTRUCTIONS_LIMIT, 0, 0, 0, 0, 0], detail=1024)) == 0
    assert run(line([INSTRUCTIONS_LIMIT + 1, 0, 0, 0, 0, 0], detail=1024)) == 1


def test_a_class_that_is_not_seen_is_no_error(run):
    assert run(line([1, 0, 0, 0, 0, 0]), held={TIMER: SEEN, "SError": SEEN}) == 0


def test_nothing_counted_is_an_error(run, capsys):
    assert run() == 1
    assert "nothing was counted" in capsys.readouterr().err


def test_a_compiler_without_a_budget_is_skipped_loudly(run, capsys):
    assert run(line([1500, 9999, 0, 0, 0, 0]), compiler="gcc-99") == 0
    assert "SKIP" in capsys.readouterr().err


def test_adding_keeps_what_earlier_runs_have_seen_and_writing_forgets_it(run, tmp_path):
    assert run(line([120, 90, 0, 0, 0, 0]), words=("--add", "--check")) == 0
    held = json.loads((tmp_path / "worst.json").read_text())["budgets"]["gcc-12"]
    assert held[TIMER]["instructions"] == [100, 120] and held[TIMER]["sysreg"] == [90, 100]
    assert run(line([120, 90, 0, 0, 0, 0]), words=("--write", "--check")) == 0
    held = json.loads((tmp_path / "worst.json").read_text())["budgets"]["gcc-12"]
    assert held[TIMER]["instructions"] == [120, 120]


def test_the_longest_section_and_its_distance_to_the_target_are_told(run, capsys):
    run(line([3000, 0, 0, 0, 0, 0]), words=())
    assert "longest masked section after boot: 3000 (target 1500: 1500 over (2.0x))" in capsys.readouterr().out


TARGET = BUDGET["target"]
LONG = {TIMER: {kind: [9999, 9999] for kind in budgets.WORK}}


@pytest.mark.parametrize("compiler", ["gcc-12", "gcc-99"])
@pytest.mark.parametrize("over", [0, 1])
def test_a_class_beyond_the_target_fails_though_its_budget_allows_it(run, capsys, over, compiler):
    assert run(line([TARGET + over, 0, 0, 0, 0, 0]), held=LONG, compiler=compiler) == over
    said = capsys.readouterr().err
    assert (f"{TIMER}: {TARGET + 1} instructions, beyond the target of {TARGET} (test_a.py::second)" in said) == bool(over)


@pytest.mark.parametrize("reason, status", [("a reason", 0), ("", 1)])
def test_a_class_beyond_the_target_passes_with_a_reason(run, capsys, reason, status):
    assert run(line([TARGET + 1, 0, 0, 0, 0, 0]), held=LONG, beyond={TIMER: reason}) == status
    assert f"may be beyond the target: {TIMER}: {reason}" in capsys.readouterr().out


def test_a_reason_is_for_its_own_class_alone(run):
    assert run(line([TARGET + 1, 0, 0, 0, 0, 0]), held=LONG, beyond={SPURIOUS: "a reason"}) == 1


def test_each_reason_of_the_project_is_given():
    assert all(budgets.load(ROOT / "tests" / "bench" / "worst.json")["beyond target"].values())


def test_boot_and_the_end_after_a_fault_have_no_target(run):
    boot, fault = (f"worst 0 {slot} 0x0 0x0 5 20.0 0 0 {TARGET + 1} 0 0 0 0 0 0\n"
                   for slot in (BOOT_SLOT, FAULT_SLOT))
    assert run(boot + fault, held={name: LONG[TIMER] for name in (BOOT, FAULT)}) == 0


def test_a_smaller_budget_of_the_project_fails():
    """The project's own file, with one budget made smaller: to what was counted that is growth."""
    budget = budgets.load(ROOT / "tests" / "bench" / "worst.json")
    held = next(iter(budget["budgets"].values()))
    merged = {name: {**{kind: seen[kind][1] for kind in budgets.WORK}, "test": "x"} for name, seen in held.items()}
    assert not worst.growth(budget, held, merged)
    mutated = {**held, TIMER: {**held[TIMER], "instructions": [0, 0]}}
    budget["pending"]["classes"] = []
    assert [line.partition(" grew")[0] for line in worst.growth(budget, mutated, merged)] == [f"{TIMER}: instructions"]
