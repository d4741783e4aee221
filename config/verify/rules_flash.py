# SPDX-License-Identifier: Apache-2.0
"""What goes on the board, bulkhead.bin, against the ELF file that was checked: byte for byte, as it lies in memory.

@implements REQ-VER-018
"""
from __future__ import annotations

from typing import Iterator

from headers import Damaged
from image import Image, contents
from rules_el2 import WHO

STEP = 1 << 20
MOST = 8  # differences that are shown one by one


def _wanted(image: Image, start: int, end: int) -> bytes:
    """Bytes of the file as a boot loader that knows only their order puts them; between segments there are zeros."""
    made = bytearray(end - start)
    for s in image.segments:
        first, last = max(start, s.start), min(end, s.start + s.file_size)
        if first < last:
            made[first - start:last - start] = image.read(first, last - first)
    return bytes(made)


def _differences(image: Image, flashed, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """(address, byte in the ELF file, byte in what is flashed)."""
    for first in range(start, end, STEP):
        last = min(first + STEP, end)
        wanted, found = _wanted(image, first, last), bytes(flashed[first - start:last - start])
        if wanted != found:
            yield from ((first + n, w, f) for n, (w, f) in enumerate(zip(wanted, found)) if w != f)


def _errors(image: Image, flashed, path: str) -> Iterator[str]:
    loaded = [s for s in image.segments if s.file_size]
    start, end = min(s.start for s in loaded), max(s.start + s.file_size for s in loaded)
    if len(flashed) != end - start:
        yield f"{path} has 0x{len(flashed):x} bytes, and the ELF file loads 0x{end - start:x}, from 0x{start:x}"
    for number, (address, wanted, found) in enumerate(_differences(image, flashed, start, start + min(len(flashed), end - start))):
        if number == MOST:
            yield f"{path} has more differences"
            return
        yield f"{path} offset 0x{address - start:x}: 0x{found:02x} for address 0x{address:x}, where the ELF file has 0x{wanted:02x}"


def compare(elf: str, path: str) -> list[str]:
    """Raises OSError."""
    flashed = contents(path)
    try:
        image = Image(elf)
    except Damaged as error:
        return [f"{WHO}: {text}" for text in error.errors]
    return [f"{WHO}: {text}" for text in _errors(image, flashed, path)]
