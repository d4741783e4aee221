/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Wrong lengths of `reg` need a second look: if none of several nodes of a bus fits, it is the bus that is wrong.
 * @implements REQ-CONFIG-042
 */
#include "complaint.h"

#include "arena.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIELDS 7U
#define ADDRESS_CELLS "#address-cells"
#define SIZE_CELLS "#size-cells"

enum field {
    FIELD_PATH,
    FIELD_PROPERTY, /* empty: the node */
    FIELD_FILE,     /* empty: where the property stands */
    FIELD_LINE,
    FIELD_TEXT, /* empty: the length of reg */
    FIELD_OTHER,
    FIELD_NOTE,
};

static uint32_t complaint_entry(const struct tree *tree, int bus)
{
    return tree_address_cells(tree, bus) + tree_size_cells(tree, bus);
}

static bool complaint_fits(const struct tree *tree, int bus, uint32_t size)
{
    uint32_t entry = complaint_entry(tree, bus) * 4U;
    return entry != 0 && size % entry == 0;
}

/* The nodes of a bus that have `reg`, and how many of them do not fit. */
static uint32_t complaint_count(const struct tree *tree, int bus, uint32_t *wrong)
{
    uint32_t count = 0;
    for (int node = tree_first(tree, bus); node >= 0; node = tree_next(tree, node)) {
        uint32_t size = 0;
        bool has = tree_property(tree, node, "reg", &size) != NULL;
        count += has ? 1U : 0U;
        *wrong += has && !complaint_fits(tree, bus, size) ? 1U : 0U;
    }
    return count;
}

/* Of #address-cells and #size-cells the one that was set elsewhere than its node was first opened. */
static const char *complaint_suspect(const struct tree *tree, int bus)
{
    struct position node = tree_at(tree, bus, NULL);
    struct position address = tree_at(tree, bus, ADDRESS_CELLS);
    struct position size = tree_at(tree, bus, SIZE_CELLS);
    bool elsewhere = strcmp(size.file, node.file) != 0 || size.line > address.line + 1U;
    return strcmp(address.file, node.file) == 0 && elsewhere ? SIZE_CELLS : ADDRESS_CELLS;
}

static void complaint_bus(const struct tree *tree, int bus, int first)
{
    uint32_t size = 0;
    const char *suspect = complaint_suspect(tree, bus);
    const char *other = strcmp(suspect, SIZE_CELLS) == 0 ? ADDRESS_CELLS : SIZE_CELLS;
    (void)tree_property(tree, first, "reg", &size);
    for (int node = tree_first(tree, bus); node >= 0; node = tree_next(tree, node)) {
        tree_mute(tree, node, "ranges");
    }
    tree_error(
        tree, bus, suspect, "%s: '%s' and '%s' make entries of %u + %u cells, and no 'reg' on this bus fits that",
        tree_title(tree, bus), ADDRESS_CELLS, SIZE_CELLS, tree_address_cells(tree, bus), tree_size_cells(tree, bus));
    diag_note(tree_at(tree, bus, other), "'%s' is set here; one of the two is wrong", other);
    diag_note(tree_at(tree, first, "reg"), "'reg' of '%s', for example, has %u cell%s", tree_title(tree, first),
              size / 4U, size == 4U ? "" : "s");
}

/* A `reg` of a wrong length. Of a bus that is wrong itself, the first node alone reports. */
static void complaint_reg(const struct tree *tree, int node)
{
    int bus = tree_parent(tree, node);
    uint32_t size = 0;
    uint32_t wrong = 0;
    uint32_t count = complaint_count(tree, bus, &wrong);
    bool muted = tree_is_muted(tree, bus, ADDRESS_CELLS);
    tree_mute(tree, node, "reg");
    if (count > 1U && count == wrong) {
        if (!muted) {
            complaint_bus(tree, bus, node);
            tree_mute(tree, bus, ADDRESS_CELLS);
        }
        return;
    }
    (void)tree_property(tree, node, "reg", &size);
    diag_error(tree_at(tree, node, "reg"),
               "%s: 'reg' has %u bytes; an entry is %u cells of 4 bytes: %u of address, %u of size",
               tree_title(tree, node), size, complaint_entry(tree, bus), tree_address_cells(tree, bus),
               tree_size_cells(tree, bus));
    if (tree_has(tree, bus, ADDRESS_CELLS) && tree_has(tree, bus, SIZE_CELLS)) {
        diag_note(tree_at(tree, bus, ADDRESS_CELLS), "'" ADDRESS_CELLS "' and '" SIZE_CELLS "' of '%s' say so",
                  tree_title(tree, bus));
    } else {
        tree_mute(tree, bus, "ranges");
        diag_note(tree_at(tree, bus, NULL),
                  "'%s' does not say how 'reg' is divided; write into it: " ADDRESS_CELLS " = <2>; " SIZE_CELLS
                  " = <2>;",
                  tree_title(tree, bus));
    }
}

static void complaint_show(const struct tree *tree, char *const *fields, int node)
{
    const char *property = fields[FIELD_PROPERTY][0] == '\0' ? NULL : fields[FIELD_PROPERTY];
    int other = fields[FIELD_OTHER][0] == '\0' ? -1 : tree_by_path(tree, fields[FIELD_OTHER]);
    struct position at = {fields[FIELD_FILE], (unsigned)strtoul(fields[FIELD_LINE], NULL, 10), 0};
    if (at.file[0] == '\0') {
        at = tree_at(tree, node, property);
    }
    if (property != NULL && tree_is_muted(tree, node, property)) {
        return;
    }
    if (property != NULL || fields[FIELD_FILE][0] != '\0') {
        tree_mute(tree, node, property);
    }
    diag_error(at, "%s: %s", tree_title(tree, node), fields[FIELD_TEXT]);
    if (other >= 0) {
        diag_note(tree_at(tree, other, NULL), "'%s' %s", tree_title(tree, other), fields[FIELD_NOTE]);
    }
}

static void complaint_parse(const struct tree *tree, const char *line)
{
    char *fields[FIELDS] = {NULL};
    for (uint32_t i = 0; i < FIELDS; i++) {
        size_t length = strcspn(line, "\t");
        fields[i] = arena_print("%.*s", (int)length, line);
        line += length + (line[length] == '\t' ? 1U : 0U);
    }
    int node = tree_by_path(tree, fields[FIELD_PATH]);
    if (node < 0) {
        diag_fatal("dtc complains of %s, which is not there", fields[FIELD_PATH]);
    }
    if (fields[FIELD_TEXT][0] == '\0') {
        complaint_reg(tree, node);
    } else {
        complaint_show(tree, fields, node);
    }
}

void complaint_read(const struct tree *tree, const char *file)
{
    size_t size = 0;
    char *text = arena_read_file(file, &size);
    if (text == NULL) {
        diag_fatal("cannot read %s: %s", file, strerror(errno));
    }
    while (*text != '\0') {
        char *end = text + strcspn(text, "\n");
        bool more = *end == '\n';
        *end = '\0';
        complaint_parse(tree, text);
        text = more ? end + 1 : end;
    }
}
