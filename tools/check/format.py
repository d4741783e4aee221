# SPDX-License-Identifier: Apache-2.0
"""Gate: C is laid out as clang-format does it, macro bodies excepted.

Macro bodies are laid out by hand: clang-format 14 takes `(n) * 4U` in one for a cast, 19 does not, and this gate has
to say the same with both. With --write the files are changed instead, in the same places.
"""
import argparse
import difflib
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import common

FOLDERS = ("arch", "partitions", "smmu", "rt-sched", "core", "lib", "include", "guests", "config", "tools", "tests")
EXCLUDED = ("tests/check/bad/",)


DEFINE = re.compile(r"\s*#\s*define\s+(\w+)")


def units(lines):
    """(key, text) of each line; a macro definition is one unit, whose key does not depend on its layout."""
    found = []
    inside = False
    for line in lines:
        define = None if inside else DEFINE.match(line)
        if inside:
            found[-1] = (found[-1][0], found[-1][1] + line)
        else:
            found.append(("#define " + define.group(1) if define else line, line))
        inside = (inside or define is not None) and line.rstrip("\n").endswith("\\")
    return found


def changes(old, new):
    """(first, last, replacement) of the units of old that the formatter changes."""
    keys = [[key for key, _ in side] for side in (old, new)]
    for tag, first, last, start, end in difflib.SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if tag != "equal":
            yield first, last, new[start:end]


def formatted(tool, path):
    return subprocess.run([tool, path], capture_output=True, text=True, check=True).stdout.splitlines(True)


def rewrite(path, old, found):
    for first, last, replacement in reversed(found):
        old[first:last] = replacement
    with open(path, "w", encoding="utf-8") as file:
        file.write("".join(text for _, text in old))


def report(gate, path, old, found):
    for first, _, replacement in found:
        line = 1 + sum(text.count("\n") for _, text in old[:first])
        wanted = replacement[0][1].rstrip() if replacement else "nothing here"
        gate.error(f"{path}:{line}", f"clang-format wants: {wanted}")


def check(root, tool, write, folders):
    gate = common.Gate("format")
    paths = [f"{root}/{p}" if root != "." else p for p in common.walk(root, folders)
             if p.endswith(common.C_SUFFIXES) and not p.startswith(EXCLUDED)]
    with ThreadPoolExecutor() as pool:
        results = list(pool.map(lambda path: formatted(tool, path), paths))
    for path, new in zip(paths, results):
        with open(path, encoding="utf-8") as file:
            old = units(file.readlines())
        found = list(changes(old, units(new)))
        if found and write:
            rewrite(path, old, found)
        else:
            report(gate, path, old, found)
    return gate.finish(f"{len(paths)} files")


def main():
    parser = argparse.ArgumentParser(description="Checks the layout of C files.")
    parser.add_argument("--root", default=".")
    parser.add_argument("--tool", default="clang-format")
    parser.add_argument("--write", action="store_true", help="change the files")
    parser.add_argument("folders", nargs="*", default=FOLDERS)
    arguments = parser.parse_args()
    return check(arguments.root, arguments.tool, arguments.write, arguments.folders)


if __name__ == "__main__":
    sys.exit(main())
