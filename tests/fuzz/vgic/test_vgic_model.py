# SPDX-License-Identifier: Apache-2.0
"""The model finds every fault of mutants.py that is put into the virtual GIC, and a failure that it prints can be seen again.

build/host/vgic/mutants.txt lists after how many operations each was found.
@verifies REQ-VGIC-031
"""
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from mutants import MUTANTS

ROOT = Path(__file__).resolve().parents[3]
OUT = Path(os.environ.get("BULKHEAD_VGIC_OUT", ROOT / "build/host/vgic"))
STEPS = "6000000"
LEAST = 70  # mutants that must fit the text as it is
LIST = OUT / "mutants.txt"

SOURCES = {path: path.read_text() for path in sorted((ROOT / "partitions").glob("vgic*"))}


def fits(name):
    """The text of the mutant stands once in the sources."""
    return sum(text.count(MUTANTS[name][0]) for text in SOURCES.values()) == 1


FITTING = [name for name in MUTANTS if fits(name)]
found = {}


@pytest.fixture(scope="session", autouse=True)
def listing():
    yield
    lines = [f"{steps:>9} operations: {name}" for name, steps in sorted(found.items(), key=lambda item: item[1])]
    lines += [f"the text has changed: {name}" for name in MUTANTS if name not in FITTING]
    lines += [f"{len(found)} of {len(FITTING)} found, the slowest after {max(found.values(), default=0)} operations; "
              f"{len(MUTANTS) - len(FITTING)} no longer fit the text"]
    LIST.write_text("\n".join(lines) + "\n")


def build(folder, name):
    old, new = MUTANTS[name]
    compiler = shlex.split(os.environ["BULKHEAD_VGIC_CC"])
    changed = [path for path, text in SOURCES.items() if old in text]
    sources = changed if changed[0].suffix == ".c" else [path for path in SOURCES if path.suffix == ".c"]
    (folder / "partitions").mkdir()
    for path in set(sources + changed):
        (folder / "partitions" / path.name).write_text(SOURCES[path].replace(old, new, 1))
    objects = [path for path in sorted((OUT / "obj").rglob("*.o")) if path.with_suffix(".c").name not in {s.name for s in sources}
               and path.name != "fuzz.o"]
    program = folder / "model"
    subprocess.run([compiler[0], f"-I{folder}", *compiler[1:], "-o", program, *(folder / "partitions" / path.name for path in sources), *objects],
                   check=True, cwd=ROOT)
    return program


def run(program, *arguments):
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("name", FITTING)
def test_a_seeded_fault_is_found(tmp_path, name):
    program = build(tmp_path, name)
    status, said = run(program, "0", STEPS)
    if status == 0:
        status, said = run(program, "0", "cases")  # what random sequences hardly ever come to
    assert status != 0, said
    found[name] = int(re.search(r"after (\d+) operations", said).group(1))
    assert "CASE(" in said or status < 0  # some crash while the sequence is shrunk


def test_enough_mutants_fit_the_text():
    """A mutant whose text has changed is of no use: give it the new text."""
    assert len(FITTING) >= LEAST, [name for name in MUTANTS if name not in FITTING]


def test_a_seed_fails_again(tmp_path):
    program = build(tmp_path, "an SGI is delivered twice")
    _, said = run(program, "0", STEPS)
    seed = re.match(r"seed (\d+) fails at operation (\d+)", said)
    _, again = run(program, seed.group(1), "once")
    assert again.startswith(seed.group(0))
    assert said.split("\n", 1)[1] == again.split("\n", 1)[1]
