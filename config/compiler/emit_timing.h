/* SPDX-License-Identifier: Apache-2.0 */
/* Response times, in report.txt and in system.json. Nothing is written for a system without tasks. */
#ifndef CONFIG_COMPILER_EMIT_TIMING_H
#define CONFIG_COMPILER_EMIT_TIMING_H

#include "model.h"

#include <stdio.h>

void emit_timing_report(const struct model *model, FILE *file);
void emit_timing_json(const struct model *model, FILE *file);

#endif
