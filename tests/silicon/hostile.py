# SPDX-License-Identifier: Apache-2.0
"""A built system as the hostile-reset shim starts it: the shim boots as an arm64 Image and the hypervisor's image lies
beside it in memory. docs/hostile-reset.md has the whole story."""

import contextlib
import json
import os
import re
import struct
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

from elftools.elf.elffile import ELFFile

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "system"))

from harness import LIMIT_SECONDS, SystemFailure, make  # noqa: E402

ALL_ONES = 0xFFFFFFFFFFFFFFFF
ALL_ZEROS = 0
RAM, RAM_END = 0x40000000, 0x80000000
GICD, GICR, UART, CORES = 0x08000000, 0x080A0000, 0x09000000, 8
MOV_X21_X0 = 0xAA0003F5
SHIM_BASE = 0x40080000
NOP = 0xD503201F
SCTLR_EL2_ON, SCTLR_C = struct.pack("<Q", 0x30CD183D), 1 << 2
# INTID 33
CONSOLE_WORDS, CONSOLE_BIT = ("GICD_ISENABLER1", "GICD_ISPENDR1", "GICD_ISACTIVER1"), 1 << 1
SCRIPT = Path(__file__).with_name("gdb_registers.py")

# Beside what tools/check/registers.json has. GICD_ICFGRn is left out as a whole: only fields of owned interrupts matter,
# which are written before they are enabled. docs/hostile-reset.md has all exemptions in a table.
MAY_DIFFER = {
    "FAR_EL2": "of the exception before; not read unless one sets it", "HPFAR_EL2": "as FAR_EL2",
    "GICR_ISPENDR0": "INTIDs 22, 23 and 28 (debug, PMU, CNTHV) may be pending and stay disabled",
    "vg": "length of vectors, which trap",
    "CNTP_CVAL_EL02": "CNTP_CVAL_EL0", "CNTV_CVAL_EL02": "time", "ZCR_EL12": "ZCR_EL1", "SMCR_EL12": "SMCR_EL1",
    "SCXTNUM_EL12": "SCXTNUM_EL1",
}


def symbols(path):
    """Addresses by name."""
    with path.open("rb") as file:
        table = ELFFile(file).get_section_by_name(".symtab")
        return {s.name: s["st_value"] for s in table.iter_symbols() if s.name}


def sections(path):
    """(address, size) by name."""
    with path.open("rb") as file:
        return {s.name: (s["sh_addr"], s["sh_size"]) for s in ELFFile(file).iter_sections()}


def shim():
    """The shim's raw image and its symbols."""
    folder = ROOT / make("-s", "shim").split()[-1]
    return (folder / "shim.bin").read_bytes(), symbols(folder / "shim.elf")


def parameters(built, seed, hooked, image_size, ram_end):
    """struct shim_parameters"""
    elf = built.out / "bulkhead.elf"
    hypervisor = json.loads((built.out / "config/system.json").read_text(encoding="utf-8"))["hypervisor"]
    base = hypervisor["base"]
    state, stacks = sections(elf)[".bss"], sections(elf)[".stacks"]
    return struct.pack("<13Q", seed, base, base, base + image_size, state[0], stacks[0] + stacks[1], RAM, ram_end,
                       GICD, GICR, UART, CORES, hooked + 4)


def hook(image, offset, target):
    """A branch to the shim in place of the first instruction that other cores execute."""
    assert struct.unpack_from("<I", image, offset)[0] == MOV_X21_X0, "secondary_entry begins otherwise: see start.S"
    distance = target - offset
    struct.pack_into("<I", image, offset, 0x14000000 | (distance >> 2 & 0x3FFFFFF))


def shim_range():
    """The addresses of the shim's own code and data."""
    _, names = shim()
    return range(names["shim_head"], names["shim_end"])


def hostile(built, folder, seed, mutate=None, ram_end=RAM_END):
    """The build, to be booted through the shim. `mutate` changes the copy of the image: (bytearray, base, symbols)."""
    code, names = shim()
    image = bytearray((built.out / "bulkhead.bin").read_bytes())
    own = symbols(built.out / "bulkhead.elf")
    base = own["image_head"]
    if mutate:
        mutate(image, base, own)
    hook(image, own["secondary_entry"] - base, names["second_hook"] - base)
    code = bytearray(code)
    values = parameters(built, seed, own["secondary_entry"], len(image), ram_end)
    at = names["parameters"] - SHIM_BASE
    code[at:at + len(values)] = values
    (folder / "shim.bin").write_bytes(code)
    (folder / "bulkhead.bin").write_bytes(image)
    loader = ["-device", f"loader,file={folder / 'bulkhead.bin'},addr={base:#x},force-raw=on"]
    return replace(built, qemu=[*built.qemu, *loader], image=folder / "shim.bin")


