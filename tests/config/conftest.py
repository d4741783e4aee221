# SPDX-License-Identifier: Apache-2.0
"""Runs the config compiler on small systems with made-up images, from the folder of these tests."""
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import images

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BAD = sorted((HERE / "bad").glob("*.dts"))
COMPILER = os.environ.get("BULKHEAD_CONFIG", str(ROOT / "build/host/asan/bulkhead-config"))


class Compiler:
    """The driver, as make runs it; file names in messages are relative to tests/config."""

    def __init__(self, folder):
        self.images = folder / "images"
        self.images.mkdir()
        images.write_all(self.images)
        images.write_odd(self.images)
        self.coverage = folder / "coverage"

    def run(self, file, *options, images_dir=None):
        command = [str(ROOT / "config/compiler/driver.py"), "--compiler", COMPILER, "--images",
                   str(images_dir or self.images), "-I", str(HERE), *options, str(file)]
        environment = dict(os.environ, GCOV_PREFIX=str(self.coverage))
        return subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True, check=False)

    def check(self, file):
        return self.run(file, "--check")

    def build(self, file, out, *options):
        result = self.run(file, "--out", str(out), *options)
        assert result.returncode == 0, result.stderr
        return out


@pytest.fixture(scope="session")
def compiler(tmp_path_factory):
    return Compiler(tmp_path_factory.mktemp("config"))


@pytest.fixture(scope="session")
def bad_results(tmp_path_factory):
    """What the compiler says about each bad file; side by side, because most of the time is starting programs."""
    compiler = Compiler(tmp_path_factory.mktemp("bad"))
    with ThreadPoolExecutor(len(os.sched_getaffinity(0)) + 1) as pool:
        found = dict(zip(BAD, pool.map(lambda file: compiler.check(file.relative_to(HERE)), BAD)))
    for result in found.values():
        result.stderr = result.stderr.replace(str(compiler.images), "IMAGES").replace(str(HERE), "TESTS")
    found["coverage"] = compiler.coverage
    return found
