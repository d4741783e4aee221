/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a core runs under. A core that has run under a root may hold its translations until it has invalidated them itself:
 * of stage 2 for each VMID, of EL2 (which has no ASID) for all roots together. At reset a TLB holds anything (D8.16.1).
 */
#include "tests/silicon/sanitizer/tlb.h"

#include <inttypes.h>

#define OLD_ROOTS 4U

/* What one core knows of one VMID. */
struct held {
    uint64_t root;      /* VTTBR_EL2 it last ran under and has not forgotten */
    uint64_t forgotten; /* tlb_clock of the last TLBI of both stages that is complete, 0: never */
    uint64_t told;      /* vm.written of what has been reported */
};

static struct state {
    bool mmu;
    uint64_t old_roots[OLD_ROOTS]; /* of EL2, besides the present one */
    uint64_t old_tcr[OLD_ROOTS];
    uint32_t old_count;
    const struct site *root_site; /* what made the first of them old */
    struct held held[VMS];
} states[CORES];
static uint64_t entries;

uint64_t context_number(void)
{
    return entries;
}

void context_init(void)
{
    for (uint32_t core = 0U; core < CORES; core++) {
        states[core].old_roots[0] = UNKNOWN_ROOT;
        states[core].old_count = 1U;
        for (uint32_t vm = 0U; vm < VMS; vm++) {
            states[core].held[vm] = (struct held){.root = NO_ROOT, .told = UINT64_MAX};
        }
    }
}

static struct held *held_of(uint32_t core, const struct vm *vm)
{
    return &states[core].held[vm_index(vm)];
}

bool context_mmu_on(uint32_t core)
{
    return states[core].mmu;
}

bool context_has_old_root(uint32_t core)
{
    return states[core].mmu && states[core].old_count != 0U;
}

static void add_old_root(struct state *state, const struct core *core, const struct site *site)
{
    if (state->old_count == OLD_ROOTS) {
        return;
    }
    if (state->old_count == 0U) {
        state->root_site = site;
    }
    state->old_roots[state->old_count] = core->registers[REG_TTBR0_EL2];
    state->old_tcr[state->old_count] = core->registers[REG_TCR_EL2];
    state->old_count++;
}

static void report_old_root(const struct core *core, const struct site *site, uint64_t address, const char *what)
{
    const struct state *state = &states[core->index];
    struct actor writer = {.site = state->root_site, .core = core->index};

    report(core, site, "tlb-root", address, state->root_site == NULL ? NULL : &writer,
           "%s while this core's TLB may hold EL2 translations %s: no TLBI ALLE2 has been completed since", what,
           state->root_site == NULL ? "from before reset" : "of another root or regime");
}

static void mmu_switch(const struct core *core, const struct site *site, uint64_t value)
{
    struct state *state = &states[core->index];
    bool on = (value & SCTLR_M) != 0U;

    if (on && !state->mmu && state->old_count != 0U) {
        report_old_root(core, site, NO_PA, "MMU on");
        state->old_count = 0U;
    }
    if (!on && state->mmu) {
        add_old_root(state, core, site);
    }
    state->mmu = on;
    if (on) {
        table_root_el2(core, site);
    }
}

/* A second switch before the first is forgotten is as much a use of what is left as a return to a guest. */
static void root_switch(const struct core *core, const struct site *site)
{
    struct state *state = &states[core->index];

    if (!state->mmu) {
        return;
    }
    if (state->old_count != 0U) {
        report_old_root(core, site, NO_PA, "EL2's root switched again");
        state->old_count = 0U;
    }
    add_old_root(state, core, site);
}

void context_sysreg(const struct core *core, const struct site *site, enum reg reg, uint64_t value)
{
    bool changes = core->registers[reg] != value;

    if (reg == REG_SCTLR_EL2) {
        mmu_switch(core, site, value);
    } else if (changes && (reg == REG_TTBR0_EL2 || reg == REG_TCR_EL2 || reg == REG_MAIR_EL2)) {
        root_switch(core, site);
    }
}

void context_synchronized(const struct core *core, const struct site *site)
{
    if (states[core->index].mmu) {
        table_root_el2(core, site);
    }
    if ((core->registers[REG_HCR_EL2] & HCR_VM) != 0U && core->registers[REG_VTTBR_EL2] != 0U) {
        table_root_stage2(core, site);
    }
}

void context_forgotten_guest(uint32_t core, const struct invalidation *what)
{
    (void)vm_of(what->vmid); /* known from now on */
    for (uint32_t n = 0U; n < VMS; n++) {
        struct vm *vm = vm_at(n);
        struct held *held = &states[core].held[n];

        if (what->all_vmids || (vm->used && vm->vmid == what->vmid)) {
            held->root = NO_ROOT;
            held->forgotten = what->time;
            vm->holders &= ~(1U << core);
        }
    }
}

void context_forgotten_el2(uint32_t core)
{
    states[core].old_count = 0U;
    states[core].root_site = NULL;
}

static void check_forgotten(const struct core *core, const struct site *site, struct vm *vm, struct held *held)
{
    struct actor writer = {.site = vm->writer, .core = core->index};
    bool tlb = held->forgotten <= vm->written;
    bool cache = maintenance_instruction_cache(core->index) <= vm->written;

    if ((tlb || cache) && held->told != vm->written) {
        held->told = vm->written;
        report(
            core, site, "tlb-reload", vm->written == 0U ? NO_PA : vm->written_at, vm->writer == NULL ? NULL : &writer,
            "VMID %u entered on a core that has not, since its memory was written, invalidated its own%s%s%s", vm->vmid,
            tlb ? " TLB of both stages" : "", tlb && cache ? " and" : "", cache ? " instruction cache" : "");
    }
}

static void enter(const struct core *core, const struct site *site)
{
    uint64_t root = core->registers[REG_VTTBR_EL2];
    struct vm *vm = vm_of(vmid_of(core));
    struct held *held = held_of(core->index, vm);

    entries++;
    check_forgotten(core, site, vm, held);
    if (held->root != NO_ROOT && held->root != root) {
        report(core, site, "tlb-vmid", root & ADDRESS_MASK, NULL,
               "VMID %u entered with root 0x%" PRIx64 " on a core that may hold translations of its root 0x%" PRIx64,
               vm->vmid, root & ADDRESS_MASK, held->root & ADDRESS_MASK);
    }
    held->root = root;
    vm->holders |= 1U << core->index;
    obligation_enter(core->index, vm->vmid);
}

void context_exception_return(const struct core *core, const struct site *site)
{
    struct state *state = &states[core->index];

    if (context_has_old_root(core->index)) {
        report_old_root(core, site, NO_PA, "ERET");
        state->old_count = 0U;
    }
    if ((core->registers[REG_HCR_EL2] & HCR_VM) != 0U) {
        enter(core, site);
    }
}

/* EL2's map is flat: the address is also the virtual one. An old root that has no translation cannot be in the TLB. */
void context_access(const struct core *core, const struct site *site, uint64_t address)
{
    struct state *state = &states[core->index];
    uint64_t now = table_walk_el2(core->registers[REG_TTBR0_EL2], core->registers[REG_TCR_EL2], address);

    for (uint32_t n = 0U; n < state->old_count; n++) {
        uint64_t old =
            state->old_roots[n] == UNKNOWN_ROOT ? 0U : table_walk_el2(state->old_roots[n], state->old_tcr[n], address);

        if (old != 0U && old != now) {
            report_old_root(core, site, address, "an address that the other root translates differently used");
            return;
        }
    }
}
