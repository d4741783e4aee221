# SPDX-License-Identifier: Apache-2.0
"""A booted system for tests: what each source says, as text to wait for, and a way to type to it.

Limits on time only keep a hung test from running forever; no test asserts how long anything took.
"""

import functools
import os
import re
import shlex
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools" / "console"))
sys.path.append(str(ROOT / "tools" / "bench"))  # last: others have a report.py and an image.py, too

from focus import Focus  # noqa: E402
from layout import HYPERVISOR, read_layout  # noqa: E402
from machine import Machine  # noqa: E402
from streams import open_streams  # noqa: E402

LIMIT_SECONDS = 180
SAFETY = "safety"
LINUX = "ivi"
LINUX_READY = r"^GUEST-READY up=(?P<up>\S+) cpus=(?P<cpus>\d+) (?P<release>\S+)\n"
REPORT = re.compile(r"^brake: t=(?P<t>\d+) s releases=(?P<releases>\d+) late=(?P<late>\d+) missed=(?P<missed>\d+) "
                    r"jitter-max=(?P<jitter>\d+) us pattern=(?P<pattern>\w+) digest=(?P<digest>0x[0-9a-f]+) "
                    r"restarts=(?P<restarts>\d+)\n", re.MULTILINE)
PROMPT = "ivi# "
LONGEST_COMMAND = 256
# A line of the hypervisor may cut Linux's line at any place.
ANSWER = r"@\s*=\s*\n(?P<output>[\s\S]*?)@(?P<status>\s*(?:\d\s*)+)@"
FAULT_LINE = re.compile(r"^.*\b(?:FAULT|PATTERN CORRUPTED|DIGEST CORRUPTED)\b.*$", re.MULTILINE)


def uncut(line):
    """A pattern for a whole line of a guest, which the console may have cut anywhere for others; # is a number."""
    characters = [r"((?:\d\n?)+)" if c == "#" else re.escape(c) + r"\n?" for c in line]
    return "^" + "".join(characters)


SAFETY_READY = uncut("brake: ready")


class SystemFailure(AssertionError):
    """Something that was waited for did not come, or the machine ended."""


# For fixtures: the machine with one security state, and with two (make SECURE=on).
SECURITY_STATES = {"params": [False, True], "ids": ["one-security-state", "two-security-states"]}


@dataclass(frozen=True)
class Report:
    """One line of the safety application, once a second."""

    t: int
    releases: int
    late: int
    missed: int
    jitter: int
    pattern: str
    digest: str
    restarts: int

    @staticmethod
    def of(match):
        """From a match of REPORT."""
        fields = match.groupdict()
        return Report(**{k: v if k in ("pattern", "digest") else int(v) for k, v in fields.items()})


@dataclass(frozen=True)
class Answer:
    """What a shell command printed, and its exit status."""

    status: int
    output: str


@dataclass(frozen=True)
class Build:
    """A built system: its folder, the QEMU command that runs it, and what that boots."""

    out: Path
    qemu: list
    image: Path | None = None  # none: bulkhead.bin
    counted: bool = True  # false: with options that counting does not go with


def make(*arguments):
    """make, quiet unless it fails: as if called by hand, with the variables of the make that calls the tests."""
    command = ["make", "--no-print-directory", "-C", str(ROOT), *arguments]
    variables = "".join(os.environ.get("MAKEFLAGS", "").partition(" -- ")[1:])
    environment = {**os.environ, "MAKEFLAGS": variables}
    result = subprocess.run(command, text=True, check=False, env=environment, capture_output=True)
    if result.returncode != 0:
        raise SystemFailure(f"{shlex.join(command)}: status {result.returncode}\n{result.stdout}{result.stderr}")
    return result.stdout


@functools.lru_cache(maxsize=None)
def build(system=None, cpu=None, secure=False):
    """Builds a system (a path from the root of the project; none: the default) for a core type; secure: a machine
    with two security states. Each of them once: sources do not change under the tests."""
    variables = [f"SYSTEM={system}"] * bool(system) + [f"CPU={cpu}"] * bool(cpu) + ["SECURE=on"] * secure
    make(*variables, "-j2", "all")
    out, qemu = make(*variables, "-s", "show-system").splitlines()
    return Build(ROOT / out, shlex.split(qemu))


def counts_folder():
    """Where the machines of the tests write what EL2 did (docs/bench.md), or None: make test-system says so."""
    folder = os.environ.get("BULKHEAD_COUNTS")
    return ROOT / folder if folder else None


def counting_options(built):
    """QEMU's options for that; each run has a file of its own."""
    folder = counts_folder()
    if folder is None or not built.counted:
        return []
    from table import plugin_options  # not needed, nor what it needs installed, by make smoke
    number = len(list(folder.glob("*.table")))
    return plugin_options(ROOT / os.environ["BULKHEAD_COUNT_PLUGIN"], built.out / "bulkhead.elf",
                          folder / f"{built.out.name}-{number}.txt")


