/* SPDX-License-Identifier: Apache-2.0 */
/* Parses the position comments of dtc's annotated output. Called by tree.c alone. */
#include "positions.h"

#include "arena.h"
#include "nodes.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_SIZE (MAX_DEPTH * (MAX_NODE_NAME + 1U) + 1U) /* what is longer is refused, by its place alone */
#define AMBIGUOUS UINT_MAX
#define CALL_LINES 32U

struct entry {
    const char *path;     /* of the node */
    const char *property; /* NULL: the node itself */
    const char *file;
    unsigned line;
    unsigned column; /* in the preprocessor's output; of a node: its `{` */
};

/* A source that was looked into. */
struct source {
    struct source *next;
    const char *file;
    const char *text; /* NULL: cannot be read */
};

struct positions {
    struct source *sources;
    struct entry *entries;
    size_t count;
    size_t room;
};

static void positions_add(struct positions *positions, struct entry entry)
{
    if (positions->count == positions->room) {
        size_t room = positions->room * 2U + 64U;
        struct entry *entries = arena_new(room, sizeof(*entries));
        if (positions->count != 0) {
            memcpy(entries, positions->entries, positions->count * sizeof(*entries));
        }
        positions->entries = entries;
        positions->room = room;
    }
    positions->entries[positions->count++] = entry;
}

/* A number behind this character. */
static bool positions_number(const char **at, char before, unsigned *number)
{
    char *end = NULL;
    if (**at != before || !isdigit((unsigned char)(*at)[1])) {
        return false;
    }
    *number = (unsigned)strtoul(*at + 1, &end, 10);
    *at = end;
    return true;
}

/* "dir/file.dts:8:2-8:42, ..." into the first file, line and column. A file's name may have all of that in it but a
 * place. False for "<no-file>". */
static bool positions_parse_comment(char *comment, struct entry *entry)
{
    for (char *colon = strchr(comment, ':'); colon != NULL; colon = strchr(colon + 1, ':')) {
        const char *at = colon;
        unsigned last = 0;
        if (positions_number(&at, ':', &entry->line) && positions_number(&at, ':', &entry->column) &&
            positions_number(&at, '-', &last) && positions_number(&at, ':', &last) &&
            (*at == '\0' || strncmp(at, ", ", 2) == 0)) {
            entry->file = arena_print("%.*s", (int)(colon - comment), comment);
            return comment[0] != '<';
        }
    }
    return false;
}

/* The last word of "label: other: name": what is left when the labels are taken off. */
static char *positions_strip_labels(char *text)
{
    size_t length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1U])) {
        text[--length] = '\0';
    }
    char *blank = strrchr(text, ' ');
    return blank == NULL ? text : blank + 1;
}

static void positions_enter(char *path, const char *name)
{
    size_t length = strlen(path);
    if (strcmp(name, "/") == 0) {
        (void)snprintf(path, PATH_SIZE, "/");
    } else {
        (void)snprintf(path + length, PATH_SIZE - length, "%s%s", length == 1U ? "" : "/", name);
    }
}

static void positions_leave(char *path)
{
    char *slash = strrchr(path, '/');
    if (slash != NULL) {
        slash[slash == path ? 1 : 0] = '\0';
    }
}

/* One line without its comment: a node that opens, or a property. */
static void positions_parse_item(struct positions *positions, char *path, char *body, char *comment)
{
    struct entry entry = {0};
    size_t length = strlen(body);
    bool node = length > 0 && body[length - 1U] == '{';
    if (node) {
        body[length - 1U] = '\0';
        positions_enter(path, positions_strip_labels(body));
    } else {
        body[strcspn(body, "=;")] = '\0';
        entry.property = arena_print("%s", positions_strip_labels(body));
    }
    if (comment != NULL && positions_parse_comment(comment, &entry)) {
        entry.path = arena_print("%s", path);
        positions_add(positions, entry);
    }
}

static void positions_parse_line(struct positions *positions, char *path, char *line)
{
    char *body = line + strspn(line, " \t");
    char *comment = NULL;
    size_t length = strlen(body);
    if (length > 3U && strcmp(body + length - 3U, " */") == 0) {
        body[length - 3U] = '\0';
        for (char *at = strstr(body, " /* "); at != NULL; at = strstr(at + 1, " /* ")) {
            comment = at;
        }
    }
    if (comment != NULL) {
        *comment = '\0';
        comment += 4;
    }
    length = strlen(body);
    bool directive = body[0] == '/' && body[1] != ' ';
    if (body[0] == '}') {
        positions_leave(path);
    } else if (length > 0 && (!directive || body[length - 1U] == '{')) { /* a node may begin with /omit-if-no-ref/ */
        positions_parse_item(positions, path, body, comment);
    }
}

