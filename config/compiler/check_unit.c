/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A node is told from its neighbours by the address in its name, which is that of its registers (Devicetree Specification
 * 0.4, section 2.2.1): if one of the two was changed and the other was not, nobody knows which is meant.
 * @implements REQ-CONFIG-054
 */
#include "check_board.h"

#include "board.h"

#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ADDRESS_CELLS 2U

/* Hexadecimal, or two halves with a comma between them. False for anything else. */
static bool check_parse_unit(const char *unit, uint64_t *value)
{
    size_t length = strspn(unit, "0123456789abcdefABCDEF");
    bool halves = unit[length] == ',';
    *value = strtoull(unit, NULL, 16);
    if (length == 0 || length > 16U || (unit[length] != '\0' && !halves)) {
        return false;
    }
    if (halves) {
        const char *low = unit + length + 1U;
        length = strspn(low, "0123456789abcdefABCDEF");
        *value = *value << 32 | strtoull(low, NULL, 16);
        return length != 0 && length <= 8U && low[length] == '\0';
    }
    return true;
}

/* The first address of reg; false if the bus is of a kind whose addresses are not simple numbers (PCI). */
static bool check_address(const struct tree *tree, int node, uint64_t *address)
{
    uint32_t cells = tree_address_cells(tree, tree_parent(tree, node));
    uint32_t size = 0;
    const fdt32_t *reg = tree_property(tree, node, "reg", &size);
    *address = 0;
    for (uint32_t i = 0; i < cells && cells <= MAX_ADDRESS_CELLS && size >= cells * 4U; i++) {
        *address = *address << 32 | fdt32_ld(&reg[i]);
    }
    return cells != 0 && cells <= MAX_ADDRESS_CELLS && size >= cells * 4U;
}

/* board_read() has missed it already. */
static bool check_needs_reg(const struct tree *tree, int node)
{
    return board_is_memory(tree, node) || tree_parent(tree, node) == tree_by_path(tree, "/cpus");
}

static void check_address_name(const struct tree *tree, int node, const char *name, uint64_t address)
{
    const char *at = strchr(name, '@');
    uint64_t unit = 0;
    if (at == NULL) {
        tree_error(tree, node, NULL, "%s: it has 'reg', so its name must be '%s@%llx'", tree_title(tree, node), name,
                   HEX(address));
    } else if (!check_parse_unit(at + 1, &unit) || unit != address) {
        tree_error(tree, node, "reg", "%s: 'reg' begins at 0x%llx, and the node's name is '%s'; one of them is wrong",
                   tree_title(tree, node), HEX(address), name);
    }
}

/* dtc has told of cells that are missing. */
void check_unit(const struct tree *tree, int node)
{
    const char *name = tree_node_name(tree, node);
    const char *at = strchr(name, '@');
    uint64_t address = 0;
    if (tree->broken) {
        return;
    }
    if (check_address(tree, node, &address)) {
        check_address_name(tree, node, name, address);
    } else if (at != NULL && !tree_has(tree, node, "reg") && !tree_has(tree, node, "ranges") &&
               !check_needs_reg(tree, node)) {
        tree_error(tree, node, NULL, "%s: its name has the address '%s', and it has no 'reg'; the name must be '%.*s'",
                   tree_title(tree, node), at + 1, (int)(at - name), name);
    }
}
