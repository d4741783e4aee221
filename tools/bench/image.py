# SPDX-License-Identifier: Apache-2.0
"""What an image and its memory are made of: sections from the ELF file, parts of sections from the linker's map.

@implements REQ-BENCH-009
"""
import re
from collections import defaultdict

from elftools.elf.elffile import ELFFile

PAGE = 4096
ALLOCATED = 0x2
PART = re.compile(r"^ (\S+)\s+0x([0-9a-f]+)\s+0x([0-9a-f]+)(?: (\S+))?$", re.M)
CODE = (".text", ".rodata")
GENERATED = {".tables": "translation tables", ".stacks": "stacks and guard pages", ".blobs": "guest images",
             ".bss": "state", ".rodata": "configuration", ".text": "configuration"}


def sections(elf):
    """{name: (address, size)} of what is in memory."""
    with open(elf, "rb") as file:
        return {s.name: (s["sh_addr"], s["sh_size"]) for s in ELFFile(file).iter_sections()
                if s["sh_flags"] & ALLOCATED and s["sh_size"]}


def text_used(elf):
    """The address at which the linker script begins to fill the last page of the text."""
    with open(elf, "rb") as file:
        return ELFFile(file).get_section_by_name(".symtab").get_symbol_by_name("text_used")[0]["st_value"]


def contributor(section, path):
    """Of an object file: its folder in the project; of what is made for the system, what that is."""
    if path.endswith("/entry.o"):
        return "arch"
    if "/config/" in path:
        return GENERATED.get(section, "configuration")
    return path.rpartition("/obj/")[2].split("/")[0]


def parts(elf, map_file):
    """{section: {contributor: bytes}}; what no input section has is the linker's own, and padding."""
    found = {name: defaultdict(int) for name in sections(elf)}
    limits = {name: (first, first + size) for name, (first, size) in sections(elf).items()}
    for name, address, size, path in PART.findall(map_file.read_text()):
        start, length = int(address, 16), int(size, 16)
        inside = [section for section, (first, end) in limits.items() if first <= start and start + length <= end]
        if length and len(inside) == 1 and (path.endswith(".o") or name == "*fill*"):
            found[inside[0]]["padding" if name == "*fill*" else contributor(inside[0], path)] += length
    for section, (first, end) in limits.items():
        rest = end - first - sum(found[section].values())
        if rest:
            found[section]["tables of the image's pages" if section == ".tables" else "alignment"] += rest
        end_of_page = -end % PAGE
        if end_of_page and section not in CODE[:1]:
            found[section]["rest of the page"] += end_of_page
    return {section: dict(content) for section, content in found.items()}


def measures(elf, map_file, region):
    """{measure: {value, note}}: code, and memory beside the partitions'."""
    found = sections(elf)
    code = text_used(elf) - found[".text"][0] + found[".rodata"][1]
    content = parts(elf, map_file)
    images = sum(content.get(".blobs", {}).values())
    held = sum(sum(section.values()) for section in content.values()) - images
    return {"text-rodata": {"value": code, "note": "as make check-el2 counts"},
            "ram": {"value": held, "note": "pages that hold something, without the images of the guests"},
            "images": {"value": images, "note": "what partitions are loaded from, at each restart too"},
            "ram-region": {"value": region, "note": "no partition can have it"}}
