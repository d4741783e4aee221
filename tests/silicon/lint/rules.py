# SPDX-License-Identifier: Apache-2.0
"""What must stand between two instructions. One rule: what begins it, what settles it, what must not come before that.

An instruction that `begins` a rule leaves a duty behind; the first that `settles` it ends the duty; one that `relies`
on it while it is open is a finding. The names of what instructions do are those of events.py. Sections: Arm DDI 0487
(architecture), Arm IHI 0069 (GICv3).
"""
from dataclasses import dataclass

SYNC = frozenset({"sync"})


@dataclass(frozen=True)
class Rule:
    name: str
    begins: frozenset
    settles: frozenset
    relies: frozenset
    why: str
    if_open: str | None = None      # the events `there` rely on the duty too, while that other duty is open
    there: frozenset = frozenset()
    local: bool = False             # a caller's duty of this name means nothing to the function that is called


def _msr(*names):
    return frozenset(f"msr:{n}" for n in names)


def _mrs(*names):
    return frozenset(f"mrs:{n}" for n in names)


def _set(*names):
    return frozenset(names)


ICC_CONTROL = _msr("icc_pmr_el1", "icc_bpr0_el1", "icc_bpr1_el1", "icc_ctlr_el1", "icc_igrpen0_el1", "icc_igrpen1_el1",
                   *(f"icc_ap{g}r{n}_el1" for g in (0, 1) for n in range(4)))
ICC_STATUS = _mrs("icc_iar0_el1", "icc_iar1_el1", "icc_hppir1_el1", "icc_rpr_el1")
LATE = _set("eret", "wfi", "smc", "sgi", "sev")     # points at which another observer may act on what was done

