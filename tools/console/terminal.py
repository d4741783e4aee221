# SPDX-License-Identifier: Apache-2.0
"""The person's terminal: raw while the machine runs, and as it was before in any case afterwards."""

import contextlib
import os
import shutil
import signal
import sys
import termios
import tty


def end_by_signal(number, _frame):
    """Turns a signal into an exception, so that everything is put back on the way out."""
    raise SystemExit(128 + number)


@contextlib.contextmanager
def raw_terminal():
    """Every key comes through as it is. Yields the descriptor to read, or None where there is no keyboard."""
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, end_by_signal)
    keyboard = sys.stdin.fileno() if sys.stdin and sys.stdin.isatty() else None
    if keyboard is None:
        yield None
        return
    before = termios.tcgetattr(keyboard)
    try:
        tty.setraw(keyboard)
        yield keyboard
    finally:
        termios.tcsetattr(keyboard, termios.TCSAFLUSH, before)


def write_all(data):
    """Standard output, at once."""
    while data:
        data = data[os.write(sys.stdout.fileno(), data):]


def columns():
    """Width of the terminal."""
    return shutil.get_terminal_size().columns
