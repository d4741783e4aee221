/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RAM, and what of it the firmware keeps (Devicetree Specification 0.4, sections 3.4 and 3.5).
 * @implements REQ-CONFIG-003
 * @implements REQ-CONFIG-053
 */
#include "board_parts.h"

#include "board.h"
#include "device.h"
#include "values.h"

static void board_check_bank(const struct tree *tree, int node, const struct region *banks, const int *nodes,
                             uint32_t count, struct region bank)
{
    for (uint32_t i = 0; i < count; i++) {
        if (region_overlaps(banks[i], bank)) {
            tree_error(tree, node, "reg", "%s: memory at 0x%llx (size 0x%llx) overlaps that at 0x%llx (size 0x%llx)",
                       tree_title(tree, node), HEX(bank.base), HEX(bank.size), HEX(banks[i].base), HEX(banks[i].size));
            diag_note(tree_at(tree, nodes[i], "reg"), "that is described here, by '%s'; change one of the two",
                      tree_title(tree, nodes[i]));
        }
    }
}

/* Adds what reg of a /memory or /reserved-memory node says. */
static void board_add_banks(const struct tree *tree, int node, struct region *banks, int *nodes, uint32_t *count)
{
    struct device bank = {.node = node, .name = tree_title(tree, node)};
    device_read_regions(tree, &bank);
    for (uint32_t i = 0; i < bank.region_count; i++) {
        if (*count == MAX_RAM_BANKS) {
            tree_error(tree, node, "reg", "more than %u banks of memory; join those that are neighbours",
                       MAX_RAM_BANKS);
            return;
        }
        board_check_bank(tree, node, banks, nodes, *count, bank.regions[i]);
        if ((bank.regions[i].base | bank.regions[i].size) % SIZE_4K != 0) {
            tree_error(tree, node, "reg", "%s: memory at 0x%llx (size 0x%llx) is not made of whole 4 KiB pages",
                       bank.name, HEX(bank.regions[i].base), HEX(bank.regions[i].size));
        }
        nodes[*count] = node;
        banks[(*count)++] = bank.regions[i];
    }
}

static void board_read_bank(const struct tree *tree, struct board *board, int node)
{
    if (!values_says(tree, node, "device_type", "memory")) {
        tree_error(tree, node, "device_type", "%s: RAM needs device_type = \"memory\";", tree_title(tree, node));
    }
    if (values_require(tree, node, "reg", "reg = <0x0 0x40000000 0x0 0x40000000>;")) {
        board_add_banks(tree, node, board->ram, board->ram_nodes, &board->ram_count);
    }
}

void board_read_ram(const struct tree *tree, struct board *board)
{
    unsigned errors = diag_errors();
    bool known = tree_is_muted(tree, 0, "#address-cells");
    for (int node = tree_first(tree, 0); node >= 0; node = tree_next(tree, node)) {
        if (!board_is_memory(tree, node)) {
            continue;
        }
        known = known || tree_is_muted(tree, node, "reg");
        if (tree_enabled(tree, node)) {
            board_read_bank(tree, board, node);
        } else {
            board->no_ram = node;
        }
    }
    if (diag_errors() != errors) {
        board->ram_count = 0; /* what follows from a mistake here is not reported */
    }
    if (board->ram_count == 0 && diag_errors() == errors && !known) {
        tree_error(tree, 0, NULL,
                   "the board has no memory node with device_type = \"memory\"; add one to the board file");
        board_note_disabled_ram(tree, board);
    }
}

void board_note_disabled_ram(const struct tree *tree, const struct board *board)
{
    if (board->no_ram >= 0) {
        diag_note(tree_at(tree, board->no_ram, "status"), "%s is disabled (status), so it is not RAM",
                  tree_title(tree, board->no_ram));
    }
}

/* True if RAM has each byte of it, also where two banks meet. */
static bool board_ram_has(const struct board *board, struct region region)
{
    uint64_t at = region.base;
    bool moved = true;
    while (moved && at < region.base + region.size) {
        moved = false;
        for (uint32_t i = 0; i < board->ram_count; i++) {
            if (region_contains(board->ram[i], (struct region){at, 1})) {
                at = board->ram[i].base + board->ram[i].size;
                moved = true;
            }
        }
    }
    return at >= region.base + region.size;
}

static void board_check_reserved(const struct tree *tree, const struct board *board, int node, struct region region)
{
    if (board->ram_count == 0 || board_ram_has(board, region)) {
        return;
    }
    tree_error(tree, node, "reg", "%s: reserved memory at 0x%llx (size 0x%llx) is not in RAM, so it keeps nothing free",
               tree_title(tree, node), HEX(region.base), HEX(region.size));
    for (uint32_t i = 0; i < board->ram_count; i++) {
        diag_note(tree_at(tree, board->ram_nodes[i], "reg"), "the board has RAM at 0x%llx (size 0x%llx)",
                  HEX(board->ram[i].base), HEX(board->ram[i].size));
    }
}

static void board_read_kept(const struct tree *tree, struct board *board, int node)
{
    uint32_t first = board->reserved_count;
    if (!tree_has(tree, node, "reg")) {
        tree_error(tree, node, tree_has(tree, node, "size") ? "size" : NULL,
                   "%s: reserved memory needs a fixed place: nobody looks for one at run time", tree_title(tree, node));
        diag_note(tree_at(tree, node, NULL), "write reg = <...>; with its address and size, or take the node out");
        return;
    }
    board_add_banks(tree, node, board->reserved, board->reserved_nodes, &board->reserved_count);
    for (uint32_t i = first; i < board->reserved_count; i++) {
        board_check_reserved(tree, board, node, board->reserved[i]);
    }
}

/* Also what is disabled there is kept free: the firmware may not have read that. */
void board_read_reserved(const struct tree *tree, struct board *board)
{
    int reserved = tree_by_path(tree, "/reserved-memory");
    for (int node = reserved < 0 ? -1 : tree_first(tree, reserved); node >= 0; node = tree_next(tree, node)) {
        board_read_kept(tree, board, node);
    }
}
