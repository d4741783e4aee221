# SPDX-License-Identifier: Apache-2.0
"""Gate: every file of ours says its licence, and no page or script names one machine's folders."""
import argparse
import os
import re
import sys

import common

SUFFIXES = (".c", ".h", ".S", ".py", ".sh", ".mk", ".ld", ".dts", ".dtsi", ".yaml", ".yml", ".pml", ".awk", ".its")
NAMES = ("Makefile",)
SPDX = re.compile(r"SPDX-License-Identifier: (.+?)\s*(\*/|-->|$)", re.M)
LICENCES = ("Apache-2.0", "Apache-2.0 OR MIT OR BSD-2-Clause")
PLACES = re.compile(r"(?<![\w.$)}*-])/(home|Users|work|root|mnt)/[\w.-]+")
TEXT_SUFFIXES = SUFFIXES + (".md", ".json", ".txt", ".toml", ".cfg")
# Where a path below /root or /home is what a test or a guest sees, not where somebody works.
PLACES_ALLOWED = ("tests/check",)
HEAD_LINES = 3


def is_script(root, path):
    with open(os.path.join(root, path), "rb") as file:
        return file.read(2) == b"#!"


def wants_licence(root, path):
    return path.endswith(SUFFIXES) or os.path.basename(path) in NAMES or is_script(root, path)


def check_licence(gate, path, text):
    head = "\n".join(text.split("\n")[:HEAD_LINES])
    match = SPDX.search(head)
    if match is None:
        gate.error(f"{path}:1", f"no SPDX-License-Identifier in the first {HEAD_LINES} lines")
    elif match.group(1) not in LICENCES:
        gate.error(f"{path}:1", f"licence {match.group(1)!r} is not one of the project's: {', '.join(LICENCES)}")


def check_places(gate, path, text):
    if path.startswith(PLACES_ALLOWED):
        return
    for match in PLACES.finditer(text):
        gate.error(f"{path}:{common.line_of(text, match.start())}", f"{match.group(0)} exists on one machine only")


def check(root):
    gate = common.Gate("licence")
    licensed = 0
    for path in common.walk(root):
        full = os.path.join(root, path)
        if os.path.islink(full) or not os.path.isfile(full):
            continue
        if wants_licence(root, path):
            check_licence(gate, path, common.read(root, path))
            licensed += 1
        if path.endswith(TEXT_SUFFIXES) or os.path.basename(path) in NAMES:
            check_places(gate, path, common.read(root, path))
    return gate.finish(f"{licensed} files with a licence")


def main():
    parser = argparse.ArgumentParser(description="Checks licence lines and machine-specific paths.")
    parser.add_argument("--root", default=".")
    return check(parser.parse_args().root)


if __name__ == "__main__":
    sys.exit(main())
