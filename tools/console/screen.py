# SPDX-License-Identifier: Apache-2.0
"""One terminal for several consoles: every line starts with the name of who says it.

On a terminal the unfinished line of the source in focus, such as a shell prompt with what is typed behind it, stays
at the bottom: it makes room when another source speaks, and is drawn again below. Of other sources whole lines are
shown, and the beginning of one if nothing follows for a while. Into a file or pipe, whole lines are written.
"""

import re

RESET = "\x1b[0m"
DIM = "\x1b[2m"
COLOURS = ("\x1b[32m", "\x1b[36m", "\x1b[35m", "\x1b[33m", "\x1b[34m")
HYPERVISOR_COLOUR = "\x1b[1;37m"
CONTROL_SEQUENCE = re.compile(rb"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[^\[]")
LONGEST_LINE = 8192


def shown_width(line):
    """Roughly how many columns these bytes take on the terminal."""
    line = CONTROL_SEQUENCE.sub(b"", line).rsplit(b"\r", 1)[-1]
    printable = sum(1 for byte in line if byte >= 0x20 and byte & 0xC0 != 0x80)
    return printable - line.count(b"\b")


class Screen:
    """Merges what the sources say. `names` are the sources in order, the hypervisor first."""

    def __init__(self, write, names, terminal=True, colour=True, columns=lambda: 80):
        self._write = write
        self._terminal = terminal
        self._columns = columns
        self._prefixes = {name: self._prefix(n, name, colour) for n, name in enumerate(names)}
        self._partial = {name: b"" for name in names}
        self._held = {name: b"" for name in names}
        self._at_bottom = None
        self.stays = None
        """The source whose unfinished line is drawn again at the bottom: the one in focus."""

    @staticmethod
    def _prefix(number, name, colour):
        text = f"[{name}] "
        if colour:
            style = COLOURS[(number - 1) % len(COLOURS)] if number else HYPERVISOR_COLOUR
            text = style + text + RESET
        return text.encode()

    def feed(self, name, data):
        """Shows what a source says; what is_holding() then may be shown by flush(), if nothing follows for a while."""
        data = self._held[name] + data
        if not self._terminal:
            shown = len(data)
        elif name == self.stays:
            # The other half of a line's end may be on its way.
            shown = len(data.removesuffix(b"\r"))
        else:
            shown = data.rfind(b"\n") + 1
        self._held[name] = data[shown:]
        self._show(name, data[:shown])

    def is_holding(self):
        """Whether a source has begun a line that is not shown yet."""
        return any(self._held.values())

    def flush(self):
        """Shows the lines that have been begun."""
        for name, data in self._held.items():
            self._held[name] = b""
            self._show(name, data)

    def _show(self, name, data):
        for piece in re.findall(rb"[^\n]*\n|[^\n]+", data):
            if self._terminal:
                self._draw(name, piece)
            else:
                self._collect(name, piece)
        if self._terminal and self._at_bottom is None and self.stays and self._partial[self.stays]:
            self._redraw(self.stays)

    def notice(self, text):
        """Lines of the terminal program itself."""
        if self._terminal:
            self._make_room()
        for line in text.splitlines():
            self._write(line.encode() + (b"\r\n" if self._terminal else b"\n"))
        if self._terminal and self.stays and self._partial[self.stays]:
            self._redraw(self.stays)

    def finish(self):
        """Ends what is on the way: nothing more will be said."""
        self.flush()
        for name, text in self._partial.items():
            if not self._terminal and text:
                self._collect(name, b"\n")
        if self._terminal and self._at_bottom:
            self._write(b"\r\n")
            self._at_bottom = None

    def _collect(self, name, piece):
        self._partial[name] += piece
        if piece.endswith(b"\n") or len(self._partial[name]) > LONGEST_LINE:
            self._write(self._prefixes[name] + self._partial[name].replace(b"\r", b"").rstrip(b"\n") + b"\n")
            self._partial[name] = b""

    def _draw(self, name, piece):
        if self._at_bottom != name:
            self._make_room()
            self._redraw(name)
        ends = piece.endswith(b"\n")
        text = piece.rstrip(b"\r\n") if ends else piece
        self._write(self._with_prefix_kept(name, text) + (b"\r\n" if ends else b""))
        self._partial[name] = b"" if ends else (self._partial[name] + text)[-LONGEST_LINE:]
        if ends:
            self._at_bottom = None

    def _with_prefix_kept(self, name, text):
        # A carriage return goes back to where the line begins: behind the name.
        return text.replace(b"\r", b"\r" + self._prefixes[name])

    def _redraw(self, name):
        self._write(self._prefixes[name] + self._with_prefix_kept(name, self._partial[name]))
        self._at_bottom = name

    def _make_room(self):
        """Takes an unfinished line off the bottom: it comes again. One that wrapped is left, and continued below."""
        name, self._at_bottom = self._at_bottom, None
        if name is None:
            return
        width = len(name) + 3 + shown_width(self._partial[name])
        self._write(b"\r\x1b[0m\x1b[K" if width < self._columns() else b"\x1b[0m\r\n")
