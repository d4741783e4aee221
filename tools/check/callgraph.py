# SPDX-License-Identifier: Apache-2.0
"""The hypervisor's call graph with stack frames: from gcc's .ci files, completed by the disassembly of the objects.

gcc -fcallgraph-info=su gives each function's frame and its calls; calls that later passes make (or that a helper of the
compiler's own makes) are taken from the machine code, so that none is missed. Functions go by their source names:
clones of one function are one node, with the largest frame and all calls.
"""
import os
import re
import subprocess

INDIRECT = "__indirect_call"
NODE = re.compile(r'^node: \{ title: "([^"]+)" label: "([^"]*)"', re.M)
EDGE = re.compile(r'^edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"(?: label: "([^"]*)")?', re.M)
FRAME = re.compile(r"\\n(\d+) bytes \(([\w,]+)\)")
LABEL = re.compile(r"^[0-9a-f]+ <([^>]+)>:$")
BRANCH = re.compile(r"^\s*[0-9a-f]+:\t[0-9a-f]{8} \t(bl?|b\.\w+|cbn?z|tbn?z|blr|br)\b[^<]*(?:<([^>+]+)(\+0x[0-9a-f]+)?>)?")
RELOCATION = re.compile(r"^\s*[0-9a-f]+: R_AARCH64_(?:CALL26|JUMP26|CONDBR19|TSTBR14)\t(\S+?)(?:\+0x[0-9a-f]+)?$")


class Function:
    def __init__(self, name, place):
        self.name = name
        self.place = place
        self.frame = None
        self.kind = "static"
        self.calls = {}  # target key: place of a call


class CallGraph:
    """functions: by key, which is the name of a global function, and `object:name` of a static one."""

    def __init__(self):
        self.functions = {}
        self.entered = {}  # C function: places in assembly that branch to it
        self.assembly = set()
        self.undeclared = []  # calls seen in machine code only

    def function(self, key, name, place):
        return self.functions.setdefault(key, Function(name, place))

    def defined(self, key):
        return key in self.functions and self.functions[key].frame is not None


def _source_name(symbol):
    return symbol.split(".", 1)[0]


def _key_of(title, unit):
    return f"{unit}:{_source_name(title.rsplit(':', 1)[1])}" if ":" in title else _source_name(title)


def _add_node(graph, unit, title, label):
    frame = FRAME.search(label)
    if not frame:
        return
    parts = label.split("\\n")
    function = graph.function(_key_of(title, unit), parts[0], parts[1].rsplit(":", 1)[0])
    function.frame = max(function.frame or 0, int(frame.group(1)))
    if frame.group(2) != "static":
        function.kind = frame.group(2)


def add_ci(graph, path, unit):
    """Adds the nodes and edges of one .ci file."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    for match in NODE.finditer(text):
        _add_node(graph, unit, match.group(1), match.group(2))
    for source, target, place in EDGE.findall(text):
        caller = graph.function(_key_of(source, unit), source, place)
        caller.calls.setdefault(_key_of(target, unit), place or caller.place)


def branches(text):
    """(function, mnemonic, target or None) of each branch to another function in `objdump -dr` output."""
    found = []
    function = None
    for line in text.split("\n"):
        label = LABEL.match(line)
        branch = BRANCH.match(line)
        relocation = RELOCATION.match(line)
        if label:
            function = label.group(1)
        elif branch:
            found.append([function, branch.group(1), branch.group(2)])
        elif relocation and found:
            found[-1][2] = relocation.group(1)
    return found


def disassemble(objdump, path):
    return subprocess.run([objdump, "-dr", path], capture_output=True, text=True, check=True).stdout


def _local_key(graph, unit, symbol):
    name = _source_name(symbol)
    key = f"{unit}:{name}"
    return key if key in graph.functions else name


def add_object(graph, text, unit):
    """Adds what the machine code of a C object calls and its .ci does not say."""
    for function, mnemonic, target in branches(text):
        caller = graph.functions.get(_local_key(graph, unit, function))
        if caller is None:
            graph.undeclared.append((unit, function))
            continue
        key = INDIRECT if mnemonic in ("blr", "br") else _local_key(graph, unit, target)
        if graph.functions.get(key) is not caller or mnemonic == "bl":
            caller.calls.setdefault(key, caller.place)


def add_assembly(graph, text, unit, symbols):
    """Notes the labels of an assembled object and the places where it branches out of itself."""
    graph.assembly.update(symbols)
    for function, mnemonic, target in branches(text):
        if target and target not in symbols and mnemonic in ("bl", "b"):
            graph.entered.setdefault(target, []).append(f"{unit}, {function}")


def build(objdump, objects, symbols_of):
    """objects: paths; one without a .ci beside it is assembly."""
    graph = CallGraph()
    texts = {path: disassemble(objdump, path) for path in objects}
    compiled = {path: os.path.splitext(path)[0] + ".ci" for path in objects}
    for path, ci in compiled.items():
        if os.path.exists(ci):
            add_ci(graph, ci, path)
    for path, ci in compiled.items():
        if os.path.exists(ci):
            add_object(graph, texts[path], path)
        else:
            add_assembly(graph, texts[path], path, symbols_of(path))
    return graph
