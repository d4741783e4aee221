# SPDX-License-Identifier: Apache-2.0
"""DMA: where a buffer may be in each partition, in the guest's addresses and in the machine's, which devices are masters, and
what keeps each of them from memory. All of it is derived from the system; the masters and SMMUs are those the checker found.

@implements REQ-REPORT-003
@implements REQ-REPORT-007
"""
import draw_guest
import draw_memory
from document import Cell, Code, Paragraph, Section, Table, a
from facts import HYPERVISOR, PAGE
from words import address, listed, sized

BLOCK = 0x200000


def _whole_blocks(start, end):
    first, last = -(-start // BLOCK) * BLOCK, end // BLOCK * BLOCK
    return f"{address(first)}, {sized(last - first)}" if first < last else "none"


def _owner(facts, name):
    return Cell(name, draw_memory.owner_class(facts, name))


# SMMUs and masters.

def confinement(facts):
    """What the board has between its masters and memory."""
    found = facts.separation["declared"].get("smmus", [])
    if not found:
        return "The device tree has no SMMU that is enabled: nothing translates or checks what a device reads and writes by itself."
    driven = [s["node"] for s in found if s["owner"] == HYPERVISOR]
    idle = [s["node"] for s in found if s["owner"] != HYPERVISOR]
    said = [f"Bulkhead drives {listed(driven)}."] if driven else []
    said += [f"{listed(idle)} is in the device tree, and nobody drives it: what becomes of a transfer behind it is up to the "
             "firmware."] if idle else []
    return " ".join(said)


def _masters(facts, partition):
    return [d for d in facts.separation["declared"]["devices"] if d["master"] and d["owner"] == partition["name"]]


def state(facts, device):
    """What keeps a master from memory."""
    if not device["enabled"]:
        return "is not there (disabled)"
    if device.get("dma"):
        return f"{device['dma']}: {device['why']}"
    if device["owner"] in facts.names and device.get("confined"):
        return f"an SMMU, but for the memory of {device['owner']}"
    if device["owner"] in facts.names:
        return f"nothing; accepted because: {facts.found(device['owner']).get('dma_unprotected') or 'nobody says'}"
    return "nothing"


def unprotected(facts):
    """Partitions with masters that nothing confines, and why that is accepted."""
    for partition in facts.partitions:
        devices = [d for d in _masters(facts, partition) if d["enabled"] and not d.get("confined")]
        if devices:
            why = facts.found(partition["name"]).get("dma_unprotected") or "nobody says"
            yield f"DMA WITHOUT PROTECTION: {listed(d['node'] for d in devices)} of {partition['name']} can reach all memory; accepted because: {why}"


# Where a buffer may be.

def room(partition):
    """(guest address, physical address, size) of RAM that nothing is loaded to, in whole pages."""
    for memory in partition["memory"]:
        at = memory["ipa"]
        loaded = [(p.start, p.end) for p in draw_guest.pieces(partition)] + [(memory["ipa"] + memory["size"],) * 2]
        for start, end in sorted(p for p in loaded if memory["ipa"] <= p[0] <= memory["ipa"] + memory["size"]):
            if start // PAGE * PAGE > at:
                yield at, at - memory["ipa"] + memory["pa"], start // PAGE * PAGE - at
            at = max(at, -(-end // PAGE) * PAGE)


def _rooms(facts):
    rows = [[_owner(facts, p["name"]), a(address(ipa)), a(address(ipa + size - 1)), a(address(pa)), a(address(pa + size - 1)),
             Cell(sized(size), "n"), a(_whole_blocks(pa, pa + size))] for p in facts.partitions for ipa, pa, size in room(p)]
    return Table("Room for buffers in each partition's own RAM",
                 ["partition", "guest from (IPA)", "to", "physical from", "to", "size", "whole physical 2 MiB blocks from"], rows)


def _given(facts, partition):
    """[partition, its masters, the address to give them, what a driver does about caches]."""
    found = _masters(facts, partition)
    if not found:
        return [_owner(facts, partition["name"]), "none that the device tree shows", "physical", "-"]
    coherent = {d["node"]: "coherent, nothing" if d["coherent"] else "cleaned and invalidated by the driver" for d in found}
    caches = coherent[found[0]["node"]] if len(set(coherent.values())) == 1 else listed(f"{n}: {c}" for n, c in coherent.items())
    views = {_view(device) for device in found}
    return [_owner(facts, partition["name"]), listed(coherent), listed(sorted(views)), caches]


def _view(device):
    return "guest" if device.get("confined") else "physical"


def _offset(memory):
    distance = memory["pa"] - memory["ipa"]
    return f"guest {'+' if distance >= 0 else '-'} 0x{abs(distance):x}" if distance else "the same"


def _addresses(facts):
    rows = [[_owner(facts, p["name"]), a(address(m["ipa"])), a(address(m["ipa"] + m["size"] - 1)), a(address(m["pa"])),
             a(address(m["pa"] + m["size"] - 1)), a(_offset(m)), Cell(sized(m["size"]), "n")]
            for p in facts.partitions for m in p["memory"]]
    head = ["partition", "guest from (IPA)", "to", "is physical from", "to", "physical is", "size"]
    return Table("RAM of the partitions: guest addresses and physical ones", head, rows)


def _free(facts):
    rows = [[a(address(s.start)), a(address(s.end - 1)), Cell(sized(s.size), "n"), a(f"0x{s.size:x}"), a(_whole_blocks(s.start, s.end))]
            for s in facts.free]
    return Table("Free RAM: nobody's, mapped nowhere", ["from", "to", "size", "bytes", "whole 2 MiB blocks from"], rows)


def _example(facts, stretch):
    """The lines that give the last MiB, or less, of a free stretch to a partition: one with a master, or the first."""
    partition = next((p for p in facts.partitions if _masters(facts, p)), facts.partitions[0])
    size = min(stretch.size, 1 << 20)
    guest = -(-max(m["ipa"] + m["size"] for m in partition["memory"]) // BLOCK) * BLOCK
    memory = [(m["ipa"], m["size"]) for m in partition["memory"]] + [(guest, size)]
    physical = [m["pa"] for m in partition["memory"]] + [stretch.end - size]
    return (partition["name"],
            "memory = " + ", ".join(f"<{_cells(i)} {_cells(s)}>" for i, s in memory) + ";\n"
            "physical = " + ", ".join(f"<{_cells(p)}>" for p in physical) + ";")


def _cells(value):
    return f"0x{value >> 32:x} 0x{value & 0xffffffff:08x}"


def buffers(facts):
    parts = [Paragraph("In the partition's own RAM, where nothing is loaded: each row below is contiguous in both views. The guest's own "
                       "system decides what else it keeps there, so reserve the buffer in the guest as well. Or in RAM that is free, "
                       "once it is given to the partition."), _rooms(facts),
             Paragraph(f"{confinement(facts)} A driver gives its device the address in this column:"),
             Table("What a driver gives its device", ["partition", "its DMA masters", "address", "caches"],
                   [_given(facts, p) for p in facts.partitions]), _addresses(facts)]
    if not facts.free:
        return Section("Where may I put my DMA buffer?", "dma-buffer",
                       [*parts, Paragraph("No RAM is free: a buffer can only be in a partition's own RAM.")])
    name, lines = _example(facts, max(facts.free, key=lambda s: s.size))
    parts += [_free(facts), Paragraph(f"For example, a piece of the largest free stretch at an address of your choice, for {name}. "
                                      "With physical, every region needs its own address; without it the compiler places all:"),
              Code(lines)]
    return Section("Where may I put my DMA buffer?", "dma-buffer", parts)


# All masters.

def _whose(device):
    return device["owner"] or "nobody"


def masters(facts):
    """Devices that reach memory without a core."""
    devices = facts.separation["declared"]["devices"]
    rows = [[Cell(d["node"], "m"), _whose(d), d["master"], state(facts, d)] for d in devices if d["master"]]
    parts = [Paragraph(f"A DMA master reads and writes memory without asking stage 2. {confinement(facts)} A device tree need not say that "
                       "a device is a master; the signs that are looked for are in docs/configuration.md.")]
    if rows:
        parts.append(Table("DMA masters that the device tree shows", ["device", "whose", "shown by", "what keeps it from memory"], rows))
    else:
        parts.append(Paragraph("The device tree shows no DMA master."))
    others = [[Cell(d["node"], "m"), _whose(d), d["compatible"]] for d in devices
              if not d["master"] and d["owner"] not in (HYPERVISOR, None)]
    if others:
        parts.append(Table("Assigned devices without such a sign; their manuals must say",
                           ["device", "whose", "compatible"], others))
    return Section("DMA masters", "masters", parts)
