# SPDX-License-Identifier: Apache-2.0
"""Gate: config/bindings are good bindings, and every good system keeps them.

The schemas are held against dt-schema's own rules, then their examples, the boards' systems and tests/config/good against
the schemas. dt-validate ends with 0 whatever it finds, so every word it prints counts as a finding. The words of the
language must be the same in the compiler, in the schemas and in docs/configuration.md, and docs/bindings.md fresh.
Where the distribution has no dt-schema (Debian 13), the line says so, and the rest is checked.
@implements REQ-BIND-001 REQ-BIND-002
"""
import argparse
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

import common

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import reference  # noqa: E402  tools/reference.py

# The schema of each list in schema.c, and the heading under which docs/configuration.md has its table.
SECTIONS = {"hypervisor": "## The hypervisor node", "partition": "## A partition", "vcpu": "Child nodes `vcpu0`",
            "linux": "A child node `linux`", "task": "Child nodes `task-<name>`", "overheads": "### What the hypervisor costs"}
LIST = re.compile(r"static const char \*const (\w+)_(properties|nodes)\[\] = \{([^}]*)\}")
ROW = re.compile(r"^\| `([a-z-]+)` \|", re.M)


def run(command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def compiler_words(root):
    """{(kind, "properties" or "nodes"): words} of config/compiler/schema.c."""
    found = {}
    for kind, sort, words in LIST.findall(reference.read(root, "config/compiler/schema.c")):
        found[kind, sort] = set(re.findall(r'"([^"]+)"', words))
    return found


def manual_words(root):
    """{kind: properties} of the tables of docs/configuration.md."""
    text = reference.read(root, "docs/configuration.md")
    found = {}
    for kind, heading in SECTIONS.items():
        start = text.index("\n" + heading)
        table = re.search(r"\n\|.*?\n(?!\|)", text[start:], re.S)
        found[kind] = set(ROW.findall(table[0]))
    return found


def schema_nodes(binding):
    """Names of child nodes; `vcpu0` and `task-<name>` stand for all of that pattern."""
    patterns = binding.schema.get("patternProperties", {})
    words = {"^vcpu": "vcpu0", "^task-": "task-<name>"}
    return set(binding.nodes) | {word for start, word in words.items() for pattern in patterns if pattern.startswith(start)}


def compare(gate, place, first, second):
    """One error for each word that only one of two (what, words) has."""
    for (has, words), (lacks, others) in ((first, second), (second, first)):
        for word in sorted(words - others):
            gate.error(place, f"{has} has '{word}', {lacks} has not")


def check_words(gate, root):
    known = {kind: reference.Binding(root, kind) for kind in SECTIONS}
    compiler, manual = compiler_words(root), manual_words(root)
    for kind, sort in compiler:
        if kind not in known:
            gate.error("config/compiler/schema.c:1", f"{kind}_{sort} has no schema bulkhead,{kind}.yaml")
    for kind, binding in known.items():
        here = ("the schema", set(binding.names()))
        compare(gate, f"{binding.path}:1", ("the compiler", compiler.get((kind, "properties"), set())), here)
        compare(gate, "docs/configuration.md:1", ("the manual", manual[kind]), here)
        compare(gate, f"{binding.path}:1", ("the compiler", compiler.get((kind, "nodes"), set())),
                ("the schema", schema_nodes(binding)))
        for entry in binding.properties:
            if not entry.text or not entry.example:
                gate.error(f"{binding.path}:1", f"'{entry.name}' lacks a description or an example")
    return sum(len(binding.properties) for binding in known.values())


def complain(gate, place, output):
    """Every line that is not the continuation of another is a finding."""
    for line in output.splitlines():
        if line.strip() and not line.startswith("\t"):
            gate.error(place, line.strip())


class Validator:
    """dt-schema with our schemas, in a folder of its own."""

    def __init__(self, root, folder):
        self.root = root
        self.folder = folder
        self.schemas = os.path.join(root, "config/bindings/schemas")
        self.processed = os.path.join(folder, "processed.json")

    def files(self):
        return sorted(glob.glob(os.path.join(self.schemas, "bulkhead", "*.yaml")))

    def check_schemas(self, gate):
        for file in self.files():
            done = run(["dt-doc-validate", "-u", self.schemas, file])
            complain(gate, os.path.relpath(file, self.root) + ":1", done.stdout + done.stderr)
        done = run(["dt-mk-schema", "-j", self.schemas])
        complain(gate, "config/bindings:1", done.stderr)
        with open(self.processed, "w", encoding="utf-8") as file:
            file.write(done.stdout)

    def flatten(self, gate, place, source, name, flags):
        """The tree of a source, or None with a finding."""
        target = os.path.join(self.folder, name + ".dtb")
        text = run(["cpp", "-nostdinc", "-undef", "-D__DTS__", *flags, "-x", "assembler-with-cpp", source])
        done = run(["dtc", "-q", "-I", "dts", "-O", "dtb", "-o", target], input=text.stdout)
        if text.returncode or done.returncode:
            complain(gate, place, text.stderr + done.stderr)
            return None
        return target

    def examples(self, gate):
        for file in self.files():
            place = os.path.relpath(file, self.root) + ":1"
            done = run(["dt-extract-example", file])
            complain(gate, place, done.stderr)
            source = os.path.join(self.folder, os.path.basename(file)[:-5] + ".example.dts")
            with open(source, "w", encoding="utf-8") as example:
                example.write(done.stdout)
            yield self.flatten(gate, place, source, os.path.basename(source)[:-4], [])

    def systems(self, gate, flags):
        patterns = ("tests/config/good/*.dts", "boards/*/*.dts")
        for file in sorted(f for p in patterns for f in glob.glob(os.path.join(self.root, p))):
            place = os.path.relpath(file, self.root)
            yield self.flatten(gate, place + ":1", file, place.replace("/", "-")[:-4],
                               ["-I", os.path.dirname(file), *flags])

    def say(self, trees):
        """What dt-validate has to say, one string for each finding. Of nodes that no schema knows, those of /partitions."""
        done = run(["dt-validate", "-m", "-s", self.processed, *trees])
        return [line for line in (done.stdout + done.stderr).replace(self.folder + os.sep, "").splitlines()
                if line.strip() and not line.startswith("\t") and ("failed to match any schema" not in line or
                                                                   re.search(r": \S*/partitions/", line))]


def check_systems(gate, root, flags):
    with tempfile.TemporaryDirectory(prefix="bulkhead-bindings-") as folder:
        validator = Validator(root, folder)
        validator.check_schemas(gate)
        trees = [tree for tree in [*validator.examples(gate), *validator.systems(gate, flags)] if tree]
        for line in validator.say(trees):
            gate.error("config/bindings:1", line)
        return f"{len(validator.files())} schemas, {len(trees)} trees without a message"


def offered():
    """The distribution has dt-schema, or cannot tell."""
    policy = run(["apt-cache", "policy", "dt-schema", "gcc"]).stdout if shutil.which("apt-cache") else ""
    return not re.search(r"^gcc:", policy, re.M) or "dt-schema:" in policy


def check(root, flags):
    gate = common.Gate("bindings")
    words = check_words(gate, root)
    if shutil.which("dt-validate"):
        summary = check_systems(gate, root, flags)
    elif offered():
        gate.error("tools/packages:1", "dt-validate: not found; make setup installs it")
        summary = ""
    else:
        summary = "systems against schemas SKIPPED: this distribution has no dt-schema"
    if reference.page(root)[0] != reference.read(root, reference.MANUAL):
        gate.error(f"{reference.MANUAL}:1", "not what config/bindings and tests/config/bad say; make bindings writes it")
    return gate.finish(f"{words} properties; {summary}")


def main():
    parser = argparse.ArgumentParser(description="Checks config/bindings, and systems against them.")
    parser.add_argument("--root", default=reference.ROOT)
    parser.add_argument("flags", nargs="*", help="for the preprocessor, after --")
    arguments = parser.parse_args()
    return check(arguments.root, arguments.flags)


if __name__ == "__main__":
    sys.exit(main())
