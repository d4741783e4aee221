# SPDX-License-Identifier: Apache-2.0
"""Guests that others have made, as they are: further kernels of Debian, and U-Boot. docs/guests.md has the list.

BULKHEAD_SOAK=1 takes every kernel on every core type with every number of cores; otherwise a sample.
"""

import itertools
import os
import re

import pytest
from harness import LINUX, ROOT, System, build, check_progress, make

FOLDER = "build/third-party"
KERNELS = {"cloud": ("vmlinuz", "initrd.cpio"), "generic": ("vmlinuz-generic", "initrd.cpio"),
           "rt": ("vmlinuz-rt", "initrd-rt.cpio"), "next": ("vmlinuz-next", "initrd.cpio")}
CORES = ("cortex-a53", "cortex-a57", "cortex-a72", "cortex-a76", "max")
SAMPLE = (("rt", "cortex-a72", 2, False), ("next", "max", 4, False), ("next", "cortex-a53", 1, True))
SOAK = [(kernel, core, vcpus, False) for kernel, core, vcpus in itertools.product(KERNELS, CORES, (1, 2, 4))]
SOAK += [(kernel, "cortex-a57", 2, True) for kernel in KERNELS]
COMBINATIONS = SOAK if os.environ.get("BULKHEAD_SOAK") else SAMPLE
CYCLES = 2000
CYCLICTEST = re.compile(r"T: 0 .*P:80 .*C:\s*(?P<cycles>\d+) Min:\s*(?P<min>\d+) .*Max:\s*(?P<max>\d+)")


def need(*names):
    """Has them fetched, where they are not files of every build."""
    make(*(f"{FOLDER}/{name}" for name in names if name not in KERNELS["cloud"]))


def system_file(kernel, vcpus):
    """The system with that kernel and so many vCPUs of Linux."""
    image, initrd = KERNELS[kernel]
    need(image, initrd)
    path = ROOT / FOLDER / f"linux-{kernel}-{vcpus}.dts"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#define KERNEL "{image}"\n#define INITRD "{initrd}"\n#define VCPUS {vcpus}\n'
                    '#include "../../tests/system/third-party/linux.dtsi"\n')
    return str(path.relative_to(ROOT))


def check_realtime(system):
    """The kernel is PREEMPT_RT, and a thread of the highest priority gets every one of its timer's interrupts."""
    assert system.shell("cat /sys/kernel/realtime").output == "1\n"
    answer = system.shell(f"cyclictest -m -q -p 80 -i 1000 -l {CYCLES} -t 1 2>/dev/null")
    found = CYCLICTEST.search(answer.output)
    assert found and int(found["cycles"]) == CYCLES, answer.output


@pytest.mark.parametrize("kernel, core, vcpus, secure", COMBINATIONS)
def test_an_unmodified_kernel_runs(kernel, core, vcpus, secure):
    """@verifies REQ-SYS-016"""
    with System(build(system_file(kernel, vcpus), core, secure)) as system:
        ready = system.wait_ready()
        assert int(ready["cpus"]) == vcpus
        if kernel == "rt":
            check_realtime(system)
        assert system.shell("echo $((6*7))").output == "42\n"
        check_progress(system.reports(2))
        system.send(LINUX, "poweroff -f\r")
        system.expect("bulkhead", r"ivi: .*off")
        assert not system.faults()
