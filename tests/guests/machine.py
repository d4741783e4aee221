# SPDX-License-Identifier: Apache-2.0
"""A guest on the bare machine: QEMU's virt without EL2, which is laid out as Bulkhead lays out a partition."""
import os
import queue
import socket
import subprocess
import threading
import time

QEMU = os.environ.get("QEMU", "qemu-system-aarch64")
GUESTS = os.environ.get("BULKHEAD_GUESTS", "build/guests")
NM = os.environ.get("NM", "aarch64-linux-gnu-nm")
PATIENCE = 60  # seconds; the host may be busy


def elf(name):
    return os.path.join(GUESTS, f"{name}.elf")


def symbol(name, wanted):
    """Address of a function or variable, static ones included."""
    for line in subprocess.run([NM, elf(name)], check=True, capture_output=True, text=True).stdout.splitlines():
        address, _, found = line.split()[-3:]
        if found == wanted:
            return int(address, 16)
    raise KeyError(wanted)


class Debugger:
    """As much of the GDB remote protocol as changing a word takes. The machine stands still while connected."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.socket.settimeout(PATIENCE)
        self.ask("?")

    def ask(self, text):
        # "+" is for the answer before: after the last one, the machine goes on and may end before it could be sent.
        self.socket.sendall(f"+${text}#{sum(text.encode()) % 256:02x}".encode())
        answer = b""
        while b"#" not in answer[:-2]:
            received = self.socket.recv(4096)
            assert received, f"QEMU ended before it answered {text}"
            answer += received
        return answer.lstrip(b"+")[1:-3].decode()

    def write_memory(self, address, data):
        assert self.ask(f"M{address:x},{len(data):x}:{data.hex()}") == "OK"

    def read_memory(self, address, size):
        return bytes.fromhex(self.ask(f"m{address:x},{size:x}"))

    def write_register(self, number, value):
        assert self.ask(f"P{number:x}={value.to_bytes(8, 'little').hex()}") == "OK"

    def leave(self):
        assert self.ask("D") == "OK"
        self.socket.close()


class Machine:
    def __init__(self, name, folder, cpu="cortex-a57"):
        self.gdb_path = os.path.join(folder, "gdb")
        self.seen = []
        self.lines = queue.Queue()
        command = [QEMU, "-M", "virt,gic-version=3", "-cpu", cpu, "-smp", "2", "-m", "256", "-display", "none",
                   "-nic", "none", "-no-reboot", "-serial", "stdio", "-gdb", f"unix:{self.gdb_path},server=on,wait=off",
                   "-kernel", elf(name)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line.decode(errors="replace").rstrip())
        self.lines.put(None)

    def line(self, wanted, patience=PATIENCE):
        """The next line for which wanted(line) is true; all lines are shown if there is none."""
        end = time.monotonic() + patience
        while True:
            try:
                text = self.lines.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                text = None
            if text is None:
                raise AssertionError("no such line; the console said:\n" + "\n".join(self.seen))
            self.seen.append(text)
            if wanted(text):
                return text

    def type(self, keys):
        self.process.stdin.write(keys.encode())
        self.process.stdin.flush()

    def debugger(self):
        return Debugger(self.gdb_path)

    def exit_code(self):
        return self.process.wait(PATIENCE)
