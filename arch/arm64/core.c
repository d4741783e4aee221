/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Posts between cores.
 * @implements REQ-CORE-001
 */
#include "arch/arm64/core.h"
#include "arch/arm64/gic.h"

uint32_t system_ending;

/* gic_send_sgi() orders the stores that the post is about before it. */
void core_post(uint32_t core, enum post_kind kind)
{
    gic_send_sgi(core_configs[core].sgi, (uint32_t)kind);
}

void core_wait(void)
{
    dsb_sy();
    wfi();
}
