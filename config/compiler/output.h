/* SPDX-License-Identifier: Apache-2.0 */
/* Output files: opened in the output directory, and never left half-written without the run failing. */
#ifndef CONFIG_COMPILER_OUTPUT_H
#define CONFIG_COMPILER_OUTPUT_H

#include "model.h"

#include <stdio.h>

/* Ends the run if the file cannot be made. */
FILE *output_open(const struct model *model, const char *name);
void output_close(FILE *file, const char *name);

#endif
