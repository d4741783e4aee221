# SPDX-License-Identifier: Apache-2.0
"""What docs/errata.md says of the image and of the list is so."""
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.insert(0, str(HERE))

from linked import Image, sources  # noqa: E402

ELF = os.environ.get("BULKHEAD_ELF", str(ROOT / "build/qemu-virt/safety-ivi/bulkhead.elf"))
PREFIX = "aarch64-none-elf-" if shutil.which("aarch64-none-elf-objdump") else "aarch64-linux-gnu-"


def plain_device_loads(path):
    """Loads of mmio_read32() and mmio_read64(), wherever they are inlined: (all, those that are no load-acquire).

    The compiler counts the load of a device's address as part of mmio_read32() too; it goes to an X register.
    """
    image = Image(path, PREFIX + "objdump")
    loads = [a for a, i in image.code.items() if i.mnemonic.startswith("ld")]
    found = sources(PREFIX + "addr2line", path, loads)
    device = [a for a in loads if found[a][0] == "mmio_read64"
              or found[a][0] == "mmio_read32" and image.code[a].operands.startswith("w")]
    return device, [image.place(a) for a in device if not image.code[a].mnemonic.startswith("lda")]


def test_el2_loads_from_devices_by_load_acquire(tmp_path):
    """@verifies REQ-ERR-002"""
    device, plain = plain_device_loads(ELF)
    assert len(device) > 10 and plain == []
    source = ("#include <stdint.h>\nstatic inline uint32_t mmio_read32(uint64_t a) { return *(volatile uint32_t *)a; }\n"
              "uint32_t f(uint64_t a);\nuint32_t f(uint64_t a) { return mmio_read32(a + 4U); }\n")
    (tmp_path / "a.c").write_text(source)
    subprocess.run([PREFIX + "gcc", "-ffreestanding", "-O2", "-g", "-nostdlib", "-static", "-Wl,-ef", "-o", "a.elf", "a.c"], cwd=tmp_path,
                   check=True)
    assert plain_device_loads(str(tmp_path / "a.elf"))[1] == ["f+0x0"]


@pytest.mark.parametrize("old, new, status", [("", "", 0), ("| 832075 | r0p0 - r1p2 |", "| 832075 | all |", 1),
                                              ("1073348 (r0p0 - r1p0), ", "", 1)])
def test_the_manual_and_the_list_are_held_together(tmp_path, old, new, status):
    """@verifies REQ-ERR-004"""
    manual = (ROOT / "docs/errata.md").read_text(encoding="utf-8")
    assert old in manual
    (tmp_path / "errata.md").write_text(manual.replace(old, new))
    done = subprocess.run([sys.executable, str(ROOT / "tools/errata.py"), "--manual", str(tmp_path / "errata.md")],
                          capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stdout + done.stderr


def test_a_refused_stepping_needs_its_core_and_stepping_in_errata_c(tmp_path):
    """An entry that the check at boot cannot hold does not compile."""
    shutil.copytree(ROOT / "arch", tmp_path / "arch")
    listed = tmp_path / "arch/arm64/errata.def"
    command = [PREFIX + "gcc", "-ffreestanding", "-std=c11", "-I.", "-c", "-o", "a.o", "arch/arm64/errata.c"]
    assert subprocess.run(command, cwd=tmp_path, check=False).returncode == 0
    listed.write_text(listed.read_text() + 'ERRATUM(cortex_a53, 1, r0p0, r0p0, REFUSED, "", "", "")\n')
    assert subprocess.run(command, cwd=tmp_path, check=False, stderr=subprocess.DEVNULL).returncode != 0
