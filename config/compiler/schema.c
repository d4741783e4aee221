/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The vocabulary of /partitions and the search for what a misspelt word was meant to be.
 * @implements REQ-CONFIG-011
 */
#include "schema.h"

#include "arena.h"
#include "task.h"

#include <ctype.h>
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#define WORD_MAX 63U

static const char *const no_words[] = {NULL};
static const char *const hypervisor_properties[] = {"compatible",   "load-address", "console",
                                                    "service-core", "safe-state",   NULL};
static const char *const partition_properties[] = {"compatible", "criticality", "memory",   "physical",        "image",
                                                   "console",    "access",      "on-fault", "dma-unprotected", NULL};
static const char *const partition_nodes[] = {"linux", "vcpu0", "device-tree", NULL};
static const char *const linux_properties[] = {"kernel", "initrd", "bootargs", NULL};
static const char *const vcpu_properties[] = {"cpu", "priority", "handler-wcet-us", "sgi-min-interarrival-us", NULL};
static const char *const vcpu_nodes[] = {"task-<name>", NULL};
static const char *const task_properties[] = {"wcet-us",     "period-us", "deadline-us", "jitter-us",
                                              "blocking-us", "priority",  "wcet-basis",  NULL};
static const char *const overheads_properties[] = {"compatible", "interrupt-ns", "section-ns",
                                                   "switch-ns",  "basis",        NULL};

static const struct schema {
    const char *const *properties;
    const char *const *nodes; /* NULL: any */
} schemas[] = {
    [SCHEMA_PARTITIONS] = {no_words, NULL},
    [SCHEMA_HYPERVISOR] = {hypervisor_properties, no_words},
    [SCHEMA_PARTITION] = {partition_properties, partition_nodes},
    [SCHEMA_LINUX] = {linux_properties, no_words},
    [SCHEMA_VCPU] = {vcpu_properties, vcpu_nodes},
    [SCHEMA_TASK] = {task_properties, no_words},
    [SCHEMA_OVERHEADS] = {overheads_properties, no_words},
};

static unsigned schema_least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static int schema_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

/* Levenshtein distance, upper case of a taken as lower case; a large number for words that are too long to be ours. */
static unsigned schema_distance(const char *a, const char *b)
{
    size_t length = strlen(b);
    unsigned row[WORD_MAX + 1U];
    if (length > WORD_MAX || strlen(a) > WORD_MAX) {
        return WORD_MAX;
    }
    for (unsigned j = 0; j <= length; j++) {
        row[j] = j;
    }
    for (unsigned i = 1; a[i - 1U] != '\0'; i++) {
        unsigned diagonal = row[0];
        row[0] = i;
        for (unsigned j = 1; j <= length; j++) {
            unsigned above = row[j];
            unsigned change = diagonal + (schema_lower(a[i - 1U]) == b[j - 1U] ? 0U : 1U);
            row[j] = schema_least(change, schema_least(above, row[j - 1U]) + 1U);
            diagonal = above;
        }
    }
    return row[length];
}

const char *schema_guess(const char *name, const char *const *candidates)
{
    const char *best = NULL;
    unsigned least = 1U + (unsigned)strlen(name) / 3U;
    for (size_t i = 0; candidates[i] != NULL; i++) {
        unsigned distance = schema_distance(name, candidates[i]);
        if (distance <= least) {
            best = candidates[i];
            least = distance - (distance == 0 ? 0U : 1U);
        }
    }
    return best;
}

int schema_vcpu_index(const char *name)
{
    if (strncmp(name, "vcpu", 4) != 0 || !isdigit((unsigned char)name[4])) {
        return -1;
    }
    char *end = NULL;
    long index = strtol(name + 4, &end, 10);
    bool canonical = *end == '\0' && index < 1000 && (name[4] != '0' || name[5] == '\0');
    return canonical ? (int)index : -1;
}

static bool schema_knows(const char *name, const char *const *words)
{
    for (size_t i = 0; words[i] != NULL; i++) {
        if (strcmp(name, words[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* What a node's name stands as in the lists: vcpu3 as vcpu0. */
static const char *schema_node_word(const char *name)
{
    const char *word = task_is_name(name) ? "task-<name>" : name;
    return schema_vcpu_index(name) >= 0 ? "vcpu0" : word;
}

const char *schema_home(const char *name, bool property)
{
    static const char *const homes[] = {
        [SCHEMA_PARTITIONS] = "/partitions",
        [SCHEMA_HYPERVISOR] = "the hypervisor's node",
        [SCHEMA_PARTITION] = "a partition",
        [SCHEMA_LINUX] = "the 'linux' node of a partition",
        [SCHEMA_VCPU] = "a 'vcpu0' node of a partition",
        [SCHEMA_TASK] = "a 'task-<name>' node of a vCPU",
        [SCHEMA_OVERHEADS] = "the board's node with compatible \"bulkhead,overheads\"",
    };
    for (size_t i = 0; i < sizeof(schemas) / sizeof(schemas[0]); i++) {
        const char *const *words = property ? schemas[i].properties : schemas[i].nodes;
        if (words != NULL && schema_knows(property ? name : schema_node_word(name), words)) {
            return homes[i];
        }
    }
    return NULL;
}

static const char *schema_hint(const char *name, const char *const *words, bool property)
{
    const char *home = schema_home(name, property);
    const char *guess = schema_guess(name, words);
    if (home != NULL) {
        return arena_print("; its place is in %s", home);
    }
    return guess == NULL ? "" : arena_print("; did you mean '%s'?", guess);
}

/* What is missing because it is misspelt is reported once. */
static void schema_mute_guess(const struct tree *tree, int node, const char *name, const char *const *words)
{
    const char *guess = schema_guess(name, words);
    if (guess != NULL && !tree_has(tree, node, guess) && fdt_subnode_offset(tree->blob, node, guess) < 0) {
        tree_mute(tree, node, guess);
    }
}

static void schema_check_nodes(const struct tree *tree, int node, const char *const *nodes)
{
    for (int child = tree_first(tree, node); child >= 0; child = tree_next(tree, child)) {
        const char *name = tree_node_name(tree, child);
        if (tree_compatible(tree, child, "bulkhead,partition") || tree_compatible(tree, child, "bulkhead,hypervisor")) {
            tree_error(tree, child, NULL, "%s: this node must stand directly in /partitions", tree_title(tree, child));
        } else if (!schema_knows(schema_node_word(name), nodes)) {
            tree_error(tree, child, NULL, "%s: unknown node '%s'%s", tree_title(tree, node), name,
                       schema_hint(name, nodes, false));
            schema_mute_guess(tree, node, name, nodes);
        }
    }
}

void schema_check(const struct tree *tree, int node, enum schema_kind kind)
{
    const struct schema *schema = &schemas[kind];
    int property = 0;
    fdt_for_each_property_offset(property, tree->blob, node)
    {
        const char *name = NULL;
        (void)fdt_getprop_by_offset(tree->blob, property, &name, NULL);
        if (name != NULL && strcmp(name, "phandle") != 0 && !schema_knows(name, schema->properties)) {
            tree_error(tree, node, name, "%s: unknown property '%s'%s", tree_title(tree, node), name,
                       schema_hint(name, schema->properties, true));
            schema_mute_guess(tree, node, name, schema->properties);
        }
    }
    if (schema->nodes != NULL) {
        schema_check_nodes(tree, node, schema->nodes);
    }
}
