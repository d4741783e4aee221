# SPDX-License-Identifier: Apache-2.0
"""Boots a built system and says whether it works: `make smoke`. Needs nothing but Python."""

import argparse
import sys
from pathlib import Path

from harness import LINUX, Build, System, SystemFailure, check_progress

REPORTS_AFTER_LINUX = 6


def check(system):
    """Both VMs come up, go on, and Linux does what it is told; returns what was seen, for the verdict."""
    ready = system.wait_ready()
    print(f"smoke: safety is ready; Linux {ready['release']} is ready on {ready['cpus']} cores")
    reports = system.reports(REPORTS_AFTER_LINUX)
    check_progress(reports)
    answer = system.shell("echo $((6*7)); uname -m")
    assert (answer.status, answer.output.split()) == (0, ["42", "aarch64"]), f"Linux's shell answered {answer}"
    check_progress([reports[-1], *system.reports(1)])
    assert not system.faults(), "there are fault lines"
    last = reports[-1]
    return (f"{last.releases} releases of the 1 kHz task, late {last.late}, missed {last.missed} "
            f"(times in an emulator say nothing about hardware); {LINUX} answers")


def main():
    """Status 0 or 1."""
    parser = argparse.ArgumentParser(prog="smoke.py", description=__doc__)
    parser.add_argument("out", type=Path, help="folder of the built system")
    parser.add_argument("qemu", nargs="+", help="the board's QEMU command, after --")
    options = parser.parse_args()
    with System(Build(options.out, options.qemu)) as system:
        try:
            seen = check(system)
        except AssertionError as error:
            print(f"{system.transcript()}smoke: FAILED: {error}")
            sys.exit(1)
    print(f"smoke: PASSED: {seen}")


main()
