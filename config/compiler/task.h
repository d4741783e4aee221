/* SPDX-License-Identifier: Apache-2.0 */
/* Reads what vCPUs and boards say about time. Each prints its diagnostics. */
#ifndef CONFIG_COMPILER_TASK_H
#define CONFIG_COMPILER_TASK_H

#include "model.h"

/* "task-<name>". */
bool task_is_name(const char *name);

/* The tasks of a vCPU, whose node and partition are set. */
void task_read(const struct tree *tree, struct vcpu *vcpu);

/* The board's node with compatible "bulkhead,overheads". */
void overheads_read(const struct tree *tree, struct overheads *overheads);

/* A number of microseconds as nanoseconds. False if it is not there or no number, or 0 where that is not `allowed`. */
bool task_time(const struct tree *tree, int node, const char *property, bool zero, uint64_t *ns);

#endif
