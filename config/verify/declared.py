# SPDX-License-Identifier: Apache-2.0
"""What the system's device tree declares: docs/configuration.md, read anew. Nothing here comes from the image.

@implements REQ-VER-015
"""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Iterator, Optional

import smmus
import pci
from tree import BadTree, Interrupt, Node, Tree, number, pairs
from vmsa import PAGE

# What every guest finds where (docs/configuration.md, "What a guest sees").
GICD = (0x08000000, 0x10000)
GICR = 0x080A0000
GICR_EACH = 0x20000
CONSOLE = (0x09000000, 0x1000)
CONSOLE_INTERRUPT = Interrupt(33, 4)  # SPI 1, level


@dataclass
class Core:
    node: Node
    mpidr: int

    @property
    def name(self) -> str:
        return f"cpu{self.mpidr}" if self.mpidr < 256 else f"cpu 0x{self.mpidr:x}"


@dataclass
class Device:
    """A device of the board. windows: whole pages (physical address, size)."""
    node: Node
    registers: list[tuple[int, int]]
    interrupts: list[Interrupt]
    function: Optional[pci.Function] = None

    @property
    def name(self) -> str:
        return self.node.name

    @property
    def windows(self) -> list[tuple[int, int]]:
        return [pages(address, size) for address, size in self.registers]


@dataclass
class Vcpu:
    index: int
    core: Core
    priority: int


@dataclass
class Partition:
    name: str
    node: Node
    memory: list[tuple[int, int]]
    physical: Optional[list[int]]
    devices: list[Device]
    uart: Optional[Device]
    console: str
    on_fault: str
    vcpus: list[Vcpu] = field(default_factory=list)
    streams: list[smmus.Stream] = field(default_factory=list)

    @property
    def functions(self) -> list[pci.Function]:
        return [d.function for d in self.devices if d.function]

    @property
    def windows(self) -> list[tuple[str, int, int]]:
        """(kind, guest address, size) of what the hypervisor answers itself."""
        found = [("MMIO_VGICD", *GICD), ("MMIO_VGICR", GICR, GICR_EACH * len(self.vcpus))]
        return found + ([("MMIO_VUART", *CONSOLE)] if self.console == "virtual" else [])


@dataclass
class System:
    tree: Tree
    ram: list[tuple[int, int]]
    reserved: list[tuple[int, int]]
    cores: list[Core]
    gic: Node
    gicd: tuple[int, int]
    gicr: tuple[int, int]
    timer: list[Interrupt]
    load_address: int
    uart: Device
    service_core: Optional[Core]
    safe_state: str
    partitions: list[Partition]
    smmus: list[smmus.Smmu] = field(default_factory=list)
    strangers: list[tuple[Node, smmus.Stream]] = field(default_factory=list)


def pages(address: int, size: int) -> tuple[int, int]:
    """The whole pages that these bytes are in."""
    first = address // PAGE * PAGE
    return first, -(-(address + size) // PAGE) * PAGE - first


class _Reader:
    def __init__(self, tree: Tree):
        self.tree = tree
        self.cores = self._cores()

    def _all(self, compatible: str) -> list[Node]:
        return [n for n in self.tree.root.walk() if n.compatible(compatible)]

    def _one(self, compatible: str) -> Node:
        found = self._all(compatible)
        if len(found) != 1:
            raise BadTree(f"{len(found)} nodes are compatible with {compatible}, not one")
        return found[0]

    def _cores(self) -> list[Core]:
        cpus = self.tree.root.child("cpus")
        nodes = [n for n in cpus.children if n.string("device_type") == "cpu"] if cpus else []
        return [Core(n, number(n.cells("reg"))) for n in nodes]

    def device(self, node: Node) -> Device:
        if pci.is_function(node):
            function = pci.function_of(self.tree, node)
            return Device(node, function.registers, pci.interrupts(self.tree, function), function)
        return Device(node, self.tree.reg(node), self.tree.interrupts(node))

    def core(self, node: Node) -> Core:
        for core in self.cores:
            if core.node is node:
                return core
        raise BadTree(f"{node.path} is not a core")

    def ram(self) -> list[tuple[int, int]]:
        return [r for n in self.tree.root.children if n.string("device_type") == "memory" for r in self.tree.reg(n)]

    def reserved(self) -> list[tuple[int, int]]:
        parent = self.tree.root.child("reserved-memory")
        return [r for n in (parent.children if parent else []) for r in self.tree.reg(n)]

    def partition(self, node: Node) -> Partition:
        console, uart = self._console(node)
        physical = [a for a, _ in pairs(node, "physical", 2, 0)] if "physical" in node.properties else None
        made = Partition(node.name, node, pairs(node, "memory", 2, 2), physical,
                         [self.device(n) for n in self.tree.referred(node, "access")], uart, console,
                         node.string("on-fault", "stop"))
        made.vcpus = [self._vcpu(n) for n in node.children if n.name.startswith("vcpu")]
        made.vcpus.sort(key=lambda v: v.index)
        made.streams = [s for d in made.devices for n in d.node.walk() for s in smmus.streams(self.tree, n)]
        return made

    def _console(self, node: Node) -> tuple[str, Optional[Device]]:
        """A reference is one cell; no word of the language has four bytes."""
        if len(node.properties.get("console", b"")) == 4:
            return "passed", self.device(self.tree.referred(node, "console")[0])
        return node.string("console", "virtual"), None

    def _vcpu(self, node: Node) -> Vcpu:
        return Vcpu(int(node.name[4:]), self.core(self.tree.referred(node, "cpu")[0]), node.cell("priority"))

    def system(self) -> System:
        hypervisor = self._one("bulkhead,hypervisor")
        gic = self._one("arm,gic-v3")
        gic_reg = self.tree.reg(gic)
        service = self.tree.referred(hypervisor, "service-core")
        partitions = [self.partition(n) for n in self._all("bulkhead,partition")]
        return System(
            tree=self.tree, ram=self.ram(), reserved=self.reserved(), cores=self.cores, gic=gic, gicd=gic_reg[0],
            gicr=gic_reg[1], timer=self.tree.interrupts(self._one("arm,armv8-timer")),
            load_address=number(hypervisor.cells("load-address")),
            uart=self.device(self.tree.referred(hypervisor, "console")[0]),
            service_core=self.core(service[0]) if service else None,
            safe_state=hypervisor.string("safe-state", "halt"),
            partitions=partitions, smmus=smmus.smmus(self.tree), strangers=list(self._strangers(partitions)))

    def _strangers(self, partitions: list[Partition]) -> Iterator[tuple[Node, smmus.Stream]]:
        """Masters that no partition has, with a stream that one has."""
        taken = [s for p in partitions for s in p.streams]
        given = [id(n) for p in partitions for d in p.devices for n in d.node.walk()]
        for node in self.tree.root.walk():
            if id(node) not in given and all(n.enabled for n in smmus.line_of(node)):
                yield from ((node, s) for s in smmus.streams(self.tree, node) if s in taken)


def read(blob: bytes) -> System:
    """The system that a compiled device tree declares."""
    return _Reader(Tree(blob)).system()
