# SPDX-License-Identifier: Apache-2.0
"""What no rule looks at does not depend on the system: nothing that a user configures can hide there.

EL2's code and its own constants are compared between two systems that differ in everything. Constants must be the same bytes, and
code the same instructions, except those that make addresses of EL2's own objects.
@verifies REQ-VER-019
"""
import struct

from conftest import built
from rules_rest import gaps, own_constants

# (mask, value): ADRP, ADR, ADD (immediate), load and store with an unsigned offset. Of the last two only the offset may differ.
ADDRESSES = ((0x9F000000, 0x90000000, 0x60FFFFE0), (0x9F000000, 0x10000000, 0x60FFFFE0), (0x7F800000, 0x11000000, 0x003FFC00),
             (0x3B000000, 0x39000000, 0x003FFC00))
IMAGE_SIZE = 16  # in the header, which is compared with the region (rules_el2)


def both():
    return built("default"), built("devices")


def code(system):
    segment = next(s for s in system.image.segments if "x" in s.rights)
    return segment.start, struct.unpack(f"<{segment.size // 4}I", system.image.read(segment.start, segment.size))


def is_state(system, address):
    return any(s.start <= address <= s.end and "w" in s.rights for s in system.image.segments)


def makes_an_address(one, other):
    return any(one & mask == value == other & mask and (one ^ other) & ~offset == 0 for mask, value, offset in ADDRESSES)


def test_constants_of_the_code_are_the_same_in_every_system():
    one, other = both()
    where = own_constants(one.judge())
    assert where == own_constants(other.judge()) and where[1] > where[0]
    start, size = where[0], where[1] - where[0]
    assert one.image.read(start, size) == other.image.read(start, size)


def test_code_is_the_same_in_every_system_but_for_addresses():
    one, other = both()
    (start, words), (_, others) = code(one), code(other)
    assert len(words) == len(others)
    different = [n for n, (w, o) in enumerate(zip(words, others)) if w != o and n * 4 != IMAGE_SIZE]
    assert different
    for n in different:
        literal = is_state(one, words[n]) and is_state(other, others[n])
        assert literal or makes_an_address(words[n], others[n]), f"0x{start + n * 4:x}: 0x{words[n]:08x}, 0x{others[n]:08x}"


def test_everything_else_is_read_by_a_rule_or_zero(system):
    """Of constants, nothing but the code's own is left over."""
    system.checker.judge()
    facts = system.judge()
    begin, end = own_constants(facts)
    left = [(a, n) for a, n in gaps(facts) if any(facts.image.read(a, n))]
    assert all(begin <= a and a + n <= end for a, n in left), left
