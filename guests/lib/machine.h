/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine a guest of Bulkhead runs on by default: QEMU's `virt`, seen from EL1. Addresses, interrupt numbers
 * and what the library makes of its memory. Also read by assembly and by the linker script.
 */
#ifndef GUESTS_LIB_MACHINE_H
#define GUESTS_LIB_MACHINE_H

#define MACHINE_GICD 0x08000000
#define MACHINE_GICR 0x080a0000
#define MACHINE_GICR_STRIDE 0x20000
#define MACHINE_UART 0x09000000
#define MACHINE_RAM 0x40000000

#define MACHINE_INTID_TIMER 27
#define MACHINE_INTID_PHYSICAL_TIMER 30
#define MACHINE_INTID_UART 33
#define MACHINE_INTIDS 64 /* the library handles INTIDs below this */
#define MACHINE_CPUS 2    /* vCPUs the library has stacks for */

/*
 * The 8 MiB that every image here needs, by blocks of 2 MiB: the generated device tree (read-only), text and
 * constants (read-only, executable), stacks, data. Stacks grow down towards the read-only block, so that the
 * boot vCPU's overflow is a fault and not a corruption.
 */
#define MACHINE_BLOCK 0x200000
#define MACHINE_TEXT (MACHINE_RAM + MACHINE_BLOCK)
#define MACHINE_STACKS (MACHINE_RAM + 2 * MACHINE_BLOCK)
#define MACHINE_DATA (MACHINE_RAM + 3 * MACHINE_BLOCK)
#define MACHINE_RAM_END (MACHINE_RAM + 4 * MACHINE_BLOCK)
#define MACHINE_STACK_SIZE 0x4000

#endif
