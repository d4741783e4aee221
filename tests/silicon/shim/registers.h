/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the shim writes: register, the bits that may be anything, the bits that are one. No include guard.
 *
 * Fields by their register's page in the Arm ARM (DDI 0487, D19; the GIC's in IHI 0069, 12), where RES0 and RES1 are
 * those of Armv8.0. A register that a core does not have is left out by the shim's vector. Not here: SCTLR_EL2, HCR_EL2,
 * VBAR_EL2, ELR_EL2, SPSR_EL2, which come last (start.S), and what is implementation defined (ACTLR_EL1, AMAIR_ELx,
 * AFSRx_ELx, HACR_EL2).
 */
/* EL1 and EL0 */
REGISTER(sctlr_el1, 0x070fdbbfULL & ~0x00000860ULL, 0x30d00800ULL)
REGISTER(cpacr_el1, 0x10330000ULL, 0U)
REGISTER(ttbr0_el1, 0xffff00fffffffffeULL, 0U)
REGISTER(ttbr1_el1, 0xffff00fffffffffeULL, 0U)
REGISTER(tcr_el1, 0x77bfffbfffULL & ~0x2000008040ULL, 0U)
REGISTER(mair_el1, ~0ULL, 0U)
REGISTER(vbar_el1, ~0x7ffULL, 0U)
REGISTER(esr_el1, 0xffffffffULL, 0U)
REGISTER(far_el1, ~0ULL, 0U)
REGISTER(par_el1, 0xff00fffffffff380ULL, 0x800U)
REGISTER(contextidr_el1, 0xffffffffULL, 0U)
REGISTER(tpidr_el0, ~0ULL, 0U)
REGISTER(tpidrro_el0, ~0ULL, 0U)
REGISTER(tpidr_el1, ~0ULL, 0U)
REGISTER(csselr_el1, 0x3U, 0U)
REGISTER(cntkctl_el1, 0x3ffU, 0U)
REGISTER(sp_el1, ~0ULL, 0U)
REGISTER(elr_el1, ~0ULL, 0U)
REGISTER(spsr_el1, 0xf00003c0ULL, 0x5U)
REGISTER(spsr_abt, 0xf00001c0ULL, 0x13U)
REGISTER(spsr_und, 0xf00001c0ULL, 0x13U)
REGISTER(spsr_irq, 0xf00001c0ULL, 0x13U)
REGISTER(spsr_fiq, 0xf00001c0ULL, 0x13U)
REGISTER(dacr32_el2, 0xffffffffULL, 0U)
REGISTER(ifsr32_el2, 0x0000020fULL, 0U)
REGISTER(fpexc32_el2, 0x40000000ULL, 0x700U)
REGISTER(fpcr, 0x07c00000ULL, 0U)
REGISTER(fpsr, 0xf800009fULL, 0U)

/* Timers: all on, most of them due */
REGISTER(cntp_cval_el0, 0xffffULL, 0U)
REGISTER(cntp_ctl_el0, 0x2U, 0x1U)
REGISTER(cntv_cval_el0, 0xffffULL, 0U)
REGISTER(cntv_ctl_el0, 0x2U, 0x1U)
REGISTER(cnthp_cval_el2, 0xffffULL, 0U)
REGISTER(cnthp_ctl_el2, 0U, 0x1U)
REGISTER(s3_4_c14_c3_2, 0xffffULL, 0U) /* CNTHV_CVAL_EL2 */
REGISTER(s3_4_c14_c3_1, 0U, 0x1U)      /* CNTHV_CTL_EL2 */
REGISTER(cntvoff_el2, ~0ULL, 0U)
REGISTER(s3_4_c14_c0_6, ~0ULL, 0U) /* CNTPOFF_EL2 */

