# SPDX-License-Identifier: Apache-2.0
"""check-el2 looks at the linked image: instructions, sections, segments, stacks."""
import json
import subprocess

import pytest
from conftest import ROOT, cross

SCRIPT = """
PHDRS { text PT_LOAD FLAGS(5); rodata PT_LOAD FLAGS(4); state PT_LOAD FLAGS(6); }
SECTIONS {
    . = 0x40000000;
    .text : { *(.text*) } :text
    .rodata : ALIGN(4096) { *(.rodata*) } :rodata
    .bss : ALIGN(4096) { *(.bss*) } :state
    .stacks (NOLOAD) : ALIGN(4096) { . = . + STACKS; } :state
    .data : { *(.data*) } :state
    /DISCARD/ : { *(.eh_frame*) *(.comment) }
}
"""
SOUND = ("#include <stdint.h>\nextern const uint32_t core_count;\nconst uint32_t core_count = 2U;\nint state;\n"
         "int main(void) { return state; }\n")


@pytest.fixture
def el2(tree):
    def run(code="", script=SCRIPT, stacks=2 * 12288, flags=(), **rules):
        rules = {**json.loads((ROOT / "tools/check/el2.json").read_text()), "only in": [], "through": [], **rules}
        tree.write("el2.json", json.dumps(rules))
        tree.write("lib/config.h", "#define EL2_STACK_SIZE 8192U\n")
        tree.write("a.lds", script.replace("STACKS", str(stacks)))
        built = tree.compile("core/a.c", SOUND + code, *flags)
        command = [cross("gcc"), "-nostdlib", "-static", "-Wl,--build-id=none", "-Wl,-emain", "-Wl,--no-warn-rwx-segments",
                   "-T", "a.lds", "-o", "a.elf", str(built)]
        if subprocess.run(command, cwd=tree.path, check=False, capture_output=True).returncode:
            command.remove("-Wl,--no-warn-rwx-segments")
            subprocess.run(command, cwd=tree.path, check=True)
        return tree.gate("el2", "--objdump", cross("objdump"), "--addr2line", cross("addr2line"),
                         "--rules", tree.path / "el2.json", tree.path / "a.elf")
    return run


def test_sound_image_passes(el2):
    status, output = el2()
    assert status == 0 and ".stacks 24576" in output, output


def test_floating_point_register(el2):
    status, output = el2('void f(void);\nvoid f(void) { __asm__ volatile(".arch armv8-a+fp\\n fmov d3, x1"); }\n')
    assert status == 1 and "f at" in output and "FP or SIMD register: fmov d3" in output


def test_register_that_the_vectors_leave_to_the_guest(el2):
    status, output = el2('void f(void);\nvoid f(void) { __asm__ volatile("mov x17, x3"); }\n')
    assert status == 1 and "f at" in output and "x15-x18 are the guest's through an exit" in output, output


def test_call_of_the_firmware_may_keep_them(el2):
    code = 'void smc_call(void);\nvoid smc_call(void) { __asm__ volatile("ldr w15, [sp]"); }\n'
    assert el2(code)[0] == 0


def test_vector_register_in_a_list(el2):
    code = 'void f(void);\nvoid f(void) { __asm__ volatile(".arch armv8-a+simd\\n st1 {v0.16b, v1.16b}, [x0]"); }\n'
    assert "FP or SIMD register: st1" in el2(code)[1]


def test_vector_context_switch_may_use_them(el2):
    code = 'void context_fp_load(void);\nvoid context_fp_load(void) { __asm__ volatile(".arch armv8-a+fp\\n ldr q0, [x0]"); }\n'
    assert el2(code)[0] == 0


def test_lse_atomic(el2):
    code = "int f(int *p);\nint f(int *p) { return __atomic_fetch_add(p, 1, __ATOMIC_ACQ_REL); }\n"
    status, output = el2(code, flags=("-march=armv8.1-a",))
    assert status == 1 and "LSE atomic, which the target cores lack: ldaddal" in output


EXCLUSIVE = ('static inline void NAME(int *p) { int v, s;\n __asm__ volatile("1: ldaxr %w0, %2\\n stxr %w1, %w0, %2\\n'
             ' cbnz %w1, 1b" : "=&r"(v), "=&r"(s), "+Q"(*p)); }\nvoid f(int *p);\nvoid f(int *p) { NAME(p); }\n')


