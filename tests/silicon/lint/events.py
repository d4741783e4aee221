# SPDX-License-Identifier: Apache-2.0
"""What one instruction does, as a set of names that the rules speak of.

System instructions are decoded from the word (Arm DDI 0487, C4.1 and C5.1), since names depend on the disassembler's
version. Loads and stores come from the mnemonic.

    memory, load, store     memory: any access; load and store: not through SP, not a literal
    msr:R, mrs:R            register R by the name below, or as s3_4_c1_c1_0; `msr` and `mrs` for any
    dsb:full, dsb:full:ish  loads and stores, at least that domain; dsb:st, dsb:st:ish: stores at least
    isb, sync               sync: a context synchronisation event (ISB, ERET, SMC)
    tlbi:local, tlbi:is, tlbi:el2, tlbi:el1, tlbi:ipa, tlbi:vmid (stage 1 of the current VMID)
    dc, ic, at, zva, sev, wfi, sb, eret, smc, fp, sgi, unmask:A, unmask:I, mask
"""
import functools
import re

REGISTERS = {
    "s3_0_c1_c0_0": "sctlr_el1", "s3_0_c2_c0_0": "ttbr0_el1", "s3_0_c2_c0_1": "ttbr1_el1", "s3_0_c2_c0_2": "tcr_el1",
    "s3_0_c10_c2_0": "mair_el1", "s3_0_c13_c0_1": "contextidr_el1", "s3_0_c7_c4_0": "par_el1",
    "s3_2_c0_c0_0": "csselr_el1", "s3_1_c0_c0_0": "ccsidr_el1", "s3_4_c1_c0_0": "sctlr_el2",
    "s3_4_c1_c1_0": "hcr_el2", "s3_4_c1_c1_1": "mdcr_el2", "s3_4_c1_c1_2": "cptr_el2", "s3_4_c1_c1_3": "hstr_el2",
    "s3_4_c2_c0_0": "ttbr0_el2", "s3_4_c2_c0_2": "tcr_el2", "s3_4_c2_c1_0": "vttbr_el2", "s3_4_c2_c1_2": "vtcr_el2",
    "s3_4_c10_c2_0": "mair_el2", "s3_4_c12_c0_0": "vbar_el2", "s3_4_c14_c1_0": "cnthctl_el2",
    "s3_4_c14_c0_3": "cntvoff_el2", "s3_4_c14_c2_0": "cnthp_tval_el2", "s3_4_c14_c2_1": "cnthp_ctl_el2",
    "s3_4_c14_c2_2": "cnthp_cval_el2", "s3_3_c14_c0_2": "cntvct_el0", "s3_0_c4_c6_0": "icc_pmr_el1",
    "s3_0_c12_c8_3": "icc_bpr0_el1", "s3_0_c12_c12_0": "icc_iar1_el1", "s3_0_c12_c8_0": "icc_iar0_el1",
    "s3_0_c12_c12_1": "icc_eoir1_el1", "s3_0_c12_c8_1": "icc_eoir0_el1", "s3_0_c12_c12_2": "icc_hppir1_el1",
    "s3_0_c12_c12_3": "icc_bpr1_el1", "s3_0_c12_c12_4": "icc_ctlr_el1", "s3_0_c12_c12_5": "icc_sre_el1",
    "s3_0_c12_c12_6": "icc_igrpen0_el1", "s3_0_c12_c12_7": "icc_igrpen1_el1", "s3_0_c12_c11_1": "icc_dir_el1",
    "s3_0_c12_c11_3": "icc_rpr_el1", "s3_0_c12_c11_5": "icc_sgi1r_el1", "s3_0_c12_c11_6": "icc_asgi1r_el1",
    "s3_0_c12_c11_7": "icc_sgi0r_el1", "s3_4_c12_c9_5": "icc_sre_el2", "s3_4_c12_c11_0": "ich_hcr_el2",
    "s3_4_c12_c11_2": "ich_misr_el2", "s3_4_c12_c11_3": "ich_eisr_el2", "s3_4_c12_c11_5": "ich_elrsr_el2",
    "s3_4_c12_c11_7": "ich_vmcr_el2",
}
SGI = ("icc_sgi1r_el1", "icc_asgi1r_el1", "icc_sgi0r_el1")
FP_OPERAND = re.compile(r"(?<![\w#.])(?:[bhsdqv](?:[12]?\d|3[01]))(?![\w])")
MASKS = {"A": 4, "I": 2, "F": 1}


