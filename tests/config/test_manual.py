# SPDX-License-Identifier: Apache-2.0
"""The manual names every word of the language and has the limits right."""
import re

import pytest

from conftest import ROOT

MANUAL = (ROOT / "docs/configuration.md").read_text()
SCHEMA = (ROOT / "config/compiler/schema.c").read_text()
LIMITS = "".join((ROOT / name).read_text() for name in ("lib/config.h", "config/compiler/model.h", "config/compiler/nodes.h"))
TOOLS = (ROOT / "config/compiler/tools.py").read_text()


def limit(name):
    return int(re.search(rf"#define {name} (\d+)U", LIMITS)[1])


def test_every_property_and_node_has_its_row():
    words = set(re.findall(r'"([a-z0-9-]+)"', " ".join(re.findall(r"\*const \w+\[\] = \{([^}]*)\}", SCHEMA))))
    assert len(words) > 15
    missing = [word for word in sorted(words) if f"`{word}`" not in MANUAL]
    assert not missing


@pytest.mark.parametrize("row, name", [
    ("cores in use", "MAX_CORES"), ("partitions", "MAX_PARTITIONS"), ("vCPUs of a partition", "MAX_VCPUS_PER_PARTITION"),
    ("characters of a partition's name", "MAX_NAME"), ("memory regions of a partition", "MAX_MEMORY_REGIONS"),
    ("devices in `access`", "MAX_ACCESS"), ("characters of `bootargs`", "MAX_BOOTARGS"), ("cores of `/cpus`", "MAX_BOARD_CORES"),
    ("banks of RAM", "MAX_RAM_BANKS"), ("pieces that are loaded", "MAX_PIECES"),
    ("addresses, physical and guest", "ADDRESS_BITS"), ("nodes of the tree", "MAX_NODES"), ("nodes inside one another", "MAX_DEPTH"),
    ("characters of a node's name", "MAX_NODE_NAME")])
def test_limits_are_those_of_the_code(row, name):
    found = re.search(rf"^\| {re.escape(row)}[^|]*\| (\d+)", MANUAL, re.MULTILINE)
    assert int(found[1]) == limit(name)


@pytest.mark.parametrize("row, name", [
    ("a source file", "MAX_SOURCE_MIB"), ("files that include", "MAX_INCLUDES"), ("processor time", "MAX_SECONDS")])
def test_limits_of_the_tools_are_those_of_the_driver(row, name):
    found = re.search(rf"^\| {re.escape(row)}[^|]*\| (\d+)", MANUAL, re.MULTILINE)
    assert found[1] == re.search(rf"^{name} = (\d+)", TOOLS, re.MULTILINE)[1]


def test_the_limits_of_a_device_are_those_of_the_code():
    assert f"at most {limit('MAX_DEVICE_REGIONS')} register regions and {limit('MAX_DEVICE_INTERRUPTS')} interrupts" in MANUAL
    assert f"at most {limit('MAX_BOOTARGS')} characters" in MANUAL


def test_the_number_of_shared_interrupts_is_that_of_the_code():
    assert f"SPI 0 to {limit('MAX_INTIDS') - 32 - 1} " in MANUAL


def test_the_example_is_a_good_system(compiler, tmp_path):
    example = re.search(r"## An example\n\n((?:    .*\n|\n)+)", MANUAL)[1]
    (tmp_path / "my.dts").write_text(re.sub(r"^    ", "", example, flags=re.MULTILINE))
    for name, source in (("brake.elf", "good.elf"), ("vmlinuz", "Image"), ("initrd.cpio", "initrd")):
        (tmp_path / name).write_bytes((compiler.images / source).read_bytes())
    result = compiler.run(tmp_path / "my.dts", "--check", "-I", str(ROOT / "boards/qemu-virt"))
    assert (result.returncode, result.stderr) == (0, "")
