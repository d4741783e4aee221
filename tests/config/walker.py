# SPDX-License-Identifier: Apache-2.0
"""Reads tables.S and walks the tables in it as the architecture does; shares nothing with the compiler."""
import re
from collections import namedtuple

Leaf = namedtuple("Leaf", "address output size attributes")
ENTRY = re.compile(r"\s*\.quad (\S+)(?: \+ (\d+))?")
FILL = re.compile(r"\s*\.fill (\d+), 8, 0")
LABEL = re.compile(r"(\w+):$")
OUTPUT_MASK = 0x0000FFFFFFFFF000


class Tables:
    """label -> list of entries; an entry is an int, or (label, type bits)."""

    def __init__(self, path):
        self.tables = {}
        current = None
        for line in path.read_text().splitlines():
            if ".section .blobs" in line:
                break
            label, entry, fill = LABEL.match(line), ENTRY.match(line), FILL.match(line)
            if label:
                current = self.tables[label[1]] = []
            elif fill:
                current += [0] * int(fill[1])
            elif entry and entry[2]:
                current.append((entry[1], int(entry[2])))
            elif entry:
                current.append(int(entry[1], 16))

    def leaves(self, label, level, base=0):
        """Every mapping below a table; what the linker script provides comes as a Leaf with a symbol as output."""
        span = 1 << (39 - 9 * level)
        for index, entry in enumerate(self.tables[label]):
            address = base + index * span
            if isinstance(entry, tuple):
                assert entry[1] == 3 and level < 3
                if entry[0] in self.tables:
                    assert len(self.tables[entry[0]]) == 512
                    yield from self.leaves(entry[0], level + 1, address)
                else:
                    assert level == 2
                    yield Leaf(address, entry[0], span, 0)
            elif entry:
                assert entry & 3 == (3 if level == 3 else 1) and level > 0, hex(entry)
                output = entry & OUTPUT_MASK
                assert output % span == 0
                yield Leaf(address, output, span, entry & ~OUTPUT_MASK & ~3)

    def ranges(self, label, level):
        """Leaves that continue each other, with the same attributes, as one: (address, output, size, attributes)."""
        merged = []
        for leaf in self.leaves(label, level):
            last = merged[-1] if merged else None
            if (last and isinstance(leaf.output, int) and isinstance(last.output, int)
                    and last.address + last.size == leaf.address and last.output + last.size == leaf.output
                    and last.attributes == leaf.attributes):
                merged[-1] = last._replace(size=last.size + leaf.size)
            else:
                merged.append(leaf)
        return merged
