/* SPDX-License-Identifier: Apache-2.0 */
/* See context_recorder.c. */
#ifndef TESTS_UNIT_FAKE_CONTEXT_RECORDER_H
#define TESTS_UNIT_FAKE_CONTEXT_RECORDER_H

#include <stdint.h>

/* What the next context_serror_window() finds. */
extern uint64_t fake_serror;

#endif
