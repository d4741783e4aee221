# SPDX-License-Identifier: Apache-2.0
"""Each mistake with caches that the sanitizer knows is found in a program that makes it, and only there."""
import pytest
from conftest import build_seeds

DATA = 0x48100000
CODE = 0x48000000
PARTITION = "partition=1:0x48000000-0x48200000"
WINDOW = "dma=0x48100000-0x48101000"

# All that the cache half reports. The seeds are about caches, and as lax about TLBs as suits them.
CLASSES = {"stale-memory", "stale-cache", "overwritten", "discarded", "fetch-not-clean", "fetch-no-ic", "dirty-at-start", "set-way",
           "dma-stale", "dma-overwritten"}

# seed, variant, address, classes that are found, and no others
EXPECTED = [
    ("cache_load", "CORRECT", None, set()),
    ("cache_load", "NO_CLEAN", CODE, {"fetch-not-clean", "stale-memory", "dirty-at-start"}),
    ("cache_load", "NO_BARRIER", CODE, {"fetch-not-clean", "stale-memory", "dirty-at-start"}),
    ("cache_load", "NO_IC", CODE, {"fetch-no-ic"}),
    ("cache_load", "CLEAN_TO_UNIFICATION", CODE, {"fetch-not-clean", "stale-memory", "dirty-at-start"}),
    ("cache_mailbox", "CORRECT", None, set()),
    ("cache_mailbox", "NO_INVALIDATE", DATA, {"stale-cache"}),
    ("cache_mailbox", "INVALIDATE_BEFORE", DATA, {"stale-cache"}),
    ("cache_mailbox", "NO_BARRIER", DATA, {"stale-cache"}),
    ("cache_scrub", "CORRECT", None, set()),
    ("cache_scrub", "NO_CLEAN", DATA, {"overwritten", "dirty-at-start"}),
    ("cache_scrub", "NO_CLEAN_ZVA", DATA, {"overwritten", "dirty-at-start"}),
    ("cache_scrub", "NO_BARRIER", DATA, {"overwritten", "dirty-at-start"}),
    ("cache_start", "CORRECT", None, set()),
    ("cache_start", "NO_CLEAN", DATA, {"dirty-at-start"}),
    ("cache_discard", "CORRECT", None, set()),
    ("cache_discard", "DIRTY", DATA, {"discarded"}),
    ("cache_off", "CORRECT", None, set()),
    ("cache_off", "NO_CLEAN", DATA, {"stale-memory"}),
    ("cache_boot", "CORRECT", None, set()),
    ("cache_boot", "NO_INVALIDATE", DATA, {"stale-cache"}),
    ("cache_boot", "TOO_EARLY", DATA, {"stale-cache"}),
    ("cache_restart", "CORRECT", None, set()),
    ("cache_restart", "NO_IC", CODE, {"fetch-no-ic"}),
    ("cache_restart", "ONLY_THE_IMAGE", DATA, {"overwritten", "dirty-at-start"}),
    ("cache_set_way", "CORRECT", None, set()),
    ("cache_set_way", "SET_WAY", None, {"set-way"}),
    ("cache_dma", "CORRECT", None, set()),
    ("cache_dma", "NO_INVALIDATE", DATA, {"dma-stale"}),
    ("cache_dma", "DIRTY_UNDER_IT", DATA, {"dma-overwritten"}),
]


@pytest.fixture(scope="module", autouse=True)
def seeds():
    build_seeds(f"{seed}.{variant}" for seed, variant, _, _ in EXPECTED)


@pytest.mark.parametrize("seed, variant, address, classes", EXPECTED, ids=[f"{row[0]}.{row[1]}" for row in EXPECTED])
def test_a_mistake_is_found_and_nothing_else(run_seed, seed, variant, address, classes):
    """@verifies REQ-SIL-001, REQ-SIL-002"""
    result = run_seed(f"{seed}.{variant}", options=[PARTITION, WINDOW])
    found = [finding for finding in result.findings if finding.kind in CLASSES]
    assert {finding.kind for finding in found} == classes
    assert not result.own(), "the mistake is EL2's"
    if address is not None:
        assert address in {finding.pa & ~63 for finding in found}


def test_there_is_a_mistake_for_each_class():
    """@verifies REQ-SIL-002"""
    assert set().union(*(classes for *_, classes in EXPECTED)) == CLASSES


def test_memory_that_is_declared_uncached_needs_no_maintenance(run_seed):
    """@verifies REQ-SIL-001"""
    result = run_seed("cache_mailbox.NO_INVALIDATE", options=["uncached=0x48100000-0x48101000"])
    assert not [finding for finding in result.findings if finding.kind in CLASSES]


def test_cores_that_share_a_thread_are_refused(run_seed):
    """@verifies REQ-SIL-006"""
    with pytest.raises(AssertionError, match="thread=multi"):
        run_seed("cache_start.CORRECT", cores=2, accelerator="tcg,thread=single")


@pytest.mark.parametrize("option", ["dma=0x1000-0x2000", "ram=1-2", "partition=0:0x40000000-0x40001000", "zva=3", "nonsense=1"])
def test_an_option_that_means_nothing_is_refused(run_seed, option):
    """@verifies REQ-SIL-006"""
    with pytest.raises(AssertionError, match="sanitizer: .*" + option):
        run_seed("cache_start.CORRECT", options=[option])
