/* SPDX-License-Identifier: Apache-2.0 */
/* The TLB half. */
#include "tests/silicon/sanitizer/kit.h"

void tlb_init(void)
{
}

void tlb_store(struct core *core, const struct site *site, uint64_t pa, uint32_t size, uint64_t value)
{
    (void)core;
    (void)site;
    (void)pa;
    (void)size;
    (void)value;
}

void tlb_op(struct core *core, const struct site *site, uint64_t xt)
{
    (void)core;
    (void)site;
    (void)xt;
}

void tlb_barrier(struct core *core, const struct site *site)
{
    (void)core;
    (void)site;
}

void tlb_sysreg(struct core *core, const struct site *site, enum reg reg, uint64_t value)
{
    (void)core;
    (void)site;
    (void)reg;
    (void)value;
}

void tlb_exception_return(struct core *core, const struct site *site)
{
    (void)core;
    (void)site;
}

void tlb_end(void)
{
}
