# SPDX-License-Identifier: Apache-2.0
"""Names for the classes of sections that the counting plugin tells apart: what the guest or a device wanted of EL2.

@implements REQ-BENCH-008
"""
from areas import LOOKS, WAKE
from table import REGIONS

BOOT_SLOT, WAKE_SLOT, LOOK_SLOT, SYNC_SLOT, IRQ_SLOT, SERROR_SLOT = 0, 1, 2, 8, 9, 11
HVC, SMC, REGISTER, FETCH_ABORT, DATA_ABORT = 0x16, 0x17, 0x18, 0x20, 0x24
REGION_SHIFT, WRITE_BIT = 20, 1 << 19
BOOT = "boot, to the first look"

DISTRIBUTOR_ARRAYS = {0x80: "IGROUPR", 0x100: "ISENABLER", 0x180: "ICENABLER", 0x200: "ISPENDR", 0x280: "ICPENDR",
                      0x300: "ISACTIVER", 0x380: "ICACTIVER", 0x400: "IPRIORITYR", 0xC00: "ICFGR", 0xD00: "IGRPMODR"}
REGISTERS = {
    "GICD": {0x0: "CTLR", 0x4: "TYPER", 0x8: "IIDR", 0x6000: "IROUTER", 0xFF00: "ID", **DISTRIBUTOR_ARRAYS},
    "GICR": {0x0: "CTLR", 0x4: "IIDR", 0x8: "TYPER", 0x14: "WAKER", 0xFF00: "ID",
             **{0x10000 + offset: name for offset, name in DISTRIBUTOR_ARRAYS.items()}},
    "UART": {0x0: "DR", 0x18: "FR", 0x38: "IMSC", 0x3C: "RIS", 0x40: "MIS", 0x44: "ICR", 0xF00: "ID"},
}
CALLS = {0x80000000: "SMCCC_VERSION", 0x80000001: "SMCCC_ARCH_FEATURES", 0x84000000: "PSCI_VERSION",
         0x84000001: "CPU_SUSPEND", 0x84000002: "CPU_OFF", 0x84000003: "CPU_ON", 0x84000004: "AFFINITY_INFO",
         0x84000008: "SYSTEM_OFF", 0x84000009: "SYSTEM_RESET", 0x8400000A: "PSCI_FEATURES",
         0x86000000: "BULKHEAD_VERSION", 0x86000001: "BULKHEAD_CRASH", 0x86000002: "BULKHEAD_PARTITION_INFO"}
INTERRUPTS = {0: "post of a core", 25: "GIC maintenance", 26: "EL2 timer", 27: "virtual timer", 30: "physical timer",
              33: "console UART"}
SGI_REGISTERS = {5: "ICC_SGI1R", 6: "ICC_ASGI1R", 7: "ICC_SGI0R"}


def _access(detail):
    way = "write" if detail & WRITE_BIT else "read"
    region = detail >> REGION_SHIFT
    if region == 0:
        return f"{way} of an address without a device"
    name = REGIONS[region - 1][0]
    register = REGISTERS[name].get(detail & WRITE_BIT - 1)
    return f"{name}_{register} {way}" if register else f"{name} {way}, other registers"


def _register(detail):
    op0, op2, op1 = detail >> 20 & 3, detail >> 17 & 7, detail >> 14 & 7
    crn, crm, way = detail >> 10 & 15, detail >> 1 & 15, "read" if detail & 1 else "write"
    if (op0, op1, crn, crm) == (3, 0, 12, 11) and op2 in SGI_REGISTERS:
        return f"{SGI_REGISTERS[op2]} {way}"
    groups = {9: "PMU", 12: "ICC", 14: "timer"}
    kind = "debug" if op0 == 2 else "identification" if crn == 0 else groups.get(crn, "other")
    return f"{kind} register {way}"


def _interrupt(detail):
    if detail == 0:
        return "interrupt, not acknowledged"
    intid = detail - 1
    if 1020 <= intid < 1024:
        return "interrupt, gone when acknowledged"
    return f"interrupt: {INTERRUPTS.get(intid, 'device' if intid >= 32 else 'other private')}"


def _synchronous(exception, detail):
    if exception in (HVC, SMC):
        call = CALLS.get(detail & 0xBFFFFFFF, "unknown function" if detail == 0xFFFFFFFF else "other function")
        return f"{'HVC' if exception == HVC else 'SMC'} {call}"
    if exception == DATA_ABORT:
        return _access(detail)
    if exception == REGISTER:
        return _register(detail)
    return "instruction abort" if exception == FETCH_ABORT else f"exception class {exception:#x}"


def class_name(slot, exception, detail):
    """Of a section by where it began: `slot`, exception class and detail as the plugin writes them."""
    if slot == SYNC_SLOT:
        return _synchronous(exception, detail)
    if slot == IRQ_SLOT:
        return _interrupt(detail)
    if slot == BOOT_SLOT:
        return BOOT
    if slot == SERROR_SLOT:
        return "SError"
    return slot_title(slot)


def slot_title(slot):
    """What a section that begins, or ends, there is called; 0 is going back to the guest, for an end."""
    if slot == WAKE_SLOT:
        return WAKE
    if LOOK_SLOT <= slot < LOOK_SLOT + len(LOOKS):
        return LOOKS[slot - LOOK_SLOT][1]
    return "guest" if slot == 0 else f"vector {slot * 0x80:#x}"
