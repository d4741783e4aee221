# SPDX-License-Identifier: Apache-2.0
"""SMMUs, streams and what they reach: the configuration tables against the device tree.

@implements REQ-VER-022
"""
from __future__ import annotations

from types import SimpleNamespace

from facts import Facts
from rules_el2 import WHO


def check(facts: Facts) -> None:
    facts.findings.equal(facts.objects.get("smmu_count"), 0, WHO, "the number of SMMUs")
    for record in facts.partitions:
        facts.findings.apply(facts.name(record), _without, facts, record)


def _without(facts: Facts, record: SimpleNamespace) -> None:
    """A partition without streams and PCI functions."""
    for member in ("stream_count", "function_count", "idle_us", "streams", "functions", "pci_window", "dma_root"):
        facts.findings.equal(getattr(record, member), 0, facts.name(record), f"its {member}")
