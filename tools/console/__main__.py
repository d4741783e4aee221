# SPDX-License-Identifier: Apache-2.0
"""Boots a built system in QEMU and shows all its consoles on one terminal.

tools/console OUT -- QEMU-COMMAND...    OUT is the folder of the built system; `make run` calls this.

@implements REQ-SYS-010, REQ-SYS-011
"""

import argparse
import os
import selectors
import signal
import sys
from pathlib import Path

from focus import Focus
from keys import HELP, Keys
from layout import read_layout
from machine import Machine, MachineError
from screen import Screen
from streams import open_streams
from terminal import columns, raw_terminal, write_all

# How long the rest of a line is waited for before its beginning is shown.
HOLD_SECONDS = 0.1


class Session:
    """One machine and one person."""

    def __init__(self, layout, machine, keyboard):
        self._layout = layout
        self._machine = machine
        self._keyboard = keyboard
        terminal = sys.stdout.isatty()
        colour = terminal and "NO_COLOR" not in os.environ
        self._screen = Screen(write_all, layout.names(), terminal, colour, columns)
        self._streams = open_streams(layout)
        self._focus = Focus(layout.consoles, machine.write)
        self._keys = Keys()
        self._selector = selectors.DefaultSelector()
        self._quit = False

    def banner(self, title):
        """What runs, and the keys."""
        lines = [title]
        for n, console in enumerate(self._layout.consoles, start=1):
            cores = ", ".join(str(v["core"]) for v in self._layout.partition(console.partition)["vcpus"])
            lines.append(f"  VM {n}: {console.partition} on core{'s' if ',' in cores else ''} {cores}")
        lines += [HELP] if self._keyboard is not None else ["  (no keyboard: output only, Ctrl-C ends it)"]
        self._screen.notice("\n".join(lines))
        self._say_focus()

    def run(self):
        """Until the machine ends or the person does."""
        for uart, connection in self._machine.uarts.items():
            self._selector.register(connection, selectors.EVENT_READ, uart)
        if self._keyboard is not None:
            self._selector.register(self._keyboard, selectors.EVENT_READ, None)
        open_uarts = len(self._machine.uarts)
        while open_uarts and not self._quit:
            ready = self._selector.select(HOLD_SECONDS if self._screen.is_holding() else None)
            if not ready:
                self._screen.flush()
            for key, _ in ready:
                if key.data is None:
                    self._typed(os.read(self._keyboard, 4096))
                elif not self._received(key.data, key.fileobj):
                    open_uarts -= 1
        self._screen.finish()
        self._screen.notice("Ended." if self._quit else f"The machine ended: {self._machine.why_ended()}")

    def _received(self, uart, connection):
        """False once the UART is closed."""
        try:
            data = connection.recv(65536)
        except ConnectionResetError:
            data = b""
        if not data:
            self._selector.unregister(connection)
            return False
        stream = self._streams.get(uart)
        for name, text in stream.feed(data) if stream else []:
            self._screen.feed(name, text)
        return True

    def _typed(self, data):
        if not data:
            self._quit = True
        for action, *argument in self._keys.feed(data):
            if action == "type":
                self._focus.type(*argument)
            elif action in ("next", "focus"):
                self._focus.move(*argument)
                self._say_focus()
            elif action == "quit":
                self._quit = True
            else:
                self._screen.notice(HELP)

    def _say_focus(self):
        console = self._focus.console
        if console and self._keyboard is not None:
            self._screen.stays = console.partition
            self._screen.notice(f"Typing goes to {console.partition}.")


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(prog="tools/console", description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path, help="folder of the built system")
    parser.add_argument("qemu", nargs="+", help="the board's QEMU command, after --")
    return parser.parse_args()


def main():
    """Status 0 when the person ends it, 1 when QEMU cannot be started."""
    options = arguments()
    layout = read_layout(options.out)
    try:
        with Machine(options.qemu, options.out / "bulkhead.bin") as machine, raw_terminal() as keyboard:
            session = Session(layout, machine, keyboard)
            session.banner(f"Bulkhead: {options.out} in {Path(options.qemu[0]).name}")
            session.run()
    except MachineError as error:
        sys.exit(f"console: {error}")
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


main()
