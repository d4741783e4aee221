# SPDX-License-Identifier: Apache-2.0
"""The bench's modules, importable as they import each other, and runs of the bench."""
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools" / "bench"))

import counts  # noqa: E402

SYSTEMS = ("bench-1", "bench-4")


@pytest.fixture(scope="session")
def run_bench(tmp_path_factory):
    """Runs all systems; {system: {operation: spreads}}."""
    def run():
        out = tmp_path_factory.mktemp("bench")
        variables = "".join(os.environ.get("MAKEFLAGS", "").partition(" -- ")[1:])
        subprocess.run(["make", "-s", "--no-print-directory", "-C", ROOT, f"BENCH_OUT={out}", "bench-counts"],
                       check=True, env={**os.environ, "MAKEFLAGS": variables}, capture_output=True, text=True)
        return {system: counts.measure(out / f"{system}.txt")[0] for system in SYSTEMS}
    return run


@pytest.fixture(scope="session")
def results(run_bench):
    """One run, for all tests that only look."""
    return run_bench()
