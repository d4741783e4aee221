# SPDX-License-Identifier: Apache-2.0
"""Runs one bench system in QEMU with the counting plugin, until the guest says that it is done.

@implements REQ-BENCH-002
"""
import argparse
import subprocess
import sys
import time
from pathlib import Path

from table import plugin_options

LIMIT_SECONDS = 120
END_SECONDS = 20
DONE = "bench: done"


def watch(command, console, messages):
    """Runs QEMU until the guest is done; None, or what went wrong. The plugin writes when QEMU is told to end."""
    with messages.open("w") as output, subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=output) as qemu:
        deadline = time.monotonic() + LIMIT_SECONDS
        done = False
        while not done and qemu.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
            done = console.exists() and DONE in console.read_text(errors="replace")
        qemu.terminate()
        try:
            qemu.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            qemu.kill()
            return "QEMU did not end"
    return None if done else "the guest did not say that it is done"


def run(arguments):
    out = Path(arguments.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.unlink(missing_ok=True)
    console = out.with_suffix(".log")
    console.unlink(missing_ok=True)
    command = [*arguments.qemu, *plugin_options(arguments.plugin, arguments.image, out), "-kernel", arguments.image,
               "-serial", f"file:{console}", "-serial", "null", "-monitor", "none"]
    problem = watch(command, console, out.with_suffix(".err"))
    if problem:
        return f"{problem}; see {console} and {out.with_suffix('.err')}"
    return None if out.exists() else "the plugin wrote nothing"


def main():
    parser = argparse.ArgumentParser(description="Counts what EL2 does for the bench guest.")
    for option in ("--image", "--plugin", "--out"):
        parser.add_argument(option, required=True)
    parser.add_argument("qemu", nargs="+")
    arguments = parser.parse_args()
    problem = run(arguments)
    if problem:
        print(f"bench: {arguments.image}: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
