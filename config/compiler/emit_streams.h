/* SPDX-License-Identifier: Apache-2.0 */
/* Stream tables and queues of SMMUs, in tables.S. */
#ifndef CONFIG_COMPILER_EMIT_STREAMS_H
#define CONFIG_COMPILER_EMIT_STREAMS_H

#include "model.h"
#include "translation.h"

#include <stdio.h>

void emit_streams(const struct model *model, const struct translation *translation, FILE *file);

#endif
