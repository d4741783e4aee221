# SPDX-License-Identifier: Apache-2.0
"""Run by gdb: every register of a core as its first guest is about to be entered, as JSON.

REGISTERS_SOCKET: QEMU's gdbstub, the machine not yet started. REGISTERS_ENTRY: address of the ERET. REGISTERS_CORES: cores
in the order in which their guests start. REGISTERS_OUT: where the result goes.
"""

import json
import os
import struct

import gdb

GICD, GICR, GICR_STRIDE, SGI_FRAME = 0x08000000, 0x080A0000, 0x20000, 0x10000
MRS = 0xD5300000
# What gdb is not shown: op0 is 3 throughout; (op1, CRn, CRm, op2).
INTERFACE = {
    "ICC_PMR_EL1": (0, 4, 6, 0), "ICC_AP1R0_EL1": (0, 12, 9, 0), "ICC_RPR_EL1": (0, 12, 11, 3),
    "ICC_BPR1_EL1": (0, 12, 12, 3), "ICC_CTLR_EL1": (0, 12, 12, 4), "ICC_SRE_EL1": (0, 12, 12, 5),
    "ICC_IGRPEN1_EL1": (0, 12, 12, 7), "ICC_SRE_EL2": (4, 12, 9, 5),
    "ICH_AP0R0_EL2": (4, 12, 8, 0), "ICH_AP1R0_EL2": (4, 12, 9, 0), "ICH_HCR_EL2": (4, 12, 11, 0),
    "ICH_VMCR_EL2": (4, 12, 11, 7), "ICH_LR0_EL2": (4, 12, 12, 0), "ICH_LR1_EL2": (4, 12, 12, 1),
    "ICH_LR2_EL2": (4, 12, 12, 2), "ICH_LR3_EL2": (4, 12, 12, 3), "CNTVOFF_EL2": (4, 14, 0, 3),
}
# Only with one security state.
GROUP_0 = {"ICC_AP0R0_EL1": (0, 12, 8, 4), "ICC_BPR0_EL1": (0, 12, 8, 3), "ICC_IGRPEN0_EL1": (0, 12, 12, 6)}
GENERAL = ("cpsr", "sp", "pc", *(f"x{n}" for n in range(31)))


def value(name):
    """A register of the selected core; wide ones as text."""
    found = gdb.selected_frame().read_register(name)
    try:
        return int(found) & 0xFFFFFFFFFFFFFFFF
    except gdb.error:
        return str(found)


def word(address):
    """Of physical memory."""
    return struct.unpack("<I", gdb.selected_inferior().read_memory(address, 4))[0]


def interface(entry):
    """The GIC's system registers: an MRS in place of the ERET, stepped, for each of them."""
    memory = gdb.selected_inferior()
    kept, x0 = bytes(memory.read_memory(entry, 4)), value("x0")
    found = {}
    for name, code in {**INTERFACE, **(GROUP_0 if os.environ["REGISTERS_GROUP_0"] == "1" else {})}.items():
        op1, crn, crm, op2 = code
        memory.write_memory(entry, struct.pack("<I", MRS | 1 << 19 | op1 << 16 | crn << 12 | crm << 8 | op2 << 5))
        gdb.execute("stepi", to_string=True)
        found[name] = value("x0")
        gdb.execute(f"set $pc = {entry:#x}", to_string=True)
    memory.write_memory(entry, kept)
    gdb.execute(f"set $x0 = {x0:#x}", to_string=True)
    return found


def distributor(core):
    """GICD's words and those of the core's redistributor."""
    gdb.execute("maintenance packet Qqemu.PhyMemMode:1", to_string=True)
    found = {"GICD_CTLR": word(GICD)}
    frame = GICR + core * GICR_STRIDE
    found["GICR_CTLR"], found["GICR_WAKER"] = word(frame), word(frame + 0x14)
    banks = {"IGROUPR": 0x80, "ISENABLER": 0x100, "ISPENDR": 0x200, "ISACTIVER": 0x300}
    for name, offset in banks.items():
        found[f"GICR_{name}0"] = word(frame + SGI_FRAME + offset)
        for n in range(1, 9):
            found[f"GICD_{name}{n}"] = word(GICD + offset + 4 * n)
    found["GICR_ICFGR1"] = word(frame + SGI_FRAME + 0xC04)
    for n in range(72):
        found[f"IPRIORITYR{n}"] = word((frame + SGI_FRAME if n < 8 else GICD) + 0x400 + 4 * n)
    for n in range(2, 18):
        found[f"GICD_ICFGR{n}"] = word(GICD + 0xC00 + 4 * n)
    gdb.execute("maintenance packet Qqemu.PhyMemMode:0", to_string=True)
    return found


def collect(entry, core):
    """Everything of one core."""
    found = {r.name: value(r.name) for r in gdb.selected_frame().architecture().registers()
             if r.name and r.name not in GENERAL}
    return {**found, **interface(entry), **distributor(core)}


def main():
    """All cores asked for."""
    entry = int(os.environ["REGISTERS_ENTRY"], 0)
    result = {}
    for command in ("set pagination off", "set architecture aarch64", 
                    f"target remote {os.environ['REGISTERS_SOCKET']}", "set scheduler-locking step"):
        gdb.execute(command, to_string=True)
    for core in map(int, os.environ["REGISTERS_CORES"].split(",")):
        point = gdb.Breakpoint(f"*{entry:#x}", type=gdb.BP_HARDWARE_BREAKPOINT)
        while True:
            gdb.execute("continue", to_string=True)
            if gdb.selected_thread().num == core + 1:
                break
        point.delete()
        result[core] = collect(entry, core)
    with open(os.environ["REGISTERS_OUT"], "w", encoding="utf-8") as file:
        json.dump(result, file, indent=1)
    gdb.execute("kill", to_string=True)


main()
