/* SPDX-License-Identifier: Apache-2.0 */
/* Opens and closes the compiler's output files. */
#include "output.h"

#include "arena.h"

#include <errno.h>
#include <string.h>

FILE *output_open(const struct model *model, const char *name)
{
    const char *path = arena_print("%s/%s", model->out, name);
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        diag_fatal("cannot write %s: %s", path, strerror(errno));
    }
    return file;
}

void output_close(FILE *file, const char *name)
{
    bool failed = ferror(file) != 0;
    if (fclose(file) != 0 || failed) {
        diag_fatal("cannot write %s: %s", name, strerror(errno));
    }
}
