#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the stages of the config compiler: cpp, dtc (three times), bulkhead-config.

dtc's own messages are rewritten into gcc's form. After errors that leave a tree (an undefined label, say)
bulkhead-config still runs, so that one run shows all there is to mend. Exit status: 0 good, 1 errors in
the configuration, 2 a tool is missing or broken.

@implements REQ-CONFIG-002
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

from deletions import refuse_empty_deletions
from dtc import Messages
from preprocess import preprocess
from tools import kind_of, marker, run, say

FORBIDDEN = re.compile(r"(?<![\w/])/(include|incbin|plugin|memreserve)/")
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
ADVICE = {"include": "; use #include", "memreserve": "; use a node in /reserved-memory"}


def refuse_directives(preprocessed):
    """/include/ is not seen by cpp, /incbin/ not by make, /plugin/ makes another kind of tree, /memreserve/ none: say so."""
    errors = 0
    file, number = preprocessed, 0
    with open(preprocessed, encoding="utf-8", errors="replace") as text:
        for line in text:
            place = marker(line)
            if place:
                number, file = place
                continue
            for match in FORBIDDEN.finditer(STRING.sub('""', line)):
                say(file, number, 0, "error", f"/{match[1]}/ is not supported{ADVICE.get(match[1], '')}")
                errors += 1
            number += 1
    return errors


def renumber(preprocessed, out):
    """
    The tree once more, with other phandles: dtc numbers nodes upwards from 1 and leaves out what is taken, so a few more nodes
    that take the first numbers shift all others. A cell that stays the same came from a number, not from a reference.
    """
    with open(preprocessed, encoding="utf-8", errors="replace") as file:
        text = file.read()
    nodes = "".join(f"n{i} {{ phandle = <{i}>; }}; " for i in range(1, text.count("phandle") + 2))
    source = os.path.join(out, "system.shifted.dts")
    with open(source, "w", encoding="utf-8", errors="replace") as file:
        file.write(f"{text}\n/ {{ bulkhead-shift {{ {nodes} }}; }};\n")
    dtb = os.path.join(out, "system.shifted.dtb")
    run(["dtc", "-f", "-q", "-q", "-@", "-I", "dts", "-O", "dtb", "-o", dtb, source])
    return dtb


def flatten(options, preprocessed, out, messages):
    """
    The blob, the annotated source and the blob with other phandles, which dtc makes even of a tree with errors if it can be parsed
    at all.
    """
    dtb = os.path.join(out, "system.dtb")
    annotated = os.path.join(out, "system.ann")
    with ThreadPoolExecutor(2) as pool:
        third = pool.submit(renumber, preprocessed, out)
        second = pool.submit(run, ["dtc", "-f", "-@", "-q", "-q", "-I", "dts", "-O", "dts", "-T", "-T", "-o", annotated,
                                   preprocessed])
        first = run(["dtc", "-f", "-@", "-I", "dts", "-O", "dtb", "-o", dtb, preprocessed])
        second.result()
        shifted = third.result()
    messages.rewrite(first.stderr)
    if first.returncode != 0 and not messages.errors:
        last = [line for line in first.stderr.splitlines() if "Warning" not in line] or [f"status {first.returncode}"]
        print(f"{options.file}: error: dtc cannot make a tree of this: {last[-1]}", file=sys.stderr)
    return (dtb, annotated, shifted) if first.returncode == 0 else None


def compile_system(options, files, messages, out):
    complaints = os.path.join(out, "system.complaints")
    broken = bool(messages.errors or messages.complaints)
    with open(complaints, "w", encoding="utf-8") as file:
        file.writelines("\t".join(fields) + "\n" for fields in messages.complaints)
    command = [options.compiler, "--dtb", files[0], "--positions", files[1], "--file", options.file, "--out", out,
               "--complaints", complaints, "--shifted", files[2]]
    for folder in [os.path.dirname(options.file) or ".", *options.images]:
        command += ["--images", folder]
    if options.check or broken:
        command.append("--check")
    if broken:
        command.append("--broken")
    return subprocess.run(command, check=False).returncode


def process(options, out):
    preprocessed = preprocess(options, out)
    messages = Messages(options.file, preprocessed)
    if refuse_directives(preprocessed):
        return 1
    files = flatten(options, preprocessed, out, messages)
    if files is None:
        return 1
    if not messages.errors and not messages.complaints:
        messages.errors = refuse_empty_deletions(preprocessed, out)
    result = compile_system(options, files, messages, out)
    return 1 if result == 0 and (messages.errors or messages.complaints) else result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--compiler", required=True, help="the bulkhead-config program")
    parser.add_argument("--out", help="folder for the output")
    parser.add_argument("--check", action="store_true", help="only check; write nothing")
    parser.add_argument("-D", dest="define", action="append", default=[], type=lambda text: "-D" + text)
    parser.add_argument("-I", dest="include", action="append", default=[])
    parser.add_argument("--images", action="append", default=[], help="where image files are looked for")
    parser.add_argument("file")
    options = parser.parse_args()
    if not options.file.isprintable():
        print(f"{options.file!r}: error: the name of this file or of its folder has a character in it that cannot be printed", file=sys.stderr)
        return 1
    what = kind_of(options.file) if os.path.lexists(options.file) else "is not there; SYSTEM=file.dts names a system file"
    if what:
        print(f"{options.file}: error: this {what}", file=sys.stderr)
        return 1
    if options.check:
        with tempfile.TemporaryDirectory(prefix="bulkhead-config-") as folder:
            result = process(options, folder)
        if result == 0:
            print(f"{options.file}: ok")
        return result
    os.makedirs(options.out, exist_ok=True)
    return process(options, options.out)


if __name__ == "__main__":
    sys.exit(main())