RULES = [
    # Context changes: an MSR takes effect for later instructions after a context synchronisation event (D1.2.7, B2.3.9).
    Rule("sctlr-el2", _set("msr:sctlr_el2=on"), SYNC, _set("memory", "tlbi", "at", "eret"),
         "the MMU, the caches or the alignment check are switched for later accesses only by an ISB"),
    Rule("sctlr-el2-off", _set("msr:sctlr_el2=off"), SYNC, _set("msr:sctlr_el2=on", "store", "tlbi", "at"),
         "the MMU is known to be off only after an ISB"),
    Rule("el2-translation", _msr("ttbr0_el2", "tcr_el2", "mair_el2"), SYNC,
         _set("tlbi", "at", "msr:sctlr_el2=on"),
         "later walks use the new table, size or attributes only after an ISB; a TLBI before it may be undone by a walk",
         if_open="mmu", there=_set("memory")),
    Rule("vbar-el2", _msr("vbar_el2"), SYNC, _set("store", "tlbi", "unmask", "msr:sctlr_el2=on"),
         "an exception goes to the new vectors only after an ISB; it comes before anything that may bring one"),
    Rule("hcr-el2", _msr("hcr_el2"), SYNC, _set("tlbi", "at", "mrs", "msr", "memory", "wfi"),
         "E2H and TGE say what registers and translations mean, and the traps and routes of interrupts change, after an ISB"),
    Rule("stage2", _msr("vttbr_el2", "vtcr_el2"), SYNC, _set("tlbi:el1", "at"),
         "TLBI and AT take VMID and root from VTTBR_EL2 and VTCR_EL2; an ERET settles it for the guest"),
    Rule("el1-translation", _msr("sctlr_el1", "ttbr0_el1", "ttbr1_el1", "tcr_el1", "mair_el1", "contextidr_el1"), SYNC,
         _set("at"), "AT uses the guest's registers; an ERET settles it for the guest"),
    Rule("cptr-el2", _msr("cptr_el2"), SYNC, _set("fp", "msr:s3_3_c4_c2_2"),
         "FP, SIMD and SVCR are trapped or not after an ISB"),
    Rule("mdcr-el2", _msr("mdcr_el2"), SYNC, _set("mrs:s3_3_c9_c12_0", "mrs:s3_3_c9_c13_0"),
         "counters are handed over after an ISB; an ERET settles the traps"),
    Rule("cntvoff-el2", _msr("cntvoff_el2", "cnthctl_el2"), SYNC, _mrs("cntvct_el0"),
         "the virtual count is the new one after an ISB; an ERET settles it for the guest"),
    Rule("el2-timer", _msr("cnthp_ctl_el2", "cnthp_cval_el2", "cnthp_tval_el2"), SYNC,
         ICC_STATUS | _set("wfi", "unmask:I", "mrs:cnthp_ctl_el2"),
         "the timer's line follows its registers after an ISB"),
    Rule("csselr", _msr("csselr_el1"), SYNC, _mrs("ccsidr_el1"), "CCSIDR_EL1 is the selected cache's after an ISB"),
    Rule("icc-sre", _msr("icc_sre_el2"), SYNC, _set("icc"),
         "the CPU interface's registers, ICC_SRE_EL1 among them, are there after an ISB (IHI 0069, 12.2.25)"),
    Rule("icc-control", ICC_CONTROL, SYNC, ICC_STATUS | _set("wfi", "unmask:I"),
         "masks, groups and running priorities count after an ISB"),
    Rule("ich-status", _set("msr:ich"), SYNC, _mrs("ich_misr_el2", "ich_eisr_el2", "ich_elrsr_el2"),
         "status of the list registers follows them after an ISB; an ERET settles it for the guest"),
    Rule("at", _set("at"), SYNC, _mrs("par_el1"), "PAR_EL1 holds the result of AT after an ISB (D8.13)"),
    Rule("sgi-sent", _set("sgi"), SYNC, _set("wfi"), "an SGI is sent at the latest at an ISB; a core that sleeps may not have sent it"),
    # Stores that something else than this core's loads must see.
    Rule("store-sgi", _set("store"), _set("dsb:st:ish"), _set("sgi", "sev"),
         "what the interrupt or event announces is visible after a DSB ISHST at least (IHI 0069, 4.1; B2.3.12)"),
    Rule("store-tlbi", _set("store"), _set("dsb:st:ish"), _set("tlbi:is"),
         "walkers see a table after a DSB ISHST; without it they may fetch the old entry again (D8.14.5)"),
    Rule("store-tlbi-local", _set("store"), _set("dsb:st"), _set("tlbi:local"),
         "the walker sees a table after a DSB; without it it may fetch the old entry again (D8.14.5)"),
    # Maintenance completes at a DSB for loads and stores (D7.5.9, D8.14.5).
    Rule("tlbi-local", _set("tlbi:local"), _set("dsb:full"),
         _set("isb", "store", "load", "msr:ttbr0_el2", "msr:vttbr_el2", "msr:sctlr_el2=on", "msr:sctlr_el2=off") | LATE,
         "a TLBI is complete at a DSB NSH at least"),
    Rule("tlbi-broadcast", _set("tlbi:is"), _set("dsb:full:ish"),
         _set("isb", "store", "load", "msr:ttbr0_el2", "msr:vttbr_el2", "msr:sctlr_el2=on", "msr:sctlr_el2=off") | LATE,
         "a TLBI to all cores is complete at a DSB ISH at least"),
    Rule("tlbi-stages", _set("tlbi:ipa"), _set("dsb:full:ish"), _set("tlbi:vmid"),
         "combined entries are removed after the stage-2 ones: a DSB ISH stands between (D8.14.5)"),
    Rule("tlbi-el2", _set("tlbi:el2"), SYNC, _set("store", "load"),
         "EL2's own accesses follow the new translation after DSB and ISB"),
    Rule("dc", _set("dc"), _set("dsb:full:ish"), _set("ic", "store", "msr:ttbr0_el2", "msr:sctlr_el2=off") | LATE,
         "cache maintenance by VA is complete at a DSB ISH at least"),
    Rule("ic", _set("ic"), _set("dsb:full"), _set("isb", "store") | LATE,
         "an instruction cache is empty at a DSB; the ISB comes after it"),
    # Interrupts and errors.
    Rule("acknowledge", _mrs("icc_iar1_el1", "icc_iar0_el1"), _set("dsb:full:ish"),
         _set("load", "store", "unmask", "msr:icc_eoir1_el1", "msr:icc_dir_el1"),
         "the acknowledge is complete at a DSB SY, before the handler touches a device (IHI 0069, 4.1.3)"),
    Rule("wait", _set("load", "store"), _set("dsb:full"), _set("wfi"),
         "accesses are complete before the core sleeps (D1.6.1)"),
    Rule("error-window", _set("load", "store"), _set("dsb:full"), frozenset(),
         "errors of earlier accesses are pending at a DSB, before the window in which they are taken closes",
         if_open="window", there=_set("mask")),
    Rule("error-taken", _set("unmask:A"), SYNC, _set("mask"), "a pending error is taken at the latest at an ISB"),
    # No duties of their own: EL2's translation may be on; SErrors are unmasked.
    Rule("mmu", _set("msr:sctlr_el2=on"), _set("msr:sctlr_el2=off"), frozenset(), ""),
    Rule("window", _set("unmask:A"), _set("mask"), frozenset(), "", local=True),
]
BY_NAME = {r.name: r for r in RULES}
