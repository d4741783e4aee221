# SPDX-License-Identifier: Apache-2.0
"""Constants of the image that no rule has looked at: they must be zero, or belong to EL2's code. So this comes last.

What the config compiler emits lies in one unit, and between its objects, tables and guest images there is only alignment. Bytes
there that are not zero are something that nobody has accounted for, such as an entry behind the end of a list.

@implements REQ-VER-019
"""
from __future__ import annotations

from functools import lru_cache
from typing import Iterator

from dwarf import Objects, Type, Variable
from facts import Facts
from findings import at
from image import Segment
from rules_el2 import WHO


def check(facts: Facts) -> None:
    for rule in (_padding, _rest):
        facts.findings.apply(WHO, rule, facts)


def _parts(kind: Type, start: int) -> Iterator[tuple[int, int]]:
    """(start, end) of everything in an object that has a meaning, by address."""
    if kind.kind == "struct":
        for _, offset, of in sorted(kind.fields, key=lambda f: f[1]):
            yield from _parts(of, start + offset)
    elif kind.kind == "array":
        for n in range(kind.count):
            yield from _parts(kind.element, start + n * kind.element.size)
    else:
        yield start, start + kind.size


def _between(variable: Variable) -> Iterator[tuple[int, int]]:
    """(start, size) of what the compiler leaves between the members of a structure."""
    position = variable.address
    for start, end in [*_parts(variable.type, position), (position + variable.type.size,) * 2]:
        if start > position:
            yield position, start - position
        position = max(position, end)


@lru_cache(maxsize=4)
def _paddings(objects: Objects) -> list[tuple[int, int, str]]:
    """(start, size, variable) of all that is between members; layouts do not change with the image's bytes."""
    constants = [v for v in objects.variables.values() if "w" not in objects.image.segment_at(v.address).rights]
    return [(start, size, v.name) for v in constants for start, size in _between(v)]


def _padding(facts: Facts) -> None:
    for start, size, name in _paddings(facts.objects):
        facts.findings.require(facts.image.read(start, size).count(0) == size, WHO,
                               f"0x{start:x}: {size} bytes between members of {name} are not zero")


def gaps(facts: Facts) -> Iterator[tuple[int, int]]:
    """(start, size) of what nobody has read."""
    read = sorted(facts.image.looked_at)
    for segment in (s for s in facts.image.segments if s.rights == "r--"):
        yield from _unread(segment, read)


def _unread(segment: Segment, read: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    position, last = segment.start, segment.start + segment.file_size
    for start, end in read:
        if start > position and position < last:
            yield position, min(start, last) - position
        position = max(position, end)
    if position < last:
        yield position, last - position


def own_constants(facts: Facts) -> tuple[int, int]:
    """(start, end) of the constants of EL2's code: the linker puts them before those of the configuration."""
    first = min(v.address for v in facts.objects.variables.values() if "w" not in facts.image.segment_at(v.address).rights)
    return facts.image.segment_at(first).start, first


def _rest(facts: Facts) -> None:
    begin, end = own_constants(facts)
    for start, size in list(gaps(facts)):
        if begin <= start < end:
            start, size = end, start + size - end
        if size > 0:
            data = facts.image.read(start, size)
            if data.count(0) != size:
                first = start + len(data) - len(data.lstrip(b"\0"))
                facts.findings.error(WHO, f"0x{first:x}: a byte that is not zero, in {at(start, size)} of constants that belong to nothing")
