# SPDX-License-Identifier: Apache-2.0
"""The device tree that a guest is given describes what it reaches, and no more.

@implements REQ-VER-013
"""
from __future__ import annotations

from typing import Optional

import pci
from declared import CONSOLE, CONSOLE_INTERRUPT, GICD, GICR, GICR_EACH, Core, Device, Partition, System
from files import Loaded
from findings import Findings
from tree import BadTree, Node, Tree, number
from vmsa import PAGE

# Of a device's node, what is said in the guest's own terms or may be left out because the guest lacks what it refers to.
OWN_TERMS = ("reg", "interrupts", "interrupts-extended", "interrupt-parent", "clocks", "ranges", "#address-cells", "#size-cells")


class _Guest:
    """One guest's tree, with the nodes that have been accounted for."""

    def __init__(self, system: System, findings: Findings, declared: Partition, tree: Tree):
        self.system, self.findings, self.declared, self.tree = system, findings, declared, tree
        self.left = list(tree.root.walk())

    def require(self, holds: bool, text: str) -> bool:
        return self.findings.require(holds, f"{self.declared.name}'s device tree", text)

    def equal(self, found, wanted, what: str) -> bool:
        return self.findings.equal(found, wanted, f"{self.declared.name}'s device tree", what)

    def take(self, node: Optional[Node]) -> Optional[Node]:
        """This node and those below are accounted for."""
        gone = list(node.walk()) if node else []
        self.left = [n for n in self.left if not any(n is g for g in gone)]
        return node

    def only(self, compatible: str) -> Optional[Node]:
        found = [n for n in self.tree.root.walk() if n.compatible(compatible)]
        self.require(len(found) == 1, f"{len(found)} nodes are compatible with {compatible}, not one")
        return self.take(found[0]) if len(found) == 1 else None

    def at(self, address: int) -> list[Node]:
        return [n for n in self.left if "reg" in n.properties and self.tree.reg(n)[:1] and self.tree.reg(n)[0][0] == address]


def check(system: System, findings: Findings, declared: Partition, files: Loaded, blob: bytes) -> None:
    try:
        guest = _Guest(system, findings, declared, Tree(blob))
    except BadTree as error:
        findings.error(declared.name, f"its device tree is {error}")
        return
    for rule in (_root, _memory, _cpus, _psci, _timer, _gic, _console, _devices, _pci, _clocks):
        findings.apply(f"{declared.name}'s device tree", rule, guest)
    findings.apply(f"{declared.name}'s device tree", _chosen, guest, files)
    for node in guest.left:
        own = _added(guest, node)
        added = own is not None and all(own.properties.get(n) == v for n, v in node.properties.items())
        guest.require(added, f"{node.path} is nothing that the partition has")


def _added(guest: _Guest, node: Node) -> Optional[Node]:
    """The place of a node in what the user adds to this guest's tree, or None."""
    own = guest.declared.node.child("device-tree")
    for name in node.path.strip("/").split("/"):
        own = own.child(name) if own and name else own
    return own


def _adds(guest: _Guest, node: Node, name: str) -> bool:
    """The user adds this property with this value."""
    own = _added(guest, node)
    return own is not None and name in own.properties and own.properties[name] == node.properties[name]


def _only_properties(guest: _Guest, node: Node, allowed: str) -> None:
    extra = sorted(n for n in set(node.properties) - set(allowed.split()) if not _adds(guest, node, n))
    guest.require(not extra, f"{node.path} has properties that it should not: {', '.join(extra)}")


def _root(guest: _Guest) -> None:
    root = guest.tree.root
    guest.left = [n for n in guest.left if n is not root]
    _only_properties(guest, root, "#address-cells #size-cells compatible model interrupt-parent")
    guest.equal((root.cell("#address-cells"), root.cell("#size-cells")), (2, 2), "the number of cells of addresses and sizes")
    guest.require(guest.tree.reserved_memory() == 0, "memory is reserved in it")


