# SPDX-License-Identifier: Apache-2.0
"""What is typed: which partition gets it, and how it is put on a UART.

A virtual console shares the hypervisor's UART, where byte 0x1d and a digit choose the console that gets what follows,
and 0x1d twice is one 0x1d (partitions/console.h).
"""

SELECT = b"\x1d"


class Focus:
    """The partition in focus, among those that have a console."""

    def __init__(self, consoles, write):
        """`write(uart, data)` puts bytes on a UART."""
        self._consoles = consoles
        self._write = write
        self._selected = None
        virtual = [n for n, console in enumerate(consoles) if console.number is not None]
        self.index = virtual[0] if virtual else 0

    @property
    def console(self):
        """The console in focus, or None if no partition has one."""
        return self._consoles[self.index] if self._consoles else None

    def move(self, index=None):
        """To the console of that index, or to the next one. True if there is such a console."""
        if index is None:
            index = (self.index + 1) % max(1, len(self._consoles))
        if index >= len(self._consoles):
            return False
        self.index = index
        return True

    def look_at(self, partition):
        """To the console of a partition."""
        self.index = next(n for n, console in enumerate(self._consoles) if console.partition == partition)

    def type(self, data):
        """Hands typed bytes to the partition in focus."""
        console = self.console
        if console is None or not data:
            return
        if console.number is not None:
            data = data.replace(SELECT, SELECT + SELECT)
            if self._selected != console.number:
                data = SELECT + b"%d" % console.number + data
                self._selected = console.number
        self._write(console.uart, data)
