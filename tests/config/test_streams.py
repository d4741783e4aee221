# SPDX-License-Identifier: Apache-2.0
"""What is made of SMMUs: stream tables, looked up as an SMMU does, their entries, the parts of the image, the report."""
import re

import pytest

from test_good import GUEST_RAM, build, load, number
from walker import Tables

# Word 2 (Arm IHI 0070, 5.2): 32 bits of address, 4 KiB, from level 1; AArch64, S2PTW, S2R; walks cached or not.
WORD_2 = {True: 32 << 32 | 1 << 38 | 0x35 << 40 | 1 << 51 | 1 << 54 | 1 << 58,
          False: 32 << 32 | 1 << 38 | 0x20 << 40 | 1 << 51 | 1 << 54 | 1 << 58}
OWNERS = {"rt": 0, "gp": 1}


@pytest.fixture(scope="module", name="system")
def fixture_system(compiler, tmp_path_factory):
    return build(compiler, tmp_path_factory.mktemp("smmu"), "smmu")


def look_up(tables, smmu, stream):
    """The eight words of a StreamID's entry, or None."""
    group = f"smmu_{smmu}_group_{stream >> 6}"
    low = stream & 63
    if f"smmu_{smmu}_table" not in tables:
        group, low = f"smmu_{smmu}_group_0", stream
    elif tables[f"smmu_{smmu}_table"][stream >> 6] == 0:
        return None
    words = group_words(tables, group)
    return words[low * 8:low * 8 + 8] or None


def group_words(tables, group):
    """Entries have labels of their own, so a group goes on in those that follow it."""
    names = list(tables)
    words = list(tables[group])
    for name in names[names.index(group) + 1:]:
        if not name.startswith("stream_entry"):
            break
        words += tables[name]
    return words


def test_each_stream_has_an_entry_of_its_owner_and_no_other_has_one(system):
    """@verifies REQ-CONFIG-062 REQ-CONFIG-063 REQ-CONFIG-064"""
    tables = Tables(system / "tables.S").tables
    for index, smmu in enumerate(load(system)["smmus"]):
        owners = {s["id"]: OWNERS[s["partition"]] for s in smmu["streams"]}
        for stream in range(0x2000):
            entry = look_up(tables, index, stream)
            if stream in owners:
                vmid = owners[stream] + 1
                assert entry == [0, 1 << 44, WORD_2[smmu["coherent"]] | vmid, (f"dma_root_{owners[stream]}", 0), 0, 0, 0, 0]
            else:
                assert entry is None or not any(entry)


def test_streams_are_those_of_the_device_tree(system):
    """@verifies REQ-CONFIG-062"""
    found = [{(s["id"], s["partition"]) for s in smmu["streams"]} for smmu in load(system)["smmus"]]
    assert found == [{(5, "gp"), (6, "gp"), (1, "rt")}, {(0x1234, "rt"), (0x40, "gp")}]


def test_the_first_level_says_how_much_of_the_second_there_is(system):
    """@verifies REQ-CONFIG-063"""
    tables = Tables(system / "tables.S").tables
    used = {n: entry for n, entry in enumerate(tables["smmu_1_table"]) if entry}
    assert len(tables["smmu_1_table"]) == 128
    assert used == {1: ("smmu_1_group_1", 1), 0x48: ("smmu_1_group_72", 7)}
    assert len(group_words(tables, "smmu_1_group_72")) == 64 * 8
    text = (system / "tables.c").read_text()
    assert number(text.split("smmu1 */")[1], "table_config") == 1 << 16 | 6 << 6 | 13


def test_streams_reach_the_memory_of_their_partition_and_no_device(system):
    """@verifies REQ-CONFIG-064"""
    tables = Tables(system / "tables.S")
    for index, partition in enumerate(load(system)["partitions"]):
        leaves = tables.ranges(f"dma_root_{index}", 1)
        assert [(r.address, r.output, r.size) for r in leaves] == [(m["ipa"], m["pa"], m["size"]) for m in partition["memory"]]
        assert all(r.attributes == GUEST_RAM for r in leaves)


def test_the_tables_of_memory_are_shared_with_the_cores(system):
    """@verifies REQ-CONFIG-064"""
    tables = Tables(system / "tables.S").tables
    assert tables["dma_root_1"][1] == tables["stage2_root_1"][1] != 0
    assert tables["dma_root_1"][0] == 0 != tables["stage2_root_1"][0]


def test_smmus_are_configured_as_the_board_says(system):
    """@verifies REQ-CONFIG-061"""
    text = (system / "tables.c").read_text()
    first, second = (text.split(f"smmu{n} */")[1].split("\n    },")[0] for n in (0, 1))
    assert (number(first, "event_intid"), number(first, "error_intid")) == (106, 109)
    assert (number(second, "event_intid"), number(second, "error_intid")) == (112, 112)
    assert ".event_edge = true" in first and ".coherent = true" in first
    assert ".event_edge = false" in second and ".coherent = false" in second
    assert re.search(r"\.stream_count = 3,\n +\.streams = streams_1", text)
    assert re.findall(r"\.idle_us = (\d+)", text) == ["20", "1000"]


def test_a_system_with_an_smmu_asks_for_its_driver(compiler, system, tmp_path):
    """@verifies REQ-CONFIG-060"""
    assert (system / "parts").read_text().split() == ["smmu-v3", "dma", "pci-none"]
    assert (build(compiler, tmp_path, "smmu-v2") / "parts").read_text().split() == ["smmu-v2", "dma", "pci-none"]


def test_an_smmuv2_has_streams_and_no_tables(compiler, tmp_path):
    """@verifies REQ-CONFIG-061 REQ-CONFIG-062"""
    out = build(compiler, tmp_path, "smmu-v2")
    text = (out / "tables.c").read_text()
    assert "{.smmu = 0, .id = 0x7fff, .slot = 0}" in text and "{.smmu = 0, .id = 0x6, .slot = 1}" in text
    assert ".streams" not in (out / "tables.S").read_text() and ".commands" not in text
    assert "HAS_STREAMS" not in (out / "layout.h").read_text()


def test_confined_masters_are_reported_and_not_as_unprotected(system):
    """@verifies REQ-CONFIG-065"""
    report = (system / "report.txt").read_text()
    assert re.search(r"SMMU smmu1, SMMUv3 at 0xb600000, events SPI 80, errors SPI 80, not coherent\n  stream table: two levels", report)
    assert re.search(r"0x00001234 rt +disk", report) and "WITHOUT PROTECTION" not in report
    assert "partitions\";" in (system / "tables.c").read_text().split("boot_line[]")[1].splitlines()[0]
