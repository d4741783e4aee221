# SPDX-License-Identifier: Apache-2.0
"""Each mistake with translations that the sanitizer knows is found in a program that makes it, and only there."""
import re

import pytest
from conftest import ROOT, build_seeds

CORES = 2
DATA = 0x68000000
GUEST_VMID = 7

REUSE = {"tlb-reuse"}
RETURN = {"tlb-return"}
HAND_OVER = {"tlb-hand-over"}
BREAK = {"tlb-break"}
BROADCAST = {"tlb-broadcast"}
ORDER = {"tlb-order", "tlb-reuse"}
COMPLETE = {"tlb-complete", "tlb-reuse"}
ROOT_KEPT = {"tlb-root"}
RELOAD = {"tlb-reload"}
ISB = {"order-isb"}

# seed: {variant: classes that are found, and no others}
EXPECTED = {
    "tlb_unmap": {
        "CORRECT_VMID": set(), "CORRECT_PAIR": set(), "CORRECT_ALL": set(), "CORRECT_READ_ONLY": set(),
        "CORRECT_HAND_OVER": set(), "CORRECT_STOP": set(), "CORRECT_EACH_CORE": set(),
        "EACH_CORE_TOO_EARLY": REUSE, "STOP_OWN_VMID": REUSE | BROADCAST,
        "NO_TLBI": REUSE, "NOT_BROADCAST": REUSE, "STAGE2_ONLY": REUSE, "STAGE1_ONLY": REUSE, "PAIR_WITHOUT_DSB": REUSE,
        "WRONG_VMID": REUSE | BROADCAST, "WRONG_ADDRESS": REUSE | BROADCAST, "TABLE_BY_ADDRESS": REUSE | BROADCAST,
        "NO_DSB_BEFORE": ORDER, "LOADS_DSB_BEFORE": ORDER,
        "NO_DSB_AFTER": COMPLETE, "LOCAL_DSB_AFTER": COMPLETE, "STORES_DSB_AFTER": COMPLETE,
        "NO_BREAK": BREAK, "MADE_TOO_EARLY": BREAK,
        "NO_ISB": ISB, "NO_DSB_BEFORE_SGI": {"order-sgi"}, "RETURNS_TOO_EARLY": RETURN,
        "HANDED_OVER_TOO_EARLY": HAND_OVER, "HANDED_OVER_IN_OTHER_TABLES": HAND_OVER,
    },
    "tlb_alone": {
        "CORRECT": set(),
        "BROADCAST": BROADCAST, "BROADCAST_ALL": BROADCAST, "BROADCAST_INSTRUCTION_CACHE": BROADCAST,
        "BROADCAST_EL2": BROADCAST, "BROADCAST_BEFORE_ENTRY": BROADCAST,
    },
    "tlb_enter": {
        "CORRECT_RELOAD": set(), "CORRECT_RELOAD_ALL": set(), "CORRECT_ROOT": set(), "CORRECT_AT": set(),
        "NEVER_FORGOTTEN": RELOAD, "RELOAD_NO_TLBI": RELOAD, "RELOAD_STAGE1_ONLY": RELOAD, "RELOAD_WRONG_VMID": RELOAD,
        "RELOAD_NO_IC": RELOAD, "RELOAD_FORGETS_TOO_EARLY": RELOAD, "RELOAD_NO_DSB": RELOAD | {"tlb-complete"},
        "ROOT_NO_TLBI": {"tlb-vmid"}, "AT_NO_ISB": ISB,
    },
    "tlb_el2": {
        "CORRECT_ROOT": set(), "CORRECT_UNMAP": set(), "CORRECT_UNMAP_ALL": set(),
        "BOOT_NO_TLBI": ROOT_KEPT, "BOOT_NO_ISB": ISB,
        "ROOT_NO_TLBI": ROOT_KEPT, "ROOT_NO_TLBI_BACK": ROOT_KEPT, "ROOT_NO_DSB": ROOT_KEPT | {"tlb-complete"},
        "ROOT_NO_ISB": ROOT_KEPT | ISB, "ROOT_USED_BEFORE_TLBI": ROOT_KEPT, "ROOT_USED_BEFORE_ISB": ROOT_KEPT | ISB,
        "UNMAP_NO_TLBI": RETURN, "UNMAP_OTHER_ADDRESS": RETURN,
    },
}
CASES = [(seed, variant, classes) for seed, variants in EXPECTED.items() for variant, classes in variants.items()]
# Two cores at once: one of each kind, for repetition.
AGAIN = ["CORRECT_PAIR", "CORRECT_EACH_CORE", "EACH_CORE_TOO_EARLY", "NO_TLBI", "NO_DSB_BEFORE", "NO_DSB_AFTER", "HANDED_OVER_TOO_EARLY"]
TIMES = 5


@pytest.fixture(scope="module", autouse=True)
def seeds():
    build_seeds(f"{seed}.{variant}" for seed, variant, _ in CASES)


def kinds(result):
    return {finding.kind for finding in result.findings}


@pytest.mark.parametrize("seed", EXPECTED)
def test_every_variant_of_a_seed_is_run(seed):
    """@verifies REQ-SIL-100"""
    source = (ROOT / "tests" / "silicon" / "seeds" / f"{seed}.c").read_text()
    body = re.search(r"enum variant \{(.*?)\};", source, re.DOTALL).group(1)
    assert set(re.findall(r"^\s*([A-Z0-9_]+),", body, re.MULTILINE)) == set(EXPECTED[seed])


@pytest.mark.parametrize("seed, variant, classes", CASES, ids=[f"{row[0]}.{row[1]}" for row in CASES])
def test_a_mistake_is_found_and_nothing_else(run_seed, seed, variant, classes):
    """@verifies REQ-SIL-101, REQ-SIL-102, REQ-SIL-103, REQ-SIL-104, REQ-SIL-105, REQ-SIL-106, REQ-SIL-107, REQ-SIL-108"""
    result = run_seed(f"{seed}.{variant}", CORES)
    assert kinds(result) == classes
    assert result.findings == result.serious(), "all of them are EL2's"


@pytest.mark.parametrize("variant", AGAIN)
def test_a_verdict_does_not_depend_on_how_the_cores_meet(run_seed, variant):
    """@verifies REQ-SIL-100"""
    for _ in range(TIMES):
        assert kinds(run_seed(f"tlb_unmap.{variant}", CORES)) == EXPECTED["tlb_unmap"][variant]


def test_a_finding_says_who_changed_what_and_what_is_missing(run_seed):
    """@verifies REQ-SIL-100"""
    finding, = run_seed("tlb_unmap.STAGE2_ONLY", CORES).findings
    assert (finding.pa, finding.actor.core, finding.actor.level) == (DATA, 0, 2)
    assert finding.writer is not None and finding.writer.pc != finding.actor.pc
    for part in (f"VMID {GUEST_VMID}", f"{DATA:#x}", "stage 2 forgotten on all cores", "stage 1 nowhere"):
        assert part in finding.text
