/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes device trees as trees: nodes and properties come, go and move, cells take values that matter. One input in
 * eight is changed as plain bytes, so that damaged trees are tried as well.
 */
#include "fuzz.h"

#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ITEMS 2048U
#define NODE_NAME 64
#define VALUE_MAX 256U

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

static const char *const property_names[] = {
    "compatible",
    "load-address",
    "console",
    "service-core",
    "safe-state",
    "criticality",
    "memory",
    "physical",
    "image",
    "access",
    "on-fault",
    "kernel",
    "initrd",
    "bootargs",
    "cpu",
    "priority",
    "reg",
    "ranges",
    "interrupts",
    "interrupt-parent",
    "status",
    "#address-cells",
    "#size-cells",
    "phandle",
    "clocks",
    "clock-names",
    "clock-frequency",
    "device_type",
    "interrupts-extended",
    "#interrupt-cells",
};
static const char *const node_names[] = {
    "partitions",     "hypervisor", "linux",       "vcpu0", "vcpu1", "vcpu2",    "vcpu7",           "vcpu8",
    "vcpu00",         "p",          "rt",          "cpus",  "cpu@0", "memory@0", "reserved-memory", "timer",
    "device@9000000", "bus",        "__symbols__",
};
static const char *const strings[] = {
    "bulkhead,hypervisor",
    "bulkhead,partition",
    "arm,pl011",
    "arm,gic-v3",
    "arm,armv8-timer",
    "fixed-clock",
    "simple-bus",
    "cpu",
    "memory",
    "okay",
    "disabled",
    "virtual",
    "none",
    "halt",
    "reset",
    "off",
    "restart",
    "stop",
    "QM",
    "ASIL-D",
    "raw.bin",
    "good.elf",
    "Image",
    "initrd",
    "cut.elf",
    "overlap.elf",
    "elsewhere.elf",
    "",
    "%s%n",
};
static const uint32_t cells[] = {
    0,          1,          2,          3,          4,          7,          8,
    15,         16,         255,        256,        0x800,      0x1000,     0x10000,
    0x100000,   0x200000,   0x8000000,  0x80a0000,  0x9000000,  0x10000000, 0x3ffff000,
    0x40000000, 0x40200000, 0x40400000, 0x7fffffff, 0x80000000, 0xfffff000, 0xffffffff,
};

static uint32_t random_state;

static uint32_t random_next(uint32_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return limit == 0 ? 0 : random_state % limit;
}

/* A node; every other time one of /partitions. */
static int pick_node(const void *tree)
{
    int nodes[MAX_ITEMS];
    uint32_t count = 0;
    int depth = 0;
    int top = random_next(2) == 0 ? fdt_path_offset(tree, "/partitions") : 0;
    top = top < 0 ? 0 : top;
    for (int node = top; node >= 0 && depth >= 0 && count < MAX_ITEMS; node = fdt_next_node(tree, node, &depth)) {
        nodes[count++] = node;
    }
    return nodes[random_next(count)];
}

/* A property of the node: its name, or NULL. */
static const char *pick_property(const void *tree, int node, const void **value, int *size)
{
    uint32_t count = 0;
    int property = 0;
    const char *name = NULL;
    fdt_for_each_property_offset(property, tree, node)
    {
        if (random_next(++count) == 0) {
            *value = fdt_getprop_by_offset(tree, property, &name, size);
        }
    }
    return name;
}

static uint32_t pick_cell(const void *tree, uint32_t old)
{
    switch (random_next(6)) {
    case 0:
        return fdt_get_phandle(tree, pick_node(tree));
    case 1:
        return old + 1U;
    case 2:
        return old - 1U;
    case 3:
        return old ^ (1U << random_next(32));
    case 4:
        return old << random_next(16);
    default:
        return cells[random_next(COUNT(cells))];
    }
}

/* Cells, references or a string. Returns the size. */
static uint32_t make_value(const void *tree, uint8_t *value)
{
    if (random_next(3) == 0) {
        const char *text = strings[random_next(COUNT(strings))];
        memcpy(value, text, strlen(text) + 1U);
        return (uint32_t)strlen(text) + 1U;
    }
    uint32_t count = random_next(9);
    for (uint32_t i = 0; i < count; i++) {
        fdt32_st(value + (size_t)i * 4U, pick_cell(tree, 0));
    }
    return count * 4U;
}

static void change_cell(void *tree)
{
    uint8_t copy[VALUE_MAX];
    const void *value = NULL;
    int size = 0;
    int node = pick_node(tree);
    const char *name = pick_property(tree, node, &value, &size);
    if (name == NULL || size < 4 || size > (int)VALUE_MAX) {
        return;
    }
    memcpy(copy, value, (size_t)size);
    uint8_t *cell = copy + 4U * (size_t)random_next((uint32_t)size / 4U);
    fdt32_st(cell, pick_cell(tree, fdt32_ld((const fdt32_t *)(const void *)cell)));
    (void)fdt_setprop(tree, node, name, copy, size);
}

