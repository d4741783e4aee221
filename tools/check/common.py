# SPDX-License-Identifier: Apache-2.0
"""What all gates share: finding files, reading C without its comments, and reporting."""
import os
import re
import sys

SKIPPED_FOLDERS = {"build", "__pycache__"}
C_SUFFIXES = (".c", ".h")


class Gate:
    """Collects the findings of one gate, in gcc's form, and turns them into an exit status."""

    def __init__(self, name):
        self.name = name
        self.findings = []

    def error(self, place, text):
        self.findings.append(f"{place}: error: {text} [check-{self.name}]")

    def finish(self, summary):
        """Prints findings and the one line of the gate; 0 if there are no findings."""
        for finding in self.findings:
            print(finding)
        verdict = "" if not self.findings else f"FAILED, {len(self.findings)} errors; "
        print(f"{self.name + ':':<9} {verdict}{summary}")
        sys.stdout.flush()
        return 1 if self.findings else 0


def walk(root, folders=("",)):
    """Paths, relative to root, of all files below the folders, sorted; nothing hidden, nothing built."""
    found = set()
    for folder in folders:
        top = os.path.join(root, folder)
        if os.path.isfile(top):
            found.add(os.path.normpath(folder))
        for path, names, files in os.walk(top):
            names[:] = [n for n in names if n not in SKIPPED_FOLDERS and not n.startswith(".")]
            found.update(os.path.relpath(os.path.join(path, f), root) for f in files if not f.startswith("."))
    return sorted(found)


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
        return file.read()


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


# A comment, or a string or character literal, whichever begins first.
C_TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def _blank(match):
    text = match.group(0)
    if text[0] in "\"'":
        return text[0] + " " * (len(text) - 2) + text[0]
    return re.sub(r"[^\n]", " ", text)


def strip_c(text):
    """C with comments and the contents of literals blanked; every line and column stays where it was."""
    return C_TOKEN.sub(_blank, text)
