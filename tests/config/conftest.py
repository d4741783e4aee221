# SPDX-License-Identifier: Apache-2.0
"""Runs the config compiler on small systems with made-up images, from the folder of these tests."""
import os
import subprocess
from pathlib import Path

import pytest

import images

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
COMPILER = os.environ.get("BULKHEAD_CONFIG", str(ROOT / "build/host/asan/bulkhead-config"))


class Compiler:
    """The driver, as make runs it; file names in messages are relative to tests/config."""

    def __init__(self, folder):
        self.images = folder / "images"
        self.images.mkdir()
        images.write_all(self.images)

    def run(self, file, *options, images_dir=None):
        command = [str(ROOT / "config/compiler/driver.py"), "--compiler", COMPILER, "--images",
                   str(images_dir or self.images), "-I", str(HERE), *options, str(file)]
        return subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)

    def check(self, file):
        return self.run(file, "--check")

    def build(self, file, out, *options):
        result = self.run(file, "--out", str(out), *options)
        assert result.returncode == 0, result.stderr
        return out


@pytest.fixture(scope="session")
def compiler(tmp_path_factory):
    return Compiler(tmp_path_factory.mktemp("config"))
