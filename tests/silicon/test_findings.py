# SPDX-License-Identifier: Apache-2.0
"""Findings as the plugin writes them become findings with names, and told apart by whose they are."""
import json

import pytest
from conftest import build_seeds
from harness import ROOT
from findings import Names, read

EL2 = {"core": 0, "level": 2, "vmid": 0, "pc": "0x40200004"}
ONE = {"core": 1, "level": 1, "vmid": 1, "pc": "0x1000"}
TWO = {"core": 2, "level": 0, "vmid": 2, "pc": "0x2000"}
SYSTEM = {"partitions": [{"name": "first", "memory": [{"ipa": 0, "pa": 0x48000000, "size": 0x1000}]}]}


def written(folder, actor, writer, earlier=False):
    """A file with one finding."""
    line = {"finding": 1, "class": "stale-memory", **actor, "pa": "0x48000040",
            "writer": {**writer, "earlier": earlier} if writer else None, "text": "load"}
    path = folder / "found.json"
    path.write_text(f"{json.dumps(line)}\n")
    return path


@pytest.mark.parametrize("actor, writer, earlier, own", [
    (ONE, ONE, False, True), (TWO, None, False, True), (ONE, ONE, True, False), (ONE, TWO, False, False),
    (ONE, EL2, False, False), (EL2, ONE, False, False), (EL2, EL2, False, False), (EL2, None, False, False)])
def test_what_a_guest_does_to_itself_is_its_own(tmp_path, actor, writer, earlier, own):
    """@verifies REQ-SIL-007"""
    result = read(written(tmp_path, actor, writer, earlier))
    assert (len(result.own()), len(result.serious())) == (int(own), int(not own))


def test_a_line_names_functions_and_partitions(tmp_path):
    """@verifies REQ-SIL-007"""
    build_seeds(["cache_start.CORRECT"])
    (tmp_path / "system.json").write_text(json.dumps(SYSTEM))
    names = Names(ROOT / "build" / "silicon" / "cache_start.CORRECT.elf", tmp_path / "system.json")
    line = names.line(read(written(tmp_path, ONE, EL2)).findings[0])
    assert line == ("stale-memory: load: by first at EL1 on core 1, 0x1000; at 0x48000040 (first); "
                    "written by hypervisor at EL2 on core 0, _start+0x4")