/* PMU */
REGISTER(pmcr_el0, 0x79U, 0U)
REGISTER(pmselr_el0, 0x3U, 0U)
REGISTER(pmccntr_el0, ~0ULL, 0U)
REGISTER(pmccfiltr_el0, 0xf8000000ULL, 0U)
REGISTER(pmevtyper0_el0, 0xf80003ffULL, 0U)
REGISTER(pmevtyper1_el0, 0xf80003ffULL, 0U)
REGISTER(pmevcntr0_el0, 0xffffffffULL, 0U)
REGISTER(pmevcntr1_el0, 0xffffffffULL, 0U)
REGISTER(pmcntenset_el0, 0x8000003fULL, 0U)
REGISTER(pmintenset_el1, 0x8000003fULL, 0U)
REGISTER(pmovsset_el0, 0x8000003fULL, 0U)
REGISTER(pmuserenr_el0, 0xfU, 0U)

/* Debug: locks either way, breakpoints and watchpoints for any exception level */
REGISTER(oslar_el1, 0U, 0U)
/* clang-format off */
#define BREAKPOINT(n)                                        \
    REGISTER(dbgbvr##n##_el1, 0x0000fffffffffffcULL, 0U)     \
    REGISTER(dbgbcr##n##_el1, 0x0000e1e7ULL, 0U)             \
    REGISTER(dbgwvr##n##_el1, 0x0000fffffffffffcULL, 0U)     \
    REGISTER(dbgwcr##n##_el1, 0x0000ffffULL, 0U)
BREAKPOINT(0) BREAKPOINT(1) BREAKPOINT(2) BREAKPOINT(3) BREAKPOINT(4) BREAKPOINT(5) BREAKPOINT(6) BREAKPOINT(7)
BREAKPOINT(8) BREAKPOINT(9) BREAKPOINT(10) BREAKPOINT(11) BREAKPOINT(12) BREAKPOINT(13) BREAKPOINT(14) BREAKPOINT(15)
/* clang-format on */
#undef BREAKPOINT
        REGISTER(dbgvcr32_el2, 0xdeULL, 0U) REGISTER(dbgclaimset_el1, 0xffU, 0U)
            REGISTER(mdccint_el1, 0x60000000ULL, 0U) REGISTER(mdscr_el1, 0xf001ULL, 0U) REGISTER(dbgprcr_el1, 0x1U, 0U)
                REGISTER(osdlr_el1, 0x1U, 0U) REGISTER(oslar_el1, 0x1U, 0U)

    /* EL2 */
    REGISTER(mair_el2, ~0ULL, 0U) REGISTER(tcr_el2, 0x0017ff3fULL, 0x80800000ULL)
        REGISTER(ttbr0_el2, 0x000000fffffffffeULL, 0U) REGISTER(s3_4_c2_c0_1, 0xffff00fffffffffeULL, 0U) /* TTBR1_EL2 */
    REGISTER(s3_4_c13_c0_1, 0xffffffffULL, 0U) /* CONTEXTIDR_EL2 */
    REGISTER(actlr_el2, 0x73U, 0U)             /* of Cortex-A57: access to implementation-defined registers */
    REGISTER(hstr_el2, 0xbfefU, 0U) REGISTER(vpidr_el2, 0xffffffffULL, 0U)
        REGISTER(vmpidr_el2, 0xff41ffffffULL, 0x80000000ULL) REGISTER(vtcr_el2, 0x0007ffffULL, 0x80000000ULL)
            REGISTER(vttbr_el2, 0x00ff00fffffffffeULL, 0U) REGISTER(hpfar_el2, 0xfffffffff0ULL, 0U)
                REGISTER(far_el2, ~0ULL, 0U) REGISTER(esr_el2, 0xffffffffULL, 0U) REGISTER(tpidr_el2, ~0ULL, 0U)
                    REGISTER(cnthctl_el2, 0xffU, 0U)

    /* Armv8.1 and later, by encoding */
    REGISTER(s3_0_c10_c4_0, 0x0U, 0U) /* LORSA_EL1 */
    REGISTER(s3_0_c10_c4_3, 0x0U, 0U) /* LORC_EL1 */
    REGISTER(s3_0_c2_c1_0, ~0ULL, 0U) /* APIAKeyLo_EL1 ... APGAKeyHi_EL1 */
    REGISTER(s3_0_c2_c1_1, ~0ULL, 0U) REGISTER(s3_0_c2_c1_2, ~0ULL, 0U) REGISTER(s3_0_c2_c1_3, ~0ULL, 0U)
        REGISTER(s3_0_c2_c2_0, ~0ULL, 0U) REGISTER(s3_0_c2_c2_1, ~0ULL, 0U) REGISTER(s3_0_c2_c2_2, ~0ULL, 0U)
            REGISTER(s3_0_c2_c2_3, ~0ULL, 0U) REGISTER(s3_0_c2_c3_0, ~0ULL, 0U) REGISTER(s3_0_c2_c3_1, ~0ULL, 0U)
                REGISTER(s3_4_c5_c2_3, 0x01ffffffULL, 0U) /* VSESR_EL2 */
    REGISTER(s3_4_c12_c1_1, 0x81ffffffULL, 0U)            /* VDISR_EL2 */
    REGISTER(s3_0_c12_c1_1, 0x81ffffffULL, 0U)            /* DISR_EL1 */
    REGISTER(s3_3_c13_c0_7, ~0ULL, 0U)                    /* SCXTNUM_EL0, _EL1, _EL2 */
    REGISTER(s3_0_c13_c0_7, ~0ULL, 0U) REGISTER(s3_4_c13_c0_7, ~0ULL, 0U)
        REGISTER(s3_4_c1_c2_1, 0xbU, 0U)              /* TRFCR_EL2 */
    REGISTER(s3_0_c10_c5_0, 0xffffffffffffULL, 0U)    /* MPAM1_EL1 */
    REGISTER(s3_0_c10_c5_1, 0xffffffffffffULL, 0U)    /* MPAM0_EL1 */
    REGISTER(s3_4_c10_c4_0, 0x80000103ULL, 0U)        /* MPAMHCR_EL2 */
    REGISTER(s3_4_c10_c5_0, 0x3ffffffffffffULL, 0U)   /* MPAM2_EL2 */
    REGISTER(s3_4_c1_c1_4, 0x3ffffffffffffULL, 0U)    /* HFGRTR_EL2 */
    REGISTER(s3_4_c1_c1_5, 0x3ffffffffffffULL, 0U)    /* HFGWTR_EL2 */
    REGISTER(s3_4_c1_c1_6, 0x7fffffffffffffULL, 0U)   /* HFGITR_EL2 */
    REGISTER(s3_4_c3_c1_4, ~0ULL, 0U)                 /* HDFGRTR_EL2 */
    REGISTER(s3_4_c3_c1_5, ~0ULL, 0U)                 /* HDFGWTR_EL2 */
    REGISTER(s3_4_c3_c1_6, 0x3fffe001fULL, 0U)        /* HAFGRTR_EL2 */
    REGISTER(s3_4_c1_c2_2, 0x1fU, 0U)                 /* HCRX_EL2 */
    REGISTER(s3_4_c2_c2_0, 0x000ffffffffff000ULL, 0U) /* VNCR_EL2 */
    REGISTER(s3_4_c1_c2_0, 0xfU, 0U)                  /* ZCR_EL2 */
    REGISTER(s3_0_c1_c2_0, 0xfU, 0U)                  /* ZCR_EL1 */
    REGISTER(s3_3_c13_c0_5, ~0ULL, 0U)                /* TPIDR2_EL0 */
    REGISTER(s3_4_c1_c2_6, 0xfU, 0U)                  /* SMCR_EL2 */
    REGISTER(s3_0_c1_c2_6, 0xfU, 0U)                  /* SMCR_EL1 */
    REGISTER(s3_3_c4_c2_2, 0x3U, 0U)                  /* SVCR: streaming mode, ZA */
    REGISTER(s3_3_c4_c2_5, 0x01000000ULL, 0U)         /* DIT */
    REGISTER(s3_3_c4_c2_6, 0x00001000ULL, 0U)         /* SSBS */
    REGISTER(s3_0_c4_c2_4, 0x00800000ULL, 0U)         /* UAO */
    REGISTER(s3_0_c4_c2_3, 0x00400000ULL, 0U)         /* PAN */
    REGISTER(s3_0_c4_c3_0, 0x00002000ULL, 0U)         /* ALLINT */

    /* What traps the rest */
    REGISTER(mdcr_el2, 0xfe0ULL, 0x2U) REGISTER(cptr_el2, 0xd0101500ULL & ~0x10000000ULL, 0x22ffULL)
