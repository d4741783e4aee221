/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tables.S: translation tables, guest images and EL2 stacks. Tables with equal content are emitted once, so
 * the roots that a system has share what they have in common.
 * @implements REQ-CONFIG-022
 */
#include "emit.h"

#include "emit_streams.h"
#include "arena.h"
#include "output.h"

#include <stdlib.h>
#include <string.h>

#define MAX_SHARED 4096U
#define LEAST_ALIGNMENT 64U /* of a root, TTBR0_EL2.BADDR (D19.2.159) */

struct shared {
    const char *text;
    unsigned level;
};

struct writer {
    FILE *file;
    struct shared tables[MAX_SHARED];
    uint32_t count;
};

static const char *emit_table(struct writer *writer, const struct table *table);

static void emit_entry(struct writer *writer, FILE *text, const struct table_entry *entry, uint32_t index)
{
    switch (entry->kind) {
    case TABLE_LEAF:
        (void)fprintf(text, "\t.quad 0x%016llx /* %u */\n", HEX(entry->value), index);
        break;
    case TABLE_NEXT:
        (void)fprintf(text, "\t.quad %s + %llu /* %u */\n", emit_table(writer, entry->next), TABLE_TABLE, index);
        break;
    case TABLE_SYMBOL:
        (void)fprintf(text, "\t.quad %s + %llu /* %u */\n", entry->symbol, TABLE_TABLE, index);
        break;
    case TABLE_EMPTY:
    default:
        break;
    }
}

/* How many entries from `index` on are empty. */
static uint32_t emit_count_empty(const struct table *table, uint32_t index)
{
    uint32_t count = 0;
    while (index + count < table->count && table->entries[index + count].kind == TABLE_EMPTY) {
        count++;
    }
    return count;
}

/* All entries of a table as assembler text; the tables below it are emitted first. */
static const char *emit_entries(struct writer *writer, const struct table *table)
{
    char *buffer = NULL;
    size_t size = 0;
    FILE *text = open_memstream(&buffer, &size);
    if (text == NULL) {
        diag_fatal("out of memory");
    }
    for (uint32_t i = 0; i < table->count;) {
        uint32_t empty = emit_count_empty(table, i);
        if (empty != 0) {
            (void)fprintf(text, "\t.fill %u, 8, 0\n", empty);
            i += empty;
        } else {
            emit_entry(writer, text, &table->entries[i], i);
            i++;
        }
    }
    if (fclose(text) != 0) {
        diag_fatal("out of memory");
    }
    const char *result = arena_print("%s", buffer);
    free(buffer);
    return result;
}

/* Emits a table unless an equal one has been; returns its label. */
static const char *emit_table(struct writer *writer, const struct table *table)
{
    const char *text = emit_entries(writer, table);
    for (uint32_t i = 0; i < writer->count; i++) {
        if (writer->tables[i].level == table->level && strcmp(writer->tables[i].text, text) == 0) {
            return arena_print("table_%u", i);
        }
    }
    if (writer->count == MAX_SHARED) {
        diag_fatal("more than %u translation tables", MAX_SHARED);
    }
    const char *label = arena_print("table_%u", writer->count);
    writer->tables[writer->count++] = (struct shared){text, table->level};
    (void)fprintf(writer->file, "\n\t/* level %u */\n\t.balign %u\n%s:\n%s", table->level, TABLE_ENTRIES * 8U, label,
                  text);
    return label;
}

/* The tables below it stand in the section of all tables, the root itself in that of roots: small ones share a page. */
static void emit_root(struct writer *writer, const struct table *root, const char *label)
{
    const char *text = emit_entries(writer, root);
    uint32_t alignment = root->count * 8U > LEAST_ALIGNMENT ? root->count * 8U : LEAST_ALIGNMENT;
    (void)fprintf(writer->file,
                  "\n\t/* root, level %u */\n\t.pushsection .tables.roots, \"a\"\n\t.balign %u\n\t.global %s\n%s:\n%s"
                  "\t.popsection\n",
                  root->level, alignment, label, label, text);
}

static void emit_roots(const struct model *model, const struct translation *translation, FILE *file)
{
    struct writer *writer = arena_new(1, sizeof(*writer));
    writer->file = file;
    (void)fprintf(file, "\t.section .tables, \"a\"\n");
    emit_root(writer, translation->el2_root, "el2_root_table");
    for (uint32_t i = 0; i < model->partition_count; i++) {
        (void)fprintf(file, "\n\t/* partition %s */\n", model->partitions[i].name);
        emit_root(writer, translation->load_roots[i], arena_print("load_root_%u", i));
        emit_root(writer, translation->stage2_roots[i], arena_print("stage2_root_%u", i));
        if (translation->dma_roots[i] != NULL) {
            emit_root(writer, translation->dma_roots[i], arena_print("dma_root_%u", i));
        }
    }
}

/* A path inside an assembler string. */
static void emit_path(FILE *file, const char *path)
{
    for (; *path != '\0'; path++) {
        if (*path == '"' || *path == '\\') {
            (void)fputc('\\', file);
        }
        (void)fputc(*path, file);
    }
}

static void emit_blobs(const struct model *model, FILE *file)
{
    (void)fprintf(file, "\n\t.section .blobs, \"a\"\n");
    for (uint32_t i = 0; i < model->blob_count; i++) {
        const struct blob *blob = &model->blobs[i];
        (void)fprintf(file, "\n\t.balign 4096\n\t.global blob_%u\nblob_%u:\n\t.incbin \"", i, i);
        emit_path(file, blob->file);
        (void)fprintf(file, "\", %llu, %llu\n", HEX(blob->offset), HEX(blob->size));
    }
    (void)fprintf(file, "\t.balign 4096\n");
}

static void emit_stacks(const struct model *model, FILE *file)
{
    (void)fprintf(file,
                  "\n\t/* For each core a guard page, which the linker script leaves unmapped, and 8 KiB of stack. */\n"
                  "\t.section .stacks, \"aw\", %%nobits\n\t.balign 4096\n\t.global el2_stacks\nel2_stacks:\n"
                  "\t.skip %u * %u\n",
                  model->order_count, STACK_STRIDE);
}

void emit_tables(const struct model *model, const struct translation *translation)
{
    FILE *file = output_open(model, "tables.S");
    (void)fprintf(file, "/* SPDX-License-Identifier: Apache-2.0 */\n"
                        "/* Made by bulkhead-config: translation tables, guest images and stacks. Do not edit. */\n"
                        "/* Descriptors: Arm DDI 0487, D8.3. */\n\n");
    emit_roots(model, translation, file);
    emit_streams(model, translation, file);
    emit_blobs(model, file);
    emit_stacks(model, file);
    (void)fprintf(file, "\n\t.section .note.GNU-stack, \"\", %%progbits\n");
    output_close(file, "tables.S");
}
