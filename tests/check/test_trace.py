# SPDX-License-Identifier: Apache-2.0
"""check-trace finds every hole in the chain from requirement to test."""
import pytest

DOCUMENT = "docs/safety/requirements/a.md"
TEXT = "# A\n\nREQ-BOOT-001: EL2 shall come up.\n"


@pytest.fixture
def trace(tree):
    """A chain without a hole, and the gate on it."""
    tree.write(DOCUMENT, TEXT)
    tree.write("core/a.c", "/* @implements REQ-BOOT-001 */\n")
    tree.write("tests/unit/a.c", "/* @verifies REQ-BOOT-001 */\n")

    def run():
        return tree.gate("trace", "--matrix", tree.path / "matrix.md")
    return run


def test_complete_chain_passes_and_makes_the_matrix(tree, trace):
    assert trace()[0] == 0
    row = "| REQ-BOOT-001 | EL2 shall come up. | core/a.c:1 | tests/unit/a.c:1 |"
    assert row in (tree.path / "matrix.md").read_text()


def test_requirement_that_nothing_implements(tree, trace):
    tree.write("core/a.c", "")
    status, output = trace()
    assert status == 1 and "a.md:3: error: REQ-BOOT-001 has no @implements" in output


def test_requirement_that_nothing_verifies(tree, trace):
    tree.write("tests/unit/a.c", "")
    status, output = trace()
    assert status == 1 and "REQ-BOOT-001 has no @verifies" in output


def test_analysis_stands_for_tags(tree, trace):
    tree.write(DOCUMENT, TEXT + "REQ-BOOT-002: The stack shall suffice. (verified by analysis: make check-stack)\n")
    status, _ = trace()
    assert status == 0 and "analysis: make check-stack" in (tree.path / "matrix.md").read_text()


def test_parts_stand_for_the_implementation_but_not_for_the_test(tree, trace):
    tree.write(DOCUMENT, TEXT + "REQ-SYS-001: It shall run (refined by REQ-BOOT-001).\n")
    status, output = trace()
    assert status == 1 and "REQ-SYS-001 has no @verifies" in output and "@implements" not in output.split("trace:")[0]


def test_part_that_does_not_exist(tree, trace):
    tree.write(DOCUMENT, TEXT + "REQ-SYS-001: It shall run (refined by REQ-BOOT-007).\n")
    assert "REQ-SYS-001 is refined by REQ-BOOT-007, which is not another requirement" in trace()[1]


def test_tag_of_an_unknown_requirement(tree, trace):
    tree.write("core/b.c", "/*\n * @implements REQ-BOOT-009\n */\n")
    status, output = trace()
    assert status == 1 and "core/b.c:2: error: REQ-BOOT-009 is not a requirement" in output


def test_identifier_used_twice(tree, trace):
    tree.write("docs/safety/requirements/b.md", "REQ-BOOT-001: Again.\n")
    status, output = trace()
    assert status == 1 and "b.md:1: error: REQ-BOOT-001 is already at" in output


def test_identifier_that_only_looks_like_one(tree, trace):
    tree.write(DOCUMENT, TEXT + "\n- REQ-Boot-2: EL2 shall come up twice.\n")
    status, output = trace()
    assert status == 1 and "a.md:5: error: REQ-Boot-2" in output


def test_code_cannot_verify_itself(tree, trace):
    tree.write("core/b.c", "/* @verifies REQ-BOOT-001 */\n")
    status, output = trace()
    assert status == 1 and "core/b.c:1: error: @verifies here" in output
