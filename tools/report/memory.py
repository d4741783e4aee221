# SPDX-License-Identifier: Apache-2.0
"""The sections about physical memory, and how large things are.

@implements REQ-REPORT-003
"""
import draw_memory
from document import Cell, Figure, Heading, Paragraph, Section, Table, a, n
from words import address, sized


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


def section(facts):
    said = Paragraph("Low addresses are above. Each partition has its own colour, the hypervisor is grey; darker grey is reserved by the board; "
                     "dashed edges: free, or a window that the hypervisor answers itself; a torn edge leaves addresses out; sizes with a decimal point are rounded.")
    return Section("Physical memory", "memory", [said, Figure(draw_memory.draw(facts)), _map(facts)])


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
        ("devices in the access of a partition", max(len(p["devices"]) for p in facts.partitions), limits["devices"]),
        ("UARTs passed through as a partition's console", max(int(p["uart"] is not None) for p in facts.partitions), 1),
        ("pieces that are loaded into a partition", max(len(p["pieces"]) for p in facts.partitions), limits["pieces"]),
        ("hypervisor without guest images, bytes", used, limits["image"]))]
    stack = (f"Of each core's {sized(_stacks(facts))} of stacks, {sized(limits['stack'])} are the stack; the rest below it is not "
             "mapped. make check-stack proves that they suffice.")
    return Section("Sizes and limits", "sizes", [
        Heading("The image"), Table("Parts of the image, in whole pages", ["section", "what", "size", "bytes"], rows),
        Paragraph(stack), Heading("Limits"), Table("Used, and the most there may be", ["what", "used", "most"], each)])
