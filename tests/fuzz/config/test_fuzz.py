# SPDX-License-Identifier: Apache-2.0
"""The fuzzer finds faults that are put into the compiler, and no longer those that were found before.

Both with the seeds alone: `make test-fuzz` fuzzes after this.
@verifies REQ-FUZZ-001 REQ-FUZZ-002
"""
import os
import shlex
import struct
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
OUT = Path(os.environ.get("BULKHEAD_FUZZ_OUT", ROOT / "build/fuzz/config"))
FUZZ = os.environ.get("BULKHEAD_FUZZ", str(OUT / "fuzz-config"))

# A check taken out of the compiler, and what the seed that is for it must lead to.
MUTANTS = [
    ("partition.c", "if (partition_has_vcpu(partition, index)) {", "if (false) {", "bad-vcpu-duplicate",
     "index 8 out of bounds"),
    ("check_devices.c", "check_pages(model, first, second);", ";", "bad-device-shares-page",
     "accepted, but not separated: physical memory or devices of two owners"),
    ("board_cores.c", "if (board->cores[i].mpidr == mpidr) {", "if (false) {", "bad-core-twice-hidden",
     "accepted, but not separated: two cores with one number"),
    ("values.c", "uint32_t count = size / 4U;\n    if (size == 0", "uint32_t count = size / 4U + 1U;\n    if (size == 0",
     "good-minimal", "AddressSanitizer: heap-buffer-overflow"),
]


def run(program, *arguments, **environment):
    variables = {**os.environ, "BULKHEAD_FUZZ_IMAGES": str(OUT / "images"), **environment}
    done = subprocess.run([program, *arguments], capture_output=True, text=True, errors="replace", check=False, env=variables,
                          cwd=ROOT)
    return done.returncode, done.stdout + done.stderr


def test_no_seed_is_a_finding():
    status, said = run(FUZZ, "-runs=0", str(OUT / "seeds"))
    assert status == 0, said


@pytest.mark.parametrize("version", [0, 1, 2, 3, 14, 16, 18, 0xffffffff])
def test_a_tree_of_another_version_is_refused(tmp_path, version):
    """libfdt 1.6.1 follows a null pointer in some of them. The header's sixth word is the version, the seventh the oldest that can read it."""
    tree = bytearray((OUT / "seeds/good-minimal.dtb").read_bytes())
    tree[20:28] = struct.pack(">II", version, min(version, 16))
    (tmp_path / "old.dtb").write_bytes(tree)
    status, said = run(FUZZ, str(tmp_path / "old.dtb"))
    assert status == 0, said


def test_a_compiler_that_checks_nothing_is_found():
    seed = str(OUT / "seeds/bad-memory-overlap-physical.dtb")
    status, said = run(FUZZ, seed, BULKHEAD_FUZZ_UNCHECKED="1")
    assert status != 0 and "accepted, but not separated" in said


def build_mutant(folder, name, old, new):
    text = (ROOT / "config/compiler" / name).read_text()
    assert old in text, f"{name} has changed: this mutant is of no use"
    (folder / name).write_text(text.replace(old, new, 1))
    compiler = shlex.split(os.environ["FUZZ_CC"])
    objects = [str(o) for o in sorted((OUT / "obj").rglob("*.o")) if o.stem + ".c" != name]
    program = folder / "fuzz"
    subprocess.run([*compiler, "-w", "-o", str(program), str(folder / name), *objects, "-lfdt"], check=True, cwd=ROOT)
    return str(program)


@pytest.mark.parametrize("name, old, new, seed, expected", MUTANTS, ids=[mutant[1][:30] for mutant in MUTANTS])
def test_a_seeded_fault_is_found(tmp_path, name, old, new, seed, expected):
    program = build_mutant(tmp_path, name, old, new)
    status, said = run(program, str(OUT / "seeds" / f"{seed}.dtb"))
    assert status != 0 and expected in said, said
