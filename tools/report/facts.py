# SPDX-License-Identifier: Apache-2.0
"""What the report is about: the config compiler's system.json, the checker's findings, and the linked image's sections.

Physical memory is laid out here once, as stretches without gaps in RAM, for drawings and tables alike.

@implements REQ-REPORT-002
"""
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from elftools.elf.elffile import ELFFile

PAGE = 4096
HYPERVISOR = "hypervisor"
NOBODY = ""
GIC = ("GIC distributor", "GIC redistributors", "GIC")
PARTS = {".text": "code", ".rodata": "constants", ".tables": "translation tables", ".bss": "state",
         ".stacks": "stacks, a guard page below each", ".record": "record of the first fault"}


@dataclass
class Stretch:
    """Addresses with one owner; `kind` is ram, device, part, image, free, reserved or window."""
    start: int
    size: int
    owner: str
    what: str
    kind: str
    note: str = ""
    inside: list = field(default_factory=list)

    @property
    def end(self):
        return self.start + self.size


@dataclass
class Facts:
    system: dict      # as the compiler says
    separation: dict  # as the checker found
    sections: list    # Stretches of the image
    blobs: dict       # number -> physical address
    devices: list = field(default_factory=list)
    banks: list = field(default_factory=list)

    @property
    def partitions(self):
        return self.system["partitions"]

    @property
    def names(self):
        return [p["name"] for p in self.partitions]

    def found(self, name):
        """What the checker found of a partition in the image."""
        return next((p for p in self.separation["partitions"] if p["name"] == name), {"map": [], "vmid": None})

    @property
    def free(self):
        return [s for bank in self.banks for s in bank.inside if s.kind == "free"]


def pages(start, size):
    first = start // PAGE * PAGE
    return first, -(-(start + size) // PAGE) * PAGE - first


def read(config, separation, elf):
    """`config`: the folder with system.json."""
    sections, blobs = _image(elf)
    facts = Facts(json.loads((Path(config) / "system.json").read_text(encoding="utf-8")),
                  json.loads(Path(separation).read_text(encoding="utf-8")), sections, blobs)
    facts.devices = sorted(_devices(facts), key=lambda s: s.start)
    facts.banks = [_bank(facts, r["base"], r["size"]) for r in sorted(facts.system["board"]["ram"], key=lambda r: r["base"])]
    return facts


def _image(path):
    with open(path, "rb") as file:
        elf = ELFFile(file)
        sections = [Stretch(s["sh_addr"], s["sh_size"], HYPERVISOR, PARTS.get(s.name, s.name), "part", s.name)
                    for s in elf.iter_sections() if s["sh_flags"] & 2 and s["sh_size"]]
        symbols = elf.get_section_by_name(".symtab").iter_symbols()
        blobs = {int(s.name[5:]): s["st_value"] for s in symbols if s.name.startswith("blob_") and s.name[5:].isdigit()}
    return sections, blobs


# Devices.

def labels(facts):
    """Device tree paths and the labels that the system file uses for them."""
    system = facts.system
    known = [system["console"], system["board"]["gic"]]
    known += [d for p in system["partitions"] for d in p["devices"] + ([p["uart"]] if p["uart"] else [])]
    return {d["node"]: d["name"] for d in known}


def called(facts, device):
    """`uart1`, or for what nobody has, the name of its node."""
    return labels(facts).get(device["node"], device["node"].rsplit("/", 1)[-1])


def _devices(facts):
    gic = facts.system["board"]["gic"]["node"]
    for device in facts.separation["declared"]["devices"]:
        for number, region in enumerate(device["regions"]):
            start, size = pages(region["base"], region["size"])
            name = GIC[min(number, 2)] if device["node"] == gic else called(facts, device)
            off = "" if device["enabled"] else "disabled"
            yield Stretch(start, size, device["owner"] or NOBODY, name, "device", off)


# RAM.

def _bank(facts, start, size):
    bank = Stretch(start, size, NOBODY, "RAM", "ram")
    inside = [s for s in _used(facts) if start <= s.start < bank.end]
    at = start
    for stretch in sorted(inside, key=lambda s: s.start):
        if stretch.start > at:
            bank.inside.append(_free(at, stretch.start))
        bank.inside.append(stretch)
        at = max(at, stretch.end)
    if at < bank.end:
        bank.inside.append(_free(at, bank.end))
    return bank


def _free(start, end):
    return Stretch(start, end - start, NOBODY, "free", "free")


def _used(facts):
    system = facts.system
    own = system["hypervisor"]
    yield Stretch(own["base"], own["size"], HYPERVISOR, "image, tables, state, guest images", "ram", "",
                  _parts(facts, own["base"], own["size"]))
    for region in system["board"]["reserved"]:
        yield Stretch(*pages(region["base"], region["size"]), NOBODY, "reserved by the board", "reserved")
    for partition in system["partitions"]:
        for memory in partition["memory"]:
            yield Stretch(memory["pa"], memory["size"], partition["name"], "RAM", "ram", memory["ipa"])


def _parts(facts, start, size):
    parts = [s for s in facts.sections if s.note != ".blobs"] + _images(facts)
    for part in parts:
        part.start, part.size = pages(part.start, part.size)
    found, at = [], start
    for part in [*sorted(parts, key=lambda s: s.start), Stretch(start + size, 0, "", "", "")]:
        if part.start > at:
            found.append(Stretch(at, part.start - at, HYPERVISOR, "unused, to whole 2 MiB blocks", "unused"))
        found += [part] if part.size else []
        at = max(at, part.end)
    return found


def _images(facts):
    """Guest images, each once, with all partitions that are loaded from it."""
    found = {}
    for partition in facts.partitions:
        for piece in partition["pieces"]:
            if piece["blob"] in facts.blobs:
                image = found.setdefault(piece["blob"], Stretch(facts.blobs[piece["blob"]], piece["size"], HYPERVISOR,
                                                                "", "image", os.path.basename(piece["file"])))
                users = image.what.partition(":")[0].split(", ") if image.what else []
                image.what = f"{', '.join([*users, partition['name']])}: {brief(piece['what'])}"
    return list(found.values())


def brief(what):
    return what.removeprefix("generated ")
