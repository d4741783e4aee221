/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The TLB half of the sanitizer, inside. What TLBs may hold is not stored as entries, but as obligations: who changed a
 * descriptor that TLBs may hold owes their invalidation, and until that is complete the old translation may be used by
 * every core that ran under it. So the judgement does not depend on what QEMU's own TLB happens to do.
 *
 *   tlb.c              the calls of kit.h, and time
 *   tlb_table.c        shadows of translation tables; whose a page is, and when EL2 last wrote to it
 *   tlb_obligation.c   changes of descriptors, and what must not happen before they are forgotten everywhere
 *   tlb_maintenance.c  TLBI, IC and the barriers that complete them
 *   tlb_context.c      what a core runs under: its stage-2 root and its EL2 root, at MSR and at ERET
 *   tlb_order.c        MSR and ISB, store and SGI
 *
 * All is called with kit_lock() held, except where a comment says otherwise. References are to Arm DDI 0487.
 */
#ifndef TESTS_SILICON_SANITIZER_TLB_H
#define TESTS_SILICON_SANITIZER_TLB_H

#include "tests/silicon/sanitizer/kit.h"

#define DESCRIPTORS 512U
#define ADDRESS_MASK UINT64_C(0x0000fffffffff000)
#define ROOT_MASK UINT64_C(0x0000ffffffffffc0)
#define LAST_LEVEL 3U
#define NO_ROOT UINT64_MAX
#define UNKNOWN_ROOT (UINT64_MAX - 1U) /* whatever was there at reset */

enum regime { STAGE2, EL2_STAGE1 };

/*
 * How a table is reached: from which regime (and VMID), at which level, for which input address: that of the page's first
 * descriptor. A root of fewer descriptors than a page has need not begin at a page: of the page, `count` from `first` on are it.
 */
struct place {
    enum regime regime;
    uint32_t vmid;
    uint32_t level;
    uint64_t base;
    uint32_t first;
    uint32_t count;
};

#define PLACES 8U
struct table {
    uint64_t pa;
    uint64_t copy[DESCRIPTORS];
    struct place places[PLACES];
    uint32_t place_count;
};

static inline uint32_t level_shift(uint32_t level)
{
    return 39U - 9U * level;
}
/* Of a place, what descriptor `index` of its page leads to, if that is a table. */
static inline struct place place_below(const struct place *place, uint32_t index)
{
    return (struct place){
        place->regime, place->vmid, place->level + 1U, place->base + ((uint64_t)index << level_shift(place->level)), 0U,
        DESCRIPTORS};
}
static inline bool place_has(const struct place *place, uint32_t index)
{
    return index - place->first < place->count;
}
static inline bool is_valid(uint64_t descriptor)
{
    return (descriptor & 1U) != 0U;
}
static inline bool is_table(uint64_t descriptor, uint32_t level)
{
    return level < LAST_LEVEL && (descriptor & 3U) == 3U;
}
/* An entry whose access flag is 0 is never held in a TLB (D8.4.6). */
static inline bool may_be_cached(uint64_t descriptor, uint32_t level)
{
    return is_valid(descriptor) && (is_table(descriptor, level) || (descriptor & 1U << 10) != 0U);
}

/* tlb.c */
extern uint64_t tlb_clock; /* counts what happens, in the order of the lock */

/* tlb_table.c */
void table_init(void);
uint32_t table_number(void);
/* The tables below the core's root as they are in memory now; nothing if they are known. */
void table_root_stage2(const struct core *core, const struct site *site);
void table_root_el2(const struct core *core, const struct site *site);
void table_add(const struct core *core, const struct site *site, uint64_t pa, const struct place *place);
/* The table in whose page this address lies, or NULL. Also without the lock. */
struct table *table_at(uint64_t pa);
/* EL2's translation of an address under a root, as that is in memory now: page and attributes, 0 if there is none. */
uint64_t table_walk_el2(uint64_t ttbr0, uint64_t tcr, uint64_t address);
/* Whether [pa, pa + size) is mapped by a leaf below this table, as it is in memory now. */
bool table_maps(uint64_t table, uint32_t level, uint64_t pa, uint64_t size);
/* A leaf of stage 2 came, or went. */
void page_own(const struct core *core, const struct site *site, uint32_t vmid, uint64_t pa, uint64_t size);
void page_disown(uint64_t pa, uint64_t size, uint32_t vmid);
/* EL2 wrote here; without the lock. */
void page_written(const struct site *site, uint64_t pa);

