/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PSCI, by which cores are started and the board is reset (Linux's binding arm/psci).
 * @implements REQ-CONFIG-051
 */
#include "board_parts.h"

#include "board.h"
#include "values.h"

#include <string.h>

#define EXAMPLE "psci { compatible = \"arm,psci-1.0\", \"arm,psci-0.2\"; method = \"smc\"; };"

/* Function numbers are those of the standard from 0.2 on; before, each firmware had its own. */
static bool board_is_psci(const struct tree *tree, int node)
{
    return tree_compatible(tree, node, "arm,psci-1.0") || tree_compatible(tree, node, "arm,psci-0.2");
}

/* A node that is meant to be PSCI's, or a negative value. */
static int board_find_psci(const struct tree *tree)
{
    int found = -1;
    for (int node = board_next_node(tree, 0); node >= 0; node = board_next_node(tree, node)) {
        bool named = strcmp(tree_node_name(tree, node), "psci") == 0;
        bool meant = board_is_psci(tree, node) || tree_compatible(tree, node, "arm,psci") || named;
        if (meant && found >= 0 && board_is_enabled(tree, found) && board_is_enabled(tree, node)) {
            tree_error(tree, node, NULL, "%s: a second PSCI; the firmware is called in one way",
                       tree_title(tree, node));
            diag_note(tree_at(tree, found, NULL), "the first one is here");
        } else if (meant && (found < 0 || !board_is_enabled(tree, found))) {
            found = node;
        }
    }
    return found;
}

/* EL2 asks the firmware by SMC: an HVC would come back to itself. */
void board_read_firmware(const struct tree *tree)
{
    const char *method = "smc";
    int psci = board_find_psci(tree);
    if (psci < 0) {
        tree_error(tree, 0, NULL, "the board has no PSCI, by which cores are started; for example: " EXAMPLE);
        return;
    }
    if (!board_is_enabled(tree, psci)) {
        tree_error(tree, psci, "status", "%s: PSCI is disabled (status), and cores are started by it",
                   tree_title(tree, psci));
    }
    if (!board_is_psci(tree, psci)) {
        tree_error(tree, psci, "compatible",
                   "%s: compatible must have \"arm,psci-1.0\" or \"arm,psci-0.2\"; older firmware is not supported",
                   tree_title(tree, psci));
    }
    if (values_require(tree, psci, "method", "method = \"smc\";") && values_string(tree, psci, "method", &method) &&
        strcmp(method, "smc") != 0) {
        tree_error(tree, psci, "method", "%s: method is \"%s\"; at EL2 the firmware is called by \"smc\"",
                   tree_title(tree, psci), method);
    }
}
