# SPDX-License-Identifier: Apache-2.0
"""A test that fails shows all consoles of the system it used, and the lines of a first-fault record."""

import time

import pytest
from harness import System, counts_folder


def pytest_runtest_logstart(nodeid):
    """When each test began, for what is counted meanwhile: before its machine is started."""
    if folder := counts_folder():
        with (folder / "tests.txt").open("a") as file:
            file.write(f"{time.time():.3f} {nodeid.rpartition('/')[2]}\n")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Adds the consoles to the report of a failed test."""
    outcome = yield
    report = outcome.get_result()
    if report.failed:
        for system in getattr(item, "funcargs", {}).values():
            if isinstance(system, System):
                report.sections.append(("consoles", system.transcript()))
