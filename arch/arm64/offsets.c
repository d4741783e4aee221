/* SPDX-License-Identifier: Apache-2.0 */
/* Proves the offsets that assembly uses; emits nothing. */
#include "arch/arm64/offsets.h"
#include "arch/arm64/frame.h"
#include "lib/config.h"
#include "lib/core.h"

_Static_assert(offsetof(struct core_config, mpidr) == CORE_CONFIG_MPIDR, "CORE_CONFIG_MPIDR");
_Static_assert(offsetof(struct core_config, state) == CORE_CONFIG_STATE, "CORE_CONFIG_STATE");
_Static_assert(offsetof(struct core_config, stack_top) == CORE_CONFIG_STACK_TOP, "CORE_CONFIG_STACK_TOP");
_Static_assert(offsetof(struct core_state, stack_top) == CORE_STATE_STACK_TOP, "CORE_STATE_STACK_TOP");
_Static_assert(offsetof(struct core_state, serror_window) == CORE_STATE_SERROR_WINDOW, "SERROR_WINDOW");
_Static_assert(offsetof(struct core_state, serror_syndrome) == CORE_STATE_SERROR_SYNDROME, "SERROR_SYNDROME");
_Static_assert(sizeof(struct frame) == FRAME_SIZE, "FRAME_SIZE");
_Static_assert(sizeof(struct fault_frame) == FAULT_FRAME_SIZE, "FAULT_FRAME_SIZE");
_Static_assert(offsetof(struct board_config, uart) == BOARD_CONFIG_UART, "BOARD_CONFIG_UART");
