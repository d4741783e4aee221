# SPDX-License-Identifier: Apache-2.0
"""Other core types, and other numbers of cores for Linux."""

import pytest
from harness import System, build, check_progress


def check_boots(system, cpus):
    """Both VMs come up and go on; Linux has that many cores and works."""
    assert system.wait_ready()["cpus"] == cpus
    check_progress(system.reports(3))
    assert system.shell("echo $((6*7))").output == "42\n"
    assert not system.faults()


@pytest.fixture(name="system")
def chosen_system(request):
    """A system file and a core type."""
    with System(build(*request.param)) as system:
        yield system


@pytest.mark.parametrize("system", [(None, core) for core in ("cortex-a53", "cortex-a55", "cortex-a72", "cortex-a76", "max")], indirect=True,
                         ids=lambda chosen: chosen[1])
def test_both_vms_run_on_this_core_type(system):
    """@verifies REQ-SYS-012"""
    check_boots(system, "3")


@pytest.mark.parametrize("system", [("tests/system/one-core.dts", None)], indirect=True, ids=["one"])
def test_linux_runs_on_one_core(system):
    """@verifies REQ-SYS-013"""
    check_boots(system, "1")


@pytest.mark.parametrize("system", [("tests/system/six-cores.dts", None)], indirect=True, ids=["six"])
def test_linux_runs_on_six_cores(system):
    """@verifies REQ-SYS-013"""
    check_boots(system, "6")
