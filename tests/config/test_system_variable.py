# SPDX-License-Identifier: Apache-2.0
"""SYSTEM=... of make: what is not a system file is refused in one line, before anything is built.

@verifies REQ-CONFIG-043
"""
import os
import re
import subprocess

import pytest

from conftest import ROOT


def make(system):
    command = ["make", "-C", str(ROOT), "--no-print-directory", "help", f"SYSTEM={system}"]
    environment = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


@pytest.mark.parametrize("system, text", [
    ("", "SYSTEM is empty; name a system file: make SYSTEM=my.dts"),
    ("my system.dts", 'SYSTEM="my system.dts" has a space in it, which make cannot handle; rename the file'),
    ("tests/config", "SYSTEM=tests/config is a folder; name the .dts file in it"),
    ("tests/config/", "SYSTEM=tests/config/ is a folder; name the .dts file in it"),
    ("nosuch.dts", "SYSTEM=nosuch.dts: there is no such file here or in boards/qemu-virt; "
                   "copy boards/qemu-virt/safety-ivi.dts to begin with"),
    ("safety-ivi", "SYSTEM=safety-ivi: there is no such file here or in boards/qemu-virt; "
                   "did you mean SYSTEM=boards/qemu-virt/safety-ivi.dts?")])
def test_what_is_no_system_file_is_refused_in_one_line(system, text):
    result = make(system)
    assert result.returncode == 2 and result.stdout == ""
    assert re.fullmatch(r"mk/config.mk:\d+: \*\*\* error: " + re.escape(text) + r"\.  Stop\.\n", result.stderr), result.stderr


@pytest.mark.parametrize("system", ["safety-ivi.dts", "boards/qemu-virt/safety-ivi.dts", "tests/config/good/minimal.dts"])
def test_a_system_file_is_found_here_or_beside_the_board(system):
    assert make(system).returncode == 0
