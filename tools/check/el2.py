# SPDX-License-Identifier: Apache-2.0
"""Gate: what the linked image holds, whatever the sources meant.

Instructions: none of the registers that the vectors leave to the guest, no FP or SIMD register, no LSE atomic, no exclusive access outside the functions that el2.json names.
On every path to certain calls another call comes first, and certain instructions are in certain functions alone (paths.py).
Image: only known sections, no segment both writable and executable, nothing initialised that is writable but .streams, nothing
left to relocate, a stack of EL2_STACK_SIZE and a guard page for each core.
"""
import argparse
import json
import os
import re
import struct
import subprocess
import sys

from elftools.elf.elffile import ELFFile

import common
import paths
from stack import GUARD, defines

LABEL = re.compile(r"^([0-9a-f]+) <([^>]+)>:$")
INSTRUCTION = re.compile(r"^\s*([0-9a-f]+):\t[0-9a-f]{8} \t(\S+)(?:\t(.*))?$")
FP_REGISTER = re.compile(r"(?<![\w#.])(?:[bhsdq](?:[12]?\d|3[01])|[vzp](?:[12]?\d|3[01])(?:\.\w+)?)(?![\w.])")
GUEST_REGISTER = re.compile(r"(?<![\w#.])[xw]1[5-8](?!\w)")
LSE = re.compile(r"^(cas[aplbh]*|casp[al]*|swp[albh]*|(?:ld|st)(?:add|clr|eor|set|smax|smin|umax|umin)[albh]*)$")
EXCLUSIVE = re.compile(r"^(ld|st)[al]*x(r|p)[bh]?$")
NOT_LOADED = ("SHT_SYMTAB", "SHT_STRTAB", "SHT_NULL")
PF_X, PF_W = 1, 2


class Image:
    def __init__(self, path):
        self.path = path
        with open(path, "rb") as file:
            elf = ELFFile(file)
            self.sections = {s.name: dict(s.header) for s in elf.iter_sections()}
            self.segments = [dict(s.header) for s in elf.iter_segments()]
            table = elf.get_section_by_name(".symtab")
            self.symbols = {s.name: s["st_value"] for s in table.iter_symbols() if s.name}
            self.undefined = [s.name for s in table.iter_symbols() if s.name and s["st_shndx"] == "SHN_UNDEF"]
            self.core_count = self._word(file, "core_count")

    def _word(self, file, name):
        address = self.symbols.get(name)
        for segment in self.segments if address is not None else []:
            offset = address - segment["p_vaddr"]
            if segment["p_type"] == "PT_LOAD" and 0 <= offset < segment["p_filesz"]:
                file.seek(segment["p_offset"] + offset)
                return struct.unpack("<I", file.read(4))[0]
        return None

    def size(self, *names):
        return sum(self.sections[n]["sh_size"] for n in names if n in self.sections)

    def code(self):
        """Bytes of text and rodata. The linker script fills the last page of the text: `text_used` is where that begins."""
        text = self.sections.get(".text", {"sh_addr": 0, "sh_size": 0})
        end = text["sh_addr"] + text["sh_size"]
        return self.size(".text", ".rodata") - (end - self.symbols.get("text_used", end))


def check_sections(gate, image, allowed):
    for name, header in image.sections.items():
        place = f"{image.path}: {name}"
        if header["sh_type"] in ("SHT_REL", "SHT_RELA", "SHT_DYNAMIC") and header["sh_size"]:
            gate.error(place, "something is left to relocate")
        loaded = header["sh_flags"] & 2 and header["sh_size"]
        if loaded and name not in allowed:
            gate.error(place, "a section that el2.json does not know")
    for name in image.undefined:
        gate.error(image.path, f"{name} is undefined")


def is_streams(image, header):
    """What an SMMU reads and EL2 changes: the one thing with contents that is writable, in a segment of its own."""
    section = image.sections.get(".streams", {"sh_addr": None, "sh_size": None})
    return (header["p_vaddr"], header["p_filesz"]) == (section["sh_addr"], section["sh_size"])


def check_segments(gate, image):
    for number, header in enumerate(image.segments):
        place = f"{image.path}: segment {number}"
        if header["p_type"] in ("PT_DYNAMIC", "PT_INTERP"):
            gate.error(place, f"{header['p_type']}: the image is not linked in place")
        if header["p_type"] != "PT_LOAD":
            continue
        if header["p_flags"] & PF_W and header["p_flags"] & PF_X:
            gate.error(place, "writable and executable")
        if header["p_flags"] & PF_W and header["p_filesz"] and not is_streams(image, header):
            gate.error(place, f"{header['p_filesz']} bytes of initialised writable data")


