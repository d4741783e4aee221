# SPDX-License-Identifier: Apache-2.0
"""QEMU with a built image: started, its UARTs as sockets, and ended in any case."""

import ctypes
import json
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from layout import UARTS

PR_SET_PDEATHSIG = 1
START_LIMIT_SECONDS = 60
REASONS = {
    "guest-shutdown": "the hypervisor switched the machine off",
    "guest-reset": "the hypervisor reset the machine",
    "guest-panic": "QEMU reports a panic",
    "host-qmp-quit": "ended on request",
    "host-signal": "QEMU was ended by a signal",
}


class MachineError(Exception):
    """QEMU cannot be started."""


def _end_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Machine:
    """One run of QEMU. `uarts` maps uart0 and uart1 to connected sockets."""

    def __init__(self, command, image):
        """`command` is the board's QEMU command as a list, `image` what to boot."""
        self._folder = tempfile.TemporaryDirectory(prefix="bulkhead-")
        self.uarts = {}
        self._reason = None
        self._qmp_text = b""
        self._output = (Path(self._folder.name) / "qemu.log").open("w+b")
        try:
            self._start(command, image)
        except BaseException:
            self.stop()
            raise

    def _start(self, command, image):
        listeners = {name: self._listen(name) for name in (*UARTS, "qmp")}
        arguments = [*command, "-kernel", str(image)]
        for name in UARTS:
            arguments += ["-serial", f"unix:{self._path(name)}"]
        arguments += ["-monitor", "none", "-qmp", f"unix:{self._path('qmp')}"]
        self._process = None
        try:
            self._process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=self._output,
                                             stderr=self._output, preexec_fn=_end_with_parent)
        except OSError as error:
            raise MachineError(f"cannot start {command[0]}: {error}") from error
        connected = {name: self._accept(listener) for name, listener in listeners.items()}
        self._qmp = connected.pop("qmp")
        self._qmp.sendall(b'{"execute": "qmp_capabilities"}\n')
        self.uarts = connected

    def _path(self, name):
        return f"{self._folder.name}/{name}"

    def _listen(self, name):
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(self._path(name))
        listener.listen(1)
        return listener

    def _accept(self, listener):
        """Waits for QEMU to connect, as long as it lives."""
        listener.settimeout(0.1)
        limit = time.monotonic() + START_LIMIT_SECONDS
        while time.monotonic() < limit and self._process.poll() is None:
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            listener.close()
            connection.setblocking(True)
            return connection
        raise MachineError(f"QEMU does not start:\n{self.output()}")

    def running(self):
        """Whether QEMU still runs."""
        return self._process is not None and self._process.poll() is None

    def output(self):
        """What QEMU itself printed: its own errors and warnings."""
        self._output.seek(0)
        return self._output.read().decode(errors="replace").strip()

    def write(self, uart, data):
        """Types into a UART. What a machine that has ended would get is lost."""
        try:
            self.uarts[uart].sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def why_ended(self):
        """Once both UARTs are closed: one line that says why QEMU ended."""
        status = self._process.wait(timeout=START_LIMIT_SECONDS)
        self._read_qmp()
        reason = REASONS.get(self._reason) or f"QEMU ended with status {status}"
        if status < 0:
            reason = f"QEMU died of {signal.Signals(-status).name}"
        return "\n".join(filter(None, [reason, self.output()]))

    def _read_qmp(self):
        """QMP: a line of JSON for each event; SHUTDOWN carries the reason."""
        self._qmp.setblocking(False)
        try:
            while data := self._qmp.recv(65536):
                self._qmp_text += data
        except (BlockingIOError, ConnectionResetError):
            pass
        for line in self._qmp_text.splitlines():
            message = json.loads(line)
            if message.get("event") == "SHUTDOWN":
                self._reason = message["data"]["reason"]

    def quit(self):
        """Asks QEMU to end in order, so that its plugins do, and waits."""
        self._qmp.sendall(b'{"execute": "quit"}\n')
        self._process.wait(timeout=START_LIMIT_SECONDS)

    def stop(self):
        """Ends QEMU if it still runs, and removes what it left."""
        if self.running():
            self._process.kill()
        if self._process is not None:
            self._process.wait()
        for connection in self.uarts.values():
            connection.close()
        self._output.close()
        self._folder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
