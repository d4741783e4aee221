# SPDX-License-Identifier: Apache-2.0
"""check-registers: what EL2 relies on is written at boot, and every EL2 register has its place in the list."""
import json

import pytest
from conftest import cross

RULES = {
    "boot": ["cpu_init"], "architecture": ["hcr_el2", "esr_el2", "ttbr1_el2"], "written at boot": ["hcr_el2", "vttbr_el2"],
    "set by hardware": {"esr_el2": "by an exception"}, "read only": {"id_*": "features"},
    "commands": {"daifclr": "a window"}, "not relied on": {"ttbr1_el2": "E2H is 0"},
}
SOUND = ["msr hcr_el2, x0", "msr vttbr_el2, x0", "mrs x0, esr_el2", "mrs x0, id_aa64pfr0_el1", "msr daifclr, #4"]


@pytest.fixture(name="registers")
def registers_gate(tree):
    """Runs the gate on cpu_init() with these instructions, and later() with others."""
    def run(boot=SOUND, later=(), rules=RULES):
        rules_path = tree.write("rules.json", json.dumps(rules))
        body = "void {0}(void);\nvoid {0}(void) {{ __asm__ volatile(\"{1}\"); }}\n"
        code = "".join(body.format(name, "\\n".join(lines)) for name, lines in (("cpu_init", boot), ("later", later)))
        return tree.gate("registers", "--objdump", cross("objdump"), "--rules", rules_path, tree.compile("core/a.c", code))
    return run


def changed(kind, value):
    return {**RULES, kind: value}


def test_sound_image_passes(registers):
    status, output = registers()
    assert status == 0 and "2 written at boot" in output, output


def test_register_that_nothing_writes(registers):
    status, output = registers(SOUND[:1])
    assert status == 1 and "vttbr_el2 is relied on, and nothing at boot writes it" in output


def test_register_that_is_written_only_later(registers):
    status, output = registers([SOUND[0]], [SOUND[1]])
    assert status == 1 and "vttbr_el2 is relied on" in output


def test_register_that_is_read_and_never_written(registers):
    status, output = registers([*SOUND, "mrs x1, cntvoff_el2"])
    assert status == 1 and "cntvoff_el2 is read by cpu_init, and nothing at boot writes it" in output


def test_register_that_is_read_though_not_relied_on(registers):
    assert "contextidr_el1 is read by later" in registers(later=["mrs x1, contextidr_el1"],
                                                          rules=changed("not relied on", {"contextidr_el1": "why"}))[1]


def test_write_that_no_list_knows(registers):
    status, output = registers(later=["msr hstr_el2, xzr"])
    assert status == 1 and "hstr_el2 is written by later, and registers.json does not know it" in output


def test_architectural_register_without_a_place(registers):
    status, output = registers(rules=changed("architecture", ["hcr_el2", "hacr_el2"]))
    assert status == 1 and "hacr_el2 exists in the architecture, and nothing is said about it" in output


def test_reason_that_is_empty(registers):
    assert "ttbr1_el2, not relied on: no reason" in registers(rules=changed("not relied on", {"ttbr1_el2": " "}))[1]


def test_register_that_is_written_at_boot_and_not_relied_on(registers):
    rules = changed("not relied on", {"hcr_el2": "wrong", "ttbr1_el2": "E2H is 0"})
    assert "hcr_el2 is both written at boot and not relied on" in registers(rules=rules)[1]
