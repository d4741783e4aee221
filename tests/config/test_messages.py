# SPDX-License-Identifier: Apache-2.0
"""No rule without a bad file: each place in the compiler that prints an error was reached by one of them.

@verifies REQ-CONFIG-032
"""
import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import BAD, COMPILER, ROOT

SOURCES = sorted((ROOT / "config/compiler").glob("*.c"))
CALL = re.compile(r"\b(tree_error|diag_error|elf_fail)\(")
DEFINITION = re.compile(r"^(static )?(bool|void) ")


def calls(source):
    """Line numbers of the calls that print an error."""
    if source.name in ("diag.c", "tree.c"):
        return []
    lines = source.read_text().splitlines()
    return [number for number, line in enumerate(lines, 1) if CALL.search(line) and not DEFINITION.match(line)]


def executed(source, coverage):
    """How often each line that has code was executed."""
    objects = Path(COMPILER).resolve().parent / "obj/config/compiler"
    data = Path(f"{coverage}{objects}") / f"{source.stem}.gcda"
    if not data.exists():
        return {}
    notes = data.with_suffix(".gcno")
    if not notes.exists():
        notes.symlink_to(objects / notes.name)
    result = subprocess.run([os.environ.get("GCOV", "gcov"), "--json-format", "--stdout", data.name], cwd=data.parent,
                            capture_output=True, text=True, check=True)
    lines = [line for text in result.stdout.splitlines() for file in json.loads(text)["files"]
             if Path(file["file"]).name == source.name for line in file["lines"]]
    counts = {}
    for line in lines:
        counts[line["line_number"]] = counts.get(line["line_number"], 0) + line["count"]
    return counts


def uncovered(source, coverage):
    counts = executed(source, coverage)
    return [f"{source.relative_to(ROOT)}:{number}" for number in calls(source)
            if not any(counts.get(line, 0) for line in (number, number + 1))]


def test_every_error_of_the_compiler_has_a_bad_file(bad_results):
    if not list((Path(COMPILER).resolve().parent / "obj").rglob("*.gcno")):
        pytest.skip("BULKHEAD_CONFIG is built without --coverage; make test-config has it")
    places = [place for source in SOURCES for place in uncovered(source, bad_results["coverage"])]
    assert not places, "no bad file makes the compiler print the errors at:\n" + "\n".join(places)
    assert sum(len(calls(source)) for source in SOURCES) > 120


def test_a_message_without_a_bad_file_is_found(bad_results, tmp_path):
    """A rule that no file breaks, seeded: a function that nothing calls."""
    source = ROOT / "config/compiler/values.c"
    seeded = tmp_path / "values.c"
    text = source.read_text()
    last = len(text.splitlines())
    seeded.write_text(text + '\nvoid seed(void)\n{\n    tree_error(NULL, 0, NULL, "never");\n}\n')
    counts = executed(source, bad_results["coverage"])
    assert calls(source) and set(calls(seeded)) - set(calls(source)) == {last + 4}
    assert not counts.get(last + 4) and all(counts.get(line) or counts.get(line + 1) for line in calls(source))


def pattern(node):
    """A string of the driver as a regular expression; None if it is all somebody else's words."""
    if isinstance(node, ast.Constant):
        return re.escape(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(re.escape(part.value) if isinstance(part, ast.Constant) else ".*" for part in node.values)
    return None


def driver_messages():
    """Of the driver's parts; what odd files do to tools.py and the limits of preprocess.py is in test_limits.py."""
    sources = [(ROOT / "config/compiler" / name).read_text() for name in ("driver.py", "dtc.py")]
    for node in (node for source in sources for node in ast.walk(ast.parse(source))):
        name = getattr(getattr(node, "func", None), "id", getattr(getattr(node, "func", None), "attr", ""))
        if name == "say" and isinstance(node.args[3], ast.Constant) and node.args[3].value == "error":
            yield pattern(node.args[4])
        elif name == "error" and isinstance(node, ast.Call) and node.args:
            yield pattern(node.args[-1])


def test_every_error_of_the_driver_has_a_bad_file(bad_results):
    messages = [message for message in driver_messages() if message]
    assert len(messages) >= 2
    lines = "\n".join(bad_results[file].stderr for file in BAD)
    assert not [message for message in messages if not re.search(f" error: {message}$", lines, re.MULTILINE)]


def explanations():
    """What syntax.py says: the second of each pair that a function named explain_... returns."""
    for function in ast.walk(ast.parse((ROOT / "config/compiler/syntax.py").read_text())):
        if isinstance(function, ast.FunctionDef) and function.name.startswith("explain"):
            pairs = [node.elts[1] for node in ast.walk(function) if isinstance(node, ast.Tuple) and len(node.elts) == 2 and
                     isinstance(node.elts[0], ast.Name) and isinstance(node.ctx, ast.Load)]
            for text in pairs:
                yield from (pattern(part) for part in ([text.body, text.orelse] if isinstance(text, ast.IfExp) else [text]))


def test_every_explanation_of_a_syntax_error_has_a_bad_file(bad_results):
    messages = [message for message in explanations() if message]
    assert len(messages) >= 25
    lines = "\n".join(bad_results[file].stderr for file in BAD)
    assert not [message for message in messages if not re.search(f" error: {message}$", lines, re.MULTILINE)]


def test_every_finding_of_dtc_has_a_bad_file(bad_results):
    sys.path.insert(0, str(ROOT / "config/compiler"))
    try:
        from dtc import FINDINGS
    finally:
        sys.path.pop(0)
    texts = [better for _, better, _, _ in FINDINGS if better]
    patterns = [re.sub(r"\\\{\w+\\\}", ".*", re.escape(text)) for text in texts]
    assert len(patterns) >= 12
    lines = "\n".join(bad_results[file].stderr for file in BAD)
    assert not [text for text in patterns if not re.search(f" error: .*{text}$", lines, re.MULTILINE)]
    assert "dtc says:" not in lines
