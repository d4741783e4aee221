# SPDX-License-Identifier: Apache-2.0
"""The constants that EL2's code writes to the registers which give its tables their meaning.

Every MSR to such a register is found by its encoding (C6.2.249 of Arm DDI 0487), and the values that its source register can have
there by following the function it is in: sets of constants through moves, literals, constant memory, selects and joins. What
is not understood is unknown, never guessed.
"""
from __future__ import annotations

import struct
from typing import NamedTuple, Optional

from image import Image, OutsideImage

MASK = (1 << 64) - 1
Values = frozenset
State = dict  # register number -> Values; one that is missing is unknown
MOST = 8  # values a register is followed with


def _msr(op1: int, crn: int, crm: int, op2: int) -> int:
    return 0xD5180000 | op1 << 16 | crn << 12 | crm << 8 | op2 << 5


REGISTERS = {
    _msr(4, 1, 0, 0): "SCTLR_EL2", _msr(4, 1, 1, 0): "HCR_EL2", _msr(4, 2, 0, 0): "TTBR0_EL2",
    _msr(4, 2, 0, 2): "TCR_EL2", _msr(4, 2, 1, 0): "VTTBR_EL2", _msr(4, 2, 1, 2): "VTCR_EL2",
    _msr(4, 10, 2, 0): "MAIR_EL2", _msr(4, 12, 0, 0): "VBAR_EL2"}


class Write(NamedTuple):
    """An MSR. values is None where they are not constants of the code."""
    register: str
    address: int
    function: str
    values: Optional[Values]


def _signed(value: int, bits: int) -> int:
    return value - (1 << bits) if value >> (bits - 1) & 1 else value


def _branch(word: int) -> Optional[int]:
    """The distance of a direct branch or call, in bytes."""
    if word & 0x7C000000 == 0x14000000:
        return _signed(word & 0x3FFFFFF, 26) * 4
    if word & 0xFF000010 == 0x54000000 or word & 0x7E000000 == 0x34000000:
        return _signed(word >> 5 & 0x7FFFF, 19) * 4
    if word & 0x7E000000 == 0x36000000:
        return _signed(word >> 5 & 0x3FFF, 14) * 4
    return None


def _is_call(word: int) -> bool:
    return word & 0xFC000000 == 0x94000000 or word & 0xFFFFFC1F == 0xD63F0000


def _ends(word: int) -> bool:
    """Execution does not go on after this: B, BR, RET, ERET, BRK."""
    leaves = word & 0xFE000000 == 0xD6000000 and not _is_call(word)
    return word & 0xFC000000 == 0x14000000 or leaves or word & 0xFFE0001F == 0xD4200000


def _bitmask(word: int) -> Optional[int]:
    """The immediate of a logical instruction (DecodeBitMasks, J1); None if the encoding is reserved."""
    n, immr, imms = word >> 22 & 1, word >> 16 & 63, word >> 10 & 63
    length = (n << 6 | (~imms & 63)).bit_length() - 1
    if length < 1:
        return None
    size = 1 << length
    ones, turn = (1 << ((imms & (size - 1)) + 1)) - 1, immr & (size - 1)
    element = (ones >> turn | ones << (size - turn)) & ((1 << size) - 1)
    value = sum(element << at for at in range(0, 64, size))
    return value if word >> 31 else value & 0xFFFFFFFF


