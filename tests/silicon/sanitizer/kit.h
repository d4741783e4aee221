/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The silicon sanitizer: a QEMU plugin that keeps what QEMU has not - caches that are not coherent with everything, TLBs
 * with entries of the past - as shadow state, and says when software relied on the difference. plugin.c watches, two halves
 * judge (cache.c, tlb.c), report.c writes. A test tool, loaded into QEMU's process; no part of any product.
 *
 * Callbacks run on the threads of QEMU's cores (-accel tcg,thread=multi), at the same time. Those of tlb.c but
 * tlb_store are called with kit_lock() held, the others without. Operations, barriers and MSRs are told before they take
 * effect; accesses afterwards, when the data is in memory; fetches when QEMU translates.
 */
#ifndef TESTS_SILICON_SANITIZER_KIT_H
#define TESTS_SILICON_SANITIZER_KIT_H

#include "tests/silicon/sanitizer/decode.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CORES 16U
#define LINE 64U
#define PAGE 4096U
#define NO_PA UINT64_MAX
#define SCTLR_M (1ULL << 0)
#define SCTLR_C (1ULL << 2)
#define SCTLR_I (1ULL << 12)
#define HCR_VM (1ULL << 0)
#define HCR_FB (1ULL << 9)
#define HCR_DC (1ULL << 12)
#define HCR_CD (1ULL << 32)

/* One core. `registers` follows the MSRs; at start all are 0, which for those here is "off". */
struct core {
    uint32_t index;
    uint64_t registers[REGS];
    uint64_t accesses;
    uint64_t walks; /* of which were looked up again */
    uint64_t walks_wrong;
};

/* An instruction that is watched, at the exception level it was translated for. Lives as long as QEMU. */
struct site {
    uint64_t pc;
    struct op op;
    uint32_t level;
};

/* Who did something: for the report of somebody else. */
struct actor {
    const struct site *site;
    uint32_t core;
    uint32_t vmid; /* 0: EL2 */
    bool earlier;  /* in an earlier life of that partition, before it was loaded again */
};

/* VMID whose memory an access at this exception level is; 0 is EL2's own. */
static inline uint32_t owner_of(const struct core *core, uint32_t level)
{
    return level >= 2U ? 0U : (uint32_t)(core->registers[REG_VTTBR_EL2] >> 48);
}

/* plugin.c */
extern uint32_t core_count;
void kit_lock(void);
void kit_unlock(void);
/* Zeroed memory for shadows; taken from the host only where it is used. Never fails. */
void *kit_shadow(size_t size);
const struct core *kit_core(uint32_t index);
/* A kept site (all those that callbacks get) as a number, for shadows. */
uint32_t kit_site_number(const struct site *site);
const struct site *kit_site(uint32_t number);
/* Physical memory as it is now, without caches. False: not RAM. */
bool ram_read64(uint64_t pa, uint64_t *value);
const uint8_t *ram_at(uint64_t pa);

/* options.c: takes them, and initializes the rest. */
extern uint64_t ram_first;
extern uint64_t ram_size;
bool options_take(int count, char **arguments);
static inline bool is_ram(uint64_t pa)
{
    return pa - ram_first < ram_size;
}

/* walk.c: the physical address of an address in the core's present translation regime, or NO_PA. */
uint64_t walk(const struct core *core, uint32_t level, uint64_t address);

/*
 * report.c: one finding. class is a word of docs/silicon.md; pa may be NO_PA; writer NULL: nobody else is involved. The
 * same class, place and writer is written once and counted. text: more for the reader, without quotes.
 */
void report(const struct core *core, const struct site *site, const char *class, uint64_t pa,
            const struct actor *writer, const char *text, ...) __attribute__((format(printf, 6, 7)));
bool report_open(const char *path);
/* A named number of the summary; called while the lock is not needed any more, at the end. */
void report_number(const char *name, uint64_t value);
void report_close(void);

/* cache.c */
void cache_init(void);
bool cache_zva(uint64_t bytes);
void cache_uncached(uint64_t first, uint64_t size);
void cache_partition(uint64_t first, uint64_t size, uint32_t vmid);
void cache_access(struct core *core, const struct site *site, uint64_t pa, uint32_t size, bool is_store);
void cache_op(struct core *core, const struct site *site, uint64_t xt);
void cache_barrier(struct core *core, const struct site *site);
void cache_sysreg(struct core *core, const struct site *site, enum reg reg, uint64_t value);
void cache_exception_return(struct core *core, const struct site *site, uint32_t target);
void cache_fetch(struct core *core, const struct site *site, uint64_t pa, uint32_t word);
void cache_end(void);

/* dma.c: what devices write, in declared windows. */
void dma_init(void);
void dma_window(uint64_t first, uint64_t size);
void dma_access(const struct core *core, const struct site *site, uint64_t pa, uint32_t size, bool is_store);
/* The line has left the caches. */
void dma_forget(const struct core *core, const struct site *site, uint64_t pa, bool was_dirty);

/* tlb.c */
void tlb_init(void);
void tlb_store(struct core *core, const struct site *site, uint64_t pa, uint32_t size, uint64_t value);
void tlb_op(struct core *core, const struct site *site, uint64_t xt);
/* DSB, DMB, ISB, SB */
void tlb_barrier(struct core *core, const struct site *site);
/* core->registers still has the old value. */
void tlb_sysreg(struct core *core, const struct site *site, enum reg reg, uint64_t value);
void tlb_exception_return(struct core *core, const struct site *site, uint32_t to_level);
void tlb_end(void);

#endif
