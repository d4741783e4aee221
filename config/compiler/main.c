/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bulkhead-config: the config compiler. Reads the flattened device tree of a system, checks it, and writes the
 * tables of the hypervisor, or diagnostics in gcc's form.
 *
 *   bulkhead-config --dtb FILE --positions FILE --file NAME.dts [--images DIR]... --out DIR
 *                   [--complaints FILE] [--shifted FILE] [--check] [--broken]
 *
 * --check writes nothing; --broken says that dtc has reported errors, so that they are not reported again; --complaints
 * has those of them that are to be reported here (complaint.h); --shifted has the same tree with other phandles (tree.h). Exit status: 0 good, 1 errors in the configuration, 2 the compiler could not do its work.
 * @implements REQ-CONFIG-001
 */
#include "board.h"
#include "check.h"
#include "complaint.h"
#include "diag.h"
#include "emit.h"
#include "guest_dtb.h"
#include "image.h"
#include "model.h"
#include "order.h"
#include "place.h"
#include "smmu.h"
#include "stream.h"
#include "system.h"
#include "task.h"

#include <stdio.h>
#include <string.h>

struct options {
    const char *dtb;
    const char *positions;
    const char *file;
    const char *complaints;
    const char *shifted;
    bool check;
    bool broken;
};

static bool main_parse_flag(const char *argument, struct options *options)
{
    if (strcmp(argument, "--check") == 0) {
        options->check = true;
    } else if (strcmp(argument, "--broken") == 0) {
        options->broken = true;
    } else {
        return false;
    }
    return true;
}

static void main_parse_option(const char *name, const char *value, struct options *options, struct model *model)
{
    if (strcmp(name, "--dtb") == 0) {
        options->dtb = value;
    } else if (strcmp(name, "--positions") == 0) {
        options->positions = value;
    } else if (strcmp(name, "--file") == 0) {
        options->file = value;
    } else if (strcmp(name, "--complaints") == 0) {
        options->complaints = value;
    } else if (strcmp(name, "--shifted") == 0) {
        options->shifted = value;
    } else if (strcmp(name, "--out") == 0) {
        model->out = value;
    } else if (strcmp(name, "--images") == 0 && model->image_dir_count < MAX_IMAGE_DIRS) {
        model->image_dirs[model->image_dir_count++] = value;
    } else {
        diag_fatal("unknown option or too many: %s", name);
    }
}

static struct options main_parse(int argc, char **argv, struct model *model)
{
    struct options options = {0};
    for (int i = 1; i < argc; i++) {
        if (main_parse_flag(argv[i], &options)) {
            continue;
        }
        if (i + 1 == argc) {
            diag_fatal("%s needs a value", argv[i]);
        }
        main_parse_option(argv[i], argv[i + 1], &options, model);
        i++;
    }
    if (options.dtb == NULL || options.positions == NULL || options.file == NULL || model->out == NULL) {
        diag_fatal("--dtb, --positions, --file and --out are needed");
    }
    return options;
}

static void main_read(struct model *model)
{
    check_references(model);
    board_read(&model->tree, &model->board);
    overheads_read(&model->tree, &model->overheads);
    smmu_read(model);
    system_read(model);
    stream_read(model);
    check_memory_shape(model);
    for (uint32_t i = 0; i < model->partition_count; i++) {
        image_read(model, &model->partitions[i]);
        if (model->partitions[i].memory_count != 0) {
            guest_dtb_make(model, &model->partitions[i]);
        }
    }
    place_hypervisor(model);
    check_hypervisor_place(model);
    place_partitions(model);
}

static void main_check(struct model *model)
{
    check_memory_places(model);
    check_guest_addresses(model);
    check_devices(model);
    check_neighbours(model);
    check_needs(model);
    check_streams(model);
    check_dma(model);
    check_pci(model);
    check_strays(model);
    check_names(model);
    check_board(model);
    check_interrupts(model);
    check_cores(model);
    order_cores(model);
    check_deadlines(model);
}

static void main_emit(const struct model *model)
{
    struct translation translation = translation_make(model);
    emit_guests(model);
    emit_config(model, &translation);
    emit_tables(model, &translation);
    emit_layout(model);
    emit_parts(model);
    emit_system(model);
    emit_report(model, &translation);
    emit_dependencies(model);
}

int main(int argc, char **argv)
{
    static struct model model;
    struct options options = main_parse(argc, argv, &model);
    model.tree = tree_load(options.dtb, options.positions, options.file);
    model.tree.broken = options.broken;
    if (!tree_check_limits(&model.tree)) {
        return 1;
    }
    if (options.shifted != NULL) {
        tree_load_shifted(&model.tree, options.shifted);
    }
    if (options.complaints != NULL) {
        complaint_read(&model.tree, options.complaints);
    }
    main_read(&model);
    main_check(&model);
    if (diag_errors() != 0) {
        return 1;
    }
    if (options.check && !options.broken) {
        place_remark(&model);
    } else if (!options.check) {
        main_emit(&model);
    }
    return 0;
}
