# SPDX-License-Identifier: Apache-2.0
"""Writes docs/bindings.md, the reference of every node and property, or checks that it is fresh.

What a property is comes from config/bindings, what is refused and how from the expected diagnostics in
tests/config/bad: each is listed at the property, or the node, that it points at.
@implements REQ-BIND-003
"""
import argparse
import os
import re
import sys

from ruamel.yaml import YAML

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SCHEMAS = "config/bindings/schemas/bulkhead"
BAD = "tests/config"
MANUAL = "docs/bindings.md"
KINDS = ("partitions", "hypervisor", "partition", "linux", "vcpu", "task", "overheads")
TYPES = {"uint32": "one cell", "uint32-array": "{} cells, high half first", "string": "a string",
         "phandle": "a reference", "phandle-array": "references", "uint32-matrix": "groups of {} cells, high halves first"}
ERROR = re.compile(r"^//! (?P<file>[^:]+)(?::(?P<line>\d+))?(?::(?P<column>\d+))?: (?P<fatal>fatal )?error: (?P<text>.*)$", re.M)
WORD = re.compile(r"[A-Za-z0-9,._+?#-]+")
SPECIAL = ("Unit", "Default", "Range")


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read()


class Property:
    """One property of a schema, in the words of the reference."""

    def __init__(self, name, schema, examples, required):
        self.name = name
        self.schema = schema
        self.required = required
        self.text, self.notes = split_description(schema.get("description", ""))
        found = re.search(rf"(?<![\w,-]){re.escape(name)} = [^;]*;", examples)
        self.example = found[0] if found else None

    def alternatives(self):
        return self.schema.get("oneOf", [self.schema])

    def type(self):
        return " or ".join(dict.fromkeys(type_name(part) for part in self.alternatives()))

    def range(self):
        parts = [text for part in self.alternatives() for text in limits(part)]
        return "; ".join([*parts, *([self.notes["Range"]] if "Range" in self.notes else [])])

    def default(self):
        if self.required:
            return "required"
        if "default" in self.schema:
            return shown(self.schema["default"])
        return self.notes.get("Default", "none")

    def rows(self):
        yield "type", self.type()
        if "Unit" in self.notes:
            yield "unit", self.notes["Unit"]
        if self.range():
            yield "range", self.range()
        yield "default", self.default()
        yield "example", f"`{self.example}`"


class Binding:
    """One schema file."""

    def __init__(self, root, kind):
        self.kind = kind
        self.path = f"{SCHEMAS}/bulkhead,{kind}.yaml"
        self.schema = YAML(typ="safe").load(read(root, self.path))
        self.examples = "\n".join(self.schema["examples"])
        required = self.schema.get("required", [])
        entries = self.schema.get("properties", {})
        self.properties = [Property(name, entry, self.examples, name in required) for name, entry in entries.items()
                           if not name.startswith("$") and isinstance(entry, dict) and entry.get("type") != "object"]
        self.nodes = [name for name, entry in entries.items() if isinstance(entry, dict) and entry.get("type") == "object"]

    def names(self):
        return [entry.name for entry in self.properties]


def split_description(text):
    """The prose, and the lines `Unit: ...`, `Default: ...` and `Range: ...` of a description."""
    notes, prose = {}, []
    for line in text.split("\n"):
        match = re.match(r"(\w+): (.*)", line)
        if match and match[1] in SPECIAL:
            notes[match[1]] = match[2].rstrip(".")
        else:
            prose.append(line)
    return "\n".join(prose).strip(), notes


def shown(value):
    return f'`"{value}"`' if isinstance(value, str) else f"`{value}`"


def type_name(schema):
    if "const" in schema and "$ref" not in schema:
        return "a string"
    if "$ref" not in schema:
        return "one cell"  # dt-schema knows the type by the unit at the end of the name
    reference = schema["$ref"].rsplit("/", 1)[1]
    return TYPES[reference].format(len(cells_of(schema)))


def cells_of(schema):
    """The schema of each cell, of an array or of one group of a matrix."""
    items = schema.get("items", [])
    return items if isinstance(items, list) else items.get("items", [])


def cell_limits(schema):
    parts = []
    if "multipleOf" in schema:
        parts.append(f"a multiple of {schema['multipleOf']:#x}")
    if "minimum" in schema:
        parts.append(f"at least {schema['minimum']}")
    if "maximum" in schema:
        maximum = schema["maximum"]
        parts.append(f"at most {maximum:#x}" if maximum > 0xffff else f"at most {maximum}")
    return parts


def limits(schema):
    """What the schema says of values, as phrases."""
    if "const" in schema:
        return [shown(schema["const"])]
    if "enum" in schema:
        return [", ".join(shown(value) for value in schema["enum"])]
    parts = cell_limits(schema)
    if "maxItems" in schema:
        parts.append(f"{schema.get('minItems', 1)} to {schema['maxItems']} of them")
    for number, cell in enumerate(cells_of(schema), 1):
        parts += [f"cell {number} {phrase}" for phrase in cell_limits(cell)]
    return parts


