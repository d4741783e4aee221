# SPDX-License-Identifier: Apache-2.0
"""check-format judges layout, but not that of macro bodies."""
import shutil

from conftest import LICENCE, ROOT


def prepare(tree, text):
    shutil.copy(ROOT / ".clang-format", tree.path)
    return tree.write("lib/a.c", LICENCE + text)


def test_brace_in_the_wrong_place(tree):
    prepare(tree, "int a(void) {\n    return 1;\n}\n")
    status, output = tree.gate("format")
    assert status == 1 and "lib/a.c:2: error: clang-format wants" in output


def test_macro_bodies_are_laid_out_by_hand(tree):
    prepare(tree, "#define A(n)  ((n)*4U)\n#define B(n) \\\n  ((n) & 1U)\n")
    assert tree.gate("format")[0] == 0


def test_write_puts_it_right(tree):
    file = prepare(tree, "#define A(n)  ((n)*4U)\nint a(void) {\n  return 1;\n}\n")
    tree.gate("format", "--write")
    assert file.read_text() == LICENCE + "#define A(n)  ((n)*4U)\nint a(void)\n{\n    return 1;\n}\n"
    assert tree.gate("format")[0] == 0
