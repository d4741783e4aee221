# SPDX-License-Identifier: Apache-2.0
"""Seeded programs and systems under the sanitizer."""
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "system"), str(ROOT / "tests" / "silicon" / "sanitizer")]

import harness  # noqa: E402
import findings  # noqa: E402

PLUGIN = ROOT / "build" / "host" / "sanitizer.so"
SEEDS = ROOT / "build" / "silicon"
LIMIT_SECONDS = 120
OBJDUMP = os.environ.get("OBJDUMP", "aarch64-linux-gnu-objdump")
NOP = bytes.fromhex("1f2003d5")
ACCELERATOR = "tcg,thread=multi"
MACHINE = ["qemu-system-aarch64", "-M", "virt,virtualization=on,gic-version=3", "-cpu", "cortex-a57", "-m", "1G",
           "-display", "none", "-nic", "none", "-serial", "null", "-monitor", "none",
           "-no-reboot"]


def build_seeds(names):
    """`names`: seed.VARIANT, and the plugin."""
    harness.make("-s", "-j2", "build/host/sanitizer.so", *(f"build/silicon/{name}.elf" for name in names))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Adds the consoles of the systems it used to the report of a failed test."""
    report = (yield).get_result()
    if report.failed:
        for system in getattr(item, "funcargs", {}).values():
            if isinstance(system, harness.System):
                report.sections.append(("consoles", system.transcript()))


@pytest.fixture(name="run_seed")
def run_seed_fixture(tmp_path):
    """Runs a built seed to its end; returns the findings.Result."""
    def run(name, cores=1, options=(), accelerator=ACCELERATOR):
        out = tmp_path / f"{name}.json"
        plugin = ",".join([str(PLUGIN), f"out={out}", *options])
        command = [*MACHINE, "-accel", accelerator, "-smp", str(cores), "-plugin", plugin, "-kernel", str(SEEDS / f"{name}.elf")]
        done = subprocess.run(command, check=False, timeout=LIMIT_SECONDS, capture_output=True, text=True)
        assert done.returncode == 0, f"{name}: {done.stderr}"
        result = findings.read(out)
        assert result.numbers, f"{name}: the plugin has not come to its end"
        return result
    return run


class Watched:
    """A system under the sanitizer: `system` is the harness's, findings are there from the first on."""

    def __init__(self, built, out, options=()):
        self.out = out
        self._built = built
        partitions = harness.read_layout(built.out).system["partitions"]
        ranges = [f"partition={vmid}:{memory['pa']:#x}-{memory['pa'] + memory['size']:#x}"
                  for vmid, partition in enumerate(partitions, 1) for memory in partition["memory"]]
        plugin = ",".join([str(PLUGIN), f"out={out}", *ranges, *options])
        self._started = replace(built, qemu=[*built.qemu, "-accel", ACCELERATOR, "-plugin", plugin])
        self.system = None

    def __enter__(self):
        self.system = harness.System(self._started)
        return self

    def __exit__(self, *_):
        self.system.stop()

    def result(self):
        """What has been found so far."""
        return findings.read(self.out)

    def serious(self, outside=range(0)):
        """What is EL2's, or crosses owners. `outside`: addresses of another program at EL2, whose own findings do not count."""
        return [found for found in self.result().serious() if found.actor.level < findings.EL2 or found.actor.pc not in outside]

    def check_clean(self, outside=range(0)):
        """There is nothing of the kind, but what a guest asks for."""
        names = findings.Names(self._built.out / "bulkhead.elf", self._built.out / "config" / "system.json")
        found = [names.line(finding) for finding in self.serious(outside) if not names.is_asked_for(finding)]
        assert not found, "\n".join(found)

    def end(self):
        """Ends the machine; the numbers of the whole run."""
        self.system.quit()
        return self.result().numbers


@pytest.fixture(scope="session", name="plugin")
def plugin_fixture():
    """The plugin, built."""
    harness.make("-s", "build/host/sanitizer.so")


@pytest.fixture(name="watch", scope="module")
def watch_fixture(plugin, tmp_path_factory):  # pylint: disable=unused-argument
    """watch(built): a Watched for a `with`."""
    return lambda built, options=(): Watched(built, tmp_path_factory.mktemp("found") / "found.json", options)


def without(built, folder, function, instruction, which=-1, instead=NOP):
    """The built system with one instruction of EL2 replaced: one in `function` whose text matches, the last if not told."""
    elf = built.out / "bulkhead.elf"
    text = subprocess.run([OBJDUMP, "-d", f"--disassemble={function}", elf], check=True, text=True, capture_output=True).stdout
    places = [int(match[1], 16) for match in re.finditer(r"^\s*([0-9a-f]+):\s+[0-9a-f]{8}\s+(.*)$", text, re.MULTILINE)
              if re.match(instruction, match[2])]
    assert places, f"no {instruction} in {function}"
    base = harness.read_layout(built.out).system["hypervisor"]["base"]
    image = bytearray((built.out / "bulkhead.bin").read_bytes())
    image[places[which] - base:places[which] - base + len(instead)] = instead
    (folder / "config").mkdir()
    (folder / "bulkhead.bin").write_bytes(image)
    for name in ("bulkhead.elf", "config/system.json"):
        (folder / name).symlink_to(built.out / name)
    return harness.Build(folder, built.qemu)
