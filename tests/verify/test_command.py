# SPDX-License-Identifier: Apache-2.0
"""The command, and its place in the build of every image."""
import json
import os
import subprocess

import pytest

from conftest import ROOT

def matrix(default):
    """Where the two VMs' memory is depends on how large the images are."""
    safety, ivi = (f"0x{default.memory(name):010x}" for name in ("safety", "ivi"))
    return {"0x0008000000": ("rw-", "rw-", "rw-", "-", "-"), "0x0009040000": ("-", "-", "-", "rw-", "-"),
            "0x0040200000": ("r-x", "r-x", "r-x", "-", "-"), safety: ("-", "rw-", "-", "rwx", "-"),
            ivi: ("-", "-", "rw-", "-", "rwx")}


def test_matrix_and_verdict_of_the_default_system(default):
    """@verifies REQ-VER-002"""
    result = default.command()
    assert result.returncode == 0, result.stdout
    lines = result.stdout.splitlines()
    for address, cells in matrix(default).items():
        line = next((text for text in lines if text.startswith(address)), None)
        assert line is not None and line.split()[-5:] == list(cells), line
    assert "40                  safety      33       level" in lines
    assert lines[-1].startswith("verify: PASS, build/qemu-virt/safety-ivi/bulkhead.elf: 2 partitions, 4 cores, ")


def test_the_same_for_programs(system, tmp_path):
    """@verifies REQ-VER-016"""
    result = system.command("--json", str(tmp_path / "found.json"))
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert found["verdict"] == "PASS" and found["counted"] in result.stdout.splitlines()[-1]
    for row in found["rows"]:
        line = next(text for text in result.stdout.splitlines() if text.startswith(f"0x{row['base']:010x}"))
        assert line.split()[-len(row["rights"]):] == row["rights"]
    facts = system.checker.judge()
    for partition, ranges in zip(found["partitions"], facts.guest_maps, strict=True):
        assert sum(m["size"] for m in partition["map"]) == sum(r.end - r.start for r in ranges)
        assert all(any(r.start <= m["ipa"] < r.end and r.offset == m["pa"] - m["ipa"] for r in ranges) for m in partition["map"])
    owners = {d["node"]: d["owner"] for d in found["declared"]["devices"]}
    assert owners["/serial@9000000"] == owners["/interrupt-controller@8000000"] == "hypervisor"
    assert owners["/serial@9040000"] == {"safety-ivi": "safety", "devices": "fixed"}.get(system.out.name)


def test_device_tree_of_another_system_fails(default, devices):
    """@verifies REQ-VER-001"""
    result = default.command("--quiet", dtb=devices.dtb)
    assert result.returncode == 1
    assert "FAIL  hypervisor: partition 0 of the image, 'safety', is not in the device tree" in result.stdout
    assert result.stdout.splitlines()[-1].startswith("verify: FAIL, ")


@pytest.mark.parametrize("kind, contents", [("elf", None), ("dtb", None), ("dtb", b"nothing"), ("dtb", b"")])
def test_status_2_is_for_files_that_are_missing_and_device_trees_that_are_none(default, kind, contents, tmp_path):
    """@verifies REQ-VER-001"""
    bad = tmp_path / "bad"
    if contents is not None:
        bad.write_bytes(contents)
    result = default.command(**{kind: bad})
    assert result.returncode == 2 and result.stderr.startswith("verify: ") and "Traceback" not in result.stderr


@pytest.mark.parametrize("contents", [b"", b"nothing", b"\x7fELF" + bytes(100)])
def test_image_that_is_no_elf_file_fails(default, contents, tmp_path):
    """@verifies REQ-VER-001 @verifies REQ-VER-017"""
    bad = tmp_path / "bad"
    bad.write_bytes(contents)
    result = default.command("--json", str(tmp_path / "found.json"), elf=bad)
    assert result.returncode == 1 and result.stdout.splitlines()[-1].startswith("verify: FAIL, "), result.stderr
    assert json.loads((tmp_path / "found.json").read_text())["errors"]


def make(*arguments):
    environment = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    return subprocess.run(["make", "-s", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_image_that_fails_is_not_left_behind():
    """A table is changed behind the config compiler's back, as if the compiler were wrong. @verifies REQ-VER-014"""
    source = "tests/verify/wrong.dts"
    out = ROOT / "build/qemu-virt/wrong"
    assert make(f"SYSTEM={source}").returncode == 0
    tables = out / "config/tables.c"
    tables.write_text(tables.read_text().replace(".vmid = 2", ".vmid = 1"))
    try:
        result = make(f"SYSTEM={source}")
        assert result.returncode != 0 and "second: VMID 1 is that of first" in result.stdout
        assert not (out / "bulkhead.elf").exists()
    finally:
        tables.unlink()


def test_nothing_is_shared_with_the_compiler():
    """@verifies REQ-VER-015"""
    for path in (ROOT / "config/verify").glob("*.py"):
        text = path.read_text()
        assert "config/compiler" not in text and "import driver" not in text, path
        assert "tables.c" not in text and "system.json" not in text and "layout.h" not in text, path
