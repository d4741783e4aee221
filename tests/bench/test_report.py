# SPDX-License-Identifier: Apache-2.0
"""Budget, targets, table, JSON and chart, on counts written by hand.

@verifies REQ-BENCH-004
@verifies REQ-BENCH-005
@verifies REQ-BENCH-010
@verifies REQ-BENCH-011
"""
import json
from xml.dom import minidom

import budget as budgets
import chart
import pytest
import report
from conftest import ROOT

ROWS = [{"operation": "smc", "title": "SMC", "target": 65, "unit": "instructions", "system": "one"},
        {"operation": "section", "title": "longest section", "target": 1500, "unit": "instructions", "system": "one",
         "measure": True, "peers": {"Bao": [775]}}]
LIMITS = dict(zip(budgets.HELD, (113, 9, 1, 1, 1, 1, 1)))


def counts(*numbers):
    return "repetitions 0 3 1\nexit 0 3 1 0x400 0x17 " + " ".join(str(n) for n in numbers) + " 0\n"


def section(instructions):
    return f"worst 0 9 0x0 0x1c 5 1.5 0 0 {instructions} 1 1 1 0 0 0\n"


@pytest.fixture(name="run")
def fixture_run(tmp_path):
    """Status of a report with --check, for counts and a budget."""
    def run(text, not_held=(), extra=None, words=("--check",), compiler="gcc-12"):
        budget = {"rows": ROWS, "not held": list(not_held), "budgets": {"gcc-12": {"one": {"smc": LIMITS, **(extra or {})}}}}
        (tmp_path / "budget.json").write_text(json.dumps(budget))
        (tmp_path / "one.txt").write_text(text)
        return report.main(["--budget", str(tmp_path / "budget.json"), "--json", str(tmp_path / "bench.json"),
                            "--svg", str(tmp_path / "bench.svg"), "--compiler", compiler, *words,
                            str(tmp_path / "one.txt")])
    return run


def test_what_is_within_its_budget_passes_although_the_target_is_not_reached(run, capsys):
    assert run(counts(113, 9, 1, 1, 1, 1)) == 0
    assert "48 over (1.7x)" in capsys.readouterr().out


def test_a_target_that_is_met_is_called_reached(run, capsys):
    assert run(counts(65, 9, 1, 1, 1, 1)) == 0
    assert "reached" in capsys.readouterr().out