class Rule:
    """The first error of one bad system."""

    def __init__(self, root, path):
        text = read(root, path)
        match = ERROR.search(text)
        self.path = path
        self.name = os.path.splitext(os.path.basename(path))[0]
        self.text = match["text"]
        self.word = self.pointed_at(root, match)
        self.here = os.path.basename(match["file"]) in (os.path.basename(path), "base.dtsi", "tasks.dtsi") and not match["fatal"]

    @staticmethod
    def pointed_at(root, match):
        if not match["line"]:
            return ""
        line = read(root, os.path.normpath(f"{BAD}/{match['file']}")).split("\n")[int(match["line"]) - 1]
        found = WORD.match(line, int(match["column"] or 1) - 1)
        return found[0] if found else ""

    def kind(self):
        title = self.text.split(": ")[0]
        if re.search(r"/vcpu\d+/task-[^/]*$", title):
            return "task"
        if os.path.basename(self.path).startswith("overheads-"):
            return "overheads"
        if re.search(r"/vcpu\d+$", title):
            return "vcpu"
        if title.endswith("/linux"):
            return "linux"
        return "hypervisor" if title == "hypervisor" else "partition"

    def candidates(self):
        """Words that may be the property this is about, the likeliest first."""
        missing = re.search(r"property '([^']+)' is missing", self.text)
        return [missing[1]] if missing else [self.word, *re.findall(r"'([a-z-]+)'", self.text)]


def attribute(rules, bindings):
    """{(kind, property or None): [rule]}; kind None is the board and the source."""
    places = {}
    for rule in rules:
        kinds = [rule.kind(), *[kind for kind in ("linux",) if rule.kind() == "partition"]]
        place = (None, None)
        if rule.here and (": " in rule.text or rule.word):
            found = [(kind, word) for word in rule.candidates() for kind in kinds if word in bindings[kind].names()]
            node = rule.text.split(": ")[0] if ": " in rule.text else ""
            place = found[0] if found else (rule.kind(), None) if node else ("partitions", None)
        places.setdefault(place, []).append(rule)
    return places


def refused(rules):
    if not rules:
        return []
    return ["Refused:", "", *[f"- `{rule.text}` ([{rule.name}](../{rule.path}))" for rule in rules], ""]


def page(root):
    bindings = {kind: Binding(root, kind) for kind in KINDS}
    folder = os.path.join(root, BAD, "bad")
    rules = [Rule(root, f"{BAD}/bad/{name}") for name in sorted(os.listdir(folder)) if name.endswith(".dts")]
    places = attribute(rules, bindings)
    lines = HEAD.strip("\n").split("\n") + [""]
    for kind, binding in bindings.items():
        lines += [f"## {binding.schema['title']}", "", f"[bulkhead,{kind}.yaml](../{binding.path})", "",
                  binding.schema["description"].strip(), "", *refused(places.get((kind, None), []))]
        for entry in binding.properties:
            lines += [f"### `{entry.name}` ({kind})", "", entry.text, "", "| | |", "|---|---|",
                      *[f"| {name} | {value} |" for name, value in entry.rows()], "",
                      *refused(places.get((kind, entry.name), []))]
    lines += ["## The board and the source", "", TAIL.strip("\n"), "", *refused(places.get((None, None), []))]
    return "\n".join(lines).rstrip("\n") + "\n", rules, bindings


HEAD = """
# Reference: every node and property

Made by `make bindings` from `config/bindings`, the dt-schema files that `make check-bindings` holds systems against,
and from the diagnostics in `tests/config/bad`. Do not edit; [configuration.md](configuration.md) is the guide. Behind
"Refused" stand the compiler's words for one example each; a link leads to the system that it was said of.
"""
TAIL = """
The board's part of the tree follows Linux's bindings; the compiler reads cores, memory, interrupt controller, timer,
and the devices that a system names. These are errors of the board, or of the source as a whole.
"""


def main():
    parser = argparse.ArgumentParser(description="docs/bindings.md from the schemas.")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--root", default=ROOT)
    arguments = parser.parse_args()
    text, rules, bindings = page(arguments.root)
    path = os.path.join(arguments.root, MANUAL)
    if arguments.write:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    elif not os.path.exists(path) or read(arguments.root, MANUAL) != text:
        print(f"{MANUAL}:1: error: not what config/bindings and tests/config/bad say; make bindings [check-bindings]")
        return 1
    print(f"{MANUAL}: {sum(len(b.properties) for b in bindings.values())} properties, {len(rules)} rules")
    return 0


if __name__ == "__main__":
    sys.exit(main())
