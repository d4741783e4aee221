#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the stages of the config compiler: cpp, dtc (twice), bulkhead-config.

dtc's own messages are rewritten into gcc's form. After errors that leave a tree (an undefined label, say)
bulkhead-config still runs, so that one run shows all there is to mend. Exit status: 0 good, 1 errors in
the configuration, 2 a tool is missing or broken.

@implements REQ-CONFIG-002
"""
import argparse
import difflib
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

from preprocess import preprocess
from syntax import explain, labels, read_tokens
from tools import LINE_MARKER, kind_of, read_lines, run, say

# "Error: f.dts:3.5-4.1 text", "f.dts:3.7-15: ERROR (check): text", "f.dts:3.6-27: Warning (check): text"
DTC_MESSAGE = re.compile(r"(?:(?:Lexical e|E)rror: )?(?P<file>[^:]+):(?P<line>\d+)\.(?P<column>\d+)-(?:(?P<last>\d+)\.)?\d+:? "
                         r"(?:(?P<kind>ERROR|Warning) \([a-z0-9_]+\): )?(?P<text>.*)$")
DTC_ALSO = re.compile(r"\s+also defined at (?P<file>[^:]+):(?P<line>\d+)\.\d+-(?:(?P<last>\d+)\.)?\d+")
DTC_UNDEFINED = re.compile(r"(?P<path>/\S*): Reference to non-existent node or label \"(?P<label>[^\"]+)\"")
DTC_ABSENT = re.compile(r"Label or path (?P<label>\S+) not found")
# What dtc says while it reads, and how to mend it.
DTC_ADVICE = (
    (re.compile(r"^memory exhausted$"), "nodes or parentheses stand too deep in one another; does an #include or a macro repeat itself?"),
    (re.compile(r"^Properties must precede subnodes$"), "this property stands behind a child node; move it up: in a node, properties come first"),
    (re.compile(r"^(Value out of range for 32-bit array element)$"),
     "this value does not fit into a cell of 32 bits; 64 bits are two cells, the high half first: <0x1 0x0>"),
    (re.compile(r"^(Integer literal '.*' out of range)$"), r"\1; a number has at most 64 bits"),
    (re.compile(r"^Character literal .*"), 'strings stand in double quotes: "text"'),
    (re.compile(r"^Division by zero$"), "division by zero; is a macro 0 that should not be?"),
)
# Warnings of dtc that are mistakes in what is read here: cells that are missing or too many, a value of another type.
DTC_MISTAKES = re.compile(r"Warning \((?!deprecated|interrupts_property)[a-z0-9_]*(?:_format|_is_cell|_is_string|_is_string_list|_property|"
                          r"interrupt_map|avoid_default_addr_size)\)")
FORBIDDEN = re.compile(r"(?<![\w/])/(include|incbin|plugin|memreserve)/")
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
ADVICE = {"include": "; use #include", "memreserve": "; use a node in /reserved-memory"}


def source_line(file, number):
    lines = read_lines(file)
    return lines[number - 1] if 0 < number <= len(lines) else ""


def span(match):
    """File, first and last line of a place in a message."""
    return match["file"], int(match["line"]), int(match["last"] or match["line"])


def find_label(places, label):
    """File, line and column of the first `&label` in some stretches of source, the latest stretch first."""
    for file, first, last in reversed(places):
        for number in range(first, last + 1):
            match = re.search(r"&\{?" + re.escape(label) + r"(?![A-Za-z0-9_])", source_line(file, number))
            if match:
                return file, number, match.start() + 1
    return places[0][0], places[0][1], 0


def title(text):
    """A message that starts with a path, in the user's terms."""
    return re.sub(r"^/partitions/", "", text)


