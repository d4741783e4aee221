# SPDX-License-Identifier: Apache-2.0
"""The default system with one mistake at a time: it is refused, or what was changed is on a list with the reason why it may be.

Where a change makes another good system (another priority, more memory), nobody can tell that it was a mistake.
@verifies REQ-CONFIG-050 REQ-CONFIG-051 REQ-CONFIG-052 REQ-CONFIG-053 REQ-CONFIG-054 REQ-CONFIG-055
"""
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import libfdt
import pytest

import mutate
from conftest import COMPILER, ROOT

sys.path.insert(0, str(ROOT / "config/compiler"))
from dtc import DTC_MISTAKES  # noqa: E402

# "path property change" of what is accepted, and why that is harmless and right.
ACCEPTED = [
    (r"\S+ colour unknown", "what the compiler does not read is Linux's"),
    (r"/ (model|compatible) .*", "a board's name; nothing depends on it"),
    (r"/chosen( \S+)? (stdout-path|None|status) (delete|rename|double|disabled|reserved)", "the hypervisor's console is its own"),
    (r"/(cpus|partitions) None double", "a node of another name, with nothing in it"),
    (r"/cpus/cpu@[4-7] (None delete|status disabled|status reserved)", "nobody uses the core"),
    (r"/cpus/cpu@\d None rename|/(memory|interrupt-controller|serial)@\S+ None rename|/(psci|timer|clock) None rename",
     "found by compatible, device_type or reference, not by name"),
    (r"/partitions/(hypervisor|safety|ivi) None rename", "names are free"),
    (r"/partitions/safety None delete", "a smaller system"),
    (r"/psci compatible (cut|more|line-break)", "the first entry says it"),
    (r"/(timer|clock|interrupt-controller@8000000|serial@\d+) compatible (cut|more|line-break)", "the first entry says it"),
    (r"/memory@40000000 reg .*", "other RAM of whole pages"),
    (r"/timer interrupts \d+\*2|/interrupt-controller@8000000 interrupts 2\*2", "a low level, which a GICv3 takes as a level"),
    (r"/timer always-on (delete|cell)", "guests are told always-on, whose timer EL2 keeps"),
    (r"/interrupt-controller@8000000 interrupt-controller cell", "a flag has no value"),
    (r"/interrupt-controller@8000000 #address-cells (delete|0\+1)", "cells for an ITS, which is not there"),
    (r"/interrupt-controller@8000000 reg .*", "another place or a larger region; the chip is asked at boot"),
    (r"/(iommu@9050000|pcie@4010000000) .*", "an SMMU, and a PCI host bridge, that are disabled, so nothing depends on them"),
    (r"/clock (clock-frequency .*|None double)", "another rate; a clock that nobody uses"),
    (r"/serial@9000000 (interrupts 1.*|reg 3\*2|clocks .*|clock-names .*)|/serial@9000000 None double",
     "EL2 asks the UART, not its clocks; another number"),
    (r"/serial@9040000 (status delete|interrupts 1.*)", "another number"),
    (r"/serial@9040000 clock.*", "a guest's console is described anew, with the rate of the first clock or 24 MHz"),
    (r"/partitions/hypervisor (service-core|safe-state) delete|/partitions/\w+ (criticality|on-fault|console) delete",
     "the default"),
    (r"/partitions/hypervisor service-core 0\*2|/partitions/\w+/vcpu\d cpu 0(\*2|\+1)", "another core"),
    (r"/partitions/\w+ memory .*|/partitions/\w+/vcpu\d priority .*", "another size, address or priority within its range"),
    (r"/partitions/safety/vcpu0/task-\w+ (wcet|period|deadline|blocking)-us 0.*|/partitions/safety/vcpu0/task-\w+ priority 0.*|"
     r"/partitions/safety/vcpu0 handler-wcet-us 0.*", "other times, with which all deadlines are met"),
    (r"/partitions/safety/vcpu0/task-\w+ ((blocking-us|priority|wcet-basis) delete|wcet-basis (nonsense|cut|upper)|None (delete|rename|double))",
     "a default; a text of the report; other tasks"),
    (r"/bulkhead-overheads ((interrupt|section|switch)-ns 0.*|basis (nonsense|cut|upper)|compatible more|None (rename|double))",
     "another board's numbers; found by compatible"),
    (r"/serial@9000000 bulkhead,min-interarrival-us .*", "counts only for a virtual console of a partition with tasks"),
    (r"/serial@9040000 bulkhead,min-interarrival-us 0.*", "another number, with which all deadlines are met"),
    (r"/partitions/ivi/linux (initrd delete|bootargs (delete|nonsense|cut|upper))", "what a kernel makes of it is the kernel's"),
]
CHANGES_AT_LEAST = 900


@pytest.fixture(scope="module", name="default")
def fixture_default(compiler):
    """The blob of the default system; its images are made up."""
    for name, like in (("brake.elf", "good.elf"), ("vmlinuz", "Image"), ("initrd.cpio", "initrd")):
        (compiler.images / name).write_bytes((compiler.images / like).read_bytes())
    text = subprocess.run(["cpp", "-nostdinc", "-undef", "-D__DTS__", "-x", "assembler-with-cpp",
                           str(ROOT / "boards/qemu-virt/safety-ivi.dts")], capture_output=True, check=True).stdout
    return subprocess.run(["dtc", "-@", "-q", "-q", "-I", "dts", "-O", "dtb"], input=text, capture_output=True, check=True).stdout


@pytest.fixture(name="check")
def fixture_check(compiler, tmp_path):
    """Status and diagnostics of a blob: the compiler's, and of what it takes dtc's as the driver reads them."""
    (tmp_path / "positions").write_text("")

    def check(item):
        number, blob = item
        file = tmp_path / f"{number}.dtb"
        file.write_bytes(blob)
        command = [COMPILER, "--dtb", str(file), "--positions", str(tmp_path / "positions"), "--file", "system.dts", "--images",
                   str(compiler.images), "--out", str(tmp_path), "--check"]
        environment = dict(os.environ, GCOV_PREFIX=str(compiler.coverage))
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        if done.returncode != 0:
            return done.returncode, done.stderr
        dtc = subprocess.run(["dtc", "-I", "dtb", "-O", "dtb", "-o", "/dev/null", str(file)], capture_output=True, text=True,
                             check=False)
        mistakes = [line for line in dtc.stderr.splitlines() if "ERROR" in line or DTC_MISTAKES.search(line)]
        return 1 if mistakes or dtc.returncode != 0 else 0, "\n".join(mistakes)
    return check


def test_a_mistake_in_the_default_system_is_refused_or_harmless(default, check):
    assert check((0, default))[0] == 0
    changes = list(mutate.changes(libfdt.FdtRo(default)))
    with ThreadPoolExecutor(len(os.sched_getaffinity(0)) + 1) as pool:
        results = list(pool.map(check, enumerate(mutate.mutate(default, change) for change in changes)))
    names = [f"{path} {name} {kind}" for path, name, kind, _ in changes]
    odd = [f"{name}: {said}" for name, (status, said) in zip(names, results) if status not in (0, 1)]
    accepted = [name for name, (status, _) in zip(names, results) if status == 0]
    reasons = [re.compile(pattern) for pattern, _ in ACCEPTED]
    unexplained = [name for name in accepted if not any(reason.fullmatch(name) for reason in reasons)]
    unused = [reason.pattern for reason in reasons if not any(reason.fullmatch(name) for name in accepted)]
    assert (odd, unexplained, unused) == ([], [], [])
    assert len(changes) >= CHANGES_AT_LEAST
