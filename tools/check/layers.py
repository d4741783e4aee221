# SPDX-License-Identifier: Apache-2.0
"""Gate: calls run downwards.

Two views of one rule. The includes of every file, and the undefined symbols of every object, must stay within the
folders that its own folder may call. What goes up on purpose (assembly that enters C, tables that
the config compiler emits) is listed, with its reason, in layers.json; an entry that is no longer needed is an error.
"""
import argparse
import json
import os
import re
import sys

from elftools.elf.elffile import ELFFile

import common

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.M)
SOURCES = (".c", ".h", ".S")


class Rules:
    """layers.json: which folder may use which, and what is let through by name."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
        self.may_use = {folder: set(others) for folder, others in data["may use"].items()}
        self.upwards = {entry["symbol"]: entry for entry in data["upwards"]}
        self.generated = {entry["symbol"]: entry for entry in data["generated"]}
        self.generated_headers = set(data["generated headers"])
        self.system_headers = {folder: set(names) for folder, names in data["system headers"].items()}
        self.used = set()

    def folder(self, path):
        """The layer a path belongs to, or None for what has no rule (tools, tests)."""
        fitting = [f for f in self.may_use if path == f or path.startswith(f + "/")]
        return max(fitting, key=len) if fitting else None

    def allows(self, user, used):
        return user == used or used in self.may_use[user]


def target_of(root, path, name):
    """The file an #include of `path` names: beside it, from the root, or from include/."""
    for base in (os.path.dirname(path), "", "include"):
        candidate = os.path.normpath(os.path.join(base, name))
        if os.path.isfile(os.path.join(root, candidate)):
            return candidate
    return None


def check_system_include(gate, rules, place, layer, name):
    allowed = rules.system_headers.get(layer)
    if allowed is not None and name not in allowed:
        gate.error(place, f"<{name}> is not among the system headers of {layer}/")


def check_include(gate, rules, root, path, match, text):
    place = f"{path}:{common.line_of(text, match.start())}"
    layer = rules.folder(path)
    name = match.group(2)
    target = target_of(root, path, name)
    if name in rules.generated_headers:
        return
    if target is None and match.group(1) == "<":
        check_system_include(gate, rules, place, layer, name)
    elif target is None:
        gate.error(place, f'"{name}" is neither a header of the project nor listed as generated')
    elif not rules.allows(layer, rules.folder(target) or os.path.dirname(target)):
        gate.error(place, f"{layer}/ may not use {os.path.dirname(target)}/ ({name})")


def check_includes(gate, rules, root):
    count = 0
    for path in common.walk(root, sorted(rules.may_use)):
        if path.endswith(SOURCES):
            text = common.read(root, path)
            for match in INCLUDE.finditer(text):
                check_include(gate, rules, root, path, match, text)
                count += 1
    return count


def symbols_of(path):
    """(defined, undefined) global symbols of an object."""
    defined, undefined = set(), set()
    with open(path, "rb") as file:
        table = ELFFile(file).get_section_by_name(".symtab")
        for symbol in table.iter_symbols() if table else []:
            if symbol.name and symbol["st_info"]["bind"] != "STB_LOCAL":
                (undefined if symbol["st_shndx"] == "SHN_UNDEF" else defined).add(symbol.name)
    return defined, undefined


def check_symbol(gate, rules, user, name, owners):
    layer = rules.folder(user)
    owner = owners.get(name)
    if name in rules.generated and owner is None:
        rules.used.add(name)
    elif owner is None:
        gate.error(user, f"{name} is defined in no object and not listed as generated")
    elif rules.allows(layer, rules.folder(owner)):
        return
    elif name in rules.upwards and layer in rules.upwards[name]["from"]:
        rules.used.add(name)
    else:
        gate.error(user, f"{layer}/ calls up: {name} of {owner}")


def check_objects(gate, rules, objects, prefix):
    """objects: files below prefix, laid out like their sources, or `source=file`."""
    tables = {}
    for argument in objects:
        source, _, path = argument.rpartition("=")
        tables[source or os.path.relpath(path, prefix)] = symbols_of(path)
    owners = {name: path for path, (defined, _) in tables.items() for name in defined}
    for path, (_, undefined) in sorted(tables.items()):
        if rules.folder(path) is None:
            gate.error(path, "no layer in layers.json for this object's folder")
            continue
        for name in sorted(undefined):
            check_symbol(gate, rules, path, name, owners)
    if objects:
        for name in sorted((set(rules.upwards) | set(rules.generated)) - rules.used):
            gate.error("tools/check/layers.json", f"{name} is listed but nothing needs it")
    return sum(len(undefined) for _, undefined in tables.values())


def check(root, rules_path, objects, prefix):
    gate = common.Gate("layers")
    rules = Rules(rules_path)
    includes = check_includes(gate, rules, root)
    symbols = check_objects(gate, rules, objects, prefix)
    return gate.finish(f"{includes} includes; {symbols} references in {len(objects)} objects; "
                       f"{len(rules.upwards)} upward symbols")


def main():
    parser = argparse.ArgumentParser(description="Checks that calls run downwards.")
    parser.add_argument("--root", default=".")
    parser.add_argument("--rules", default=os.path.join(os.path.dirname(__file__), "layers.json"))
    parser.add_argument("--prefix", default="", help="folder the objects are laid out in as their sources are")
    parser.add_argument("objects", nargs="*")
    arguments = parser.parse_args()
    return check(arguments.root, arguments.rules, arguments.objects, arguments.prefix)


if __name__ == "__main__":
    sys.exit(main())