class _Function:
    """One symbol's instructions."""

    def __init__(self, image: Image, start: int, words: tuple[int, ...]):
        self.image, self.start, self.words = image, start, words
        self.states: dict[int, State] = {}

    def follow(self, entries: list[int]) -> None:
        """From each entry with nothing known, until nothing changes."""
        todo = [(n, {}) for n in entries]
        while todo:
            index, state = todo.pop()
            if not 0 <= index < len(self.words):
                continue
            joined = self._join(self.states.get(index), state)
            if joined != self.states.get(index):
                self.states[index] = joined
                todo += self._after(index, joined)

    @staticmethod
    def _join(old: Optional[State], new: State) -> State:
        if old is None:
            return new
        both = {r: old[r] | new[r] for r in old.keys() & new.keys()}
        return {r: v for r, v in both.items() if len(v) <= MOST}

    def _after(self, index: int, state: State) -> list[tuple[int, State]]:
        word = self.words[index]
        distance = _branch(word)
        after = self._step(index, word, state)
        found = [] if _ends(word) else [(index + 1, after)]
        if distance is not None and not _is_call(word):
            found.append((index + distance // 4, after))
        return found

    def _step(self, index: int, word: int, state: State) -> State:
        if _is_call(word):
            return {r: v for r, v in state.items() if 19 <= r < 29}  # AAPCS64: the others may change
        if _branch(word) is not None or _ends(word):
            return state
        values = self._result(self.start + index * 4, word, state)
        new = dict(state)
        for register in {word & 31} if values is not None else {word & 31, word >> 5 & 31, word >> 10 & 31}:
            new.pop(register, None)  # an instruction not known here may write any register it names
        if word & 0xFFF00000 == 0xD5100000:
            return state  # MSR writes no general register
        if values is not None and word & 31 != 31 and len(values) <= MOST:
            new[word & 31] = values
        return new

    def _result(self, address: int, word: int, state: State) -> Optional[Values]:
        for mask, match, meaning in _MEANINGS:
            if word & mask == match:
                return meaning(self, address, word, state)
        return None

    # Instructions; each returns the values of bits 4:0, or None if it does not know.

    def register(self, number: int, state: State) -> Optional[Values]:
        return Values({0}) if number == 31 else state.get(number)

    def movz(self, _address: int, word: int, _state: State) -> Values:
        return Values({(word >> 5 & 0xFFFF) << 16 * (word >> 21 & 3)})

    def movn(self, _address: int, word: int, _state: State) -> Values:
        inverted = ~((word >> 5 & 0xFFFF) << 16 * (word >> 21 & 3))
        return Values({inverted & (MASK if word >> 31 else 0xFFFFFFFF)})

    def movk(self, _address: int, word: int, state: State) -> Optional[Values]:
        shift, old = 16 * (word >> 21 & 3), state.get(word & 31)
        return old and Values((v & ~(0xFFFF << shift)) | (word >> 5 & 0xFFFF) << shift for v in old)

    def orr_immediate(self, _address: int, word: int, state: State) -> Optional[Values]:
        old, mask = self.register(word >> 5 & 31, state), _bitmask(word)
        return None if old is None or mask is None else Values(v | mask for v in old)

    def and_immediate(self, _address: int, word: int, state: State) -> Optional[Values]:
        old, mask = self.register(word >> 5 & 31, state), _bitmask(word)
        return None if old is None or mask is None else Values(v & mask for v in old)

    def orr_register(self, _address: int, word: int, state: State) -> Optional[Values]:
        one, other = self.register(word >> 5 & 31, state), self.register(word >> 16 & 31, state)
        return Values(a | b for a in one for b in other) if one and other else None

    def adr(self, address: int, word: int, _state: State) -> Values:
        distance = _signed((word >> 5 & 0x7FFFF) << 2 | word >> 29 & 3, 21)
        return Values({address + distance if not word >> 31 else (address & ~4095) + (distance << 12)})

    def add_immediate(self, _address: int, word: int, state: State) -> Optional[Values]:
        old, added = state.get(word >> 5 & 31), (word >> 10 & 0xFFF) << (12 if word >> 22 & 1 else 0)
        return old and Values(v + added & MASK for v in old)

    def literal(self, address: int, word: int, _state: State) -> Optional[Values]:
        return self._load({address + _signed(word >> 5 & 0x7FFFF, 19) * 4}, 8 if word >> 30 else 4)

    def load(self, _address: int, word: int, state: State) -> Optional[Values]:
        size = 1 << (word >> 30)
        old = state.get(word >> 5 & 31)
        return old and self._load({v + (word >> 10 & 0xFFF) * size for v in old}, size)

    def _load(self, addresses: set[int], size: int) -> Optional[Values]:
        """Constants only: memory that the image's segments do not make writable."""
        try:
            if any("w" in self.image.segment_at(a, size).rights for a in addresses):
                return None
            return Values(int.from_bytes(self.image.read(a, size), "little") for a in addresses)
        except OutsideImage:
            return None

    def select(self, _address: int, word: int, state: State) -> Optional[Values]:
        one, other = self.register(word >> 5 & 31, state), self.register(word >> 16 & 31, state)
        return one | other if one and other else None


_MEANINGS = (
    (0x7F800000, 0x52800000, _Function.movz), (0x7F800000, 0x12800000, _Function.movn),
    (0x7F800000, 0x72800000, _Function.movk), (0x7F800000, 0x32000000, _Function.orr_immediate),
    (0x7F800000, 0x12000000, _Function.and_immediate), (0x7FE0FC00, 0x2A000000, _Function.orr_register),
    (0x1F000000, 0x10000000, _Function.adr), (0x7F800000, 0x11000000, _Function.add_immediate),
    (0xBF000000, 0x18000000, _Function.literal), (0xBFC00000, 0xB9400000, _Function.load),
    (0x7FE00C00, 0x1A800000, _Function.select))


class _Text:
    """One executable segment."""

    def __init__(self, image: Image, start: int, size: int):
        self.image, self.start = image, start
        self.words = struct.unpack(f"<{size // 4}I", image.read(start, size // 4 * 4))
        names = {a: n for n, a in image.symbols.items() if start <= a < start + size and not n.startswith("$")}
        self.symbols = sorted(names.items())
        self.branches = [(start + n * 4, start + n * 4 + distance) for n, word in enumerate(self.words)
                         if (distance := _branch(word)) is not None]

    def writes(self) -> list[Write]:
        sites = [n for n, word in enumerate(self.words) if word & ~31 in REGISTERS]
        return [self._write(n) for n in sites]

    def _write(self, index: int) -> Write:
        address, word = self.start + index * 4, self.words[index]
        begin, name = max((s for s in self.symbols if s[0] <= address), default=(self.start, "?"))
        end = min((a for a, _ in self.symbols if a > address), default=self.start + len(self.words) * 4)
        first = (begin - self.start) // 4
        function = _Function(self.image, begin, self.words[first:(end - self.start) // 4])
        entered = {to for at, to in self.branches if begin <= to < end and not begin <= at < end}
        function.follow([0] + [(to - begin) // 4 for to in entered])
        state = function.states.get(index - first)
        values = None if state is None else function.register(word & 31, state)
        return Write(REGISTERS[word & ~31], address, name, values)


def writes(image: Image) -> list[Write]:
    """Every write to one of REGISTERS, in the order of their addresses."""
    return [w for s in image.segments if "x" in s.rights for w in _Text(image, s.start, s.file_size).writes()]
