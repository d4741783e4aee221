/* SPDX-License-Identifier: Apache-2.0 */
/* Structure offsets for assembly; arch/arm64/offsets.c proves each of them. */
#ifndef ARCH_ARM64_OFFSETS_H
#define ARCH_ARM64_OFFSETS_H

#define CORE_CONFIG_MPIDR 0
#define CORE_CONFIG_STATE 32
#define CORE_CONFIG_STACK_TOP 40

#define CORE_STATE_STACK_TOP 0
#define CORE_STATE_SERROR_WINDOW 8
#define CORE_STATE_SERROR_SYNDROME 16

#define FRAME_SIZE 256
#define FRAME_SHORT 15 /* x0 to x14 stand in the slots of their number */
#define FAULT_FRAME_SIZE 288

#define BOARD_CONFIG_UART 24

#endif
