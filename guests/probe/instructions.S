/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One instruction each, then SVC: what faults.c and emulated.c run by catch_run(). x0: address, x1 to x3: data. A32 and T32
 * are words, because no assembler of A64 knows them.
 */
    .arch   armv8.3-a+lse+rcpc+simd
    .text

.macro form name, instruction:vararg
    .balign 4
    .globl  form_\name
    .type   form_\name, %function
form_\name:
    \instruction
    svc     #0
.endm

/* A load into a register far from x1, as EL2 keeps it elsewhere. */
.macro form_load_into number
    .balign 4
    .globl  form_ldr_x\number
    .type   form_ldr_x\number, %function
form_ldr_x\number:
    ldr     w\number, [x0]
    mov     x1, x\number
    svc     #0
.endm

.macro form_store_from number
    .balign 4
    .globl  form_str_x\number
    .type   form_str_x\number, %function
form_str_x\number:
    mov     x\number, x1
    str     w\number, [x0]
    svc     #0
.endm

    /* With a syndrome: one general register, no write-back. */
    form ldrb, ldrb w1, [x0]
    form ldrh, ldrh w1, [x0]
    form ldr_w, ldr w1, [x0]
    form ldr_x, ldr x1, [x0]
    form ldrsb_w, ldrsb w1, [x0]
    form ldrsb_x, ldrsb x1, [x0]
    form ldrsh_w, ldrsh w1, [x0]
    form ldrsh_x, ldrsh x1, [x0]
    form ldrsw, ldrsw x1, [x0]
    form ldarb, ldarb w1, [x0]
    form ldarh, ldarh w1, [x0]
    form ldar_w, ldar w1, [x0]
    form ldar_x, ldar x1, [x0]
    form ldapr, ldapr w1, [x0]
    form ldtrb, ldtrb w1, [x0]
    form ldtrh, ldtrh w1, [x0]
    form ldtr_w, ldtr w1, [x0]
    form ldtr_x, ldtr x1, [x0]
    form ldtrsb_w, ldtrsb w1, [x0]
    form ldtrsh_x, ldtrsh x1, [x0]
    form ldtrsw, ldtrsw x1, [x0]
    form ldur_w, ldur w1, [x0]
    form ldursw, ldursw x1, [x0]
    form ldr_register, ldr w1, [x0, xzr]
    form ldr_wzr, ldr wzr, [x0]
    form ldrsw_xzr, ldrsw xzr, [x0]
    form_load_into 14
    form_load_into 15
    form_load_into 18
    form_load_into 29
    form_load_into 30
    form strb, strb w1, [x0]
    form strh, strh w1, [x0]
    form str_w, str w1, [x0]
    form str_x, str x1, [x0]
    form str_wzr, str wzr, [x0]
    form str_xzr, str xzr, [x0]
    form stlrb, stlrb w1, [x0]
    form stlrh, stlrh w1, [x0]
    form stlr_w, stlr w1, [x0]
    form stlr_x, stlr x1, [x0]
    form sttrb, sttrb w1, [x0]
    form sttrh, sttrh w1, [x0]
    form sttr_w, sttr w1, [x0]
    form sttr_x, sttr x1, [x0]
    form stur_w, stur w1, [x0]
    form str_register, str w1, [x0, xzr]
    form_store_from 15
    form_store_from 30

    /* Without. */
    form ldp, ldp x1, x2, [x0]
    form ldp_w, ldp w1, w2, [x0]
    form ldpsw, ldpsw x1, x2, [x0]
    form ldnp, ldnp x1, x2, [x0]
    form ldr_post, ldr x1, [x0], #8
    form ldr_pre, ldr w1, [x0, #0]!
    form ldrb_post, ldrb w1, [x0], #1
    form ldrsw_post, ldrsw x1, [x0], #4
    form ldr_b, ldr b0, [x0]
    form ldr_d, ldr d0, [x0]
    form ldr_q, ldr q0, [x0]
    form ldp_q, ldp q0, q1, [x0]
    form ld1, ld1 {v0.4s}, [x0]
    form ld4, ld4 {v0.4s - v3.4s}, [x0]
    form ldxrb, ldxrb w1, [x0]
    form ldxr, ldxr x1, [x0]
    form ldaxr, ldaxr w1, [x0]
    form ldxp, ldxp x1, x2, [x0]
    form stp, stp x1, x2, [x0]
    form stnp, stnp w1, w2, [x0]
    form stp_pre, stp x1, x2, [x0, #0]!
    form str_post, str x1, [x0], #8
    form str_pre, str w1, [x0, #0]!
    form strh_post, strh w1, [x0], #2
    form str_s, str s0, [x0]
    form str_q, str q0, [x0]
    form stp_d, stp d0, d1, [x0]
    form st1, st1 {v0.16b}, [x0]
    form ldadd, ldadd w1, w2, [x0]
    form ldaddal_b, ldaddalb w1, w2, [x0]
    form swp, swp x1, x2, [x0]
    form cas, cas w1, w2, [x0]
    form stset, stset w1, [x0]
    form dc_zva, dc zva, x0

    /* Neither load nor store. */
    form prfm, prfm pldl1keep, [x0]
    form prfm_store, prfm pstl2strm, [x0]
    form dc_civac, dc civac, x0
    form dc_cvac, dc cvac, x0
    form dc_cvau, dc cvau, x0
    form dc_ivac, dc ivac, x0
    form ic_ivau, ic ivau, x0
    form at, at s1e1r, x0
    form nop, nop

    /*
     * A load and a store of EL1 with SCTLR_EL1.EE = 1. The tables would have to be big-endian too, so the MMU is off meanwhile;
     * x2 is SCTLR_EL1 for that time. Nothing in between may fault.
     */
    .balign 4
    .globl  form_big_endian
    .type   form_big_endian, %function
form_big_endian:
    mrs     x3, sctlr_el1
    msr     sctlr_el1, x2
    isb
    str     w1, [x0]
    ldrh    w1, [x0]
    ldr     w2, [x0]
    msr     sctlr_el1, x3
    isb
    svc     #0

    .macro  form_words name, words:vararg
    .balign 4
    .globl  form_\name
    .type   form_\name, %object
form_\name:
    .inst   \words
    .endm

    /* A32; svc #0 is 0xef000000. */
    form_words a32_ldr, 0xe5901000, 0xef000000
    form_words a32_ldrb, 0xe5d01000, 0xef000000
    form_words a32_ldrsb, 0xe1d010d0, 0xef000000
    form_words a32_ldrh, 0xe1d010b0, 0xef000000
    form_words a32_ldrsh, 0xe1d010f0, 0xef000000
    form_words a32_lda, 0xe1901c9f, 0xef000000
    form_words a32_ldr_r14, 0xe590e000, 0xe1a0100e, 0xef000000
    form_words a32_str, 0xe5801000, 0xef000000
    form_words a32_strb, 0xe5c01000, 0xef000000
    form_words a32_strh, 0xe1c010b0, 0xef000000
    form_words a32_stl, 0xe180fc91, 0xef000000
    form_words a32_ldreq, 0x05901000, 0xef000000
    form_words a32_ldrd, 0xe1c020d0, 0xef000000
    form_words a32_ldm, 0xe8900006, 0xef000000
    form_words a32_ldr_post, 0xe4901004, 0xef000000
    form_words a32_ldrex, 0xe1901f9f, 0xef000000
    form_words a32_stm, 0xe8800006, 0xef000000
    form_words a32_str_post, 0xe4801004, 0xef000000
    /* T32, 16 bits each, the first one in the lower half; svc #0 is 0xdf00. */
    form_words t32_ldr, 0xdf006801
    form_words t32_str, 0xdf006001
    form_words t32_ldr_wide, 0x1000f8d0, 0xdf00df00
    form_words t32_ldrsh_wide, 0x1000f9b0, 0xdf00df00
    form_words t32_ldm, 0xdf00c806
    form_words t32_ite, 0x6801bf0c, 0xdf002201 /* ITE EQ; LDREQ r1, [r0]; MOVNE r2, #1 */
    form_words t32_itt_wide, 0xf8d0bf04, 0x22011000, 0xdf00df00 /* ITT EQ; LDREQ.W r1, [r0]; MOVEQ r2, #1 */
