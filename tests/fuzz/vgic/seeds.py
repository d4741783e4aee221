# SPDX-License-Identifier: Apache-2.0
"""What libFuzzer starts from: short sequences in the encoding of fuzz.c, each of which gets something delivered.

usage: seeds.py <folder>
"""
import sys
from pathlib import Path

KINDS = ("WRITE", "READ", "WRITE_R", "READ_R", "SGI", "LINE", "PHYSICAL", "TIMER", "ACKNOWLEDGE", "END", "DEACTIVATE",
         "INTERFACE", "SWITCH", "POWER", "RESTART", "AUDIT", "QUIESCE")


def op(kind, *rest, vcpu=0, lag=0):
    return bytes([KINDS.index(kind) + len(KINDS) * vcpu, lag, *rest])


CONTROL_ON = op("WRITE", 12, 0, 3)
ENABLE_PRIVATE = b"".join(op("WRITE_R", 14 + 16 * n, 0, 1, 255, 255, 255, 255) for n in range(4))
ENABLE = b"".join(op("WRITE", 14, n, 1, 255, 255, 255, 255) for n in (0, 23, 30, 31, 33, 34, 35))
OPEN = CONTROL_ON + ENABLE_PRIVATE + ENABLE
TAKE = b"".join(op("ACKNOWLEDGE", vcpu=n, lag=lag) + op("END", vcpu=n, lag=lag) for n in range(4) for lag in (0, 0x80))
SPLIT = b"".join(op("INTERFACE", 6, 1, vcpu=n) for n in range(4))

SEEDS = {
    "sgis": OPEN + b"".join(op("SGI", n, 0x1f - n, vcpu=n % 4, lag=n) for n in range(16)) + TAKE,
    "lines": OPEN + b"".join(op("LINE", n, 1, lag=n) for n in range(24)) + TAKE + op("QUIESCE"),
    "physical": OPEN + b"".join(op("PHYSICAL", n, 1, lag=0x80) for n in range(14)) + TAKE + op("QUIESCE"),
    "timers": OPEN + b"".join(op("TIMER", 0, 1, vcpu=n) for n in range(4)) + TAKE + op("SWITCH", 0, 0) + TAKE,
    "routes": OPEN + b"".join(op("WRITE", 11, n, n % 6) for n in range(40)) + op("PHYSICAL", 3, 1) + op("LINE", 5, 1) + TAKE,
    "split": OPEN + SPLIT + b"".join(op("LINE", n, 1) for n in range(9)) + op("ACKNOWLEDGE") * 3 + op("END") * 3 +
    op("DEACTIVATE", 0, 0) * 3,
    "life": OPEN + op("POWER", 0, 0, vcpu=1) + op("SGI", 1, 2) + op("POWER", 0, 1, vcpu=1) + op("RESTART", 0, 15) + OPEN + TAKE,
    "nested": OPEN + b"".join(op("WRITE", 7, n, 255 - n * 8) for n in range(30)) +
    b"".join(op("LINE", n, 1) + op("ACKNOWLEDGE") for n in range(9)) + op("END", lag=0x80) * 9 + op("AUDIT", 0, 0),
}


def main(folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in SEEDS.items():
        for shape in range(16):
            (folder / f"{name}-{shape}").write_bytes(bytes([shape]) + data)


if __name__ == "__main__":
    main(sys.argv[1])
