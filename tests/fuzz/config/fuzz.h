/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the fuzzer of the config compiler share. */
#ifndef TESTS_FUZZ_CONFIG_FUZZ_H
#define TESTS_FUZZ_CONFIG_FUZZ_H

#include "config/compiler/model.h"

/* Aborts, which libFuzzer reports as a finding, if a model without errors is not separated. */
void oracle_examine(const struct model *model);

/* A whole device tree of a version that libfdt's writing functions take. */
bool fuzz_is_tree(const void *data, size_t size);

#endif
