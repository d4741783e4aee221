/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trapped system registers: the decisions of include/bulkhead/registers.def as code. A row EMULATED(..., handler, ...) is
 * answered by RULE_<handler> below, a row FIXED by its value, and whatever is in neither is UNDEFINED. The feature registers'
 * values are arch/arm64/features.c's.
 * @implements REQ-SYSREG-001
 * @implements REQ-SYSREG-002
 * @implements REQ-SYSREG-003
 * @implements REQ-SYSREG-004
 */
#include "arch/arm64/cache.h"
#include "arch/arm64/core.h"
#include "arch/arm64/features.h"
#include "arch/arm64/trace.h"
#include "partitions/exit.h"
#include "partitions/health.h"
#include "partitions/inject.h"
#include "partitions/timer.h"

/* A register's name as the syndrome of EC 0x18 gives it (D17.2.37): op0, op2, op1, CRn, CRm. */
#define NAME(op0, op1, crn, crm, op2)                                                                                  \
    ((uint32_t)(op0) << 20 | (uint32_t)(op2) << 17 | (uint32_t)(op1) << 14 | (uint32_t)(crn) << 10 |                   \
     (uint32_t)(crm) << 1)
#define NAME_MASK NAME(3, 7, 15, 15, 7)
#define ISS_READ 1U
#define SGI_GROUP1 NAME(3, 0, 12, 11, 5) /* ICC_SGI1R_EL1 */
#define OSLSR_IMPLEMENTED 8U

enum access { ACCESS_R = 1, ACCESS_W = 2, ACCESS_RW = 3, ACCESS_RWX = 3 };

/* A handler of an EMULATED row, or a FIXED one. */
enum rule {
    RULE_fixed,
    RULE_revidr,
    RULE_aidr,
    RULE_cntp_ctl,
    RULE_cntp_cval,
    RULE_cntp_tval,
    RULE_set_way,
    RULE_deactivate,
    RULE_sgi_group0,
    RULE_sgi_group1,
    RULE_oslar,
    RULE_oslsr,
};

struct policy {
    uint32_t name;
    uint8_t rule;   /* enum rule */
    uint8_t access; /* enum access */
    uint16_t value; /* of RULE_fixed */
};

#define EMULATED(name, op0, op1, crn, crm, op2, access, handler, why) \
    {NAME(op0, op1, crn, crm, op2), RULE_##handler, ACCESS_##access, 0U},
#define FIXED(name, op0, op1, crn, crm, op2, access, value, why) \
    {NAME(op0, op1, crn, crm, op2), RULE_fixed, ACCESS_##access, value##U},
#define PASSED(name, op0, op1, crn, crm, op2, access, where, how, why)
#define DENIED(name, op0, op1, crn, crm, op2, access, trap, why)
#define FOREIGN(name, op0, op1, crn, crm, op2, access, why)

static const struct policy policies[] = {
#include "bulkhead/registers.def"
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
static bool is_feature_read(uint32_t iss)
{
    uint32_t crm = iss >> 1 & 0xfU;

    return (iss & (NAME(3, 7, 15, 0, 0) | ISS_READ)) == (NAME(3, 0, 0, 0, 0) | ISS_READ) && crm >= 1U && crm <= 7U;
}

static uint64_t read_register(const struct vcpu_state *vcpu, const struct policy *policy)
{
    switch ((enum rule)policy->rule) {
    case RULE_cntp_ctl:
        return timer_control(vcpu);
    case RULE_cntp_cval:
        return sysreg_read(cntp_cval_el0);
    case RULE_cntp_tval:
        return sysreg_read(cntp_tval_el0);
    case RULE_revidr:
        return sysreg_read(revidr_el1);
    case RULE_aidr:
        return sysreg_read(aidr_el1);
    case RULE_oslsr:
        return OSLSR_IMPLEMENTED | vcpu->context.os_lock << 1;
    case RULE_fixed:
    case RULE_set_way:
    case RULE_deactivate:
    case RULE_sgi_group0:
    case RULE_sgi_group1:
    case RULE_oslar:
    default:
        return policy->value;
    }
}

static void write_register(struct vcpu_state *vcpu, const struct policy *policy, uint64_t value)
{
    switch ((enum rule)policy->rule) {
    case RULE_set_way:
        cache_set_way_of_guest(value);
        break;
    case RULE_cntp_ctl:
        timer_set_control(vcpu, value);
        break;
    case RULE_cntp_cval:
        sysreg_write(cntp_cval_el0, value);
        timer_changed(vcpu);
        break;
    case RULE_cntp_tval:
        sysreg_write(cntp_tval_el0, value);
        timer_changed(vcpu);
        break;
    case RULE_deactivate:
        vgic_deactivate(vcpu, value);
        break;
    case RULE_sgi_group0:
        vgic_send_sgi_group0(vcpu, value);
        break;
    case RULE_oslar:
        vcpu->context.os_lock = value & 1U;
        sysreg_write(oslar_el1, value & 1U);
        break;
    case RULE_fixed:
    case RULE_revidr:
    case RULE_aidr:
    case RULE_oslsr:
    case RULE_sgi_group1: /* exit_sysreg() */
    default:
        break;
    }
}

static bool answer(struct vcpu_state *vcpu, uint64_t *slot, uint32_t iss)
{
    const struct policy *policy = find(iss & NAME_MASK);
    bool read = (iss & ISS_READ) != 0U;

    if (policy == NULL) {
        if (!is_feature_read(iss)) {
            return false;
        }
        *slot = features_read(iss >> 1 & 0xfU, iss >> 17 & 7U, vcpu->config->partition->vtcr);
    } else if ((policy->access & (read ? ACCESS_R : ACCESS_W)) == 0U) {
        return false;
    } else if (read) {
        *slot = read_register(vcpu, policy);
    } else {
        write_register(vcpu, policy, *slot);
    }
    return true;
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