static void change_bytes(void *tree)
{
    uint8_t copy[VALUE_MAX];
    const void *value = NULL;
    int size = 0;
    int node = pick_node(tree);
    const char *name = pick_property(tree, node, &value, &size);
    if (name == NULL || size == 0 || size > (int)VALUE_MAX) {
        return;
    }
    memcpy(copy, value, (size_t)size);
    size = (int)LLVMFuzzerMutate(copy, (size_t)size, VALUE_MAX);
    (void)fdt_setprop(tree, node, name, copy, size);
}

/* The first cells once more, or fewer of them. */
static void change_size(void *tree)
{
    uint8_t copy[2U * VALUE_MAX];
    const void *value = NULL;
    int size = 0;
    int node = pick_node(tree);
    const char *name = pick_property(tree, node, &value, &size);
    if (name == NULL || size > (int)VALUE_MAX) {
        return;
    }
    memcpy(copy, value, (size_t)size);
    memcpy(copy + size, copy, (size_t)size);
    (void)fdt_setprop(tree, node, name, copy, (int)random_next(2U * (uint32_t)size + 1U));
}

static void delete_property(void *tree)
{
    const void *value = NULL;
    int size = 0;
    int node = pick_node(tree);
    const char *name = pick_property(tree, node, &value, &size);
    if (name != NULL) {
        (void)fdt_delprop(tree, node, name);
    }
}

static void set_property(void *tree)
{
    uint8_t value[VALUE_MAX];
    uint32_t size = make_value(tree, value);
    (void)fdt_setprop(tree, pick_node(tree), property_names[random_next(COUNT(property_names))], value, (int)size);
}

/* What another node has of it. */
static void move_property(void *tree)
{
    uint8_t copy[VALUE_MAX];
    const void *value = NULL;
    int size = 0;
    const char *name = pick_property(tree, pick_node(tree), &value, &size);
    if (name != NULL && size <= (int)VALUE_MAX && strlen(name) < NODE_NAME) {
        char own[NODE_NAME];
        memcpy(own, name, strlen(name) + 1U);
        memcpy(copy, value, (size_t)size);
        (void)fdt_setprop(tree, pick_node(tree), own, copy, size);
    }
}

static void delete_node(void *tree)
{
    int node = pick_node(tree);
    if (node > 0) {
        (void)fdt_del_node(tree, node);
    }
}

static void rename_node(void *tree)
{
    int node = pick_node(tree);
    if (node > 0) {
        (void)fdt_set_name(tree, node, node_names[random_next(COUNT(node_names))]);
    }
}

/* Properties and children of one tree's node into another's, down to a depth. */
static void copy_node(const void *from, int source, void *to, int target, int depth)
{
    int property = 0;
    fdt_for_each_property_offset(property, from, source)
    {
        const char *name = NULL;
        int size = 0;
        const void *value = fdt_getprop_by_offset(from, property, &name, &size);
        if (value != NULL && strcmp(name, "phandle") != 0) {
            (void)fdt_setprop(to, target, name, value, size);
        }
    }
    for (int child = fdt_first_subnode(from, source); depth > 0 && child >= 0; child = fdt_next_subnode(from, child)) {
        int made = fdt_add_subnode(to, target, fdt_get_name(from, child, NULL));
        if (made >= 0) {
            copy_node(from, child, to, made, depth - 1);
        }
    }
}

/* A second one of some node, beside it, with a name of its own. */
static void double_node(void *tree)
{
    int node = pick_node(tree);
    size_t size = fdt_totalsize(tree);
    void *copy = malloc(size);
    if (copy != NULL && node > 0) {
        memcpy(copy, tree, size);
        int made = fdt_add_subnode(tree, fdt_parent_offset(tree, node), node_names[random_next(COUNT(node_names))]);
        if (made >= 0) {
            copy_node(copy, node, tree, made, 3);
        }
    }
    free(copy);
}

static void mutate_once(void *tree)
{
    static void (*const operations[])(void *) = {change_cell,     change_cell,  change_cell,  change_bytes,
                                                 change_size,     set_property, set_property, move_property,
                                                 delete_property, delete_node,  rename_node,  double_node};
    operations[random_next(COUNT(operations))](tree);
}

static size_t mutate_tree(uint8_t *data, size_t max_size)
{
    void *tree = malloc(max_size);
    size_t size = 0;
    if (tree != NULL && fdt_open_into(data, tree, (int)max_size) == 0) {
        for (uint32_t i = 1U + random_next(4); i > 0; i--) {
            mutate_once(tree);
        }
        if (fdt_pack(tree) == 0) {
            size = fdt_totalsize(tree);
            memcpy(data, tree, size);
        }
    }
    free(tree);
    return size;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    random_state = seed * 2654435761U + 1U;
    if (random_next(8) != 0 && fuzz_is_tree(data, size) && fdt_totalsize(data) <= max_size) {
        size_t mutated = mutate_tree(data, max_size);
        if (mutated != 0) {
            return mutated;
        }
    }
    return LLVMFuzzerMutate(data, size, max_size);
}
