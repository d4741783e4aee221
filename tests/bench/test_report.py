# SPDX-License-Identifier: Apache-2.0
"""Budget, targets, table and JSON, on counts written by hand.

@verifies REQ-BENCH-004
@verifies REQ-BENCH-005
"""
import json

import pytest
import report

ROW = {"operation": "smc", "title": "SMC", "target": 65}
LIMITS = dict(zip(report.HELD, (113, 9, 1, 1, 1, 1, 1)))


def counts(*numbers):
    return "repetitions 0 3 1\nexit 0 3 1 0x400 0x17 " + " ".join(str(n) for n in numbers) + " 0\n"


@pytest.fixture(name="run")
def fixture_run(tmp_path):
    """Status of a report with --check, for counts and a budget."""
    def run(text, not_held=(), extra=None, words=("--check",)):
        budget = {"rows": [ROW], "not held": list(not_held), "budget": {"one": {"smc": LIMITS, **(extra or {})}}}
        (tmp_path / "budget.json").write_text(json.dumps(budget))
        (tmp_path / "one.txt").write_text(text)
        return report.main(["--budget", str(tmp_path / "budget.json"), "--json", str(tmp_path / "bench.json"), *words,
                            str(tmp_path / "one.txt")])
    return run


def test_what_is_within_its_budget_passes_although_the_target_is_not_reached(run, capsys):
    assert run(counts(113, 9, 1, 1, 1, 1)) == 0
    assert "48 over (1.7x)" in capsys.readouterr().out


def test_a_target_that_is_met_is_called_reached(run, capsys):
    assert run(counts(65, 9, 1, 1, 1, 1)) == 0
    assert "reached" in capsys.readouterr().out


@pytest.mark.parametrize("kind", range(len(report.WORK)))
def test_each_kind_of_count_that_grows_by_one_fails(run, capsys, kind):
    numbers = list(LIMITS.values())[:-1]
    numbers[kind] += 1
    assert run(counts(*numbers)) == 1
    assert f"one: smc: {report.HELD[kind]} grew from" in capsys.readouterr().err


def test_growth_is_shown_but_does_not_fail_without_check(run, capsys):
    assert run(counts(114, 9, 1, 1, 1, 1), words=()) == 0
    assert "grew from 113 to 114" in capsys.readouterr().err


def test_an_operation_without_a_budget_fails(run, capsys):
    assert run(counts(1, 0, 0, 0, 0, 0) + "repetitions 0 1 1\n") == 1
    assert "hvc-known has no budget" in capsys.readouterr().err


def test_an_operation_that_is_no_longer_counted_fails(run, capsys):
    assert run(counts(1, 0, 0, 0, 0, 0), extra={"hvc-known": LIMITS}) == 1
    assert "hvc-known was not counted" in capsys.readouterr().err


def test_what_is_declared_not_held_is_shown_with_its_reason(run, capsys):
    assert run(counts(999, 9, 9, 9, 9, 9), not_held=[{"system": "one", "operation": "smc", "why": "luck"}]) == 0
    assert "not held: smc of one: luck" in capsys.readouterr().out


def test_the_json_holds_counts_budget_targets_and_growth(run, tmp_path):
    run(counts(114, 9, 1, 1, 1, 1))
    content = json.loads((tmp_path / "bench.json").read_text())
    assert content["results"]["one"]["smc"]["instructions"]["max"] == 114
    assert content["budget"]["one"]["smc"]["instructions"] == 113
    assert content["rows"] == [ROW] and len(content["grew"]) == 1


def test_writing_the_budget_makes_the_counts_pass(run, tmp_path):
    assert run(counts(500, 9, 1, 1, 1, 1), words=("--write", "--check")) == 0
    assert json.loads((tmp_path / "budget.json").read_text())["budget"]["one"]["smc"]["instructions"] == 500


def test_an_operation_that_needs_one_exit_more_fails(run, capsys):
    assert run(counts(50, 4, 0, 0, 0, 0) + "exit 0 3 1 0x480 0x0 50 4 0 0 0 0 0\n") == 1
    assert "exits grew from 1 to 2" in capsys.readouterr().err


def test_many_repetitions_with_an_exit_of_others_fail(run, capsys):
    lines = ["repetitions 0 3 100", *(f"exit 0 3 {n} 0x400 0x17 100 1 0 0 0 0 0" for n in range(1, 101)),
             *(f"exit 0 3 {n} 0x480 0x0 100 1 0 0 0 0 0" for n in range(1, 22))]
    assert run("\n".join(lines) + "\n") == 1
    assert "21 repetitions had another number of exits" in capsys.readouterr().err
