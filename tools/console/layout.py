# SPDX-License-Identifier: Apache-2.0
"""Who speaks on which UART: read from the config/system.json that the config compiler writes beside an image."""

import json
from dataclasses import dataclass
from pathlib import Path

HYPERVISOR = "bulkhead"
# In the order of QEMU's -serial options.
UARTS = ("uart0", "uart1")


@dataclass(frozen=True)
class Console:
    """One partition's console: a UART of its own (number None), or a virtual console on the hypervisor's UART."""

    partition: str
    uart: str
    number: int | None


@dataclass(frozen=True)
class Layout:
    """The consoles of a system, and the UART on which the hypervisor and the virtual consoles speak."""

    consoles: tuple
    hypervisor_uart: str
    system: dict

    def names(self):
        """Every source of lines, the hypervisor first."""
        return [HYPERVISOR] + [console.partition for console in self.consoles]

    def partition(self, name):
        """What system.json says of a partition: memory, vCPUs."""
        return next(p for p in self.system["partitions"] if p["name"] == name)


def read_layout(out):
    """The layout of the system that was built in a folder."""
    system = json.loads((Path(out) / "config" / "system.json").read_text(encoding="utf-8"))
    consoles = tuple(Console(c["partition"], c["uart"], c["console"]) for c in system["consoles"] if c["uart"])
    return Layout(consoles, system["hypervisor"]["uart"], system)