class System:
    """One run of a built system. Use it with `with`, or call stop()."""

    def __init__(self, built):
        self.layout = read_layout(built.out)
        self.text = {name: "" for name in self.layout.names()}
        self._read_to = dict.fromkeys(self.text, 0)
        self._changed = threading.Condition()
        self._streams = open_streams(self.layout)
        self._counts = counting_options(built)
        self._machine = Machine([*built.qemu, *self._counts], built.image or built.out / "bulkhead.bin")
        self._focus = Focus(self.layout.consoles, self._machine.write)
        self._readers = [threading.Thread(target=self._read, args=item, daemon=True)
                         for item in self._machine.uarts.items()]
        for reader in self._readers:
            reader.start()

    def _read(self, uart, connection):
        """Reads a UART until it closes. Never stops reading in between: QEMU would wait, and the machine with it."""
        stream = self._streams.get(uart)
        while data := self._receive(connection):
            for name, said in stream.feed(data) if stream else []:
                with self._changed:
                    self.text[name] += said.decode(errors="replace").replace("\r", "")
                    self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    @staticmethod
    def _receive(connection):
        try:
            return connection.recv(65536)
        except OSError:
            return b""

    def running(self):
        """Whether the machine is still there."""
        return any(reader.is_alive() for reader in self._readers)

    def expect(self, source, pattern, limit=LIMIT_SECONDS):
        """The next match in what a source says, after the last one that was waited for."""
        if isinstance(pattern, str):
            pattern = re.compile(pattern, re.MULTILINE)
        deadline = time.monotonic() + limit
        with self._changed:
            while not (match := pattern.search(self.text[source], self._read_to[source])):
                left = deadline - time.monotonic()
                if left <= 0 or not self.running():
                    raise SystemFailure(self._not_seen(source, pattern.pattern, limit))
                self._changed.wait(min(left, 1))
            self._read_to[source] = match.end()
            return match

    def _not_seen(self, source, pattern, limit):
        if self.running():
            return f"{source} did not say {pattern!r} in {limit} s"
        return f"the machine ended before {source} said {pattern!r}: {self._machine.why_ended()}"

    def skip(self, source):
        """Only what the source says from now on counts."""
        with self._changed:
            self._read_to[source] = len(self.text[source])

    def send(self, source, text):
        """Types."""
        self._focus.look_at(source)
        self._focus.type(text.encode())

    def shell(self, command, limit=LIMIT_SECONDS):
        """Runs a command in Linux's shell. What marks its output is typed so that the echo does not look like it."""
        line = f"echo '@'=; {command}; echo '@'$?@\r"
        assert len(line) < LONGEST_COMMAND, f"longer than Linux's input buffer: {command}"
        self.skip(LINUX)
        self.send(LINUX, line)
        match = self.expect(LINUX, ANSWER, limit)
        self.expect(LINUX, re.escape(PROMPT))
        return Answer(int(re.sub(r"\s", "", match["status"])), match["output"])

    def reports(self, count):
        """The next complete reports of the safety application, from now on."""
        self.skip(SAFETY)
        return [Report.of(self.expect(SAFETY, REPORT)) for _ in range(count)]

    def last_report(self):
        """The latest complete report, without waiting."""
        return Report.of(list(REPORT.finditer(self.text[SAFETY]))[-1])

    def wait_ready(self):
        """Until both VMs have said that they are up. Returns Linux's line."""
        self.expect(SAFETY, SAFETY_READY)
        return self.linux_ready()

    def linux_ready(self):
        """Until Linux is up and its shell reads; returns the line in which it says so."""
        ready = self.expect(LINUX, LINUX_READY)
        self.expect(LINUX, re.escape(PROMPT))
        return ready

    def faults(self):
        """Lines of a first-fault record, and of damage that the safety application has found."""
        return [line for text in self.text.values() for line in FAULT_LINE.findall(text)]

    def transcript(self):
        """All consoles, for a person who has to find out what went wrong."""
        parts = [f"----- {name} -----\n{text.rstrip()}\n" for name, text in self.text.items()]
        if faults := self.faults():
            parts.append("----- fault lines -----\n" + "\n".join(faults) + "\n")
        if output := self._machine.output():
            parts.append(f"----- QEMU -----\n{output}\n")
        return "".join(parts)

    def quit(self):
        """Ends the machine in order: what QEMU's plugins write at their end is there."""
        self._machine.quit()

    def stop(self):
        """Ends the machine; if it counts, so that it can write."""
        try:
            if self._counts and self._machine.running():
                self._machine.quit()
        except OSError:
            pass  # it has just ended by itself
        finally:
            self._machine.stop()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def check_progress(reports, restarts=0):
    """The safety application has gone on, undisturbed, over these reports."""
    for before, after in zip(reports, reports[1:]):
        assert after.t > before.t, f"time stood still: {before} {after}"
        assert after.releases > before.releases, f"no releases: {before} {after}"
    for report in reports:
        assert report.pattern == "ok" and report.restarts == restarts, str(report)


__all__ = ["HYPERVISOR", "LINUX", "SAFETY", "SECURITY_STATES", "Build", "Report", "System", "SystemFailure", "build", "check_progress", "make", "uncut"]