struct positions *positions_load(const char *path)
{
    size_t size = 0;
    char *text = arena_read_file(path, &size);
    if (text == NULL) {
        return NULL;
    }
    struct positions *positions = arena_new(1, sizeof(*positions));
    char node[PATH_SIZE] = "/";
    for (char *line = text; line != NULL && *line != '\0';) {
        char *next = strchr(line, '\n');
        if (next != NULL) {
            *next++ = '\0';
        }
        positions_parse_line(positions, node, line);
        line = next;
    }
    return positions;
}

static bool positions_in_name(char c)
{
    return isalnum((unsigned char)c) != 0 || (c != '\0' && strchr(",._+?#-@&", c) != NULL);
}

/* Column of `name`, as a whole word with one of `follow` after it, if the line has it once; else 0, or AMBIGUOUS. */
static unsigned positions_find_word(const char *line, const char *name, const char *follow)
{
    unsigned found = 0;
    size_t length = strlen(name);
    for (const char *at = strstr(line, name); at != NULL; at = strstr(at + 1, name)) {
        const char *after = at + length + strspn(at + length, " \t");
        bool whole = (at == line || !positions_in_name(at[-1])) && !positions_in_name(at[length]);
        if (whole && *after != '\0' && strchr(follow, *after) != NULL) {
            if (found != 0) {
                return AMBIGUOUS;
            }
            found = (unsigned)(at - line) + 1U;
        }
    }
    return found;
}

static const char *positions_source(struct positions *positions, const char *file)
{
    size_t size = 0;
    for (const struct source *source = positions->sources; source != NULL; source = source->next) {
        if (strcmp(source->file, file) == 0) {
            return source->text;
        }
    }
    struct source *source = arena_new(1, sizeof(*source));
    *source = (struct source){positions->sources, file, arena_read_file(file, &size)};
    positions->sources = source;
    return source->text;
}

/* The wanted line of a source file, as a string of its own; NULL if there is none. */
static const char *positions_source_line(struct positions *positions, const char *file, unsigned number)
{
    const char *line = positions_source(positions, file);
    for (unsigned i = 1; line != NULL && i < number; i++) {
        line = strchr(line, '\n');
        line = line == NULL ? NULL : line + 1;
    }
    return line == NULL ? NULL : arena_print("%.*s", (int)strcspn(line, "\n"), line);
}

/* How many parentheses are open at the end of a line. */
static int positions_depth(const char *line, int depth)
{
    for (; *line != '\0'; line++) {
        depth += (*line == '(' ? 1 : 0) - (*line == ')' ? 1 : 0);
    }
    return depth;
}

/*
 * The place of the name in the source. cpp puts all of a macro call that spans lines, and what follows it on its last
 * line, on the first one: so the name is looked for down to the line where the parentheses are closed.
 */
static struct position positions_resolve(struct positions *positions, const struct entry *entry)
{
    struct position at = {entry->file, entry->line, 0};
    const char *slash = strrchr(entry->path, '/');
    const char *node = slash == NULL || slash[1] == '\0' ? "/" : slash + 1;
    int depth = 0;
    for (unsigned i = 0; i < CALL_LINES; i++) {
        const char *line = positions_source_line(positions, entry->file, entry->line + i);
        unsigned column = 0;
        if (line != NULL) {
            column = entry->property != NULL ? positions_find_word(line, entry->property, "=;")
                                             : positions_find_word(line, node, "{");
            depth = positions_depth(line, depth);
        }
        if (column != 0 && column != AMBIGUOUS) {
            return (struct position){entry->file, entry->line + i, column};
        }
        if (line == NULL || column == AMBIGUOUS || depth <= 0) {
            break;
        }
    }
    return at;
}

static const struct entry *positions_lookup(const struct positions *positions, const char *path, const char *property)
{
    for (size_t i = 0; i < positions->count; i++) {
        const struct entry *entry = &positions->entries[i];
        bool same = property == NULL ? entry->property == NULL
                                     : entry->property != NULL && strcmp(entry->property, property) == 0;
        if (same && strcmp(entry->path, path) == 0) {
            return entry;
        }
    }
    return NULL;
}

/* The entry of a node, or of the closest one above it. */
static const struct entry *positions_around(const struct positions *positions, const char *node_path)
{
    const struct entry *entry = positions_lookup(positions, node_path, NULL);
    char *path = arena_print("%s", node_path);
    while (entry == NULL && strlen(path) > 1U) {
        positions_leave(path);
        entry = positions_lookup(positions, path, NULL);
    }
    return entry;
}

struct position positions_find(struct positions *positions, const char *node_path, const char *property)
{
    const struct entry *entry = property == NULL ? NULL : positions_lookup(positions, node_path, property);
    if (entry == NULL) {
        entry = positions_around(positions, node_path);
    }
    if (entry == NULL) {
        return (struct position){0};
    }
    return positions_resolve(positions, entry);
}