def test_exclusive_access_outside_the_ticket_lock(el2):
    status, output = el2(EXCLUSIVE.replace("NAME", "my_own_lock"))
    assert status == 1 and "exclusive access outside ticket_acquire: ldaxr" in output and "stxr" in output


def test_inlined_ticket_lock_passes(el2):
    status, output = el2(EXCLUSIVE.replace("NAME", "ticket_acquire"))
    assert status == 0 and "2 exclusives" in output


def test_initialised_writable_data(el2):
    status, output = el2("int initialised;\nint initialised = 5;\n")
    assert status == 1 and ".data: error: a section that el2.json does not know" in output
    assert "bytes of initialised writable data" in output


def test_segment_both_writable_and_executable(el2):
    status, output = el2(script=SCRIPT.replace("FLAGS(5)", "FLAGS(7)"))
    assert status == 1 and "segment 0: error: writable and executable" in output


def test_section_that_nobody_placed(el2):
    status, output = el2('const int odd __attribute__((section(".odd"))) = 1;\n')
    assert status == 1 and ".odd: error: a section that el2.json does not know" in output


def test_core_without_its_stack(el2):
    status, output = el2(stacks=12288)
    assert status == 1 and ".stacks: error: 12288 bytes, not 24576 for 2 cores" in output


# Functions that are called and not looked into; what `leave` does stands in for a switch.
CALLED = "".join(f"void {name}(void);\nvoid __attribute__((noinline)) {name}(void) {{ __asm__ volatile(\"\"); }}\n"
                 for name in ("window", "put", "load")) + "void leave(int a);\n"
THROUGH = {"through": [{"to": "put", "from": ["load"], "through": "window", "why": "reason"}]}


@pytest.mark.parametrize("body", ["window(); put();", "if (a) { window(); } else { load(); window(); } put();",
                                  "while (state) { load(); window(); put(); }", "window(); put(); load(); if (a) { return; }"])
def test_calls_in_the_order_of_the_rule_pass(el2, body):
    status, output = el2(CALLED + f"void leave(int a) {{ {body} state = a; }}\n", **THROUGH)
    assert status == 0, output


@pytest.mark.parametrize("body", ["put();", "if (a) { window(); } put();", "put(); window();", "window(); load(); put();",
                                  "do { load(); put(); window(); } while (state);", "while (state) { window(); } put();"])
def test_a_path_that_leaves_out_the_call_of_a_rule(el2, body):
    status, output = el2(CALLED + f"void leave(int a) {{ {body} state = a; }}\n", **THROUGH)
    assert status == 1 and "leave at" in output and "a path to put without window: reason" in output, output


def test_a_last_call_that_became_a_branch(el2):
    status, output = el2(CALLED + "void leave(int a) { state = a; put(); }\n", **THROUGH)
    assert status == 1 and "a path to put without window" in output, output


def test_a_rule_about_a_call_that_nobody_makes(el2):
    status, output = el2(CALLED, **THROUGH)
    assert status == 1 and "nothing calls put" in output


ONLY = {"only in": [{"instruction": "msr daifclr", "functions": ["window"], "why": "reason"}]}
UNMASK = 'void NAME(void);\nvoid NAME(void) { __asm__ volatile("msr daifclr, #4"); }\n'


def test_an_instruction_where_its_rule_allows_it(el2):
    status, output = el2(UNMASK.replace("NAME", "window"), **ONLY)
    assert status == 0, output


def test_an_instruction_outside_the_functions_of_its_rule(el2):
    status, output = el2(UNMASK.replace("NAME", "window") + UNMASK.replace("NAME", "other"), **ONLY)
    assert status == 1 and "other at" in output and "msr daifclr: reason" in output


def test_a_rule_about_an_instruction_that_is_gone(el2):
    status, output = el2(**ONLY)
    assert status == 1 and "no msr daifclr in window" in output


def test_what_fills_the_last_page_of_the_text_is_not_counted(el2):
    filled = SCRIPT.replace("*(.text*) }", "*(.text*) text_used = .; . = ALIGN(4096); }")
    assert el2(script=filled, **{"limit text and rodata": 1024})[0] == 0
    status, output = el2(script=filled.replace("text_used", "other"), **{"limit text and rodata": 1024})
    assert status == 1 and "at most 1024" in output, output
