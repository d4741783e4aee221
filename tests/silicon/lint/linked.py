# SPDX-License-Identifier: Apache-2.0
"""The linked image as the lint sees it: instructions from objdump's columns, symbols and words by pyelftools."""
import bisect
import re
import struct
import subprocess
from dataclasses import dataclass

from elftools.elf.elffile import ELFFile

LINE = re.compile(r"^\s*([0-9a-f]+):\t([0-9a-f]{8}) \t(\S+)(?:\t(.*))?$")
TARGET = re.compile(r"(?:^|, )(?:0x)?([0-9a-f]+)(?: <|$)")
CONDITIONAL = re.compile(r"^(b\.\w+|cbn?z|tbn?z|bc\.\w+)$")


@dataclass(frozen=True)
class Instruction:
    address: int
    word: int
    mnemonic: str
    operands: str
    target: int | None = None   # of a direct branch

    @property
    def text(self):
        return f"{self.mnemonic} {self.operands}".strip()


def _target(mnemonic, operands):
    if mnemonic in ("b", "bl") or CONDITIONAL.match(mnemonic):
        found = TARGET.findall(operands)
        return int(found[-1], 16) if found else None
    return None


class Image:
    """`code` maps addresses to instructions; words that objdump takes for data are not in it."""

    def __init__(self, path, objdump):
        self.path = path
        self.code = {}
        text = subprocess.run([objdump, "-d", path], capture_output=True, text=True, check=True).stdout
        for line in text.split("\n"):
            match = LINE.match(line)
            if match and not match.group(3).startswith("."):
                operands = (match.group(4) or "").split("//")[0].strip()
                address = int(match.group(1), 16)
                self.code[address] = Instruction(address, int(match.group(2), 16), match.group(3), operands,
                                                 _target(match.group(3), operands))
        with open(path, "rb") as file:
            elf = ELFFile(file)
            symbols = [s for s in elf.get_section_by_name(".symtab").iter_symbols()
                       if s.name and not s.name.startswith("$") and s["st_info"]["type"] != "STT_FILE"]
            self.symbols = {s.name: s["st_value"] for s in symbols}
            self.functions = sorted({s["st_value"] for s in symbols if s["st_info"]["type"] == "STT_FUNC"})
            self.segments = [(s["p_vaddr"], s.data()) for s in elf.iter_segments() if s["p_type"] == "PT_LOAD"]
            self.executable = [(s["p_vaddr"], s.data()) for s in elf.iter_segments()
                               if s["p_type"] == "PT_LOAD" and s["p_flags"] & 1]
            self.entry = elf.header["e_entry"]
        code = sorted((v, n) for n, v in self.symbols.items() if v in self.code)
        self.starts = [v for v, _ in code]
        self.names = [n for _, n in code]

    def with_instruction(self, address, word, text):
        """The same image with another instruction at one place."""
        other = object.__new__(Image)
        other.__dict__.update(self.__dict__)
        mnemonic, _, operands = text.partition(" ")
        other.code = {**self.code, address: Instruction(address, word, mnemonic, operands)}
        return other

    def executable_words(self):
        """(address, word) of all that the core may fetch, literals included."""
        for start, data in self.executable:
            for n in range(0, len(data) - 3, 4):
                yield start + n, struct.unpack_from("<I", data, n)[0]

    def text(self, address):
        return self.code[address].text if address in self.code else "a literal"

    def function(self, address):
        """The name of the symbol that `address` lies behind, and the offset."""
        at = bisect.bisect_right(self.starts, address) - 1
        return (self.names[at], address - self.starts[at]) if at >= 0 else ("?", 0)

    def place(self, address):
        name, offset = self.function(address)
        return f"{name}+{offset:#x}"

    def quad(self, address):
        for start, data in self.segments:
            if start <= address <= start + len(data) - 8:
                return struct.unpack_from("<Q", data, address - start)[0]
        return None


def sources(addr2line, path, addresses):
    """(function, file:line) of each address; an inlined function by its own name, assembly as ??."""
    if not addresses:
        return {}
    output = subprocess.run([addr2line, "-f", "-e", path] + [hex(a) for a in addresses], capture_output=True, text=True,
                            check=True).stdout.split("\n")
    return {a: (output[2 * n], output[2 * n + 1].split(" ")[0].removeprefix("./")) for n, a in enumerate(addresses)}
