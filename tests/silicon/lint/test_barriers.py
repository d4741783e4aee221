# SPDX-License-Identifier: Apache-2.0
"""The barrier lint reports every mistake it has a rule for, and nothing else."""
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.insert(0, str(HERE))

import barriers  # noqa: E402
import mutants  # noqa: E402
from linked import Image  # noqa: E402
from patterns import NEVER  # noqa: E402
from rules import RULES  # noqa: E402
from snippets import SNIPPETS  # noqa: E402

ELF = os.environ.get("BULKHEAD_ELF", str(ROOT / "build/qemu-virt/safety-ivi/bulkhead.elf"))
STACK_JSON = str(ROOT / "tools/check/stack.json")


def cross(tool):
    for prefix in ("aarch64-none-elf-", "aarch64-linux-gnu-"):
        if shutil.which(prefix + tool):
            return prefix + tool
    pytest.fail("no AArch64 cross compiler")


def assemble(folder, snippet):
    """The image of one snippet, entered at lint_entry, ended by a loop."""
    lines = snippet.replace("ERET", "eret | dsb nsh | isb").replace("|", "\n")
    source = f".arch armv8-a+fp+simd\n.global lint_entry\nlint_entry:\n{lines}\nlint_end: b lint_end\n.ltorg\n"
    (folder / "a.S").write_text(source)
    subprocess.run([cross("gcc"), "-g", "-nostdlib", "-static", "-Wl,--build-id=none", "-Wl,-Ttext=0x40000000",
                    "-Wl,-elint_entry", "-mno-fix-cortex-a53-843419", "-o", "a.elf", "a.S"], cwd=folder, check=True)
    return Image(str(folder / "a.elf"), cross("objdump"))


def rules_of(image, indirect=None):
    return {f.rule for f in barriers.find(image, indirect or {})[0]}


BAD = [(rule, text) for rule, (bad, _) in SNIPPETS.items() for text in bad]
GOOD = [(rule, text) for rule, (_, good) in SNIPPETS.items() for text in good]


@pytest.mark.parametrize("rule, text", BAD)
def test_a_missing_barrier_is_reported(tmp_path, rule, text):
    """@verifies REQ-SIL-301 REQ-SIL-306 REQ-ERR-003"""
    assert rule in rules_of(assemble(tmp_path, text))


@pytest.mark.parametrize("rule, text", GOOD)
def test_code_in_order_is_not_reported(tmp_path, rule, text):
    """@verifies REQ-SIL-302"""
    assert {r for r in rules_of(assemble(tmp_path, text)) if r not in NEVER or rule in NEVER} == set()


def test_every_rule_has_a_sequence_that_breaks_it_and_one_that_does_not():
    assert {r.name for r in RULES if r.why} | set(NEVER) <= set(SNIPPETS)
    assert all(bad and good for bad, good in SNIPPETS.values())


def run_lint(image, exceptions=None):
    command = [sys.executable, str(HERE / "barriers.py"), "--objdump", cross("objdump"), "--addr2line", cross("addr2line")]
    command += ["--exceptions", str(exceptions)] if exceptions else []
    done = subprocess.run(command + [image.path], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_a_finding_names_both_places_the_rule_and_the_reason(tmp_path):
    """@verifies REQ-SIL-303"""
    (tmp_path / "none.json").write_text('{"speculation barrier": true, "exceptions": []}')
    status, output = run_lint(assemble(tmp_path, "str x0, [x1] | nop | msr icc_sgi1r_el1, x2"), tmp_path / "none.json")
    assert status == 1
    assert "lint_entry+0x0 (0x40000000, " in output and "a.S:4): error: store-sgi: `str x0, [x1]`, then" in output
    assert "at lint_entry+0x8 (0x40000008, " in output and "a.S:6): what the interrupt or event announces" in output


def test_an_exception_excuses_its_rule_and_place_alone_and_is_reported_when_stale(tmp_path):
    """@verifies REQ-SIL-303"""
    image = assemble(tmp_path, "str x0, [x1] | msr icc_sgi1r_el1, x2 | isb")
    entry = '{"rule": "%s", "user": "%s", "reason": "a test"}'
    exceptions = tmp_path / "some.json"
    for rule, user, status, text in (("store-sgi", "lint_entry", 0, "1 exceptions"), ("dc", "lint_entry", 1, "stale"),
                                     ("store-sgi", "elsewhere", 1, "error: store-sgi")):
        exceptions.write_text('{"speculation barrier": true, "exceptions": [' + entry % (rule, user) + "]}")
        assert run_lint(image, exceptions)[0] == status
        assert text in run_lint(image, exceptions)[1]


def test_speculation_barriers_are_asked_for_only_where_they_are_configured(tmp_path):
    exceptions = tmp_path / "off.json"
    exceptions.write_text('{"speculation barrier": false, "exceptions": []}')
    image = assemble(tmp_path, "eret")
    assert run_lint(image, exceptions)[0] == 0
    assert run_lint(image)[0] == 1


def test_a_call_through_a_pointer_goes_where_stack_json_says(tmp_path):
    image = assemble(tmp_path, "str x0, [x1] | blr x3 | msr icc_sgi1r_el1, x2 | isb | b 9f\n"
                               ".global orders\norders: dsb sy | ret\n9: nop")
    assert "store-sgi" in rules_of(image)
    assert rules_of(image, {"lint_entry": ["orders"]}) == set()


@pytest.fixture(scope="session")
def system():
    if not os.path.exists(ELF):
        pytest.fail(f"{ELF}: make all builds it")
    return Image(ELF, cross("objdump"))


def test_every_barrier_of_the_hypervisor_is_missed_or_listed_as_not_needed(system):
    """@verifies REQ-SIL-304"""
    known = barriers.settings(HERE / "exceptions.json")
    named, _ = mutants.names(system, cross("addr2line"))
    results = list(mutants.outcomes(system, known, barriers.settings(STACK_JSON)["indirect"], named))
    missed, stale = mutants.judge(results, barriers.settings(mutants.NOT_NEEDED)["barriers"])
    assert missed == [] and stale == []
    assert sum(1 for _, _, rules in results if rules) >= 0.9 * len(results) >= 40


def test_every_eret_interrupt_entry_and_function_is_analysed(system):
    """What the lint never reaches it cannot judge."""
    _, flow = barriers.find(system, {})
    names = {system.function(a)[0] for a in flow.transfers}
    assert {"vectors", "halt", "run_first", "serror_el2", "fault_save", "secondary_entry"} <= names
    functions = {system.function(a)[0] for a, i in system.code.items() if i.mnemonic in ("ret", "eret")}
    assert functions - names == set()


def test_the_manual_lists_every_rule():
    manual = (ROOT / "docs/barrier-lint.md").read_text(encoding="utf-8")
    assert [r.name for r in RULES if r.why and f"| `{r.name}` | {r.why} |" not in manual] == []
