/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Property types and their diagnostics: what a property may be made of, nothing about what it means.
 * @implements REQ-CONFIG-012
 * @implements REQ-CONFIG-055
 */
#include "values.h"

#include "arena.h"

#include <ctype.h>
#include <libfdt.h>
#include <string.h>

/* What dtc -f leaves where a label is not defined; dtc has reported it. */
#define UNDEFINED_LABEL 0xffffffffU

bool values_require(const struct tree *tree, int node, const char *name, const char *example)
{
    if (tree_has(tree, node, name)) {
        return true;
    }
    if (!tree_is_muted(tree, node, name)) {
        tree_error(tree, node, NULL, "%s: property '%s' is missing; for example: %s", tree_title(tree, node), name,
                   example);
    }
    return false;
}

bool values_is_string(const struct tree *tree, int node, const char *name)
{
    uint32_t size = 0;
    const char *text = tree_property(tree, node, name, &size);
    return text != NULL && size > 1U && text[size - 1U] == '\0' && strlen(text) == size - 1U;
}

bool values_says(const struct tree *tree, int node, const char *name, const char *text)
{
    uint32_t size = 0;
    const char *value = tree_property(tree, node, name, &size);
    return value != NULL && size == strlen(text) + 1U && memcmp(value, text, size) == 0;
}

bool values_is_blank(const char *text)
{
    return text[strspn(text, " ")] == '\0';
}

/* What a terminal would obey, a line of a list would end at, or a kernel would not find its options behind. */
static bool values_is_plain(const char *text)
{
    for (; *text != '\0'; text++) {
        if (iscntrl((unsigned char)*text) != 0) {
            return false;
        }
    }
    return true;
}

bool values_string(const struct tree *tree, int node, const char *name, const char **value)
{
    uint32_t size = 0;
    const char *text = tree_property(tree, node, name, &size);
    if (text == NULL) {
        return false;
    }
    bool empty = size == 1U && text[0] == '\0';
    if (!values_is_string(tree, node, name) && !empty) {
        tree_error(tree, node, name, "%s: '%s' must be one string in double quotes", tree_title(tree, node), name);
        return false;
    }
    if (!values_is_plain(text)) {
        tree_error(tree, node, name,
                   "%s: '%s' has a line break, tab or other control character in it; write it in one line",
                   tree_title(tree, node), name);
        return false;
    }
    *value = text;
    return true;
}

/* "a", "b" or "c" */
static const char *values_list(const char *const *choices)
{
    const char *text = "";
    for (uint32_t i = 0; choices[i] != NULL; i++) {
        const char *separator = i == 0 ? "" : choices[i + 1U] == NULL ? " or " : ", ";
        text = arena_print("%s%s\"%s\"", text, separator, choices[i]);
    }
    return text;
}

bool values_choice(const struct tree *tree, int node, const char *name, const char *const *choices, uint32_t *value)
{
    const char *text = NULL;
    if (!values_string(tree, node, name, &text)) {
        return false;
    }
    for (uint32_t i = 0; choices[i] != NULL; i++) {
        if (strcmp(text, choices[i]) == 0) {
            *value = i;
            return true;
        }
    }
    tree_error(tree, node, name, "%s: '%s' is \"%s\"; it must be %s", tree_title(tree, node), name, text,
               values_list(choices));
    return false;
}

/* Text where numbers or references belong: in a blob, four characters look like a number. */
static bool values_report_string(const struct tree *tree, int node, const char *name, const char *verb,
                                 const char *meaning)
{
    uint32_t size = 0;
    const char *text = tree_property(tree, node, name, &size);
    bool string = values_is_string(tree, node, name);
    for (uint32_t i = 0; string && i + 1U < size; i++) {
        string = isprint((unsigned char)text[i]) != 0;
    }
    if (string) {
        tree_error(tree, node, name, "%s: '%s' is the string \"%s\"; it must be %s%s%s, in angle brackets",
                   tree_title(tree, node), name, text, verb, verb[0] == '\0' ? "" : " ", meaning);
    }
    return string;
}

uint32_t values_cells(const struct tree *tree, int node, const char *name, uint32_t group, const char *meaning,
                      uint32_t **cells)
{
    uint32_t size = 0;
    const void *data = tree_property(tree, node, name, &size);
    if (data == NULL) {
        return 0;
    }
    uint32_t count = size / 4U;
    if (size == 0 || group == 0 || size % (4U * group) != 0) {
        if (values_report_string(tree, node, name, "made of", meaning)) {
            return 0;
        }
        tree_error(tree, node, name, "%s: '%s' must be made of %s, %u cell%s each; it has %u byte%s",
                   tree_title(tree, node), name, meaning, group, group == 1U ? "" : "s", size, size == 1U ? "" : "s");
        return 0;
    }
    *cells = arena_new(count, sizeof(**cells));
    for (uint32_t i = 0; i < count; i++) {
        (*cells)[i] = fdt32_ld((const fdt32_t *)data + i);
    }
    return count;
}

/* Exactly `wanted` cells. */
static bool values_exactly(const struct tree *tree, int node, const char *name, uint32_t wanted, uint32_t *cells)
{
    uint32_t size = 0;
    const void *data = tree_property(tree, node, name, &size);
    if (data == NULL) {
        return false;
    }
    if (values_report_string(tree, node, name, "", "a number, such as <100>")) {
        return false;
    }
    if (size != wanted * 4U) {
        tree_error(tree, node, name, "%s: '%s' must be %u cell%s; it has %u byte%s", tree_title(tree, node), name,
                   wanted, wanted == 1U ? "" : "s (high and low half)", size, size == 1U ? "" : "s");
        return false;
    }
    for (uint32_t i = 0; i < wanted; i++) {
        cells[i] = fdt32_ld((const fdt32_t *)data + i);
    }
    return true;
}

bool values_u32(const struct tree *tree, int node, const char *name, uint32_t *value)
{
    return values_exactly(tree, node, name, 1, value);
}

bool values_u64(const struct tree *tree, int node, const char *name, uint64_t *value)
{
    uint32_t cells[2] = {0};
    bool found = values_exactly(tree, node, name, 2, cells);
    if (found) {
        *value = values_join(cells);
    }
    return found;
}

int values_follow(const struct tree *tree, int node, const char *name, uint32_t cell)
{
    if ((cell == UNDEFINED_LABEL && tree->broken) || tree_is_muted(tree, node, name)) {
        return -1;
    }
    int target = tree_by_phandle(tree, cell);
    if (target < 0) {
        tree_error(tree, node, name, "%s: '%s' refers to 0x%x, which is no node; write a label: <&label>",
                   tree_title(tree, node), name, cell);
    }
    return target;
}

int values_node(const struct tree *tree, int node, const char *name, const char *example)
{
    uint32_t size = 0;
    const void *data = tree_property(tree, node, name, &size);
    if (data == NULL) {
        return -1;
    }
    if (size != 4U) {
        tree_error(tree, node, name, "%s: '%s' must be one reference, such as %s", tree_title(tree, node), name,
                   example);
        return -1;
    }
    return values_follow(tree, node, name, fdt32_ld(data));
}
