/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One run of the config compiler in this process, on a device tree that the fuzzer made: load, read, place, check, and
 * write if there are no errors. Ways out that end the compiler's process are findings here, except the one that says
 * that the input is no device tree.
 *
 * The compiler's own sources, with three parts exchanged: the end of the process in diag.c, output.c (files are
 * /dev/null) and the reading of files. What the compiler allocates is freed after each run.
 *
 * BULKHEAD_FUZZ_KIND says which file the input is: the tree (default), every image, or the positions and each source
 * that they name. The other files are those of the folder BULKHEAD_FUZZ_IMAGES, and the tree BULKHEAD_FUZZ_TREE.
 */
#include "fuzz.h"

#include "config/compiler/output.h"

#include <libfdt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The allocator, from inside, so that everything can be given back. */
#define arena_read_file arena_read_any_file
#include "config/compiler/arena.c"
#undef arena_read_file

/* Messages are printed, but not to where libFuzzer prints its own. */
static FILE *messages;
#undef stderr
#undef stdout
#define stderr messages
#define stdout messages
#define diag_fatal diag_print_fatal
#include "config/compiler/diag.c"
#undef diag_fatal
#undef stderr
#undef stdout
#define stderr stderr
#define stdout stdout

/* main_read(), main_check() and main_emit() are what is run here. */
int compiler_main(int argc, char **argv);
#define main compiler_main
#include "config/compiler/main.c"
#undef main

#define INPUT "input.dtb"
#define MAX_IMAGES 64U

#define POSITIONS "positions"

static struct {
    const char *kind;
    const uint8_t *data;
    size_t size;
    char *text; /* of messages */
    size_t text_size;
    jmp_buf refused;
} run;

static struct image {
    char *name;
    char *data;
    size_t size;
} images[MAX_IMAGES];
static size_t image_count;
static const char *image_folder;

char *arena_read_file(const char *path, size_t *size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

void diag_fatal(const char *format, ...)
{
    va_list arguments;
    if (strstr(format, "is not a device tree blob") != NULL) {
        longjmp(run.refused, 1);
    }
    va_start(arguments, format);
    (void)fprintf(stderr, "the compiler gave up: ");
    (void)vfprintf(stderr, format, arguments);
    (void)fputc('\n', stderr);
    va_end(arguments);
    abort();
}

/* output.h */
FILE *output_open(const struct model *model, const char *name)
{
    FILE *file = fopen("/dev/null", "wb");
    if (file == NULL || model->out == NULL || name[0] == '\0') {
        abort();
    }
    return file;
}

void output_close(FILE *file, const char *name)
{
    (void)name;
    (void)fclose(file);
}

static char *run_copy(const void *data, size_t size)
{
    char *copy = arena_new(size + 1U, 1);
    if (size != 0) {
        memcpy(copy, data, size);
    }
    return copy;
}

/* An image, read once; NULL if it cannot be. */
static const struct image *image_find_file(const char *path, const char *name)
{
    for (size_t i = 0; i < image_count; i++) {
        if (strcmp(images[i].name, name) == 0) {
            return &images[i];
        }
    }
    size_t size = 0;
    const char *data = image_count == MAX_IMAGES ? NULL : arena_read_any_file(path, &size);
    if (data == NULL) {
        return NULL;
    }
    struct image *image = &images[image_count++];
    *image = (struct image){strdup(name), malloc(size + 1U), size};
    memcpy(image->data, data, size + 1U);
    return image;
}

static bool run_is(const char *kind)
{
    return strcmp(run.kind, kind) == 0;
}

static bool image_is_named(const char *path)
{
    size_t length = strlen(image_folder);
    return strncmp(path, image_folder, length) == 0 && path[length] == '/' && strchr(path + length + 1U, '/') == NULL;
}

/* Whether the file is what the fuzzer varies. */
static bool run_varies(const char *path)
{
    bool tree = strcmp(path, INPUT) == 0;
    if (run_is("image")) {
        return image_is_named(path);
    }
    return run_is("positions") ? !tree && !image_is_named(path) : tree;
}

/* The input, the images and no other file: a name that was made up is not to reach into the machine. */
char *arena_read_file(const char *path, size_t *size)
{
    const struct image *image = NULL;
    if (run_varies(path)) {
        *size = run.size;
        return run_copy(run.data, run.size);
    }
    if (strcmp(path, INPUT) == 0) {
        image = image_find_file(getenv("BULKHEAD_FUZZ_TREE"), path);
    } else if (image_is_named(path)) {
        image = image_find_file(path, strrchr(path, '/') + 1);
    } else if (strcmp(path, POSITIONS) == 0) {
        *size = 0;
        return run_copy("", 0);
    } else {
        errno = EACCES;
    }
    if (image == NULL) {
        return NULL;
    }
    *size = image->size;
    return run_copy(image->data, image->size);
}

/* No error is without a place. Gives everything back. */
static void run_end(void)
{
    (void)fclose(messages);
    if (strncmp(run.text, "error:", 6) == 0 || strstr(run.text, "\nerror:") != NULL) {
        (void)fprintf(stderr, "an error without a place:\n%s", run.text);
        abort();
    }
    free(run.text);
    error_count = 0;
    while (blocks != NULL) {
        struct block *next = blocks->next;
        free(blocks);
        blocks = next;
    }
}

bool fuzz_is_tree(const void *data, size_t size)
{
    return size >= sizeof(struct fdt_header) && fdt_check_header(data) == 0 && fdt_version(data) >= 17 &&
           fdt_check_full(data, size) == 0;
}

static void run_compiler(struct model *model)
{
    model->tree = tree_load(INPUT, POSITIONS, "fuzz.dts");
    if (!tree_check_limits(&model->tree)) {
        return;
    }
    main_read(model);
    if (getenv("BULKHEAD_FUZZ_UNCHECKED") == NULL) {
        main_check(model);
    }
    if (diag_errors() == 0) {
        oracle_examine(model);
        main_emit(model);
    }
}

static const char *run_setting(const char *name, const char *otherwise)
{
    const char *value = getenv(name);
    return value == NULL ? otherwise : value;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct model model;
    image_folder = run_setting("BULKHEAD_FUZZ_IMAGES", "images");
    run.kind = run_setting("BULKHEAD_FUZZ_KIND", "tree");
    run.data = data;
    run.size = size;
    memset(&model, 0, sizeof(model));
    model.out = "out";
    model.image_dirs[model.image_dir_count++] = image_folder;
    messages = open_memstream(&run.text, &run.text_size);
    if (messages == NULL) {
        abort();
    }
    if (setjmp(run.refused) == 0) {
        run_compiler(&model);
    }
    run_end();
    return 0;
}
