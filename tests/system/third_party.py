# SPDX-License-Identifier: Apache-2.0
"""Systems with guests that others have made, as they are; docs/guests.md has the list.

BULKHEAD_SOAK=1 takes every kernel on every core type with every number of cores; otherwise a sample.
"""

import itertools
import os
import re

from harness import LINUX, ROOT, build, make

FOLDER = "build/third-party"
KERNELS = {"cloud": ("vmlinuz", "initrd.cpio"), "generic": ("vmlinuz-generic", "initrd.cpio"),
           "rt": ("vmlinuz-rt", "initrd-rt.cpio"), "next": ("vmlinuz-next", "initrd.cpio")}
CORES = ("cortex-a53", "cortex-a57", "cortex-a72", "cortex-a76", "max")
VCPUS = (1, 2, 4)
SECURITY = (False, True)
SOAK = bool(os.environ.get("BULKHEAD_SOAK"))
SAMPLE = [("rt", "cortex-a72", 2, False), ("next", "max", 4, True)]
COMBINATIONS = list(itertools.product(KERNELS, CORES, VCPUS, SECURITY)) if SOAK else SAMPLE
U_BOOTS = list(itertools.product(CORES, SECURITY)) if SOAK else [(None, secure) for secure in SECURITY]
UNDER_SANITIZER = list(itertools.product(KERNELS, CORES)) if SOAK else [("rt", None)]


def need(*names):
    """Has them fetched, where they are not files of every build."""
    make(*(f"{FOLDER}/{name}" for name in names if name not in KERNELS["cloud"]))


def with_linux(kernel, core=None, vcpus=2, secure=False):
    """Builds the system with that kernel."""
    image, initrd = KERNELS[kernel]
    need(image, initrd)
    path = ROOT / FOLDER / f"linux-{kernel}-{vcpus}.dts"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#define KERNEL "{image}"\n#define INITRD "{initrd}"\n#define VCPUS {vcpus}\n'
                    '#include "../../tests/system/third-party/linux.dtsi"\n')
    return build(str(path.relative_to(ROOT)), core, secure)


def with_u_boot(core=None, secure=False):
    """Builds the system with U-Boot."""
    need("u-boot.bin")
    return build("tests/system/third-party/u-boot.dts", core, secure)


class UBoot:
    """U-Boot in a system that has just started: at its prompt."""

    def __init__(self, system):
        self.system = system
        self.version = system.expect(LINUX, r"^U-Boot (?P<version>\S+) ")["version"]
        system.expect(LINUX, "Hit any key")
        system.send(LINUX, " ")
        system.expect(LINUX, "^=> ")

    def says(self, command):
        """What it prints for a command."""
        self.system.send(LINUX, command + "\r")
        return self.system.expect(LINUX, rf"{re.escape(command)}\s*\n(?P<said>[\s\S]*?)^=> ")["said"]

    def switch_off(self):
        """Until its partition is stopped."""
        self.system.send(LINUX, "poweroff\r")
        self.system.expect("bulkhead", r"ivi: .*off")
