# SPDX-License-Identifier: Apache-2.0
"""Where a system file stands and what it is called changes nothing: errors of each stage are seen, at their place.

@verifies REQ-CONFIG-002
"""
import pytest

from conftest import HERE

NAMES = ["d:1/s.dts", "a:1.2-3.dts", 'my "system".dts', "100%s, \\'ä.dts"]
BAD = {
    "cpp": ("#error stop here", "3:2: error: #error stop here"),
    "include": ('#include "nothing.dtsi"', "3:10: error: there is no file 'nothing.dtsi'"),
    "directive": ("/plugin/;", "3: error: /plugin/ is not supported"),
    "syntax": ("&rt { priority = 200; };", "3:18: error: numbers stand in angle brackets"),
    "reference": ("&rt { console = <&uart7>; };", "3:18: error: rt: there is no label 'uart7'"),
    "dtc": ("/ { y { x { }; x { }; }; };", "3: error: /y/x: a second node of this name beside the first"),
    "complaint": ("&uart1 { interrupts-extended = <&gic 0>; };", "3:10: error: uart1: 'interrupts-extended' ends too early"),
    "twice": ("/ { a: b { }; a: c { }; };", "3:18: error: /c: label 'a' stands on another node as well"),
    "compiler": ('&rt { on-fault = "no"; };', "3:7: error: rt: 'on-fault' is \"no\""),
}


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("name", NAMES)
def test_an_error_is_found_in_a_file_of_any_name(compiler, tmp_path, name, kind):
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(f'// SPDX-License-Identifier: Apache-2.0\n#include "{HERE}/base.dtsi"\n{BAD[kind][0]}\n')
    result = compiler.check(file)
    assert result.returncode == 1
    assert result.stderr.startswith(f"{file}:{BAD[kind][1]}")


@pytest.mark.parametrize("name", NAMES)
def test_a_good_file_of_any_name_is_good(compiler, tmp_path, name):
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(f'// SPDX-License-Identifier: Apache-2.0\n#include "{HERE}/base.dtsi"\n')
    result = compiler.check(file)
    assert result.returncode == 0, result.stderr


def test_a_name_that_cannot_be_printed_is_refused(compiler, tmp_path):
    file = tmp_path / "a\nb.dts"
    file.write_text(f'#include "{HERE}/base.dtsi"\n')
    result = compiler.check(file)
    assert result.returncode == 1
    assert result.stderr == f"{str(file)!r}: error: the name of this file or of its folder has a character in it that cannot be printed\n"