class Messages:
    """dtc's standard error, rewritten. Counts errors."""

    def __init__(self, preprocessed):
        self.preprocessed = preprocessed
        self.errors = 0
        self.seen = set()

    def error(self, file, line, column, text):
        self.errors += 1
        key = (file, line, column, text)
        if key not in self.seen:
            say(file, line, column, "error", text)
            self.seen.add(key)

    def missing(self, label):
        """A label or path that is not there, and what was probably meant."""
        if label.startswith("/"):
            return f"node '{label}'"
        known = {name.lower(): name for name in sorted(labels(read_tokens(self.preprocessed)))}
        if label in known.values():
            return f"label '{label}' any more: its node is deleted"
        close = difflib.get_close_matches(label.lower(), known, 1)
        return f"label '{label}'" + (f"; did you mean '{known[close[0]]}'?" if close else "")

    def rewrite(self, text):
        pending = None
        for line in text.splitlines():
            match, also = DTC_MESSAGE.match(line), DTC_ALSO.match(line)
            if also and pending:
                pending[1].append(span(also))
            elif match:
                self.flush(pending)
                pending = (match, [span(match)])
        self.flush(pending)

    def flush(self, pending):
        if pending is None:
            return
        match, places = pending
        if match["kind"] == "Warning" and not DTC_MISTAKES.search(match.string):
            return
        text = match["text"]
        undefined, absent = DTC_UNDEFINED.search(text), DTC_ABSENT.match(text)
        if undefined:
            self.error(*find_label(places, undefined["label"]),
                       f"{title(undefined['path'])}: there is no {self.missing(undefined['label'])}")
            return
        if absent:
            self.error(*find_label(places, absent["label"]), f"there is no {self.missing(absent['label'])}")
            return
        if text == "syntax error":
            place, text = explain(self.preprocessed, places[0][0], places[0][1], int(match["column"]))
            self.error(*place, text)
            return
        for pattern, better in DTC_ADVICE:
            text = pattern.sub(better, text)
        if "phandle" in text and "duplicated" not in text:
            text += "; write a label: <&label>"
        if text.endswith("-cells value"):
            text += "; write #address-cells and #size-cells into the node above"
        self.error(places[0][0], places[0][1], 0, title(text))
        for file, line, _ in places[1:]:
            say(file, line, 0, "note", "also here")


def refuse_directives(preprocessed):
    """/include/ is not seen by cpp, /incbin/ not by make, /plugin/ makes another kind of tree, /memreserve/ none: say so."""
    errors = 0
    file, number = preprocessed, 0
    with open(preprocessed, encoding="utf-8", errors="replace") as text:
        for line in text:
            marker = LINE_MARKER.match(line)
            if marker:
                number, file = int(marker[1]), marker[2]
                continue
            for match in FORBIDDEN.finditer(STRING.sub('""', line)):
                say(file, number, 0, "error", f"/{match[1]}/ is not supported{ADVICE.get(match[1], '')}")
                errors += 1
            number += 1
    return errors


def flatten(options, preprocessed, out, messages):
    """The blob and the annotated source, which dtc makes even of a tree with errors if it can be parsed at all."""
    dtb = os.path.join(out, "system.dtb")
    annotated = os.path.join(out, "system.ann")
    with ThreadPoolExecutor(1) as pool:
        second = pool.submit(run, ["dtc", "-f", "-q", "-q", "-I", "dts", "-O", "dts", "-T", "-T", "-o", annotated,
                                   preprocessed])
        first = run(["dtc", "-f", "-@", "-I", "dts", "-O", "dtb", "-o", dtb, preprocessed])
        second.result()
    messages.rewrite(first.stderr)
    if first.returncode != 0 and messages.errors == 0:
        last = [line for line in first.stderr.splitlines() if "Warning" not in line] or [f"status {first.returncode}"]
        print(f"{options.file}: error: dtc cannot make a tree of this: {last[-1]}", file=sys.stderr)
    return (dtb, annotated) if first.returncode == 0 else None


def compile_system(options, files, broken, out):
    command = [options.compiler, "--dtb", files[0], "--positions", files[1], "--file", options.file, "--out", out]
    for folder in [os.path.dirname(options.file) or ".", *options.images]:
        command += ["--images", folder]
    if options.check or broken:
        command.append("--check")
    if broken:
        command.append("--broken")
    return subprocess.run(command, check=False).returncode


def process(options, out):
    preprocessed = preprocess(options, out)
    messages = Messages(preprocessed)
    if refuse_directives(preprocessed):
        return 1
    files = flatten(options, preprocessed, out, messages)
    if files is None:
        return 1
    result = compile_system(options, files, messages.errors != 0, out)
    return 1 if result == 0 and messages.errors else result


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
