# SPDX-License-Identifier: Apache-2.0
"""Gate: the deepest stack EL2 can need fits into the stack it has.

Every function that assembly enters is an entry point; the frame that the vectors push before it is declared in
stack.json, and so are the targets of each indirect call and the frames of assembly functions that C
calls. Recursion, frames of unknown size, and anything undeclared or declared in vain are errors.
"""
import argparse
import json
import os
import re
import sys

from elftools.elf.elffile import ELFFile

import callgraph
import common

GUARD = 4096


def symbols_of(path):
    """All labels of an object, local ones too."""
    with open(path, "rb") as file:
        table = ELFFile(file).get_section_by_name(".symtab")
        return {s.name for s in table.iter_symbols() if s.name and s["st_shndx"] != "SHN_UNDEF"}


def defines(text):
    """Names defined as a plain number."""
    found = re.findall(r"^[ \t]*#[ \t]*define[ \t]+(\w+)[ \t]+(0x[0-9a-fA-F]+|\d+)[uUlL]*[ \t]*(?:/\*.*)?$", text, re.M)
    return {name: int(value, 0) for name, value in found}


def stack_size(gate, root, header):
    """EL2_STACK_SIZE; every STACK_STRIDE of the tree must be that and a guard page."""
    size = defines(common.read(root, header)).get("EL2_STACK_SIZE")
    if size is None:
        gate.error(header, "EL2_STACK_SIZE is not defined here as a plain number")
        return 0
    for path in common.walk(root, ("config", "core", "arch", "lib")):
        if path.endswith((".c", ".h", ".S")):
            stride = defines(common.read(root, path)).get("STACK_STRIDE", size + GUARD)
            if stride != size + GUARD:
                gate.error(path, f"STACK_STRIDE is {stride}, not EL2_STACK_SIZE + {GUARD} = {size + GUARD}")
    return size


class Declared:
    """stack.json, with the constants it names resolved."""

    def __init__(self, gate, path, constants):
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
        self.path = path
        self.entries = {e["function"]: self._number(gate, e["frame"], constants) for e in data["entries"]}
        self.nested = sum(self._number(gate, e["frame"], constants) for e in data["nested"])
        self.assembly = data["assembly"]
        self.indirect = data["indirect"]

    def _number(self, gate, value, constants):
        if isinstance(value, str) and value not in constants:
            gate.error(self.path, f"{value} is not a number defined in the offsets header")
            return 0
        return constants[value] if isinstance(value, str) else value


def apply_declared(graph, declared):
    """Gives assembly functions their frames and indirect calls their targets."""
    for name, entry in declared.assembly.items():
        function = graph.function(name, name, declared.path)
        function.frame = entry["frame"]
        function.calls = {target: declared.path for target in entry.get("calls", [])}
    by_name = {}
    for key, function in graph.functions.items():
        by_name.setdefault(function.name, []).append(key)
    for function in graph.functions.values():
        if callgraph.INDIRECT in function.calls and function.name in declared.indirect:
            place = function.calls.pop(callgraph.INDIRECT)
            for target in declared.indirect[function.name]:
                function.calls.update({key: place for key in by_name.get(target, [target])})


def check_declared(gate, graph, declared):
    """What is declared must be so in the code, and the other way round."""
    callers = {f.name for f in graph.functions.values() if callgraph.INDIRECT in f.calls}
    for name in sorted(set(declared.indirect) - callers):
        gate.error(declared.path, f"indirect: {name} makes no indirect call")
    for name in sorted(set(graph.entered) & {k for k in graph.functions if graph.defined(k)} - set(declared.entries)):
        gate.error(graph.entered[name][0], f"assembly enters {name}, which is not among the entries of stack.json")
    for name in sorted(set(declared.entries) - set(graph.entered)):
        gate.error(declared.path, f"entries: no assembly enters {name}")
    called = {target for f in graph.functions.values() for target in f.calls}
    for name in sorted(set(declared.assembly) - (called & graph.assembly)):
        gate.error(declared.path, f"assembly: no C code calls {name}, or no assembly defines it")


def check_functions(gate, graph):
    for unit, name in sorted(set(graph.undeclared)):
        gate.error(unit, f"{name} is not in the call graph of its .ci file")
    for function in graph.functions.values():
        if function.kind != "static":
            gate.error(function.place, f"{function.name}: stack frame is {function.kind}")
        for target, place in function.calls.items():
            if target == callgraph.INDIRECT:
                gate.error(place, f"indirect call in {function.name} has no targets in stack.json")
            elif not graph.defined(target):
                gate.error(place, f"{function.name} calls {target}, whose stack nobody knows; see stack.json")


class Depth:
    """Deepest path from each function; a cycle is an error and counts once."""

    def __init__(self, gate, graph):
        self.gate = gate
        self.graph = graph
        self.known = {}
        self.active = []

    def of(self, key):
        """(bytes, path)"""
        if key in self.active:
            cycle = self.active[self.active.index(key):] + [key]
            self.gate.error(self.graph.functions[key].place, "recursion: " + " > ".join(self.names(cycle)))
            return 0, []
        if key not in self.known:
            self.active.append(key)
            below = [self.of(t) for t in sorted(self.graph.functions[key].calls) if self.graph.defined(t)]
            self.active.pop()
            deepest = max(below, default=(0, []))
            self.known[key] = (self.graph.functions[key].frame + deepest[0], [key] + deepest[1])
        return self.known[key]

    def names(self, keys):
        return [self.graph.functions[key].name for key in keys]


def worst_path(gate, graph, declared):
    """(bytes, text) over all entries; recursion is looked for everywhere, reachable or not."""
    depth = Depth(gate, graph)
    for key in sorted(graph.functions):
        if graph.defined(key):
            depth.of(key)
    worst = (0, [], 0)
    for name, frame in declared.entries.items():
        if graph.defined(name):
            below, path = depth.of(name)
            worst = max(worst, (declared.nested + frame + below, path, frame))
    steps = [f"{graph.functions[key].name} {graph.functions[key].frame}" for key in worst[1]]
    return worst[0], " > ".join([f"vector {worst[2] + declared.nested}"] + steps)


def check(root, objdump, objects, declared_path):
    gate = common.Gate("stack")
    constants = defines(common.read(root, "arch/arm64/offsets.h"))
    size = stack_size(gate, root, "lib/config.h")
    declared = Declared(gate, declared_path, constants)
    graph = callgraph.build(objdump, objects, symbols_of)
    check_declared(gate, graph, declared)
    apply_declared(graph, declared)
    check_functions(gate, graph)
    worst, path = worst_path(gate, graph, declared)
    if worst > size:
        gate.error("EL2 stack", f"{worst} bytes needed, {size} there")
    if not objects:
        gate.error("objects", "there are none")
    known = sum(1 for key in graph.functions if graph.defined(key))
    return gate.finish(f"worst {worst} of {size} bytes, {known} functions, {len(declared.entries)} entries: {path}")


def main():
    parser = argparse.ArgumentParser(description="Bounds EL2's stack use.")
    parser.add_argument("--root", default=".")
    parser.add_argument("--objdump", default="aarch64-linux-gnu-objdump")
    parser.add_argument("--declared", default=os.path.join(os.path.dirname(__file__), "stack.json"))
    parser.add_argument("objects", nargs="*")
    arguments = parser.parse_args()
    return check(arguments.root, arguments.objdump, arguments.objects, arguments.declared)


if __name__ == "__main__":
    sys.exit(main())
