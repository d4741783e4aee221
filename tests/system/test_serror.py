# SPDX-License-Identifier: Apache-2.0
"""SErrors, in a guest, in each window and outside: whose they are and what becomes of the others.

QEMU has no source of physical SErrors: gdb makes a core enter the vector (gdb_serror.py; docs/serror.md says what that leaves out).
"""

import contextlib
import dataclasses
import functools
import json
import os
import re
import subprocess
import tempfile
from pathlib import Path

import pytest
from harness import HYPERVISOR, LIMIT_SECONDS, REPORT, SAFETY_READY, Report, System, build, check_progress

SCRIPT = Path(__file__).with_name("gdb_serror.py")
SYNDROME = 0xBE000011
OTHER_SYNDROME = 0xBE000012
SERVICE_CORE = 1
WINDOW, CHECK = "context_serror_window", "context_serror_check"
PARTITION = "$core->current->config->partition"
VCPU_OF_CORE = "$core->config->vcpus[0]->state"
LOADING = f"$core->online && !$core->current && {VCPU_OF_CORE}->config->partition->state->phase == PARTITION_LOADING"


build_once = functools.cache(build)


class DebuggedSystem(System):
    """A system that gdb can attach to, halted before its first instruction if so wished."""

    def __init__(self, name, halted):
        self._socket_folder = tempfile.TemporaryDirectory(prefix="bulkhead-gdb-")
        built = build_once(f"tests/system/{name}.dts")
        socket = Path(self._socket_folder.name) / "socket"
        self.elf = built.out / "bulkhead.elf"
        self.gdb = {"SERROR_ELF": str(self.elf), "SERROR_SOCKET": str(socket)}
        options = ["-gdb", f"unix:{socket},server=on,wait=off", *["-S"] * halted]
        super().__init__(dataclasses.replace(built, qemu=[*built.qemu, *options]))

    def stop(self):
        super().stop()
        self._socket_folder.cleanup()

    def event(self, partition, text):
        """The next event of the console that is about this partition and says this."""
        return self.expect(HYPERVISOR, rf"^#\d+ {partition}: {text}(?:.* pc (?P<pc>\w+))?.*\n")

    def serror(self, partition, syndrome=SYNDROME):
        """The next event is an SError of this partition."""
        return self.event(partition, f"SError, detail {syndrome:#x} ")

    def events(self, kind):
        """(partition, detail) of all events of a kind so far."""
        return re.findall(rf"^#\d+ (\S+): {kind}, detail (\S+) ", self.text[HYPERVISOR], re.MULTILINE)

    def said(self, partition, text):
        """How many lines about this partition say this."""
        return len(re.findall(rf"^#\d+ {partition}: {text}", self.text[HYPERVISOR], re.MULTILINE))

    def goes_on(self, *partitions, restarts=0):
        """The safety application in each of these has gone on since its last report, as often restarted as said."""
        before = {name: [Report.of(match) for match in REPORT.finditer(self.text[name])][-1:] for name in partitions}
        for name in partitions:
            self.skip(name)
        for name in partitions:
            after = [Report.of(self.expect(name, REPORT)) for _ in range(2)]
            check_progress([r for r in before[name] if r.restarts == restarts] + after, restarts)


@pytest.fixture(name="system")
def debugged_system(request):
    """The system file's name, and whether the machine waits for gdb."""
    with DebuggedSystem(*request.param) as system:
        yield system


def halted(name):
    """Parametrizes a test with a machine that waits for gdb."""
    return pytest.mark.parametrize("system", [(name, True)], indirect=True, ids=[name])


def running(name):
    """Parametrizes a test with a machine that runs at once."""
    return pytest.mark.parametrize("system", [(name, False)], indirect=True, ids=[name])


def at(place, core, condition=None, syndrome=SYNDROME, **when):
    """One SError (gdb_serror.py)."""
    return {"core": core, "place": place, "condition": condition, "syndrome": syndrome, **when}


@contextlib.contextmanager
def inject(system, *plan):
    """Within the block the machine is gdb's, and what is done there brings the cores to their places."""
    gdb = subprocess.Popen(["gdb-multiarch", "-q", "-nx", "-batch", "-x", str(SCRIPT)], text=True, stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           env={**os.environ, **system.gdb, "SERROR_PLAN": json.dumps(plan)})
    try:
        said = ""
        while "serror: attached" not in said:
            line = gdb.stdout.readline()
            assert line, said
            said += line
        yield
        said += gdb.communicate(timeout=LIMIT_SECONDS)[0]
    finally:
        gdb.kill()
        gdb.wait()
    assert gdb.returncode == 0 and said.count("has taken") == len(plan), said


def up(system, *partitions):
    """The safety application runs in these partitions."""
    for name in ("safety", *partitions):
        system.expect(name, REPORT)


@running("serror")
def test_an_serror_of_a_running_guest_is_its_partitions_alone(system):
    """@verifies REQ-SERR-001, REQ-HEALTH-002, REQ-SYS-004"""
    up(system, "again", "once")
    with inject(system, at("guest", 1)):
        pass
    system.serror("again")
    system.event("again", "stops, to be loaded again")
    system.event("again", "loaded, .* restarts so far: 1")
    system.goes_on("safety", "once")
    system.goes_on("again", restarts=1)
    assert not system.faults() and len(system.events("SError")) == 1


@running("serror")
def test_serrors_on_two_cores_at_once_are_each_its_own_partitions(system):
    """Both cores stand at their vectors before one goes on.

    @verifies REQ-SERR-001, REQ-HEALTH-002
    """
    up(system, "again", "once")
    with inject(system, at("guest", 1), at("guest", 2, syndrome=OTHER_SYNDROME, together=True)):
        pass
    system.expect(HYPERVISOR, r"^#\d+ again: loaded, .* restarts so far: 1\n")
    system.goes_on("safety")
    assert sorted(system.events("SError")) == [("again", hex(SYNDROME)), ("once", hex(OTHER_SYNDROME))]
    assert system.said("once", "stops, and stays off") == 1 and system.said("once", "loaded") == 1
    assert not system.faults()


