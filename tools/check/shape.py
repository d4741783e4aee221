# SPDX-License-Identifier: Apache-2.0
"""Gate: functions and files stay short, and variation stays out of the preprocessor.

C functions are found by the brace style that .clang-format holds (body between `{` and `}` in column 0), Python's by
its own parser. A function's length counts the lines from its name to its last, as ctags does; lines of code are
lines that are not blank or only comment.
"""
import argparse
import ast
import re
import statistics
import sys

import common

LIMIT_FUNCTION = 100
LIMIT_P95 = 43
GOAL_MEDIAN = 9
LIMIT_FILE = 500
LIMIT_IFS = 0.6  # per 1000 lines of C

SUFFIXES = (".c", ".h", ".S", ".py", ".sh", ".mk", ".dts", ".dtsi", ".ld")
NAME = re.compile(r"\b([A-Za-z_]\w*)\s*\(")
IF = re.compile(r"^[ \t]*#[ \t]*(if|ifdef|ifndef|elif)\b[ \t]*(.*)$", re.M)
NOT_NAMES = {"__attribute__", "_Alignas", "_Static_assert"}


def _signature(lines, brace):
    """(name, line index) of the function whose `{` stands on line `brace`, or None (an initializer, a bare block)."""
    start = brace
    while start > 0 and lines[start - 1].strip() and not re.match(r"[}#]|.*;\s*$", lines[start - 1]):
        start -= 1
    for index in range(start, brace):
        for match in NAME.finditer(lines[index]):
            if match.group(1) not in NOT_NAMES:
                return match.group(1), index
    return None


def c_functions(text):
    """(name, first line, length) of each function of a C file."""
    lines = common.strip_c(text).split("\n")
    functions = []
    signature = None
    for index, line in enumerate(lines):
        if line.rstrip() == "{":
            signature = _signature(lines, index)
        elif signature and line.startswith("}"):
            functions.append((signature[0], signature[1] + 1, index - signature[1] + 1))
            signature = None
    return functions


def python_functions(text):
    tree = ast.parse(text)
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [(n.name, n.lineno, n.end_lineno - n.lineno + 1) for n in ast.walk(tree) if isinstance(n, kinds)]


def functions_of(path, text):
    if path.endswith(common.C_SUFFIXES):
        return c_functions(text)
    return python_functions(text) if path.endswith(".py") else []


def conditionals(path, text):
    """Lines of #if, #ifdef, #ifndef and #elif; the include guard of a header is none."""
    code = common.strip_c(text)
    found = [(common.line_of(code, m.start()), m.group(1), m.group(2).strip()) for m in IF.finditer(code)]
    if path.endswith(".h") and found and found[0][1] == "ifndef":
        guard = re.search(r"#[ \t]*define[ \t]+(\w+)", code)
        if guard and guard.group(1) == found[0][2]:
            found = found[1:]
    return [line for line, _, _ in found]


def code_lines(text):
    return sum(1 for line in common.strip_c(text).split("\n") if line.strip())


def percentile(values, share):
    """The smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * share // 100) - 1)] if ordered else 0


class Shape:
    """The measures of a tree, added up file by file."""

    def __init__(self):
        self.lengths = []
        self.files = {}
        self.ifs = 0
        self.c_lines = 0

    def add(self, gate, path, text):
        lines = text.count("\n")
        self.files[path] = lines
        if lines > LIMIT_FILE:
            gate.error(f"{path}:{LIMIT_FILE}", f"{lines} lines in a file, at most {LIMIT_FILE}")
        self._add_functions(gate, path, text)
        if path.endswith(common.C_SUFFIXES):
            self.ifs += len(conditionals(path, text))
            self.c_lines += code_lines(text)

    def _add_functions(self, gate, path, text):
        for name, line, length in functions_of(path, text):
            self.lengths.append(length)
            if length > LIMIT_FUNCTION:
                gate.error(f"{path}:{line}", f"{name}() is {length} lines long, at most {LIMIT_FUNCTION}")

    def judge(self, gate):
        if percentile(self.lengths, 95) > LIMIT_P95:
            gate.error("all", f"95th percentile of function length is over {LIMIT_P95}")
        if self.ifs_per_kloc() > LIMIT_IFS:
            gate.error("all", f"{self.ifs} #if in {self.c_lines} lines of C, at most {LIMIT_IFS} per 1000")

    def ifs_per_kloc(self):
        return 1000.0 * self.ifs / self.c_lines if self.c_lines else 0.0

    def summary(self):
        if not self.lengths:
            return "no functions"
        median = statistics.median_low(self.lengths)
        goal = "" if median <= GOAL_MEDIAN else f" (goal {GOAL_MEDIAN})"
        return (f"{len(self.lengths)} functions, median {median}{goal}, p95 {percentile(self.lengths, 95)}, "
                f"max {max(self.lengths)}; {len(self.files)} files, largest {max(self.files.values())} lines; "
                f"{self.ifs_per_kloc():.1f} #if/KLOC of {self.c_lines} lines of C")


def check(root, folders=("",)):
    gate = common.Gate("shape")
    shape = Shape()
    for path in common.walk(root, folders):
        if path.endswith(SUFFIXES) or path.endswith("Makefile"):
            shape.add(gate, path, common.read(root, path))
    shape.judge(gate)
    return gate.finish(shape.summary())


def main():
    parser = argparse.ArgumentParser(description="Measures the shape of the code against its limits.")
    parser.add_argument("--root", default=".")
    parser.add_argument("folders", nargs="*", default=[""])
    arguments = parser.parse_args()
    return check(arguments.root, arguments.folders)


if __name__ == "__main__":
    sys.exit(main())
