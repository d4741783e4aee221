# SPDX-License-Identifier: Apache-2.0
"""Gate: every requirement is implemented and verified, and every tag names a requirement.

Requirements are lines `REQ-AREA-nnn: text` in docs/safety/requirements/; docs/safety/requirements/process.md has the
rules. Writes the traceability matrix.
"""
import argparse
import os
import re
import sys

import common

REQUIREMENT = re.compile(r"^(REQ-[A-Z0-9]+-\d{3}):[ \t]*(.*(?:\n(?!\s*$|REQ-|#|[-*|] ).*)*)", re.M)
LOOSE = re.compile(r"^\W*(REQ-[A-Za-z0-9-]+)[ \t]*:", re.M)
ANALYSIS = re.compile(r"\(verified by analysis:\s*([^)]+)\)")
REFINED = re.compile(r"\(refined by ([^)]+)\)")
TAG = re.compile(r"@(implements|verifies)\b([^\n*]*)")
IDENTIFIER = re.compile(r"REQ-[A-Za-z0-9-]+\b")

CODE = ("arch", "partitions", "smmu", "rt-sched", "core", "lib", "include", "guests", "config", "tools", "boards", "mk")
TESTS = ("tests",)
# The gates' own tests write such tags into trees of their own.
EXCLUDED = ("tests/check/",)
SOURCES = (".c", ".h", ".S", ".py", ".sh", ".mk", ".dts", ".dtsi", ".yaml", ".ld", ".pml", ".json")


class Requirement:
    def __init__(self, place, text):
        self.place = place
        self.text = " ".join(text.split())
        analysis = ANALYSIS.search(self.text)
        self.analysis = analysis.group(1).strip() if analysis else None
        refined = REFINED.search(self.text)
        self.parts = IDENTIFIER.findall(refined.group(1)) if refined else []
        self.tags = {"implements": [], "verifies": []}


def _parse_file(gate, path, text, found):
    numbers = set()
    for match in REQUIREMENT.finditer(text):
        place = f"{path}:{common.line_of(text, match.start())}"
        numbers.add(common.line_of(text, match.start()))
        name = match.group(1)
        if name in found:
            gate.error(place, f"{name} is already at {found[name].place}")
        elif not match.group(2).strip():
            gate.error(place, f"{name} says nothing")
        else:
            found[name] = Requirement(place, match.group(2))
    for match in LOOSE.finditer(text):
        line = common.line_of(text, match.start(1))
        if line not in numbers:
            gate.error(f"{path}:{line}", f"{match.group(1)}: a requirement is `REQ-AREA-nnn: text` at the line's start")


def requirements(gate, root, folder):
    found = {}
    for path in common.walk(root, (folder,)):
        if path.endswith(".md") and os.path.basename(path) != "process.md":
            _parse_file(gate, path, common.read(root, path), found)
    return found


def add_tags(gate, root, folders, kind, found):
    """Notes each `@kind REQ-...` below the folders at its requirement; the other kind does not belong there."""
    for path in common.walk(root, folders):
        if not path.endswith(SOURCES) or path.startswith(EXCLUDED):
            continue
        text = common.read(root, path)
        for match in TAG.finditer(text):
            _add_tag(gate, f"{path}:{common.line_of(text, match.start())}", match, kind, found)


def _add_tag(gate, place, match, kind, found):
    names = IDENTIFIER.findall(match.group(2))
    if not names:
        return
    if match.group(1) != kind:
        gate.error(place, f"@{match.group(1)} here; this folder's files can only say @{kind}")
    for name in names:
        if name not in found:
            gate.error(place, f"{name} is not a requirement")
        elif match.group(1) == kind:
            found[name].tags[kind].append(place)


def judge(gate, found):
    for name, requirement in found.items():
        for part in requirement.parts:
            if part not in found or part == name:
                gate.error(requirement.place, f"{name} is refined by {part}, which is not another requirement")
        if not (requirement.tags["implements"] or requirement.analysis or requirement.parts):
            gate.error(requirement.place, f"{name} has no @implements in code, no (refined by ...) and no "
                       "(verified by analysis: ...)")
        if not requirement.tags["verifies"] and not requirement.analysis:
            gate.error(requirement.place, f"{name} has no @verifies in tests and no (verified by analysis: ...)")


def write_matrix(path, found):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write("# Traceability\n\n| requirement | text | implemented in | verified by |\n|---|---|---|---|\n")
        for name in sorted(found):
            entry = found[name]
            verified = entry.tags["verifies"] + ([f"analysis: {entry.analysis}"] if entry.analysis else [])
            implemented = entry.parts + entry.tags["implements"]
            cells = (name, entry.text.replace("|", "\\|"), "<br>".join(implemented), "<br>".join(verified))
            file.write("| " + " | ".join(cells) + " |\n")


def check(root, matrix):
    gate = common.Gate("trace")
    found = requirements(gate, root, "docs/safety/requirements")
    if not found:
        gate.error("docs/safety/requirements", "there is no requirement")
    add_tags(gate, root, CODE, "implements", found)
    add_tags(gate, root, TESTS, "verifies", found)
    judge(gate, found)
    write_matrix(matrix, found)
    tags = [sum(len(r.tags[kind]) for r in found.values()) for kind in ("implements", "verifies")]
    analysed = sum(1 for r in found.values() if r.analysis)
    return gate.finish(f"{len(found)} requirements, {tags[0]} @implements, {tags[1]} @verifies, "
                       f"{analysed} by analysis; {matrix}")


def main():
    parser = argparse.ArgumentParser(description="Checks requirements against the tags in code and tests.")
    parser.add_argument("--root", default=".")
    parser.add_argument("--matrix", default="build/trace-matrix.md")
    arguments = parser.parse_args()
    return check(arguments.root, arguments.matrix)


if __name__ == "__main__":
    sys.exit(main())
