# SPDX-License-Identifier: Apache-2.0
"""Seeded programs and systems under the sanitizer."""
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "system"), str(ROOT / "tests" / "silicon" / "sanitizer")]

import harness  # noqa: E402
import report  # noqa: E402

PLUGIN = ROOT / "build" / "host" / "sanitizer.so"
SEEDS = ROOT / "build" / "silicon"
LIMIT_SECONDS = 120
MACHINE = ["qemu-system-aarch64", "-M", "virt,virtualization=on,gic-version=3", "-cpu", "cortex-a57", "-m", "1G",
           "-accel", "tcg,thread=multi", "-display", "none", "-nic", "none", "-serial", "null", "-monitor", "none",
           "-no-reboot"]


def build_seeds(names):
    """`names`: seed.VARIANT, and the plugin."""
    harness.make("-s", "-j2", "build/host/sanitizer.so", *(f"build/silicon/{name}.elf" for name in names))


@pytest.fixture(name="run_seed")
def run_seed_fixture(tmp_path):
    """Runs a built seed to its end; returns the report.Result."""
    def run(name, cores=1, options=()):
        out = tmp_path / f"{name}.json"
        plugin = ",".join([str(PLUGIN), f"out={out}", *options])
        command = [*MACHINE, "-smp", str(cores), "-plugin", plugin, "-kernel", str(SEEDS / f"{name}.elf")]
        done = subprocess.run(command, check=False, timeout=LIMIT_SECONDS, capture_output=True, text=True)
        assert done.returncode == 0, f"{name}: {done.stderr}"
        result = report.read(out)
        assert result.numbers, f"{name}: the plugin has not come to its end"
        return result
    return run
