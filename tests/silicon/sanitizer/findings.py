# SPDX-License-Identifier: Apache-2.0
"""What the sanitizer has found, with names: functions for program counters, partitions for VMIDs and addresses.

Also a command: findings.py FINDINGS [--elf bulkhead.elf] [--system system.json]
"""
import argparse
import bisect
import json
import sys
from dataclasses import dataclass
from pathlib import Path

from elftools.elf.elffile import ELFFile

EL2 = 2


@dataclass(frozen=True)
class Actor:
    """An instruction that did something: where, on which core, at which exception level and for which VMID."""

    core: int
    level: int
    vmid: int
    pc: int
    earlier: bool = False

    @staticmethod
    def of(fields):
        return Actor(fields["core"], fields["level"], fields["vmid"], int(fields["pc"], 16), fields.get("earlier", False))


@dataclass(frozen=True)
class Finding:
    """One line of the plugin's output."""

    kind: str
    actor: Actor
    pa: int | None
    writer: Actor | None
    text: str

    @staticmethod
    def of(fields):
        writer = Actor.of(fields["writer"]) if fields["writer"] else None
        pa = int(fields["pa"], 16) if fields["pa"] else None
        return Finding(fields["class"], Actor.of(fields), pa, writer, fields["text"])

    @property
    def is_own(self):
        """What a guest does to itself, in one life. Everything else is EL2's business."""
        if self.actor.level >= EL2 or self.writer is None:
            return self.actor.level < EL2
        return self.writer.level < EL2 and self.writer.vmid == self.actor.vmid and not self.writer.earlier


class Names:
    """Names for addresses: of functions in an ELF file, of partitions in a system.json."""

    def __init__(self, elf=None, system=None):
        self._symbols = sorted(self._read_symbols(elf)) if elf else []
        self._partitions = json.loads(Path(system).read_text())["partitions"] if system else []

    @staticmethod
    def _read_symbols(elf):
        with open(elf, "rb") as file:
            table = ELFFile(file).get_section_by_name(".symtab")
            for symbol in table.iter_symbols():
                if symbol["st_shndx"] != "SHN_UNDEF" and symbol.name and not symbol.name.startswith("$"):
                    yield symbol["st_value"], symbol.name

    def place(self, actor):
        """EL2's program counters have names; a guest's are in an image we do not know."""
        index = bisect.bisect_right(self._symbols, (actor.pc, "\x7f")) - 1
        if actor.level < EL2 or index < 0:
            return f"{actor.pc:#x}"
        value, name = self._symbols[index]
        return f"{name}+{actor.pc - value:#x}"

    def partition(self, vmid):
        """VMIDs are the partitions' numbers, from 1."""
        if vmid == 0:
            return "hypervisor"
        return self._partitions[vmid - 1]["name"] if vmid <= len(self._partitions) else f"VMID {vmid}"

    def memory(self, pa):
        for partition in self._partitions:
            if any(m["pa"] <= pa < m["pa"] + m["size"] for m in partition["memory"]):
                return f"{pa:#x} ({partition['name']})"
        return f"{pa:#x}"

    def actor(self, actor):
        life = ", before its restart" if actor.earlier else ""
        return f"{self.partition(actor.vmid)} at EL{actor.level} on core {actor.core}, {self.place(actor)}{life}"

    def is_asked_for(self, finding):
        """Cache maintenance by set and way that a guest asked for: EL2 carries it out and relies on nothing of it."""
        return finding.kind == "set-way" and self.place(finding.actor).startswith("cache_set_way_of_guest+")

    def line(self, finding):
        """A finding for people."""
        parts = [f"{finding.kind}: {finding.text}: by {self.actor(finding.actor)}"]
        if finding.pa is not None:
            parts.append(f"at {self.memory(finding.pa)}")
        if finding.writer:
            parts.append(f"written by {self.actor(finding.writer)}")
        return "; ".join(parts)


@dataclass(frozen=True)
class Result:
    """All that a run has left. `numbers` is there only if QEMU ended in order."""

    findings: list
    numbers: dict

    def own(self):
        return [finding for finding in self.findings if finding.is_own]

    def serious(self):
        """EL2's, and what crosses an owner."""
        return [finding for finding in self.findings if not finding.is_own]


def read(path):
    """The findings in a file that the plugin has written."""
    lines = [json.loads(line) for line in Path(path).read_text().splitlines()]
    numbers = next((line["numbers"] for line in lines if "numbers" in line), {})
    return Result([Finding.of(line) for line in lines if "finding" in line], numbers)


def main():
    parser = argparse.ArgumentParser(description="Shows what the silicon sanitizer has found.")
    parser.add_argument("findings")
    parser.add_argument("--elf")
    parser.add_argument("--system")
    arguments = parser.parse_args()
    result = read(arguments.findings)
    names = Names(arguments.elf, arguments.system)
    for finding in result.serious():
        print(names.line(finding))
    for finding in result.own():
        print(f"(own) {names.line(finding)}")
    return 1 if result.serious() else 0


if __name__ == "__main__":
    sys.exit(main())
