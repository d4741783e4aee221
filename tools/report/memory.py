# SPDX-License-Identifier: Apache-2.0
"""The sections about physical memory, and where a DMA buffer may be.

@implements REQ-REPORT-003
"""
import draw_memory
from document import Cell, Code, Figure, Heading, Paragraph, Section, Table, a, n
from facts import HYPERVISOR
from words import address, sized

BLOCK = 0x200000


def _row(facts, stretch, depth=""):
    name = stretch.what if depth else draw_memory.name_of(stretch)
    kind = draw_memory.kind_of(facts, stretch)
    if stretch.kind == "image":
        name += f" ({stretch.note})"
    return [a(address(stretch.start)), a(address(stretch.end - 1)), Cell(sized(stretch.size), "n"), a(f"0x{stretch.size:x}"),
            Cell(depth + name, kind if kind[0] == "p" or kind == "hv" else "")]


def _map(facts):
    rows = []
    for stretch in sorted([*facts.devices, *(s for b in facts.banks for s in b.inside)], key=lambda s: s.start):
        rows.append(_row(facts, stretch))
        rows += [_row(facts, part, "\u2514 ") for part in stretch.inside]
    return Table("Physical memory", ["from", "to", "size", "bytes", "what"], rows)


def _free(facts):
    rows = []
    for stretch in facts.free:
        aligned = -(-stretch.start // BLOCK) * BLOCK
        whole = (stretch.end - aligned) // BLOCK * BLOCK if aligned < stretch.end else 0
        rows.append([a(address(stretch.start)), a(address(stretch.end - 1)), Cell(sized(stretch.size), "n"), a(f"0x{stretch.size:x}"),
                     a(f"{address(aligned)}, {sized(whole)}" if whole else "none")])
    return Table("Free RAM: nobody's, mapped nowhere", ["from", "to", "size", "bytes", "whole 2 MiB blocks from"], rows)


def _offset(memory):
    distance = memory["pa"] - memory["ipa"]
    return f"guest {'+' if distance >= 0 else '-'} 0x{abs(distance):x}" if distance else "the same"


def _addresses(facts):
    rows = [[Cell(p["name"], draw_memory.owner_class(facts, p["name"])), a(address(m["ipa"])),
             a(address(m["ipa"] + m["size"] - 1)), a(address(m["pa"])), a(address(m["pa"] + m["size"] - 1)),
             a(_offset(m)), Cell(sized(m["size"]), "n")]
            for p in facts.partitions for m in p["memory"]]
    head = ["partition", "guest from (IPA)", "to", "is physical from", "to", "physical is", "size"]
    return Table("RAM of the partitions: guest addresses and physical ones", head, rows)


def _example(facts, stretch):
    """The lines that give the last MiB, or less, of a free stretch to the first partition."""
    partition = facts.partitions[0]
    size = min(stretch.size, 1 << 20)
    guest = -(-max(m["ipa"] + m["size"] for m in partition["memory"]) // BLOCK) * BLOCK
    memory = [(m["ipa"], m["size"]) for m in partition["memory"]] + [(guest, size)]
    physical = [m["pa"] for m in partition["memory"]] + [stretch.end - size]
    return (partition["name"],
            "memory = " + ", ".join(f"<{_cells(i)} {_cells(s)}>" for i, s in memory) + ";\n"
            "physical = " + ", ".join(f"<{_cells(p)}>" for p in physical) + ";")


def _cells(value):
    return f"0x{value >> 32:x} 0x{value & 0xffffffff:08x}"


def section(facts):
    return Section("Physical memory", "memory", [Figure(draw_memory.draw(facts)), _map(facts)])


def buffers(facts):
    parts = [Paragraph("In a partition's own RAM, or in RAM that is free and then given to the partition. A device that reads and "
                       "writes memory by itself uses physical addresses: the SMMU is not driven. So a guest's driver must add the "
                       "distance below to its own address."), _addresses(facts)]
    if not facts.free:
        return Section("Where may I put my DMA buffer?", "dma-buffer",
                       [*parts, Paragraph("No RAM is free: a buffer can only be in a partition's own RAM.")])
    name, lines = _example(facts, max(facts.free, key=lambda s: s.size))
    parts += [_free(facts), Paragraph(f"For example, a piece of the largest free stretch at an address of your choice, for {name}. "
                                      "With physical, every region needs its own address; without it the compiler places all:"),
              Code(lines)]
    return Section("Where may I put my DMA buffer?", "dma-buffer", parts)


def _owned(facts, device):
    return device["owner"] or ("nobody (disabled)" if not device["enabled"] else "nobody")


def masters(facts):
    """Devices that reach memory without a core."""
    devices = facts.separation["declared"]["devices"]
    rows = [[Cell(d["node"], "m"), _owned(facts, d), d["master"], "NO: the SMMU is not driven"] for d in devices if d["master"]]
    parts = [Paragraph("A DMA master reads and writes memory without asking stage 2. Bulkhead does not drive an SMMU yet: no master is "
                       "protected against, so none may be given to a partition that is not trusted with all memory. A device tree need "
                       "not say that a device is a master; these signs are looked for: iommus, iommu-map, dma-coherent, dma-ranges, "
                       "#dma-cells, PCI bridges, virtio,mmio.")]
    if rows:
        parts.append(Table("DMA masters that the device tree shows", ["device", "whose", "shown by", "protected"], rows))
    else:
        parts.append(Paragraph("The device tree shows no DMA master."))
    others = [[Cell(d["node"], "m"), _owned(facts, d), d["compatible"]] for d in devices
              if not d["master"] and d["owner"] not in (HYPERVISOR, None)]
    if others:
        parts.append(Table("Assigned devices without such a sign; their manuals must say",
                           ["device", "whose", "compatible"], others))
    return Section("DMA masters", "masters", parts)


def _stacks(facts):
    stacks = next((s.size for s in facts.sections if s.note == ".stacks"), 0)
    return stacks // len([c for c in facts.system["board"]["cores"] if c["core"] is not None])


def sizes(facts):
    system, limits = facts.system, facts.system["limits"]
    parts = [s for s in facts.sections if s.note != ".blobs"]
    rows = [[s.note, s.what, n(sized(s.size)), n(s.size)] for s in parts]
    rows.append([".blobs", "guest images", n(sized(blobs := sum(p.size for o in facts.banks for s in o.inside for p in s.inside
                                                                if p.kind == "image"))), n(blobs)])
    used = sum(s.size for s in parts if s.note != ".record")
    each = [[name, n(count), n(most)] for name, count, most in (
        ("cores", len([c for c in system["board"]["cores"] if c["core"] is not None]), limits["cores"]),
        ("partitions", len(facts.partitions), limits["partitions"]),
        ("vCPUs of a partition", max(len(p["vcpus"]) for p in facts.partitions), limits["vcpus"]),
        ("memory regions of a partition", max(len(p["memory"]) for p in facts.partitions), limits["memory_regions"]),
        ("devices of a partition", max(len(p["devices"]) for p in facts.partitions), limits["devices"]),
        ("pieces that are loaded into a partition", max(len(p["pieces"]) for p in facts.partitions), limits["pieces"]),
        ("hypervisor without guest images, bytes", used, limits["image"]))]
    stack = (f"Of each core's {sized(_stacks(facts))} of stacks, {sized(limits['stack'])} are the stack; the rest below it is not "
             "mapped. make check-stack proves that they suffice.")
    return Section("Sizes and limits", "sizes", [
        Heading("The image"), Table("Parts of the image, in whole pages", ["section", "what", "size", "bytes"], rows),
        Paragraph(stack), Heading("Limits"), Table("Used, and the most there may be", ["what", "used", "most"], each)])