def seeds():
    """The seeds of a run: three, or what HOSTILE_SEEDS says (a number of them)."""
    count = int(os.environ.get("HOSTILE_SEEDS", "3"))
    return [ALL_ONES, *range(1, count)]


def machine(cpu, secure):
    """For the names of tests."""
    return (cpu or "cortex-a57") + "-secure" * secure


def disassembly(built):
    """Of the image."""
    return subprocess.run(["aarch64-linux-gnu-objdump", "-d", built.out / "bulkhead.elf"], text=True, check=True,
                          stdout=subprocess.PIPE).stdout


def address_of(built, function, instruction):
    """Where a function does this last."""
    body = re.search(rf"<{function}>:\n((?:[^\n]+\n)*)", disassembly(built))[1]
    found = re.findall(rf"^\s*([0-9a-f]+):\t[0-9a-f]+ \t{instruction}\b", body, re.MULTILINE)
    assert found, f"{function} has no {instruction}"
    return int(found[-1], 16)


def without(built, function, instruction):
    """A mutation: NOP in the place of an instruction."""
    address = address_of(built, function, instruction)

    def mutate(image, base, _):
        struct.pack_into("<I", image, address - base, NOP)
    return mutate


def with_data_cache_off(image, *_):
    """A mutation: EL2 runs with its MMU on and its data cache off (SCTLR_EL2.C), by another word in a literal pool."""
    assert image.count(SCTLR_EL2_ON) == 1, "SCTLR_EL2_ON of entry.S is another, or stands elsewhere too"
    at = image.index(SCTLR_EL2_ON)
    image[at] &= ~SCTLR_C


@contextlib.contextmanager
def halted(built, socket):
    """The machine before its first instruction, for gdb."""
    command = [*built.qemu, "-kernel", str(built.image), "-serial", "null", "-serial", "null", "-monitor", "none", "-S",
               "-gdb", f"unix:{socket},server=on,wait=off"]
    qemu = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not socket.exists() and qemu.poll() is None:
            time.sleep(0.05)
        yield
    finally:
        qemu.kill()
        qemu.wait()


def registers_at_entry(built, folder, seed, secure=False, cores=(0, 1), mutate=None):
    """{core: {register: value}} after a hostile reset, where the core's first guest is about to be entered."""
    folder = folder / f"seed-{seed:x}"
    folder.mkdir()
    started = hostile(built, folder, seed, mutate)
    out, socket = folder / "registers.json", folder / "gdb"
    environment = {**os.environ, "REGISTERS_SOCKET": str(socket), "REGISTERS_OUT": str(out),
                   "REGISTERS_ENTRY": hex(address_of(built, "switch_full", "eret")),
                   "REGISTERS_CORES": ",".join(map(str, cores)), "REGISTERS_GROUP_0": "0" if secure else "1"}
    with halted(started, socket):
        done = subprocess.run(["gdb-multiarch", "-q", "-nx", "-batch", "-x", SCRIPT], env=environment, text=True,
                              timeout=LIMIT_SECONDS, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if not out.exists():
        raise SystemFailure(done.stdout + done.stderr)
    return json.loads(out.read_text())


def may_differ():
    """What EL2 does not rely on: the list of check-registers, what the GIC has besides, and what gdb shows of time."""
    rules = json.loads((ROOT / "tools/check/registers.json").read_text())
    return {name.upper() for name in rules["not relied on"]} | MAY_DIFFER.keys()


def settled(name, value):
    """Without the console's interrupt, which another core is working on at that moment."""
    return value & ~CONSOLE_BIT if name in CONSOLE_WORDS else value


def differences(first, second):
    """[(core, register, value, value)] of what should be equal and is not."""
    free = may_differ()
    return [(core, name, value, second[core].get(name)) for core, registers in first.items()
            for name, value in registers.items()
            if settled(name, value) != settled(name, second[core].get(name)) and name not in free and not name.startswith("GICD_ICFGR")]
