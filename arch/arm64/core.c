/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Posts between cores.
 * @implements REQ-CORE-001
 */
#include "arch/arm64/core.h"
#include "arch/arm64/gic.h"

void core_post(uint32_t core, enum post_kind kind)
{
    uint32_t *word = &this_core()->posts[core][kind];

    /* The stores that the post is about become visible first, then the post, then the interrupt: gic_send_sgi() waits. */
    __atomic_store_n(word, *word + 1U, __ATOMIC_RELEASE);
    gic_send_sgi(core_configs[core].mpidr, CORE_SGI);
}

uint32_t core_take_posts(void)
{
    struct core_state *self = this_core();
    uint32_t kinds = 0U;

    for (uint32_t sender = 0U; sender < core_count; sender++) {
        const struct core_state *other = core_configs[sender].state;

        for (uint32_t kind = 0U; kind < (uint32_t)POST_KINDS; kind++) {
            uint32_t count = __atomic_load_n(&other->posts[self->index][kind], __ATOMIC_ACQUIRE);

            if (count != self->seen[sender][kind]) {
                self->seen[sender][kind] = count;
                kinds |= 1U << kind;
            }
        }
    }
    return kinds;
}

void core_wait(void)
{
    dsb_sy();
    wfi();
}
