# SPDX-License-Identifier: Apache-2.0
"""One small bad system for each rule, with the exact diagnostics in it: `//! line` for each line expected.

`IMAGES` stands for the folder of the made-up images, `TESTS` for that of these tests. `BLESS=1` writes what came out into the files, to be read
before it is committed.

@verifies REQ-CONFIG-001 REQ-CONFIG-002 REQ-CONFIG-041 REQ-CONFIG-042 REQ-CONFIG-011 REQ-CONFIG-012 REQ-CONFIG-013 REQ-CONFIG-014 REQ-CONFIG-015
@verifies REQ-CONFIG-016 REQ-CONFIG-017 REQ-CONFIG-018 REQ-CONFIG-028 REQ-CONFIG-029 REQ-CONFIG-030 REQ-CONFIG-031
@verifies REQ-CONFIG-050 REQ-CONFIG-051 REQ-CONFIG-052 REQ-CONFIG-053 REQ-CONFIG-054 REQ-CONFIG-055 REQ-CONFIG-056 REQ-CONFIG-057 REQ-CONFIG-058
@verifies REQ-CONFIG-059 REQ-CONFIG-061 REQ-CONFIG-062 REQ-CONFIG-065
@verifies REQ-CONFIG-059 REQ-CONFIG-070 REQ-CONFIG-071 REQ-CONFIG-072 REQ-CONFIG-075
"""
import os

import pytest

from conftest import BAD, HERE

MARK = "//! "


def bless(file, lines):
    source = [line for line in file.read_text().splitlines() if not line.startswith(MARK.strip())]
    file.write_text("\n".join(source + [(MARK + line).rstrip() for line in lines]) + "\n")


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_prints_exactly_the_expected_diagnostics(bad_results, file):
    result = bad_results[file]
    assert "Sanitizer" not in result.stderr and "runtime error" not in result.stderr, result.stderr
    actual = result.stderr.rstrip("\n").split("\n")
    if os.environ.get("BLESS"):
        bless(file, actual)
    expected = [line[len(MARK):] for line in file.read_text().splitlines() if line.startswith(MARK)]
    assert actual == expected
    assert expected, "the file expects nothing"
    assert result.returncode == 1
    assert result.stdout == ""


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_columns_point_at_the_name_of_the_property_or_node(file):
    """An independent look at each column claimed: a word, a number or a string starts there."""
    for line in file.read_text().splitlines():
        parts = line[len(MARK):].split(":", 3) if line.startswith(MARK) else []
        if len(parts) == 4 and parts[2].isdigit() and "fatal" not in line:
            text = (HERE / parts[0]).read_text().split("\n")[int(parts[1]) - 1]
            column = int(parts[2]) - 1
            assert text[column:column + 1].isalnum() or text[column] in '&/#"_', line
            assert column == 0 or not text[column - 1].isalnum(), line
