# SPDX-License-Identifier: Apache-2.0
"""The real image with one TLB operation or barrier missing, or a local operation made a broadcast, is found out. QEMU runs
each of these mutants as if nothing had happened.
"""
import pytest
from conftest import NOP, without
from harness import SAFETY, SAFETY_READY, build

ROOT = "memory_use_root"
FORGET = "context_forget_memory"
SGI = "gic_send_sgi"
BOOT = "secondary_entry"  # the label before the common start of all cores

ALLE2 = r"tlbi\s+alle2"
VMALLS12E1 = r"tlbi\s+vmalls12e1"
IALLU = r"ic\s+iallu"
DSB = r"dsb\s+nsh"

ALLE2IS = bytes.fromhex("1f830cd5")
VMALLS12E1IS = bytes.fromhex("df830cd5")
VMALLE1 = bytes.fromhex("1f8708d5")
IALLUIS = bytes.fromhex("1f7108d5")
DSB_STORES = bytes.fromhex("9f3603d5")  # DSB NSHST

FIRST = 0
LAST = -1

# name: function, instruction, which of them, what takes its place; what is found about translations, and nothing else. The
# DSB NSH that follows does not complete a broadcast.
MUTANTS = {
    "load_root_no_tlbi": (ROOT, ALLE2, LAST, NOP, {"tlb-root"}),
    "load_root_no_dsb": (ROOT, DSB, LAST, NOP, {"tlb-complete", "tlb-root"}),
    "load_root_no_isb": (ROOT, "isb", FIRST, NOP, {"order-isb", "tlb-root"}),
    "load_root_broadcast": (ROOT, ALLE2, LAST, ALLE2IS, {"tlb-broadcast", "tlb-complete", "tlb-root"}),
    "entry_no_tlbi": (FORGET, VMALLS12E1, LAST, NOP, {"tlb-reload"}),
    "entry_stage1_only": (FORGET, VMALLS12E1, LAST, VMALLE1, {"tlb-reload"}),
    "entry_no_ic": (FORGET, IALLU, LAST, NOP, {"tlb-reload"}),
    "entry_no_dsb": (FORGET, DSB, LAST, NOP, {"tlb-complete", "tlb-reload"}),
    "entry_stores_dsb": (FORGET, DSB, LAST, DSB_STORES, {"tlb-complete", "tlb-reload"}),
    "entry_no_isb": (FORGET, "isb", FIRST, NOP, {"order-isb"}),
    "entry_broadcast": (FORGET, VMALLS12E1, LAST, VMALLS12E1IS, {"tlb-broadcast", "tlb-complete", "tlb-reload"}),
    "entry_broadcast_ic": (FORGET, IALLU, LAST, IALLUIS, {"tlb-broadcast", "tlb-complete", "tlb-reload"}),
    "boot_no_tlbi": (BOOT, ALLE2, LAST, NOP, {"tlb-root"}),
    "boot_no_dsb": (BOOT, DSB, LAST, NOP, {"tlb-complete", "tlb-root"}),
    "sgi_no_dsb": (SGI, r"dsb\s+ishst", LAST, NOP, {"order-sgi"}),
    "boot_no_isb": (BOOT, "isb", LAST, NOP, {"order-isb"}),
}


@pytest.fixture(scope="module", name="system")
def system_fixture():
    return build("tests/system/probe.dts")


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_missing_instruction_is_found(watch, system, tmp_path, mutant):
    """@verifies REQ-SIL-109"""
    function, instruction, which, instead, classes = MUTANTS[mutant]
    with watch(without(system, tmp_path, function, instruction, which, instead)) as watched:
        watched.system.expect(SAFETY, SAFETY_READY)
        found = {finding.kind for finding in watched.result().serious()}
        assert {kind for kind in found if kind.startswith(("tlb-", "order-"))} == classes
