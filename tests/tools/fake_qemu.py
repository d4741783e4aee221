# SPDX-License-Identifier: Apache-2.0
"""Stands in for QEMU with a booted system: a shell on a virtual console of uart0, counting lines on uart1, and QMP.

Typed lines: "off" ends the machine, "cut" has the hypervisor speak in the middle of a line, "trap" waits for Ctrl-C;
anything else is answered.
"""

import socket
import sys
import threading
import time

SHELL = b"[ivi] ivi# \x1b[6n"


def connect(path):
    """A socket of the terminal program."""
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(path.removeprefix("unix:"))
    return connection


def count(uart):
    """The safety VM."""
    for n in range(1, 1000):
        uart.sendall(b"brake: t=%d s releases=%d late=0 missed=0 jitter-max=3 us pattern=ok digest=0x1 restarts=0\r\n"
                     % (n, n * 1000))
        time.sleep(0.2)


def echo(uart, byte):
    """What a shell does with a character that it takes."""
    uart.sendall(b"\b \b" if byte == b"\x7f" else byte)


def read_line(uart):
    """A typed line, echoed; 0x1d and a digit is EL2's."""
    line = b""
    while True:
        byte = uart.recv(1)
        if not byte:
            sys.exit(0)
        if byte == b"\x1d":
            chosen = uart.recv(1)
            uart.sendall(b"<console " + chosen + b">" if chosen != byte else b"<0x1d>")
        elif byte == b"\r":
            uart.sendall(b"\r\n")
            return line
        else:
            line += byte
            echo(uart, byte)


def answer(uart, line):
    """Runs a command."""
    if line == b"cut":
        uart.sendall(b"[ivi] first half \r\n[bulkhead] event: something\r\n[ivi] second half\r\n")
    elif line == b"trap":
        uart.sendall(b"[ivi] got %d\r\n" % uart.recv(1)[0])
    else:
        uart.sendall(b"[ivi] you said " + line + b"\r\n")


def main():
    """Until "off"."""
    serials = [sys.argv[n + 1] for n, word in enumerate(sys.argv) if word == "-serial"]
    uart0, uart1 = (connect(path) for path in serials)
    qmp = connect(sys.argv[sys.argv.index("-qmp") + 1])
    qmp.sendall(b'{"QMP": {}}\n')
    uart0.sendall(b"[bulkhead] two partitions\r\nearly line without a name\r\n[ivi] GUEST-READY up=1.0 cpus=3 6.1\r\n")
    threading.Thread(target=count, args=(uart1,), daemon=True).start()
    uart0.sendall(SHELL)
    while (line := read_line(uart0)) != b"off":
        answer(uart0, line)
        uart0.sendall(SHELL)
    qmp.sendall(b'{"event": "SHUTDOWN", "data": {"guest": true, "reason": "guest-shutdown"}}\n')


main()
