# SPDX-License-Identifier: Apache-2.0
"""Runs one bench system in QEMU with the counting plugin, until the guest says that it is done.

@implements REQ-BENCH-002
"""
import argparse
import subprocess
import sys
import time
from pathlib import Path

LIMIT_SECONDS = 120
END_SECONDS = 20
DONE = "bench: done"
# The loading of partitions' memory: it does the whole of that by itself.
DATA = ("loader_run", "loader_step", "memory_scrub", "memory_copy_page", "memory_copy_and_clean", "memory_copy",
        "memory_copy_lines", "memory_zero_page", "memory_clean_invalidate")


def symbols(nm, image):
    """name: (address, size) of what the image defines."""
    output = subprocess.run([nm, "-S", "--defined-only", image], text=True, check=True, capture_output=True).stdout
    lines = [line.split() for line in output.splitlines()]
    return {line[-1]: (int(line[0], 16), int(line[1], 16) if len(line) == 4 else 0) for line in lines}


def plugin_option(arguments):
    table = symbols(arguments.nm, arguments.image)
    parts = [arguments.plugin, f"vectors={table['vectors'][0]:#x}", f"out={arguments.out}"]
    for name in DATA:
        first, size = table[name]
        parts.append(f"data={first:#x}-{first + size:#x}")
    return ",".join(parts)


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
    command = [*arguments.qemu, "-accel", "tcg,thread=multi", "-kernel", arguments.image, "-plugin",
               plugin_option(arguments), "-serial", f"file:{console}", "-serial", "null", "-monitor", "none"]
    problem = watch(command, console, out.with_suffix(".err"))
    if problem:
        return f"{problem}; see {console} and {out.with_suffix('.err')}"
    return None if out.exists() else "the plugin wrote nothing"


def main():
    parser = argparse.ArgumentParser(description="Counts what EL2 does for the bench guest.")
    for option in ("--image", "--nm", "--plugin", "--out"):
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
