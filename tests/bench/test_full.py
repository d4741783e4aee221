# SPDX-License-Identifier: Apache-2.0
"""A partition with nearly all interrupts that there are, all of them pending at once (guests/bench/full.c).

@verifies REQ-VGIC-032
"""
import os
import subprocess

import counts
import pytest
from conftest import ROOT

SPIS = 224
LIST_REGISTERS = 4
TARGET = 1500
BOOT = "boot, to the first look"


@pytest.fixture(scope="module")
def worst(tmp_path_factory):
    out = tmp_path_factory.mktemp("full")
    variables = "".join(os.environ.get("MAKEFLAGS", "").partition(" -- ")[1:])
    subprocess.run(["make", "-s", "--no-print-directory", "-C", ROOT, f"BENCH_OUT={out}", "SYSTEM=tests/bench/bench-full.dts",
                    "bench-count"], check=True, env={**os.environ, "MAKEFLAGS": variables}, capture_output=True, text=True)
    return counts.read(out / "bench-full.txt").worst


def test_no_section_is_too_long(worst):
    assert {name: entry["instructions"] for name, entry in worst.items()
            if name != BOOT and entry["instructions"] > TARGET} == {}


def test_the_interrupts_were_pending_and_were_taken(worst):
    assert worst["interrupt: GIC maintenance"]["sections"] >= SPIS / LIST_REGISTERS
    for name in ("GICD_ISPENDR write", "GICD_CTLR write", "interrupt: GIC maintenance"):
        assert worst[name]["instructions"] > TARGET / 3, name