@running("serror")
def test_an_serror_in_the_window_of_a_restart_changes_nothing_but_is_an_event(system):
    """@verifies REQ-SERR-001"""
    up(system, "again", "once")
    with inject(system, at(WINDOW, 1, f"$core->current && {PARTITION}->state->phase == PARTITION_STOPPING")):
        system.send("again", "x")
    crash = system.event("again", "crash by hypercall")
    serror = system.serror("again")
    assert crash["pc"] == serror["pc"]  # the window has kept what it must
    system.event("again", "loaded, .* restarts so far: 1")
    system.goes_on("again", restarts=1)
    system.goes_on("safety", "once")
    assert system.said("again", "stops, ") == 1 and not system.faults()


@halted("probe")
def test_an_serror_in_the_window_of_cpu_off_ends_the_whole_partition(system):
    """@verifies REQ-SERR-001, REQ-HEALTH-002"""
    with inject(system, at(WINDOW, 2, "$core->current && $core->current->power == VCPU_OFF")):
        pass
    system.serror("probe")
    system.event("probe", "stops, to be loaded again")
    system.event("probe", "loaded, .* restarts so far: 1")
    system.goes_on("safety")
    assert not system.faults()


@halted("probe")
def test_an_serror_of_a_vcpu_that_another_core_has_stopped_is_still_its_partitions(system):
    """The first SError ends the partition on core 1; that takes its second vCPU off core 2, where the other one is.

    @verifies REQ-SERR-001, REQ-PART-001
    """
    leaving = f"$core->current && {PARTITION}->state->phase == PARTITION_STOPPING && $core->current->power == VCPU_ON"
    # Its second vCPU is on for long while it answers SGIs, and the first one takes them.
    with inject(system, at("guest", 1, after=(2, "vgic_send_sgi")), at(WINDOW, 2, leaving, OTHER_SYNDROME)):
        pass
    system.expect(HYPERVISOR, r"^#\d+ probe: loaded, .* restarts so far: 1\n")
    system.goes_on("safety")
    assert sorted(system.events("SError")) == [("probe", hex(SYNDROME)), ("probe", hex(OTHER_SYNDROME))]
    assert not system.faults()


@halted("probe")
def test_serrors_in_the_windows_of_reset_and_off_leave_them_what_they_are(system):
    """@verifies REQ-SERR-001, REQ-PART-001"""
    stopping = f"$core->current && {PARTITION}->state->phase == PARTITION_STOPPING && {PARTITION}->state->restart == "
    with inject(system, at(WINDOW, 1, stopping + "1"), at(WINDOW, 1, stopping + "0", OTHER_SYNDROME)):
        pass
    system.event("probe", "stops, to be loaded again")
    system.serror("probe")
    system.event("probe", "loaded, .* restarts so far: 1")
    system.event("probe", "stops, and stays off")
    system.serror("probe", OTHER_SYNDROME)
    system.goes_on("safety")
    assert system.said("probe", "loaded") == 2 and not system.faults()


@halted("serror")
def test_an_serror_of_a_load_stops_the_partition_that_is_loaded(system):
    """@verifies REQ-SERR-002"""
    with inject(system, at(WINDOW, 1, LOADING)):
        pass
    system.serror("again")
    system.event("again", "stops, and stays off")
    system.goes_on("safety", "once")
    assert system.said("again", "loaded") == 0 and not system.faults()


@halted("serror")
def test_an_serror_of_the_first_load_at_boot_does_not_keep_the_others_from_starting(system):
    """The safety VM itself: the boot core loads it before any other core is on.

    @verifies REQ-SERR-002
    """
    with inject(system, at(WINDOW, 0, LOADING)):
        pass
    for name in ("again", "once"):
        system.expect(name, REPORT)
    system.goes_on("again", "once")
    assert system.events("SError") == [("safety", hex(SYNDROME))]
    assert system.said("safety", "stops, and stays off") == 1 and system.said("safety", "loaded") == 0
    assert not system.faults() and not system.text["safety"]


@halted("serror")
def test_an_serror_that_was_there_before_el2_is_nobodys(system):
    """@verifies REQ-SERR-001"""
    with inject(system, at(WINDOW, 0, "!$core->online")):
        pass
    system.expect("safety", SAFETY_READY)
    system.serror("system")
    system.goes_on("safety", "again", "once")
    assert not system.faults()


STOPPED = f"{VCPU_OF_CORE}->config->partition->state->phase == PARTITION_STOPPED"


@pytest.mark.parametrize("system,condition", [(("serror", True), None), (("probe", True), STOPPED)],
                         indirect=["system"], ids=["before a vCPU is put on", "while a core waits"])
def test_an_serror_outside_all_windows_is_a_fault_of_el2(system, condition):
    """On the core that works on the console, so that nobody else's text gets in between.

    @verifies REQ-SERR-003, REQ-FAULT-001, REQ-FAULT-002
    """
    with inject(system, at(CHECK, SERVICE_CORE, condition)):
        if condition == STOPPED:
            system.expect("probe", "switching off")
            system.send("probe", "x")  # what is typed wakes the core, if it waits already
    system.expect(HYPERVISOR, f"FAULT in the hypervisor: core {SERVICE_CORE}, partition none, vector 0x380\n")
    system.expect(HYPERVISOR, f"FAULT esr {SYNDROME:#x} ")
    system.expect(HYPERVISOR, "FAULT safe state: halt\n")
    assert not system.events("SError")
