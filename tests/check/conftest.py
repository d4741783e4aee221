# SPDX-License-Identifier: Apache-2.0
"""Runs a gate on a small tree of its own, or on a bad file through make as everybody runs it."""
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LICENCE = "/* SPDX-License-Identifier: Apache-2.0 */\n"
FLAGS = ["-std=c11", "-O2", "-g", "-ffreestanding", "-mgeneral-regs-only", "-mno-outline-atomics", "-fno-pic",
         "-fno-asynchronous-unwind-tables", "-fcallgraph-info=su"]


def cross(tool):
    for prefix in ("aarch64-none-elf-", "aarch64-linux-gnu-"):
        if shutil.which(prefix + tool):
            return prefix + tool
    pytest.fail("no AArch64 cross compiler")


class Tree:
    """A project in a folder of its own, with what a gate needs and nothing else."""

    def __init__(self, path):
        self.path = path

    def write(self, name, text):
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def gate(self, name, *arguments):
        """(exit status, output) of tools/check/<name>.py on this tree."""
        command = [sys.executable, str(ROOT / "tools/check" / f"{name}.py"), "--root", str(self.path)]
        done = subprocess.run(command + [str(a) for a in arguments], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def compile(self, name, text, *flags):
        """The object of a source, below obj/, as the build lays objects out."""
        self.write(name, text)
        stem = os.path.splitext(name)[0]
        (self.path / "obj" / stem).parent.mkdir(parents=True, exist_ok=True)
        # Relative, so that the .ci file says what the build's .ci files say.
        command = [cross("gcc"), *FLAGS, "-I.", *flags, "-c", name, "-o", f"obj/{stem}.o"]
        subprocess.run(command, cwd=self.path, check=True)
        return self.path / "obj" / f"{stem}.o"


@pytest.fixture
def tree(tmp_path):
    return Tree(tmp_path)


@pytest.fixture
def make(tmp_path):
    """Runs a target of the project's own Makefile; everything it builds goes to a folder of the test."""
    def run(target, *variables):
        environment = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
        command = ["make", "-s", f"BUILD={tmp_path}/build", *variables, target.replace("BUILD", f"{tmp_path}/build")]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr
    return run
