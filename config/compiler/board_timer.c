/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The timer of each core (Linux's binding arm,arch_timer).
 * @implements REQ-CONFIG-003
 * @implements REQ-CONFIG-052
 */
#include "board_parts.h"

#include "board.h"
#include "device.h"
#include "values.h"

#include <string.h>

#define TIMER "arm,armv8-timer"

static int board_find_timer(const struct tree *tree)
{
    int found = -1;
    int disabled = -1;
    for (int node = board_next_node(tree, 0); node >= 0; node = board_next_node(tree, node)) {
        if (!tree_compatible(tree, node, TIMER)) {
            continue;
        }
        if (!board_is_enabled(tree, node)) {
            disabled = node;
        } else if (found >= 0) {
            tree_error(tree, node, NULL, "%s: a second timer; cores have one", tree_title(tree, node));
            diag_note(tree_at(tree, found, NULL), "the first one is here");
        } else {
            found = node;
        }
    }
    if (found < 0) {
        tree_error(tree, 0, NULL, "the board has no timer that is compatible with \"" TIMER "\"");
        if (disabled >= 0) {
            diag_note(tree_at(tree, disabled, "status"), "%s is one, and disabled (status)",
                      tree_title(tree, disabled));
        }
    }
    return found;
}

/* With names Linux goes by them and not by the order. */
static void board_check_timer_names(const struct tree *tree, int timer)
{
    static const char usual[] = "sec-phys\0phys\0virt\0hyp-phys\0hyp-virt";
    static const size_t least = sizeof("sec-phys\0phys\0virt\0hyp-phys");
    uint32_t size = 0;
    const char *names = tree_property(tree, timer, "interrupt-names", &size);
    if (names != NULL && (size < least || size > sizeof(usual) || memcmp(names, usual, size) != 0)) {
        tree_error(tree, timer, "interrupt-names",
                   "the timer's interrupt-names must be \"sec-phys\", \"phys\", \"virt\", \"hyp-phys\", in this order");
    }
}

/* Counters that have to be read in a special way, which neither the hypervisor nor the guests' trees know of. */
static void board_check_timer_errata(const struct tree *tree, int timer)
{
    static const char *const errata[] = {"fsl,erratum-a008585", "hisilicon,erratum-161010101",
                                         "allwinner,erratum-unknown1", "arm,cpu-registers-not-fw-configured"};
    for (size_t i = 0; i < sizeof(errata) / sizeof(errata[0]); i++) {
        if (tree_has(tree, timer, errata[i])) {
            tree_error(tree, timer, errata[i],
                       "the timer has '%s', which is not supported: guests would not know of it", errata[i]);
        }
    }
}

/* Interrupts of the timer as the architecture recommends them, which the hypervisor relies on (BSA, 3.6). */
static void board_check_timer_interrupts(const struct tree *tree, const struct board *board, int timer)
{
    static const uint32_t ppis[] = {13, 14, 11, 10};
    static const uint32_t ppi_count = sizeof(ppis) / sizeof(ppis[0]);
    uint32_t *cells = NULL;
    if (!values_require(tree, timer, "interrupts", "interrupts = <1 13 4>, <1 14 4>, <1 11 4>, <1 10 4>;")) {
        return;
    }
    uint32_t count = values_cells(tree, timer, "interrupts", 3, "type, number and trigger", &cells);
    bool good = count >= 3U * ppi_count && count <= 3U * (ppi_count + 1U);
    bool level = true;
    for (uint32_t i = 0; good && i < ppi_count; i++) {
        good = cells[(size_t)i * 3U] == DEVICE_PPI && cells[(size_t)i * 3U + 1U] == ppis[i];
        level = level && device_is_level(cells[(size_t)i * 3U + 2U]);
    }
    if (count != 0 && !good) {
        tree_error(
            tree, timer, "interrupts",
            "the timer's interrupts must be PPI 13, 14, 11 and 10, in this order: the hypervisor uses 10 and 11");
    } else if (count != 0 && !level) {
        tree_error(tree, timer, "interrupts", "the timer's interrupts are levels: their trigger must be 4 or 8");
    } else if (count != 0 && board->gic.node >= 0 && !tree->broken &&
               device_interrupt_parent(tree, timer) != board->gic.node) {
        tree_error(tree, timer, "interrupts", "the timer's interrupts do not go to the GIC; see interrupt-parent");
    }
}

void board_read_timer(const struct tree *tree, struct board *board)
{
    int timer = board_find_timer(tree);
    board->timer_node = timer;
    if (timer < 0) {
        return;
    }
    if (values_u32(tree, timer, "clock-frequency", &board->timer_hz) && board->timer_hz == 0) {
        tree_error(tree, timer, "clock-frequency", "the timer's clock-frequency is 0; leave it out to take any");
    }
    board_check_timer_interrupts(tree, board, timer);
    board_check_timer_names(tree, timer);
    board_check_timer_errata(tree, timer);
}
