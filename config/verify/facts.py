# SPDX-License-Identifier: Apache-2.0
"""All that the rules look at: the image, the walks of its tables, the configuration in it, and the declared system."""
from __future__ import annotations

from functools import cached_property
from types import SimpleNamespace
from typing import Optional

import registers
import stream_table
from declared import System, pages
from dwarf import Objects
from findings import Findings
from image import Image
from mapping import Mapped, stage1, stage2
from vmsa import Walk, regime_of_tcr, regime_of_vtcr, walk

BADDR = 0x0000FFFFFFFFFFFE  # VTTBR_EL2, TTBR0_EL2 (D19.2.171, D19.2.159)
HEADER_SIZE = 16  # image_size in the header of an arm64 Image (Linux, Documentation/arch/arm64/booting.rst)


class Facts:
    """One look at one image. Computed when first asked for."""

    def __init__(self, image: Image, objects: Objects, system: System, writes: list[registers.Write], folders: list[str],
                 trees: dict):
        self.image, self.objects, self.system = image, objects, system
        self.writes, self.folders = writes, folders
        self.trees = trees  # verdicts on guests' device trees: (partition, bytes) -> errors
        self.findings = Findings()
        self._followed: dict[tuple[int, str], list[SimpleNamespace]] = {}

    # Configuration in the image.

    @cached_property
    def partitions(self) -> list[SimpleNamespace]:
        return self.objects.elements("partition_configs", "partition_count")

    @cached_property
    def cores(self) -> list[SimpleNamespace]:
        return self.objects.elements("core_configs", "core_count")

    @cached_property
    def routes(self) -> list[SimpleNamespace]:
        return self.objects.elements("route_configs", "route_count")

    @cached_property
    def smmus(self) -> list[SimpleNamespace]:
        return self.objects.elements("smmu_configs", "smmu_count")

    @cached_property
    def stream_tables(self) -> list[stream_table.Table]:
        """One for each SMMU; empty for an SMMUv2."""
        tables = [stream_table.read(self.image, r.table, r.table_config) if s.version == 3 else stream_table.Table({}, [], [], [])
                  for r, s in zip(self.smmus, self.system.smmus)]
        return tables

    @cached_property
    def board(self) -> SimpleNamespace:
        return self.objects.get("board_config")

    def name(self, partition: SimpleNamespace) -> str:
        return partition.name.split(b"\0")[0].decode("utf-8", "replace")

    def record(self, name: str) -> Optional[SimpleNamespace]:
        return next((p for p in self.partitions if self.name(p) == name), None)

    def members(self, record: SimpleNamespace, member: str, counter: str) -> list[SimpleNamespace]:
        """What a pointer and its count describe. Nothing that is configured comes in more than a few hundreds."""
        count, key = getattr(record, counter), (record.at, member)
        if key not in self._followed:
            self._followed[key] = self.objects.follow(record, member, min(count, 1024)) if count else []
        return self._followed[key]

    def members_to_end(self, record: SimpleNamespace, member: str, limit: int) -> Optional[list[SimpleNamespace]]:
        """What a pointer describes up to an entry whose size is 0; None if there is none among `limit`."""
        for count in range(1, limit + 1):
            found = self.objects.follow(record, member, count)
            if found[-1].size == 0:
                return found[:-1]
        return None

    # Registers.

    def constants(self, register: str) -> set[int]:
        return {v for w in self.writes if w.register == register and w.values for v in w.values}

    @cached_property
    def mair(self) -> Optional[int]:
        values = self.constants("MAIR_EL2")
        return values.pop() if len(values) == 1 else None

    # Maps, as the hardware sees them.

    @cached_property
    def el2_regime(self):
        return regime_of_tcr(self.objects.get("el2_tcr"))

    def _walk(self, regime, root: int) -> Walk:
        return walk(self.image, regime, root) if regime else Walk([], [], [])

    @cached_property
    def boot_walk(self) -> Walk:
        return self._walk(self.el2_regime[0], self.objects.get("el2_root"))

    @cached_property
    def load_walks(self) -> list[Walk]:
        return [self._walk(self.el2_regime[0], p.load_root) for p in self.partitions]

    @cached_property
    def guest_regimes(self) -> list:
        return [regime_of_vtcr(p.vtcr) for p in self.partitions]

    @cached_property
    def guest_walks(self) -> list[Walk]:
        return [self._walk(r, p.vttbr & BADDR) for p, (r, _) in zip(self.partitions, self.guest_regimes)]

    @cached_property
    def dma_walks(self) -> list[Walk]:
        """What a partition's streams reach. Their stage 2 has the control fields of VTCR_EL2, which is judged (rules_dma)."""
        return [self._walk(r, p.dma_root) if p.stream_count else Walk([], [], [])
                for p, (r, _) in zip(self.partitions, self.guest_regimes)]

    @cached_property
    def dma_maps(self) -> list[list[Mapped]]:
        return [[stage2(r) for r in w.ranges] for w in self.dma_walks]

    def el2_map(self, of: Walk) -> list[Mapped]:
        return [stage1(r, self.mair) for r in of.ranges]

    @cached_property
    def guest_maps(self) -> list[list[Mapped]]:
        return [[stage2(r) for r in w.ranges] for w in self.guest_walks]

    # Physical addresses and whose they are.

    @cached_property
    def region(self) -> tuple[int, int]:
        """The hypervisor's region, as the image's header asks the boot loader for it: (start, size)."""
        start = min(s.start for s in self.image.segments)
        return start, int.from_bytes(self.image.read(start + HEADER_SIZE, 8), "little")

    @cached_property
    def owners(self) -> list[tuple[int, int, str]]:
        """(start, size, name) of everything that has a name."""
        system = self.system
        found = [(*self.region, "the hypervisor's image"), (*system.gicd, "GIC distributor"), (*system.gicr, "GIC redistributors")]
        found += [(*w, f"{system.uart.name}, the hypervisor's console") for w in system.uart.windows]
        found += [(*s.registers, f"{s.node.name}, the hypervisor's") for s in system.smmus]
        for p in system.partitions:
            found += [(*w, f"{d.name} of {p.name}") for d in p.devices + ([p.uart] if p.uart else []) for w in d.windows]
        for p in self.partitions:
            found += [(m.pa, m.size, f"memory of {self.name(p)}") for m in self.members(p, "memory", "memory_count")]
        return found + [(*r, "reserved memory") for r in system.reserved]

    @cached_property
    def system_windows(self) -> dict[str, list[tuple[int, int]]]:
        """Pages of every device that the system gives to somebody, by name."""
        system = self.system
        given = [system.uart] + [d for p in system.partitions for d in p.devices + ([p.uart] if p.uart else [])]
        return {d.name: d.windows for d in given}

    def whose(self, start: int, size: int) -> str:
        names = [name for s, n, name in self.owners if s < start + size and start < s + n]
        if names:
            return ", ".join(dict.fromkeys(names))
        inside = any(s <= start and start + size <= s + n for s, n in self.system.ram)
        return "RAM that nobody has" if inside else "nothing that is declared"


def gic_windows(system: System) -> list[tuple[int, int]]:
    return [pages(*system.gicd), pages(*system.gicr)]
