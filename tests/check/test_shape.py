# SPDX-License-Identifier: Apache-2.0
"""check-shape measures what it says it measures."""
from conftest import LICENCE


def c_function(name, lines):
    return f"static int {name}(void)\n{{\n" + "    step();\n" * (lines - 3) + "}\n"


def test_function_over_a_hundred_lines_is_refused(tree):
    tree.write("lib/long.c", LICENCE + c_function("endless", 101))
    status, output = tree.gate("shape")
    assert status == 1 and "lib/long.c:2: error: endless() is 101 lines long, at most 100" in output


def test_hundred_lines_pass_where_most_are_short(tree):
    tree.write("lib/long.c", LICENCE + c_function("long", 100) + "".join(c_function(f"f{n}", 5) for n in range(30)))
    status, output = tree.gate("shape")
    assert status == 0 and "31 functions, median 5, p95 5, max 100" in output


def test_python_functions_are_measured_too(tree):
    tree.write("tools/long.py", "def endless():\n" + "    pass\n" * 100)
    status, output = tree.gate("shape")
    assert status == 1 and "tools/long.py:1: error: endless() is 101 lines long" in output


def test_many_long_functions_raise_the_95th_percentile(tree):
    tree.write("lib/long.c", LICENCE + "".join(c_function(f"f{n}", 44) for n in range(10)))
    status, output = tree.gate("shape")
    assert status == 1 and "95th percentile of function length is over 43" in output


def test_file_over_500_lines_is_refused(tree):
    tree.write("lib/long.h", "int a;\n" * 501)
    status, output = tree.gate("shape")
    assert status == 1 and "lib/long.h:500: error: 501 lines in a file" in output


def test_conditionals_are_counted_without_the_include_guard(tree):
    guard = "#ifndef A_H\n#define A_H\n" + "int a;\n" * 100 + "#endif\n"
    tree.write("lib/a.h", guard)
    assert tree.gate("shape")[0] == 0
    tree.write("lib/a.h", guard.replace("int a;\n", "#ifdef VARIANT\nint a;\n#endif\n", 1))
    status, output = tree.gate("shape")
    assert status == 1 and "1 #if in 105 lines of C" in output


def test_braces_in_text_and_initializers_are_no_functions(tree):
    tree.write("lib/a.c", LICENCE + 'static const int a[] =\n{\n    1,\n};\n/*\n{\n}\n*/\n' + c_function("real", 4))
    assert "1 functions, median 4" in tree.gate("shape")[1]