def test_in_a_terminal_what_is_not_reached_is_red(run, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    run(counts(113, 9, 1, 1, 1, 1))
    assert "\033[31mSMC " in capsys.readouterr().out


@pytest.mark.parametrize("kind", range(len(budgets.WORK)))
def test_each_kind_of_count_that_grows_by_one_fails(run, capsys, kind):
    numbers = list(LIMITS.values())[:-1]
    numbers[kind] += 1
    assert run(counts(*numbers)) == 1
    assert f"one: smc: {budgets.HELD[kind]} grew from" in capsys.readouterr().err


def test_growth_is_shown_but_does_not_fail_without_check(run, capsys):
    assert run(counts(114, 9, 1, 1, 1, 1), words=()) == 0
    assert "grew from 113 to 114" in capsys.readouterr().err


@pytest.mark.parametrize("grown", [0, 1])
def test_a_measure_is_held_too(run, capsys, grown):
    extra = {"section": {"value": 2000}}
    assert run(counts(113, 9, 1, 1, 1, 1) + section(2000 + grown), extra=extra) == grown
    assert ("section: value grew from 2000 to 2001" in capsys.readouterr().err) == bool(grown)


def test_an_operation_without_a_budget_fails(run, capsys):
    assert run(counts(1, 0, 0, 0, 0, 0) + "repetitions 0 1 1\n") == 1
    assert "hvc-known: has no budget" in capsys.readouterr().err


def test_an_operation_that_is_no_longer_counted_fails(run, capsys):
    assert run(counts(1, 0, 0, 0, 0, 0), extra={"hvc-known": LIMITS}) == 1
    assert "hvc-known: was not counted" in capsys.readouterr().err


def test_what_is_declared_not_held_is_shown_with_its_reason(run, capsys):
    assert run(counts(999, 9, 9, 9, 9, 9), not_held=[{"system": "one", "operation": "smc", "why": "luck"}]) == 0
    assert "not held: smc of one: luck" in capsys.readouterr().out


def test_a_compiler_without_a_budget_is_skipped_loudly(run, capsys):
    assert run(counts(999, 9, 9, 9, 9, 9), compiler="gcc-99") == 0
    assert "SKIP" in (said := capsys.readouterr().err) and "gcc-99" in said and "NOT checked" in said


def test_the_json_holds_counts_budget_targets_and_growth(run, tmp_path):
    run(counts(114, 9, 1, 1, 1, 1))
    content = json.loads((tmp_path / "bench.json").read_text())
    assert content["runs"][0]["results"]["smc"]["instructions"]["max"] == 114
    assert content["budget"]["one"]["smc"]["instructions"] == 113
    assert content["rows"] == ROWS and len(content["grew"]) == 1


def test_writing_the_budget_makes_the_counts_pass_and_leaves_other_compilers(run, tmp_path):
    assert run(counts(500, 9, 1, 1, 1, 1), words=("--write", "--check"), compiler="gcc-14") == 0
    written = json.loads((tmp_path / "budget.json").read_text())["budgets"]
    assert written["gcc-14"]["one"]["smc"]["instructions"] == 500
    assert written["gcc-12"]["one"]["smc"] == LIMITS


def test_an_operation_that_needs_one_exit_more_fails(run, capsys):
    assert run(counts(50, 4, 0, 0, 0, 0) + "exit 0 3 1 0x480 0x0 50 4 0 0 0 0 0\n") == 1
    assert "exits grew from 1 to 2" in capsys.readouterr().err


def test_many_repetitions_with_an_exit_of_others_fail(run, capsys):
    lines = ["repetitions 0 3 100", *(f"exit 0 3 {n} 0x400 0x17 100 1 0 0 0 0 0" for n in range(1, 101)),
             *(f"exit 0 3 {n} 0x480 0x0 100 1 0 0 0 0 0" for n in range(1, 22))]
    assert run("\n".join(lines) + "\n") == 1
    assert "21 repetitions had another number of exits" in capsys.readouterr().err


@pytest.mark.parametrize("kind", budgets.HELD)
def test_the_projects_budget_with_one_number_smaller_fails(kind):
    """What the budget allows is not growth; one less for one operation is."""
    budget = budgets.load(ROOT / "tests" / "bench" / "budget.json")
    compiler, held = next(iter(budget["budgets"].items()))
    results = {system: {row: dict(allowed) if "value" in allowed else {name: {"max": most} for name, most in allowed.items()}
                        for row, allowed in rows.items()} for system, rows in held.items()}
    assert not budgets.growth(budget, compiler, results)
    held["bench-4"]["timer"] = {**held["bench-4"]["timer"], kind: held["bench-4"]["timer"][kind] - 1}
    assert [line.partition(" grew")[0] for line in budgets.growth(budget, compiler, results)] == [f"bench-4: timer: {kind}"]


def test_the_chart_is_xml_and_red_where_a_target_is_not_reached(run, tmp_path):
    run(counts(113, 9, 1, 1, 1, 1) + section(1500))
    text = (tmp_path / "bench.svg").read_text()
    minidom.parseString(text)
    red, green = (f"fill='{colour}' font-size='12' text-anchor='start' font-weight='bold'>"
                  for colour in (chart.MISSED, chart.REACHED))
    assert f"{red}113: 48 over (1.7x)" in text and f"{green}1,500: reached" in text


def test_the_chart_in_docs_is_of_the_budget():
    drawn = chart.draw_budget(budgets.load(ROOT / "tests" / "bench" / "budget.json"))
    assert (ROOT / "docs" / "bench.svg").read_text() == drawn, "make bench-figure"


def test_every_row_with_a_target_is_in_the_chart():
    budget = budgets.load(ROOT / "tests" / "bench" / "budget.json")
    text = (ROOT / "docs" / "bench.svg").read_text()
    assert all(row["title"] in text for row in budget["rows"] if row["target"])


def test_every_compilers_budget_has_the_same_rows():
    shapes = [{system: sorted(held) for system, held in budget.items()}
              for budget in budgets.load(ROOT / "tests" / "bench" / "budget.json")["budgets"].values()]
    assert all(shape == shapes[0] for shape in shapes)
