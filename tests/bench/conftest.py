# SPDX-License-Identifier: Apache-2.0
"""The bench's modules, importable as they import each other, and runs of the bench."""
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools" / "bench"))

import counts  # noqa: E402

SYSTEMS = ("bench-1", "bench-4")
BUDGET = json.loads((Path(__file__).parent / "budget.json").read_text())


def read_all(folder):
    """{system: (results, Counts)}."""
    found = {system: counts.read(Path(folder) / f"{system}.txt") for system in SYSTEMS}
    return {system: ({**counts.measure(run), **run.measures()}, run) for system, run in found.items()}


@pytest.fixture(scope="session")
def run_bench(tmp_path_factory):
    """Runs all systems."""
    def run():
        out = tmp_path_factory.mktemp("bench")
        variables = "".join(os.environ.get("MAKEFLAGS", "").partition(" -- ")[1:])
        subprocess.run(["make", "-s", "--no-print-directory", "-C", ROOT, f"BENCH_OUT={out}", "bench-counts"],
                       check=True, env={**os.environ, "MAKEFLAGS": variables}, capture_output=True, text=True)
        return read_all(out)
    return run


@pytest.fixture(scope="session")
def runs(run_bench):
    """One run, for all tests that only look: make test-bench has just done it."""
    counted = os.environ.get("BENCH_COUNTED")
    return read_all(ROOT / counted) if counted else run_bench()


@pytest.fixture(scope="session")
def again(run_bench):
    """Another run."""
    return run_bench()


@pytest.fixture(scope="session")
def results(runs):
    """{system: {row: result}}."""
    return {system: found for system, (found, _) in runs.items()}