def _memory(guest: _Guest) -> None:
    nodes = [n for n in guest.tree.root.children if n.string("device_type") == "memory"]
    for node in nodes:
        _only_properties(guest, guest.take(node), "device_type reg")
    found = [(hex(a), hex(s)) for n in nodes for a, s in guest.tree.reg(n)]
    guest.equal(sorted(found), sorted((hex(a), hex(s)) for a, s in guest.declared.memory), "the memory in it")


def _cpus(guest: _Guest) -> None:
    cpus = guest.take(guest.tree.root.child("cpus"))
    if not guest.require(cpus is not None, "it has no /cpus"):
        return
    _only_properties(guest, cpus, "#address-cells #size-cells")
    guest.equal((cpus.cell("#address-cells"), cpus.cell("#size-cells", 1)), (1, 0), "the number of cells in /cpus")
    guest.equal(len(cpus.children), len(guest.declared.vcpus), "the number of its cpus")
    for vcpu, node in zip(guest.declared.vcpus, cpus.children):
        _cpu(guest, vcpu.index, vcpu.core, node)


def _cpu(guest: _Guest, index: int, core: Core, node: Node) -> None:
    _only_properties(guest, node, "device_type compatible reg enable-method")
    guest.equal(node.cells("reg"), [index], f"the number of {node.path}")
    found = (node.string("device_type"), node.string("enable-method"), node.strings("compatible"))
    guest.equal(found, ("cpu", "psci", core.node.strings("compatible")), f"what {node.path} is")


def _psci(guest: _Guest) -> None:
    node = guest.only("arm,psci-1.0")
    if node:
        _only_properties(guest, node, "compatible method")
        guest.equal(node.strings("compatible"), ["arm,psci-1.0", "arm,psci-0.2"], "what PSCI is compatible with")
        guest.equal(node.string("method"), "hvc", "PSCI's method")


def _timer(guest: _Guest) -> None:
    node = guest.only("arm,armv8-timer")
    if node:
        board = next(n for n in guest.system.tree.root.walk() if n.compatible("arm,armv8-timer"))
        _only_properties(guest, node, "compatible interrupts always-on clock-frequency")
        guest.equal(guest.tree.interrupts(node), guest.system.timer, "the list of the timer's interrupts")
        guest.equal(node.cell("clock-frequency"), board.cell("clock-frequency"), "the timer's frequency")
        guest.require("always-on" in node.properties, "the timer is not always on, though standby does not stop it")


def _gic(guest: _Guest) -> None:
    node = guest.only("arm,gic-v3")
    if node:
        _only_properties(guest, node, "compatible #interrupt-cells #address-cells interrupt-controller reg phandle")
        wanted = [GICD, (GICR, GICR_EACH * len(guest.declared.vcpus))]
        guest.equal(guest.tree.reg(node), wanted, "the list of the GIC's windows")
        guest.equal((node.cell("#interrupt-cells"), node.cell("#address-cells", 1)), (3, 0), "the GIC's numbers of cells")
        guest.require("interrupt-controller" in node.properties, "the GIC is no interrupt controller")


def _console(guest: _Guest) -> None:
    nodes = [n for n in guest.at(CONSOLE[0]) if n.compatible("arm,pl011")]
    guest.equal(len(nodes), 0 if guest.declared.console == "none" else 1, "the number of its consoles")
    for node in nodes:
        guest.take(node)
        _only_properties(guest, node, "compatible reg interrupts clocks clock-names")
        guest.equal(node.strings("compatible"), ["arm,pl011", "arm,primecell"], "what the console is compatible with")
        guest.equal(guest.tree.reg(node), [CONSOLE], "the console's window")
        guest.equal(guest.tree.interrupts(node), [_console_interrupt(guest.declared)], "the console's interrupt")
        guest.equal(node.strings("clock-names"), ["uartclk", "apb_pclk"], "the list of the console's clocks")
        guest.require(len(node.cells("clocks")) == 2, "the console has not two clocks")
        if guest.declared.uart:
            _same_clocks(guest, node, guest.declared.uart.node)


