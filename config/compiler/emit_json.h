/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of system.json that only the report needs: members, each followed by a comma and a new line. */
#ifndef CONFIG_COMPILER_EMIT_JSON_H
#define CONFIG_COMPILER_EMIT_JSON_H

#include "model.h"

#include <stdio.h>

/* A string in quotes, with what JSON wants escaped; NULL is empty. */
void emit_json_text(FILE *file, const char *text);

void emit_json_board(const struct model *model, FILE *file);
/* SMMUs that are driven, each with its streams and their owners. */
void emit_json_smmus(const struct model *model, FILE *file);
void emit_json_guest(const struct model *model, const struct partition *partition, FILE *file);

#endif
