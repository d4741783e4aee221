# SPDX-License-Identifier: Apache-2.0
"""check-policy: the list of system registers, the code that switches them and the manual say the same."""
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(name="policy")
def policy_gate(tmp_path):
    """Runs the gate on copies, in one of which `old` has become `new`."""
    def run(which=None, old="", new=""):
        files = {"--table": ROOT / "include/bulkhead/registers.def", "--context": ROOT / "arch/arm64/context_registers.h",
                 "--manual": ROOT / "docs/registers.md"}
        if which:
            text = files[which].read_text(encoding="utf-8")
            assert old in text
            files[which] = tmp_path / files[which].name
            files[which].write_text(text.replace(old, new, 1), encoding="utf-8")
        command = [sys.executable, ROOT / "tools/policy.py", *(str(part) for pair in files.items() for part in pair)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout
    return run


def test_the_list_as_it_is_passes(policy):
    status, output = policy()
    assert status == 0 and "registers, " in output, output


def test_a_switched_register_that_is_not_in_the_list(policy):
    status, output = policy("--context", "CONTEXT_REGISTER(par_el1)", "CONTEXT_REGISTER(par_el1)\nCONTEXT_REGISTER(zcr_el1)")
    assert status == 1 and "zcr_el1 is switched (context_registers.h), and no row says so" in output


def test_a_register_that_is_said_to_be_switched_and_is_not(policy):
    status, output = policy("--context", "CONTEXT_REGISTER(par_el1)\n", "")
    assert status == 1 and "PAR_EL1 is said to be switched, and is not in context_registers.h" in output


def test_two_rows_for_one_register(policy):
    status, output = policy("--table", "FOREIGN(HCR_EL2, 3, 4, 1, 1, 0,", "FOREIGN(HCR_EL2, 3, 4, 2, 1, 0,")
    assert status == 1 and "VTTBR_EL2 and HCR_EL2 have one encoding, S3_4_C2_C1_0" in output


def test_a_manual_that_says_something_else(policy):
    status, output = policy("--manual", "| ACTLR_EL1 | S3_0_C1_C0_1 | RW | 0 |", "| ACTLR_EL1 | S3_0_C1_C0_1 | RW | 1 |")
    assert status == 1 and "docs/registers.md:1: error: not what the lists say" in output
