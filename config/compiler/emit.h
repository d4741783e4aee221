/* SPDX-License-Identifier: Apache-2.0 */
/* One function for each output file; each writes it from the finished model. Only after a run without errors. */
#ifndef CONFIG_COMPILER_EMIT_H
#define CONFIG_COMPILER_EMIT_H

#include "model.h"
#include "translation.h"

void emit_config(const struct model *model, const struct translation *translation); /* tables.c */
void emit_tables(const struct model *model, const struct translation *translation); /* tables.S */
void emit_layout(const struct model *model);                                        /* layout.h */
void emit_parts(const struct model *model);                                         /* parts */
void emit_system(const struct model *model);                                        /* system.json */
void emit_report(const struct model *model, const struct translation *translation); /* report.txt */
void emit_dependencies(const struct model *model);                                  /* images.d */
void emit_guests(const struct model *model);                                        /* guest-<name>.dtb */

#endif
