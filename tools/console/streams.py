# SPDX-License-Identifier: Apache-2.0
"""From the bytes of a UART to what each source said.

A passed-through UART belongs to one partition. On the hypervisor's UART, EL2 starts every line with "[name] "; a line
without that is the hypervisor's own early or fault output.
"""

import re

from layout import HYPERVISOR

# A shell asks the terminal where its cursor is. The answer would be typed into whichever VM is in focus, so nobody
# is asked: shells work without.
CURSOR_QUERY = b"\x1b[6n"


class QueryFilter:
    """Takes cursor queries out of a stream, also when they come in pieces."""

    def __init__(self):
        self._held = b""

    def feed(self, data):
        """The data without queries; what may be the beginning of one is kept for the next call."""
        data = (self._held + data).replace(CURSOR_QUERY, b"")
        keep = next((n for n in (3, 2, 1) if data.endswith(CURSOR_QUERY[:n])), 0)
        self._held = data[len(data) - keep:]
        return data[:len(data) - keep]


class OwnStream:
    """A UART with one speaker."""

    def __init__(self, name):
        self._name = name
        self._filter = QueryFilter()

    def feed(self, data):
        """[(source, bytes)]"""
        text = self._filter.feed(data)
        return [(self._name, text)] if text else []


class SharedStream:
    """The hypervisor's UART: each line says whose it is."""

    def __init__(self, names):
        self._prefixes = {b"[" + name.encode() + b"] ": name for name in names}
        self._filters = {name: QueryFilter() for name in names}
        self._held = b""
        self._speaker = None

    def _begin_line(self, data):
        """Sets the speaker of the line that starts here; returns what it says, or None if that cannot be told yet."""
        data = data.lstrip(b"\r")
        for prefix, name in self._prefixes.items():
            if data.startswith(prefix):
                self._speaker = name
                return data[len(prefix):]
            if prefix.startswith(data):
                return None
        self._speaker = HYPERVISOR
        return data

    def feed(self, data):
        """[(source, bytes)]; the beginning of a line is held back until its speaker is known."""
        said = []
        for piece in re.findall(rb"[^\n]*\n|[^\n]+", self._held + data):
            self._held = b""
            text = piece if self._speaker else self._begin_line(piece)
            if text is None:
                self._held = piece
                break
            text = self._filters[self._speaker].feed(text)
            if text:
                said.append((self._speaker, text))
            if piece.endswith(b"\n"):
                self._speaker = None
        return said


def open_streams(layout):
    """The stream that reads each UART."""
    streams = {layout.hypervisor_uart: SharedStream(layout.names())}
    for console in layout.consoles:
        if console.number is None:
            streams[console.uart] = OwnStream(console.partition)
    return streams
