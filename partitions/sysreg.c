/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Policy of trapped system registers. The feature registers' values are arch/arm64/features.c's.
 * @implements REQ-SYSREG-001
 * @implements REQ-SYSREG-002
 */
#include "arch/arm64/core.h"
#include "arch/arm64/features.h"
#include "arch/arm64/trace.h"
#include "partitions/exit.h"
#include "partitions/health.h"
#include "partitions/inject.h"

/* A register's name as the syndrome of EC 0x18 gives it (D17.2.37): op0, op2, op1, CRn, CRm. */
#define NAME(op0, op1, crn, crm, op2)                                                                                  \
    ((uint32_t)(op0) << 20 | (uint32_t)(op2) << 17 | (uint32_t)(op1) << 14 | (uint32_t)(crn) << 10 |                   \
     (uint32_t)(crm) << 1)
#define NAME_MASK NAME(3, 7, 15, 15, 7)
#define ISS_READ 1U
#define SGI_GROUP1 NAME(3, 0, 12, 11, 5) /* ICC_SGI1R_EL1 */

enum rule {
    RULE_ZERO, /* reads as its value, writes are ignored */
    RULE_SGI_GROUP0,
    RULE_DEACTIVATE,
};

struct policy {
    uint32_t name;
    enum rule rule;
    uint64_t value;
};

#define OSLSR_IMPLEMENTED_UNLOCKED 0x8U

static const struct policy policies[] = {
    {NAME(3, 0, 12, 11, 6), RULE_SGI_GROUP0, 0U}, /* ICC_ASGI1R_EL1: of the other security state, which is not there */
    {NAME(3, 0, 12, 11, 7), RULE_SGI_GROUP0, 0U}, /* ICC_SGI0R_EL1 */
    {NAME(3, 0, 12, 11, 1), RULE_DEACTIVATE, 0U}, /* ICC_DIR_EL1, while ICH_HCR_EL2.TDIR is set */
    {NAME(3, 0, 12, 12, 5), RULE_ZERO, 7U},       /* ICC_SRE_EL1: system registers, always */
    {NAME(2, 0, 1, 0, 4), RULE_ZERO, 0U},         /* OSLAR_EL1: the OS lock is always open */
    {NAME(2, 0, 1, 1, 4), RULE_ZERO, OSLSR_IMPLEMENTED_UNLOCKED}, /* OSLSR_EL1 */
    {NAME(2, 0, 1, 3, 4), RULE_ZERO, 0U},                         /* OSDLR_EL1: no double lock */
    {NAME(2, 0, 1, 0, 0), RULE_ZERO, 0U},                         /* MDRAR_EL1: no debug ROM */
    {NAME(3, 0, 1, 0, 1), RULE_ZERO, 0U},                         /* ACTLR_EL1: nothing to tune */
};

static const struct policy *find(uint32_t name)
{
    for (uint32_t n = 0U; n < sizeof(policies) / sizeof(policies[0]); n++) {
        if (policies[n].name == name) {
            return &policies[n];
        }
    }
    return NULL;
}

/* Feature registers: op0 3, op1 0, CRn 0, CRm 1-7; the whole space reads, what is not known as zero. */
static bool is_feature(uint32_t name)
{
    uint32_t crm = name >> 1 & 0xfU;

    return (name & NAME(3, 7, 15, 0, 0)) == NAME(3, 0, 0, 0, 0) && crm >= 1U && crm <= 7U;
}

static bool apply(struct vcpu_state *vcpu, uint64_t *slot, uint32_t iss, const struct policy *policy)
{
    bool read = (iss & ISS_READ) != 0U;

    switch (policy->rule) {
    case RULE_SGI_GROUP0:
        if (read) {
            return false; /* write-only */
        }
        vgic_send_sgi_group0(vcpu, *slot);
        return true;
    case RULE_DEACTIVATE:
        if (!read) {
            vgic_deactivate(vcpu, *slot);
        }
        return !read;
    case RULE_ZERO:
    default:
        if (read) {
            *slot = policy->value;
        }
        return true;
    }
}

static bool answer(struct vcpu_state *vcpu, uint64_t *slot, uint32_t iss)
{
    uint32_t name = iss & NAME_MASK;
    const struct policy *policy = find(name);

    if (is_feature(name) && (iss & ISS_READ) != 0U) {
        *slot = features_read(name >> 1 & 0xfU, name >> 17 & 7U, vcpu->config->partition->vtcr);
        return true;
    }
    return policy != NULL && apply(vcpu, slot, iss, policy);
}

/* Whatever is not the SGI of group 1. Not inlined: that one has no frame of this. */
static __attribute__((noinline)) void answer_by_policy(struct vcpu_state *vcpu, uint64_t *slot, uint64_t syndrome)
{
    if (answer(vcpu, slot, (uint32_t)syndrome & 0x1ffffffU)) {
        inject_nothing(syndrome);
        return;
    }
    health_note(vcpu, BULKHEAD_EVENT_SYSREG, (uint32_t)syndrome, 0U);
    inject_undefined();
}

void exit_sysreg(uint64_t *slot, uint64_t syndrome)
{
    struct core_state *self = this_core();
    uint64_t pc = sysreg_read(elr_el2);

    trace_exit(self, BULKHEAD_TRACE_SYSREG, (uint32_t)syndrome, 0U, pc);
    if ((syndrome & (NAME_MASK | ISS_READ)) != SGI_GROUP1) {
        answer_by_policy(self->current, slot, syndrome);
        return;
    }
    inject_step(pc, sysreg_read(spsr_el2));
    vgic_send_sgi(self->current, *slot);
}
