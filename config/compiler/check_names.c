/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A partition's name stands before each line of its console, in the report, and in the names of files; partition.c has
 * looked at its characters.
 * @implements REQ-CONFIG-055
 */
#include "check.h"

#include "schema.h"

#include <string.h>
#include <strings.h>

/* Words that mean something else where a partition's name could stand. */
static bool check_is_word(const char *name)
{
    static const char *const words[] = {"hypervisor", "bulkhead", "partitions", "cpus", "memory", "reserved-memory",
                                        "chosen",     "aliases",  "psci",       "gic",  "timer",  "board"};
    bool found = schema_home(name, true) != NULL || schema_home(name, false) != NULL;
    for (size_t i = 0; !found && i < sizeof(words) / sizeof(words[0]); i++) {
        found = strcasecmp(name, words[i]) == 0;
    }
    return found;
}

static void check_pair(const struct model *model, const struct partition *first, const struct partition *second)
{
    bool same = strcmp(first->name, second->name) == 0; /* which has been reported */
    if (!same && strcasecmp(first->name, second->name) == 0) {
        tree_error(&model->tree, second->node, NULL, "partition names '%s' and '%s' differ in nothing but case",
                   first->name, second->name);
        diag_note(tree_at(&model->tree, first->node, NULL), "'%s' is here", first->name);
    }
}

void check_names(const struct model *model)
{
    for (uint32_t i = 0; i < model->partition_count; i++) {
        const struct partition *partition = &model->partitions[i];
        if (check_is_word(partition->name)) {
            tree_error(&model->tree, partition->node, NULL,
                       "partition name '%s' is a word of the configuration; call the partition by what it is for",
                       partition->name);
        }
        for (uint32_t j = i + 1U; j < model->partition_count; j++) {
            check_pair(model, partition, &model->partitions[j]);
        }
    }
}