def check_stacks(gate, image, stack_size):
    """A stack and a guard page for each configured core."""
    expected = (image.core_count or 0) * (stack_size + GUARD)
    if image.core_count is None:
        gate.error(image.path, "core_count is not in the image")
    elif image.size(".stacks") != expected:
        gate.error(f"{image.path}: .stacks", f"{image.size('.stacks')} bytes, not {expected} for "
                   f"{image.core_count} cores with EL2_STACK_SIZE {stack_size}")


def instructions(text):
    """(address, function, mnemonic, operands) from `objdump -d`; operands without the comment."""
    function = None
    for line in text.split("\n"):
        label = LABEL.match(line)
        match = INSTRUCTION.match(line)
        if label:
            function = label.group(2)
        elif match:
            operands = re.sub(r"<[^>]*>", "", (match.group(3) or "").split("//")[0])
            yield match.group(1), function, match.group(2), operands


def inlined_names(addr2line, path, addresses):
    """For each address, the function it belongs to and all those inlined around it."""
    if not addresses:
        return {}
    lines = subprocess.run([addr2line, "-a", "-f", "-i", "-e", path] + ["0x" + a for a in addresses],
                           capture_output=True, text=True, check=True).stdout.split("\n")
    names = {}
    current = None
    for line in lines:
        if line.startswith("0x"):
            current = names.setdefault(f"{int(line, 16):x}", set())
        elif line and ":" not in line:
            current.add(line)
    return names


def check_instructions(gate, image, listing, rules, addr2line):
    exclusive = {}
    guests = {}
    for address, function, mnemonic, operands in listing:
        place = f"{image.path}: {function} at {address}"
        if GUEST_REGISTER.search(operands) and function not in rules["guest registers"]:
            guests[address] = (place, f"{mnemonic} {operands.strip()}")
        if FP_REGISTER.search(operands) and not mnemonic.startswith(".") and function not in rules["fp"]:
            gate.error(place, f"FP or SIMD register: {mnemonic} {operands.strip()}")
        if LSE.match(mnemonic) and function not in rules["lse"]:
            gate.error(place, f"LSE atomic, which the target cores lack: {mnemonic}")
        if EXCLUSIVE.match(mnemonic):
            exclusive[address] = (place, mnemonic)
    names = inlined_names(addr2line, image.path, sorted(exclusive) + sorted(guests))
    for address, (place, mnemonic) in guests.items():
        if not names.get(address, set()) & set(rules["guest registers"]):
            gate.error(place, f"x15-x18 are the guest's through an exit (arch/arm64/frame.h): {mnemonic}")
    for address, (place, mnemonic) in exclusive.items():
        if not names.get(address, set()) & set(rules["exclusives"]):
            gate.error(place, f"exclusive access outside {', '.join(rules['exclusives'])}: {mnemonic}")
    return len(exclusive)


def check(root, elf, tools, rules_path):
    gate = common.Gate("el2")
    with open(rules_path, encoding="utf-8") as file:
        rules = json.load(file)
    image = Image(elf)
    check_sections(gate, image, rules["sections"])
    check_segments(gate, image)
    check_stacks(gate, image, defines(common.read(root, "lib/config.h")).get("EL2_STACK_SIZE", 0))
    text = subprocess.run([tools.objdump, "-d", elf], capture_output=True, text=True, check=True).stdout
    listing = list(instructions(text))
    exclusives = check_instructions(gate, image, listing, rules, tools.addr2line)
    paths.check_only_in(gate, image, listing, rules["only in"])
    paths.check_through(gate, image, listing, rules["through"])
    code = image.code()
    if code > rules["limit text and rodata"]:
        gate.error(elf, f"{code} bytes of .text and .rodata, at most {rules['limit text and rodata']}")
    return gate.finish(f"{len(listing)} instructions, {exclusives} exclusives (ticket locks), .text+.rodata {code} of "
                       f"{rules['limit text and rodata']} bytes, .tables {image.size('.tables')}, "
                       f".bss {image.size('.bss')}, .stacks {image.size('.stacks')}")


def main():
    here = os.path.dirname(__file__)
    parser = argparse.ArgumentParser(description="Checks the linked hypervisor.")
    parser.add_argument("--root", default=".")
    parser.add_argument("--objdump", default="aarch64-linux-gnu-objdump")
    parser.add_argument("--addr2line", default="aarch64-linux-gnu-addr2line")
    parser.add_argument("--rules", default=os.path.join(here, "el2.json"))
    parser.add_argument("elf")
    arguments = parser.parse_args()
    return check(arguments.root, arguments.elf, arguments, arguments.rules)


if __name__ == "__main__":
    sys.exit(main())
