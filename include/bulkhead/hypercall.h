/* SPDX-License-Identifier: Apache-2.0 OR MIT OR BSD-2-Clause */
/*
 * Hypercalls: what a partition may ask of Bulkhead, beside PSCI and SMCCC.
 *
 * Convention: SMCCC 1.2 fast calls in the vendor-specific hypervisor range, by HVC #0 or SMC #0 from EL1:
 * function in x0, arguments in x1-x6, result in x0 (and x1-x3 where stated). Values only: no call takes a
 * pointer. An unknown function returns BULKHEAD_NOT_SUPPORTED. Registers x4-x17 are preserved.
 */
#ifndef BULKHEAD_HYPERCALL_H
#define BULKHEAD_HYPERCALL_H

#define BULKHEAD_SUCCESS 0
#define BULKHEAD_NOT_SUPPORTED (-1)
#define BULKHEAD_INVALID (-3)

/* x0: BULKHEAD_VERSION_1_0. Major in bits 31:16, minor in bits 15:0; a minor step only adds calls. */
#define BULKHEAD_VERSION 0xC6000000
#define BULKHEAD_VERSION_1_0 0x00010000

/*
 * The guest declares itself broken. x1: a code of its own choosing, which the event record keeps.
 * Does not return: the partition is stopped or restarted, as its on-fault property says.
 */
#define BULKHEAD_CRASH 0xC6000001

/* x0: this partition's index in the device tree's order; x1: number of times it has been restarted. */
#define BULKHEAD_PARTITION_INFO 0xC6000002

/* SMCCC vendor-specific hypervisor UID query; answers in w0-w3 with the UID below. */
#define BULKHEAD_UID 0x8600FF01
#define BULKHEAD_UID_0 0x9c1f6b52
#define BULKHEAD_UID_1 0x4d0e4a37
#define BULKHEAD_UID_2 0xa87b52c3
#define BULKHEAD_UID_3 0x1e60d94f

#endif
