# SPDX-License-Identifier: Apache-2.0
"""check-bindings finds what is wrong with a schema, a system, a word or the page, and its lint what is wrong with a system.

@verifies REQ-BIND-001 REQ-BIND-002 REQ-BIND-003
"""
import shutil
import sys

import pytest

from conftest import ROOT

sys.path.insert(0, str(ROOT / "tools/check"))
import bindings  # noqa: E402  tools/check/bindings.py

needs_schema = pytest.mark.skipif(not shutil.which("dt-validate") and not bindings.offered(),
                                  reason="SKIP: this distribution has no dt-schema")
SCHEMA = "config/bindings/schemas/bulkhead/bulkhead,"

# A system of tests/config/bad, and the start of what dt-validate says of it.
BAD = [
    ("access-string", "gp: access"),
    ("compatible-misspelt", "partitions: gp:compatible:0: 'bulkhead,partitoin' is not one of ["),
    ("compatible-missing", "partitions: gp: 'compatible' is a required property"),
    ("console-word", "rt: console: 'oneOf' conditional failed"),
    ("core-missing", "gp: vcpu1: 'cpu' is a required property"),
    ("criticality", "rt: criticality:0: 'ASIL D' is not one of ["),
    ("hypervisor-address-missing", "hypervisor: 'load-address' is a required property"),
    ("hypervisor-cells", "hypervisor: load-address:0: [1075838976] is too short"),
    ("hypervisor-misaligned", "hypervisor: load-address:0:1: 1074790400 is not a multiple of 2097152"),
    ("image-and-linux", "gp: "),
    ("image-none", "rt: 'oneOf' conditional failed"),
    ("kernel-property-missing", "gp: linux: 'kernel' is a required property"),
    ("memory-cells", "rt: memory:0: [1073741824, 8388608] is too short"),
    ("memory-missing", "rt: 'memory' is a required property"),
    ("memory-size-misaligned", "rt: memory:0:3: 8388609 is not a multiple of 4096"),
    ("on-fault", "rt: on-fault:0: 'reboot' is not one of ['stop', 'restart']"),
    ("partition-name-long", "a-very-long-name: $nodename:0: 'a-very-long-name' does not match"),
    ("priority-missing", "rt: vcpu0: 'priority' is a required property"),
    ("priority-range", "rt: vcpu0:priority:0:0: 256 is greater than the maximum of 255"),
    ("safe-state", "hypervisor: safe-state:0: 'stop' is not one of ['halt', 'reset', 'off']"),
    ("unknown-node", "rt: 'cpu', 'linx' do not match any of the regexes"),
    ("unknown-property", "rt: 'acces'"),
    ("unknown-property-hypervisor", "hypervisor: 'load-adress' does not match any of the regexes"),
    ("unknown-property-linux", "gp: linux: 'bootarg' does not match any of the regexes"),
    ("unknown-property-vcpu", "rt: vcpu0: 'prioirty' does not match any of the regexes"),
    ("vcpu-none", "rt: 'vcpu0' is a required property"),
]


@pytest.fixture(scope="module", name="said")
def fixture_said(tmp_path_factory):
    """What is said of each bad system, all in one run: {name: findings}."""
    validator = bindings.Validator(str(ROOT), str(tmp_path_factory.mktemp("bindings")))
    gate = bindings.common.Gate("bindings")
    validator.check_schemas(gate)
    trees = [validator.flatten(gate, name, str(ROOT / f"tests/config/bad/{name}.dts"), name, []) for name, _ in BAD]
    assert gate.findings == []
    said = {}
    for line in validator.say(trees):
        # A property of a wrong size has no tree's name before it; that of the tree follows.
        name, _, text = line.partition(".dtb: ")
        said.setdefault(name, []).append(text or line)
    return said


@needs_schema
@pytest.mark.parametrize("name, expected", BAD, ids=[name for name, _ in BAD])
def test_a_bad_system_does_not_keep_its_binding(said, name, expected):
    assert [line for line in said.get(name, []) if line.startswith(expected)], said.get(name)


@pytest.fixture(name="copy")
def fixture_copy(tmp_path):
    """What the gate reads, to be spoiled: change(file, old, new) and gate() -> (status, output)."""
    for name in ("config", "boards", "docs", "tests/config"):
        shutil.copytree(ROOT / name, tmp_path / name)

    class Copy:
        @staticmethod
        def change(name, old, new):
            text = (tmp_path / name).read_text()
            assert old in text
            (tmp_path / name).write_text(text.replace(old, new, 1))

        @staticmethod
        def gate(capsys):
            return bindings.check(str(tmp_path), []), capsys.readouterr().out
    return Copy


def test_the_project_passes(copy, capsys):
    status, output = copy.gate(capsys)
    assert status == 0, output


@pytest.mark.parametrize("name, old, new, expected", [
    ("config/compiler/schema.c", '"criticality",', '"criticality", "colour",', "compiler has 'colour', the schema has not"),
    ("config/compiler/schema.c", '"criticality",', "", "the schema has 'criticality', the compiler has not"),
    ("docs/configuration.md", "| `criticality` |", "| `colour` |", "the manual has 'colour', the schema has not"),
    ("docs/configuration.md", "| `priority` |", "| priority |", "the schema has 'priority', the manual has not"),
    ("docs/bindings.md", "`priority` (vcpu)", "`urgency` (vcpu)", "make bindings writes it"),
    ("tests/config/bad/memory-zero.dts", "has size 0", "is nothing", "make bindings writes it"),
    (SCHEMA + "vcpu.yaml", "maximum: 255", "maximum: 99", "make bindings writes it"),
])
def test_words_and_page_must_agree(copy, capsys, monkeypatch, name, old, new, expected):
    monkeypatch.setattr(bindings, "check_systems", lambda *_: "")
    copy.change(name, old, new)
    status, output = copy.gate(capsys)
    assert status == 1 and expected in output, output


@needs_schema
@pytest.mark.parametrize("name, old, new, expected", [
    (SCHEMA + "vcpu.yaml", "maximum: 255", "maximal: 255", "Error in referenced schema"),
    (SCHEMA + "vcpu.yaml", "priority = <200>;", "priority = <256>;", "256 is greater than the maximum of 255"),
    (SCHEMA + "linux.yaml", 'kernel = "vmlinuz";', "kernel = vmlinuz;", "syntax error"),
    ("boards/qemu-virt/safety-ivi.dts", 'safe-state = "halt";', 'safe-state = "hold";', "'hold' is not one of ["),
    ("tests/config/good/minimal.dts", "bulkhead,partition", "bulkhead,partitoin", "'bulkhead,partitoin' is not one of ["),
])
def test_schemas_examples_and_systems_are_looked_at(copy, capsys, name, old, new, expected):
    copy.change(name, old, new)
    status, output = copy.gate(capsys)
    assert status == 1 and expected in output, output