def _console_interrupt(declared: Partition):
    flags = declared.uart.interrupts[0].flags if declared.uart else CONSOLE_INTERRUPT.flags
    return CONSOLE_INTERRUPT._replace(flags=flags)


def _devices(guest: _Guest) -> None:
    for device in guest.declared.devices:
        if device.function:
            continue
        first = device.registers[0][0]
        nodes = [n for n in guest.at(first) if n.strings("compatible") == device.node.strings("compatible")]
        if guest.require(len(nodes) == 1, f"it has {len(nodes)} nodes for {device.name} at 0x{first:x}"):
            _device(guest, device, guest.take(nodes[0]))


def _pci(guest: _Guest) -> None:
    """One host bridge, if there are functions: their registers and interrupts, and no way to others."""
    functions = guest.declared.functions
    nodes = [n for n in guest.tree.root.walk() if n.string("device_type") == "pci"]
    guest.equal(len(nodes), 1 if functions else 0, "the number of its PCI host bridges")
    for node in map(guest.take, nodes if functions else []):
        _only_properties(guest, node, "compatible device_type #address-cells #size-cells #interrupt-cells reg bus-range ranges "
                         "linux,pci-domain dma-coherent interrupt-map-mask interrupt-map")
        guest.equal(node.strings("compatible"), ["pci-host-ecam-generic"], "what the host bridge is compatible with")
        guest.equal((guest.tree.reg(node), node.cells("bus-range")), ([pci.WINDOW], [0, 0]), "the host bridge's configuration space")
        guest.equal([node.cell(f"#{n}-cells") for n in ("address", "size", "interrupt")], [3, 2, 1], "the host bridge's cells")
        guest.equal(node.cells("linux,pci-domain"), [0], "the host bridge's domain")
        coherent = "dma-coherent" in functions[0].host.properties
        guest.equal("dma-coherent" in node.properties, coherent, "whether DMA of PCI is coherent")
        _pci_lists(guest, node)


