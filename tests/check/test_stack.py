# SPDX-License-Identifier: Apache-2.0
"""check-stack adds up what the compiler says, and refuses what it cannot add up."""
import json

import pytest
from conftest import cross

SOUND = """
int exit_call(int n);
int leaf(volatile char *p);
int leaf(volatile char *p) { return p[7]; }
int exit_call(int n) { volatile char a[1000]; a[n] = 1; return leaf(a); }
"""
VECTORS = ".text\n.global vectors\nvectors:\n sub sp, sp, #256\n bl exit_call\n eret\n.global halt\nhalt: b halt\n"


@pytest.fixture
def stack(tree):
    """Runs the gate on C code behind the vector above; `declared` replaces parts of stack.json."""
    def run(code, stack_size=8192, vectors=VECTORS, stride=None, **declared):
        tree.write("lib/config.h", f"#define EL2_STACK_SIZE {stack_size}U\n")
        tree.write("core/a.h", f"#define STACK_STRIDE {stride or stack_size + 4096}\n")
        tree.write("arch/arm64/offsets.h", "#define FRAME_SIZE 256\n")
        rules = {"entries": [{"function": "exit_call", "frame": "FRAME_SIZE"}],
                 "nested": [{"name": "serror", "frame": 16}], "assembly": {}, "indirect": {}, **declared}
        path = tree.write("stack.json", json.dumps(rules))
        objects = [tree.compile("partitions/a.c", code), tree.compile("arch/arm64/vectors.S", vectors)]
        return tree.gate("stack", "--objdump", cross("objdump"), "--declared", path, *objects)
    return run


def test_frames_add_up(stack):
    status, output = stack(SOUND.replace("return leaf(a)", "return leaf(a) + 1").replace(
        "int leaf(volatile char *p) {", "__attribute__((noipa)) int leaf(volatile char *p) { volatile char b[500]; b[1] = 2;"))
    frames = [int(word) for word in output.replace(">", " ").split() if word.isdigit()]
    assert status == 0 and "exit_call 10" in output and "leaf 5" in output
    assert int(output.split("worst ")[1].split()[0]) == sum(frames[-3:])


def test_stack_that_is_too_small(stack):
    status, output = stack(SOUND, stack_size=1024)
    assert status == 1 and "bytes needed, 1024 there" in output and "vector 272 > exit_call" in output


def test_recursion(stack):
    status, output = stack("int other(int n);\nint exit_call(int n);\n"
                           "__attribute__((noipa)) int other(int n) { return n ? exit_call(n - 1) ^ n : 0; }\n"
                           "__attribute__((noipa)) int exit_call(int n) { return other(n) + 1; }\n")
    assert status == 1, output
    assert "recursion: exit_call > other > exit_call" in output


def test_frame_of_unknown_size(stack):
    status, output = stack("int use(volatile char *p);\nint exit_call(int n);\n"
                           "int exit_call(int n) { volatile char a[n]; a[0] = 1; return a[n - 1]; }\n")
    assert status == 1 and "exit_call: stack frame is dynamic" in output


INDIRECT = """
int exit_call(int n);
int handler(int n);
extern int (*table[])(int);
int handler(int n) { volatile char a[3000]; a[n] = 1; return a[0]; }
int exit_call(int n) { return table[n](n) + 1; }
int (*table[1])(int) = {handler};
"""


def test_indirect_call_without_targets(stack):
    status, output = stack(INDIRECT)
    assert status == 1 and "indirect call in exit_call has no targets in stack.json" in output


def test_indirect_call_costs_its_deepest_target(stack):
    status, output = stack(INDIRECT, indirect={"exit_call": ["handler"]})
    assert status == 0 and "> handler 30" in output


def test_indirect_call_declared_in_vain(stack):
    status, output = stack(SOUND, indirect={"leaf": ["exit_call"]})
    assert status == 1 and "indirect: leaf makes no indirect call" in output


def test_entry_that_is_not_declared(stack):
    status, output = stack(SOUND, entries=[])
    assert status == 1 and "assembly enters exit_call, which is not among the entries" in output


def test_entry_declared_in_vain(stack):
    entries = [{"function": name, "frame": 0} for name in ("exit_call", "leaf")]
    status, output = stack(SOUND, entries=entries)
    assert status == 1 and "entries: no assembly enters leaf" in output


CALLS_ASSEMBLY = "void halt(void);\nint exit_call(int n);\nint exit_call(int n) { halt(); return n; }\n"


def test_call_of_unknown_depth(stack):
    status, output = stack(CALLS_ASSEMBLY)
    assert status == 1 and "exit_call calls halt, whose stack nobody knows" in output


def test_assembly_function_with_a_declared_frame(stack):
    status, output = stack(CALLS_ASSEMBLY, assembly={"halt": {"frame": 48}})
    assert status == 0 and "halt 48" in output


def test_stride_that_disagrees_with_the_stack_size(stack):
    status, output = stack(SOUND, stride=8192)
    assert status == 1 and "STACK_STRIDE is 8192, not EL2_STACK_SIZE + 4096 = 12288" in output