/* The life of a VMID's memory. */
#define VMS 64U
struct vm {
    bool used;
    uint32_t vmid;
    uint64_t written; /* tlb_clock when EL2 last wrote to its memory */
    const struct site *writer;
    uint64_t written_at;
    uint32_t holders; /* cores whose TLB may hold its translations */
};
struct vm *vm_of(uint32_t vmid);
uint32_t vm_index(const struct vm *vm);
struct vm *vm_at(uint32_t index);
uint32_t vmid_of(const struct core *core);

/* tlb_obligation.c */
/* A TLB maintenance operation, decoded. */
struct invalidation {
    const struct site *site;
    enum regime regime;
    bool all_vmids;
    uint32_t vmid;
    bool stage2;
    bool stage1;
    bool broadcast;
    bool by_address;
    uint64_t address;
    uint64_t time;
};

void obligation_change(const struct core *core, const struct site *site, const struct table *table, uint32_t index,
                       uint64_t before, uint64_t after);
/* A leaf that maps this memory for a VMID has come. */
void obligation_hand_over(const struct core *core, const struct site *site, uint32_t vmid, uint64_t pa, uint64_t size);
/* EL2 wrote here. */
void obligation_reuse(const struct core *core, const struct site *site, uint64_t pa, uint32_t size);
void obligation_exception_return(const struct core *core, const struct site *site);
/* A DSB of this core that makes its stores visible, to others or to itself. */
void obligation_visible(uint32_t core, bool to_others);
/* This core is about to run under this VMID. */
void obligation_enter(uint32_t core, uint32_t vmid);
/* At its execution: was it ordered after the change? True: other cores had to be told. */
bool obligation_begin(const struct core *core, const struct invalidation *what);
/* When it is complete. */
void obligation_complete(uint32_t core, const struct invalidation *what);
extern uint32_t obligations_open; /* read without the lock */

/* tlb_maintenance.c */
uint64_t maintenance_number(void);
void maintenance_tlbi(const struct core *core, const struct site *site, uint64_t xt);
void maintenance_ic(const struct core *core, const struct site *site);
void maintenance_dsb(const struct core *core, const struct site *site);
/* At an ISB or ERET: something that was begun is not complete. */
void maintenance_synchronized(const struct core *core, const struct site *site);
/* tlb_clock when the last IC IALLU began that is complete, 0: never. */
uint64_t maintenance_instruction_cache(uint32_t core);

/* tlb_context.c */
void context_init(void);
uint64_t context_number(void); /* of entries of guests */
void context_sysreg(const struct core *core, const struct site *site, enum reg reg, uint64_t value);
void context_synchronized(const struct core *core, const struct site *site);
void context_exception_return(const struct core *core, const struct site *site);
void context_access(const struct core *core, const struct site *site, uint64_t address);
/* All of a VMID's (or of all VMIDs') entries of both stages are gone from this core. */
void context_forgotten_guest(uint32_t core, const struct invalidation *what);
void context_forgotten_el2(uint32_t core);
bool context_mmu_on(uint32_t core);
bool context_has_old_root(uint32_t core); /* without the lock */

/* tlb_order.c */
void order_sysreg(const struct core *core, const struct site *site, enum reg reg, uint64_t value);
void order_operation(const struct core *core, const struct site *site, enum regime regime, const char *what);
void order_synchronized(uint32_t core);
/* EL2 stored to RAM; without the lock. */
void order_store(uint32_t core, const struct site *site, uint64_t pa);
void order_visible(uint32_t core);
void order_access(const struct core *core, const struct site *site, uint64_t address);
bool order_el2_pending(uint32_t core);
bool order_mmu_pending(uint32_t core);

#endif
