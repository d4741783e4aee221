/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The operations that are counted, and how the guest tells the counter (tests/silicon/count) which one it is in.
 * tools/bench reads the numbers and names from here.
 */
#ifndef GUESTS_BENCH_OPERATIONS_H
#define GUESTS_BENCH_OPERATIONS_H

#define BENCH_NONE 0
#define BENCH_HVC_KNOWN 1
#define BENCH_HVC_UNKNOWN 2
#define BENCH_SMC 3
#define BENCH_TYPER_READ 4
#define BENCH_ISENABLER_READ 5
#define BENCH_ISENABLER_WRITE_0 6
#define BENCH_ISENABLER_WRITE_1 7
#define BENCH_ISENABLER_WRITE_32 8
#define BENCH_SGI_SELF 9
#define BENCH_SGI_OTHER 10
#define BENCH_TIMER 11
#define BENCH_SGI_SELF_ANEW 12
#define BENCH_UART_FR_READ 13
#define BENCH_UART_DR_WRITE 14
#define BENCH_SET_WAY 15
#define BENCH_CNTP_READ 16
#define BENCH_CNTP_WRITE 17
#define BENCH_PHYSICAL_TIMER 18
#define BENCH_SYSREG_FIXED 19

#define BENCH_REPETITIONS 1000U

/* An instruction without effect, from which on exits belong to this operation, on this vCPU. */
#define BENCH_MARK(operation) __asm__ volatile("movz xzr, #%c0" ::"i"(0xbe00 + (operation)) : "memory")

#endif
