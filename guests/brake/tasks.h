/* SPDX-License-Identifier: Apache-2.0 */
/* The three tasks of the safety application, and what the background may ask of them. */
#ifndef GUESTS_BRAKE_TASKS_H
#define GUESTS_BRAKE_TASKS_H

#define TASKS_CONTROL_HZ 1000U

/* Codes for BULKHEAD_CRASH. */
#define BRAKE_CRASH_PATTERN 0x101U
#define BRAKE_CRASH_DIGEST 0x102U
#define BRAKE_CRASH_REQUEST 0x103U

/* Fills the pattern and starts the executive. IRQs are masked. */
void tasks_start(void);
/* One status line, as the report task prints it. IRQs are unmasked. */
void tasks_report(void);

#endif