def register(op0, op1, crn, crm, op2):
    raw = f"s{op0}_{op1}_c{crn}_c{crm}_{op2}"
    if raw in REGISTERS:
        return REGISTERS[raw]
    if (op0, op1, crn) == (3, 0, 12) and crm in (8, 9) and op2 >= 4 or (op0, op1, crn, crm) == (3, 0, 12, 9):
        return f"icc_ap{'0' if crm == 8 else '1'}r{op2 & 3}_el1"
    if (op0, op1, crn) == (3, 4, 12) and crm in (8, 9, 12, 13):
        return f"ich_{raw}"
    return raw


def _barrier(crm, op2):
    if op2 == 6:
        return {"isb", "sync"}
    if op2 == 7:
        return {"sb"}
    if op2 != 4 or not crm & 3:     # CRm 0 and 4 are SSBB and PSSBB
        return set()
    wide = crm >> 2 != 1            # outer, inner, full system; 1 is non-shareable
    kinds = {2: {"st"}, 3: {"st", "full"}}.get(crm & 3, set())
    return {"dsb"} | {f"dsb:{k}" for k in kinds} | {f"dsb:{k}:ish" for k in kinds if wide}


def _tlbi(op1, crm, op2):
    events = {"tlbi", "tlbi:is" if crm in (0, 1, 2, 3, 5) else "tlbi:local"}
    if op1 == 4 and crm in (0, 4):
        return events | {"tlbi:ipa", "tlbi:el1"}
    if op1 == 4 and op2 in (0, 1, 5) and crm in (1, 2, 3, 5, 6, 7):
        return events | {"tlbi:el2"}
    return events | {"tlbi:el1"} | ({"tlbi:vmid"} if op1 == 0 and op2 == 0 else set())


def _sys(op1, crn, crm, op2):
    if crn == 8:
        return _tlbi(op1, crm, op2)
    if crn != 7:
        return set()
    if crm in (1, 5):
        return {"ic"}
    if crm in (8, 9):
        return {"at"}
    if (op1, crm) == (3, 4):
        return {"zva", "store", "memory"}
    return {"dc"} if crm in (6, 10, 11, 12, 13, 14) else set()


def _pstate(op1, crm, op2):
    if (op1, op2) == (3, 7):
        return {"unmask"} | {f"unmask:{n}" for n, bit in MASKS.items() if crm & bit}
    return {"mask"} if (op1, op2) == (3, 6) else set()


def _system(word):
    """Events of an instruction of the system class (bits 31-22 are 0b1101010100)."""
    read, op0, op1 = word >> 21 & 1, word >> 19 & 3, word >> 16 & 7
    crn, crm, op2 = word >> 12 & 15, word >> 8 & 15, word >> 5 & 7
    if op0 == 0:
        if (op1, crn) == (3, 3):
            return _barrier(crm, op2)
        if (op1, crn, crm) == (3, 2, 0):
            return {2: {"wfe"}, 3: {"wfi"}, 4: {"sev"}}.get(op2, set())
        return _pstate(op1, crm, op2) if crn == 4 else set()
    if op0 == 1:
        return _sys(op1, crn, crm, op2)
    name = register(op0, op1, crn, crm, op2)
    events = {"mrs" if read else "msr", f"{'mrs' if read else 'msr'}:{name}"}
    return events | ({"sgi"} if name in SGI and not read else set())


def _access(instruction):
    """Loads and stores. What goes through SP, or comes from a literal pool, is no business of another observer."""
    mnemonic, operands = instruction.mnemonic, instruction.operands
    if not mnemonic.startswith(("ld", "st")):
        return set()
    private = "[" not in operands or "[sp" in operands
    events = {"memory"} | (set() if private else {"store" if mnemonic.startswith("st") else "load"})
    return events | ({"fp"} if FP_OPERAND.search(operands.split("<")[0]) else set())


@functools.lru_cache(maxsize=None)
def events(instruction):
    word = instruction.word
    if word >> 22 == 0x354:
        return frozenset(_system(word))
    if word == 0xd69f03e0:
        return frozenset({"eret", "sync"})
    if word & 0xffe0001f == 0xd4000003:
        return frozenset({"smc", "sync"})
    found = _access(instruction)
    if not found and FP_OPERAND.search(instruction.operands.split("<")[0]):
        found = {"fp"}
    return frozenset(found)