def _pci_lists(guest: _Guest, node: Node) -> None:
    functions, gic = guest.declared.functions, guest.tree.root.cell("interrupt-parent")
    bars = [bar for f in functions for _, bar in sorted(f.bars.items())]
    ranges = [c for bar in bars for c in (0x02000000, bar.address >> 32, bar.address & 0xFFFFFFFF, bar.physical >> 32,
                                          bar.physical & 0xFFFFFFFF, 0, -(-bar.size // PAGE) * PAGE)]
    guest.equal(node.cells("ranges"), ranges, "the list of the host bridge's windows")
    lines = [c for d in guest.declared.devices for i in (d.interrupts if d.function else [])
             for c in ((d.function.rid & 0xFF) << 8, 0, 0, d.function.pin, gic, 0, i.intid - 32, 4)]
    guest.equal(node.cells("interrupt-map"), lines, "where the pins of its PCI functions lead")
    guest.equal(node.cells("interrupt-map-mask"), [0xFF00, 0, 0, 7] if lines else [], "the mask of the host bridge's pins")


def _device(guest: _Guest, device: Device, node: Node) -> None:
    guest.equal(guest.tree.reg(node), device.registers, f"the list of registers of {device.name}")
    guest.equal(guest.tree.interrupts(node), device.interrupts, f"the list of interrupts of {device.name}")
    _copied(guest, node, device.node)
    if "clocks" in node.properties:
        _same_clocks(guest, node, device.node)


def _copied(guest: _Guest, node: Node, board: Node) -> None:
    """What is there is as the board says; references are left out rather than left dangling."""
    for name, value in node.properties.items():
        if name not in OWN_TERMS and not _adds(guest, node, name):
            guest.require(board.properties.get(name) == value, f"{name} of {node.path} is not that of {board.path}")
    for child in node.children:
        below = board.child(child.name)
        if below is None and _added(guest, child) is not None:
            continue
        if guest.require(below is not None, f"{child.path} is not below {board.path}"):
            _copied(guest, child, below)


def _entries(tree: Tree, node: Node, name: str) -> list[tuple[Node, list[int]]]:
    """The providers that a list of clocks names, each with its whole entry."""
    cells, found = node.cells(name), []
    while cells:
        provider = tree.by_phandle(cells[0])
        size = 1 + provider.cell("#clock-cells")
        found.append((provider, cells[:size]))
        cells = cells[size:]
    return found


def _rate(tree: Tree, node: Node, provider: Node, entry: list[int]) -> int:
    """Of a fixed clock, of a fixed factor of another, or what the device's assigned-clock-rates says."""
    multiply, divide = 1, 1
    while provider.compatible("fixed-factor-clock"):
        multiply, divide = multiply * provider.cell("clock-mult"), divide * provider.cell("clock-div")
        provider = _entries(tree, provider, "clocks")[0][0]
    if provider.compatible("fixed-clock"):
        return provider.cell("clock-frequency") * multiply // divide
    rates = zip(_entries(tree, node, "assigned-clocks"), node.cells("assigned-clock-rates"))
    return next((rate for (_, assigned), rate in rates if assigned == entry), 0)


def _same_clocks(guest: _Guest, node: Node, board: Node) -> None:
    """Fixed clocks of the same rates, or the very clocks, of a device that the partition has as well."""
    found, wanted = _entries(guest.tree, node, "clocks"), _entries(guest.system.tree, board, "clocks")
    guest.equal(len(found), len(wanted), f"the number of clocks of {node.path}")
    for (clock, entry), (provider, own) in zip(found, wanted):
        if clock.compatible("fixed-clock"):
            rate = _rate(guest.system.tree, board, provider, own)
            guest.equal(clock.cell("clock-frequency"), rate, f"a clock frequency of {node.path}")
        else:
            guest.equal(entry, own, f"a clock of {node.path}")


def _clocks(guest: _Guest) -> None:
    """Fixed clocks that something refers to."""
    used = [c for n in guest.tree.root.walk() if "clocks" in n.properties for c, _ in _entries(guest.tree, n, "clocks")]
    for node in [n for n in guest.left if n.compatible("fixed-clock") and any(n is u for u in used)]:
        _only_properties(guest, guest.take(node), "compatible #clock-cells clock-frequency phandle clock-output-names")
        guest.equal(node.cells("#clock-cells"), [0], f"the number of cells of {node.path}")


def _chosen(guest: _Guest, files: Loaded) -> None:
    node = guest.take(guest.tree.root.child("chosen"))
    linux = guest.declared.node.child("linux")
    if not guest.require(node is not None, "it has no /chosen"):
        return
    _only_properties(guest, node, "stdout-path bootargs linux,initrd-start linux,initrd-end linux,pci-probe-only")
    guest.equal(node.cell("linux,pci-probe-only"), 1 if guest.declared.functions else 0, "whether Linux keeps PCI addresses")
    guest.equal(node.string("bootargs"), linux.string("bootargs") if linux else "", "the kernel's command line")
    found = [number(node.cells(f"linux,initrd-{end}")) for end in ("start", "end")]
    wanted = [files.initrd.address, files.initrd.end] if files.initrd else [0, 0]
    guest.equal([hex(a) for a in found], [hex(a) for a in wanted], "where the initrd begins and ends")
    _stdout(guest, node)


def _stdout(guest: _Guest, chosen: Node) -> None:
    consoles = [n.path for n in guest.tree.root.walk() if "reg" in n.properties and n.compatible("arm,pl011")
                and guest.tree.reg(n)[:1] == [CONSOLE]]
    wanted = consoles[0] if consoles and guest.declared.console != "none" else ""
    guest.equal(chosen.string("stdout-path"), wanted, "stdout-path")
