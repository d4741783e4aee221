/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cache half: for each line of physical memory, what a chip's caches could hold that memory does not, and the other way
 * round. Each line is in the worst state that the architecture allows (Arm DDI 0487, B2.7 and D7.5): a dirty line stays
 * until it is cleaned, a clean one is cached as long as nobody invalidates it, instruction caches keep everything.
 *
 * An access is cacheable if the MMU and the data cache of its regime are on; attributes of pages are not looked at.
 * Lines change state under one of a set of locks; what does not change state is looked at without.
 */
#include "tests/silicon/sanitizer/kit.h"

#include <pthread.h>
#include <string.h>

#define LOCKS 1024U
#define WORD 4U
#define VMIDS 256U

/* Of a line. */
#define DIRTY 1U       /* in a cache, not in memory */
#define NOT_UNIFIED 2U /* written since it was last cleaned to where instruction fetches see it */
#define BYPASSED 4U    /* written past the caches since it was last invalidated */
#define CLEANING 8U    /* DIRTY ends at the DSB; likewise below */
#define UNIFYING 16U
#define INVALIDATING 32U
#define WAITING (CLEANING | UNIFYING | INVALIDATING)

struct mark {
    uint32_t site;
    uint8_t core;
    uint8_t vmid;
    uint8_t life; /* of the partition with this VMID */
};

struct line {
    struct mark dirty;    /* the first who made it so */
    struct mark bypassed; /* likewise */
    struct mark code;     /* the first to write since any instruction cache was invalidated */
    uint32_t written;     /* fetch_time of the last write */
    uint32_t epoch;       /* of the waiting maintenance: when its core has passed it, that is complete */
    uint8_t waiting_core;
    uint8_t flags;
};

struct fetch {
    const struct site *site;
    uint64_t pa;
    uint32_t word;
    uint32_t before; /* what was fetched from there last */
};

static struct line *lines;
static uint32_t *fetched;      /* for each word, what was fetched from there last; 0: nothing */
static uint8_t *uncached;      /* for each page: mapped non-cacheable by everybody */
static uint8_t *owners;        /* for each page: VMID whose memory it is, as declared; 0: not known */
static uint8_t lives[VMIDS];   /* a new one begins when EL2 writes the memory of a partition that has run */
static uint8_t has_run[VMIDS]; /* in this life */
static uint32_t fetch_time = 1U;
static uint32_t invalidated[CORES]; /* fetch_time of the last IC for all */
static uint32_t epochs[CORES];      /* DSBs that complete maintenance */
static uint64_t zva_size = 64U;
static uint64_t untranslated;
static uint64_t operations;
static uint64_t guest_operations;
static pthread_mutex_t locks[LOCKS];

void cache_init(void)
{
    lines = kit_shadow(ram_size / LINE * sizeof(*lines));
    fetched = kit_shadow(ram_size);
    uncached = kit_shadow(ram_size / PAGE);
    owners = kit_shadow(ram_size / PAGE);
    for (uint32_t n = 0U; n < LOCKS; n++) {
        (void)pthread_mutex_init(&locks[n], NULL);
    }
}

bool cache_zva(uint64_t bytes)
{
    zva_size = bytes;
    return bytes >= 4U && bytes <= PAGE && (bytes & (bytes - 1U)) == 0U;
}

void cache_uncached(uint64_t first, uint64_t size)
{
    memset(&uncached[(first - ram_first) / PAGE], 1, size / PAGE);
}

void cache_partition(uint64_t first, uint64_t size, uint32_t vmid)
{
    memset(&owners[(first - ram_first) / PAGE], (int)vmid, size / PAGE);
}

static struct line *line_at(uint64_t pa)
{
    return &lines[(pa - ram_first) / LINE];
}

static void lock_line(uint64_t pa)
{
    (void)pthread_mutex_lock(&locks[pa / LINE % LOCKS]);
}

static void unlock_line(uint64_t pa)
{
    (void)pthread_mutex_unlock(&locks[pa / LINE % LOCKS]);
}

static struct mark mark_of(const struct core *core, const struct site *site)
{
    uint8_t vmid = (uint8_t)owner_of(core, site->level);

    return (struct mark){kit_site_number(site), (uint8_t)core->index, vmid, lives[vmid]};
}

static void follow_lives(const struct site *site, uint64_t pa)
{
    uint8_t owner = owners[(pa - ram_first) / PAGE];

    if (site->level >= 2U && owner != 0U && has_run[owner] != 0U) {
        has_run[owner] = 0U;
        lives[owner]++;
    }
}

static struct actor actor_of(struct mark writer)
{
    return (struct actor){kit_site(writer.site), writer.core, writer.vmid, writer.life != lives[writer.vmid]};
}

static void report_line(const struct core *core, const struct site *site, const char *class, uint64_t pa,
                        struct mark writer, const char *text)
{
    struct actor actor = actor_of(writer);

    report(core, site, class, pa, &actor, "%s", text);
}

static bool is_cacheable(const struct core *core, const struct site *site, uint64_t pa)
{
    uint64_t hcr = core->registers[REG_HCR_EL2];
    uint64_t sctlr = core->registers[site->level >= 2U ? REG_SCTLR_EL2 : REG_SCTLR_EL1];
    bool on = (sctlr & (SCTLR_M | SCTLR_C)) == (SCTLR_M | SCTLR_C);

    if (uncached[(pa - ram_first) / PAGE] != 0U) {
        return false;
    }
    if (site->level >= 2U) {
        return on;
    }
    return (hcr & HCR_CD) == 0U && ((hcr & HCR_DC) != 0U || on);
}

/* Maintenance whose DSB has come takes effect. */
static void settle(struct line *line)
{
    uint32_t flags = line->flags;

    if ((flags & WAITING) == 0U || __atomic_load_n(&epochs[line->waiting_core], __ATOMIC_ACQUIRE) == line->epoch) {
        return;
    }
    flags &= (flags & CLEANING) != 0U ? ~(uint32_t)(DIRTY | NOT_UNIFIED) : ~0U;
    flags &= (flags & UNIFYING) != 0U ? ~(uint32_t)NOT_UNIFIED : ~0U;
    flags &= (flags & INVALIDATING) != 0U ? ~(uint32_t)BYPASSED : ~0U;
    line->flags = (uint8_t)(flags & ~WAITING);
}

static void wait_for_barrier(struct line *line, const struct core *core, uint32_t what)
{
    settle(line);
    line->flags |= (uint8_t)what;
    line->waiting_core = (uint8_t)core->index;
    line->epoch = epochs[core->index];
}

static void write_code(struct line *line, struct mark mark)
{
    uint32_t now = __atomic_load_n(&fetch_time, __ATOMIC_RELAXED);

    if (line->written != now) {
        line->written = now;
        line->code = mark;
    }
}

static void store_cached(struct line *line, struct mark mark)
{
    if ((line->flags & DIRTY) == 0U) {
        line->dirty = mark;
    }
    line->flags = (uint8_t)((line->flags | DIRTY | NOT_UNIFIED) & ~(CLEANING | UNIFYING));
}

static const char *when_not_complete(const struct line *line, uint32_t flag, const char *not_done,
                                     const char *not_waited)
{
    return (line->flags & flag) != 0U ? not_waited : not_done;
}

static void store_past(const struct core *core, const struct site *site, struct line *line, uint64_t pa)
{
    if ((line->flags & DIRTY) != 0U) {
        report_line(core, site, "overwritten", pa, line->dirty,
                    when_not_complete(line, CLEANING, "store past the caches under a dirty line",
                                      "store past the caches under a line whose clean no DSB has completed"));
        line->flags &= (uint8_t)~DIRTY;
    }
    if ((line->flags & BYPASSED) == 0U) {
        line->bypassed = mark_of(core, site);
    }
    line->flags = (uint8_t)((line->flags | BYPASSED) & ~INVALIDATING);
}

static void load_past(const struct core *core, const struct site *site, struct line *line, uint64_t pa)
{
    if ((line->flags & DIRTY) != 0U) {
        report_line(core, site, "stale-memory", pa, line->dirty,
                    when_not_complete(line, CLEANING, "load past the caches of a line that is dirty in one",
                                      "load past the caches of a line whose clean no DSB has completed"));
        line->flags &= (uint8_t)~DIRTY;
    }
}

static void load_cached(const struct core *core, const struct site *site, struct line *line, uint64_t pa)
{
    if ((line->flags & BYPASSED) != 0U) {
        report_line(core, site, "stale-cache", pa, line->bypassed,
                    when_not_complete(
                        line, INVALIDATING, "load through the cache of a line written past it, not invalidated since",
                        "load through the cache of a line written past it, whose invalidation no DSB has completed"));
        line->flags &= (uint8_t)~BYPASSED;
    }
}

static void change(const struct core *core, const struct site *site, uint64_t pa, bool is_store, bool cacheable)
{
    struct line *line = line_at(pa);

    lock_line(pa);
    settle(line);
    if (is_store) {
        follow_lives(site, pa);
    }
    if (is_store && cacheable) {
        store_cached(line, mark_of(core, site));
    } else if (is_store) {
        store_past(core, site, line, pa);
    } else if (cacheable) {
        load_cached(core, site, line, pa);
    } else {
        load_past(core, site, line, pa);
    }
    if (is_store) {
        write_code(line, mark_of(core, site));
    }
    unlock_line(pa);
}

/* Whether an access can find or leave anything else than there is: nearly all do not. */
static bool is_nothing_new(const struct line *line, bool is_store, bool cacheable)
{
    uint32_t flags = __atomic_load_n(&line->flags, __ATOMIC_RELAXED);

    if (is_store) {
        return cacheable && (flags & (DIRTY | NOT_UNIFIED | WAITING)) == (DIRTY | NOT_UNIFIED) &&
               line->written == __atomic_load_n(&fetch_time, __ATOMIC_RELAXED);
    }
    return (flags & (cacheable ? BYPASSED : DIRTY)) == 0U;
}

void cache_access(struct core *core, const struct site *site, uint64_t pa, uint32_t size, bool is_store)
{
    bool cacheable = is_cacheable(core, site, pa);
    uint64_t page_end = (pa | (PAGE - 1U)) + 1U; /* where the next page is, nobody has said */
    uint64_t end = pa + size < page_end ? pa + size : page_end;

    for (uint64_t at = pa & ~(uint64_t)(LINE - 1U); at < end; at += LINE) {
        if (!is_nothing_new(line_at(at), is_store, cacheable)) {
            change(core, site, at, is_store, cacheable);
        }
    }
    if (cacheable) {
        dma_access(core, site, pa, (uint32_t)(end - pa), is_store);
    }
}

static void zero_block(const struct core *core, const struct site *site, uint64_t pa)
{
    uint64_t first = pa & ~(zva_size - 1U);

    for (uint64_t at = first & ~(uint64_t)(LINE - 1U); at < first + zva_size; at += LINE) {
        change(core, site, at, true, is_cacheable(core, site, at));
    }
}

/* A store that was cleaned by nobody is lost. At EL1 above a stage 2 the operation cleans as well (DDI 0487, DC IVAC). */
static void invalidate(const struct core *core, const struct site *site, struct line *line, uint64_t pa)
{
    bool cleans = site->level < 2U && (core->registers[REG_HCR_EL2] & (HCR_VM | HCR_DC)) != 0U;

    settle(line);
    if (!cleans && (line->flags & DIRTY) != 0U) {
        report_line(core, site, "discarded", pa, line->dirty, "invalidation of a dirty line");
        line->flags &= (uint8_t)~DIRTY;
    }
    wait_for_barrier(line, core, cleans ? CLEANING | INVALIDATING : INVALIDATING);
}

static void maintain_line(const struct core *core, const struct site *site, uint64_t pa)
{
    struct line *line = line_at(pa);
    bool was_dirty;

    lock_line(pa);
    settle(line);
    was_dirty = (line->flags & DIRTY) != 0U;
    switch (site->op.operation) {
    case DC_CVAU:
        wait_for_barrier(line, core, UNIFYING);
        break;
    case DC_IVAC:
        invalidate(core, site, line, pa);
        break;
    case DC_CIVAC:
        wait_for_barrier(line, core, CLEANING | INVALIDATING);
        break;
    default: /* DC CVAC, and to the points of persistence beyond */
        wait_for_barrier(line, core, CLEANING);
        break;
    }
    unlock_line(pa);
    if (site->op.operation == DC_IVAC || site->op.operation == DC_CIVAC) {
        dma_forget(core, site, pa, was_dirty);
    }
}

static void invalidate_code(const struct core *core, const struct site *site)
{
    bool everywhere =
        site->op.operation == IC_IALLUIS || (site->level < 2U && (core->registers[REG_HCR_EL2] & HCR_FB) != 0U);
    uint32_t now = __atomic_fetch_add(&fetch_time, 1U, __ATOMIC_ACQ_REL);

    for (uint32_t n = 0U; n < CORES; n++) {
        if (everywhere || n == core->index) {
            __atomic_store_n(&invalidated[n], now, __ATOMIC_RELEASE);
        }
    }
}

static bool is_by_address(const struct op *op)
{
    return operation_op1(op->operation) == 3U || op->operation == DC_IVAC;
}

static void operate_at(const struct core *core, const struct site *site, uint64_t pa)
{
    if (site->op.kind == OP_IC) {
        lock_line(pa);
        line_at(pa)->written = 0U; /* IC by address reaches all cores that the memory is shared with */
        unlock_line(pa);
    } else if (site->op.operation == DC_ZVA) {
        zero_block(core, site, pa);
    } else {
        maintain_line(core, site, pa);
    }
}

void cache_op(struct core *core, const struct site *site, uint64_t xt)
{
    uint64_t pa;

    __atomic_fetch_add(site->level >= 2U ? &operations : &guest_operations, 1U, __ATOMIC_RELAXED);
    if (!is_by_address(&site->op)) {
        if (site->op.kind == OP_IC) {
            invalidate_code(core, site);
        } else if (site->level >= 2U) {
            report(core, site, "set-way", NO_PA, NULL,
                   "cache maintenance by set and way says nothing about other cores' caches");
        }
        return;
    }
    pa = walk(core, site->level, xt);
    if (pa != NO_PA && is_ram(pa)) {
        operate_at(core, site, pa);
    } else {
        __atomic_fetch_add(&untranslated, 1U, __ATOMIC_RELAXED);
    }
}

/* What completes maintenance is a DSB for loads and stores that reaches all who share the memory. */
void cache_barrier(struct core *core, const struct site *site)
{
    if (site->op.kind == OP_DSB && BARRIER_TYPES(site->op.option) == TYPES_ALL &&
        BARRIER_DOMAIN(site->op.option) != DOMAIN_LOCAL) {
        __atomic_fetch_add(&epochs[core->index], 1U, __ATOMIC_ACQ_REL);
    }
}

static void check_start(const struct core *core, const struct site *site, uint64_t page)
{
    for (uint64_t pa = page; pa < page + PAGE; pa += LINE) {
        struct line *line = line_at(pa);

        lock_line(pa);
        settle(line);
        if ((line->flags & DIRTY) != 0U) {
            report_line(
                core, site, "dirty-at-start", pa, line->dirty,
                when_not_complete(line, CLEANING, "a partition starts with a line of its memory dirty in a cache",
                                  "a partition starts with a line of its memory whose clean no DSB has completed"));
        }
        unlock_line(pa);
    }
}

/* The first time in its life that a declared partition is entered, nothing of its memory may be in a cache only. */
void cache_exception_return(struct core *core, const struct site *site, uint32_t target)
{
    uint8_t vmid = (uint8_t)owner_of(core, 1U);

    if (site->level < 2U || target >= 2U || vmid == 0U ||
        __atomic_exchange_n(&has_run[vmid], 1U, __ATOMIC_ACQ_REL) != 0U) {
        return;
    }
    for (uint64_t page = 0U; page < ram_size / PAGE; page++) {
        if (owners[page] == vmid) {
            check_start(core, site, ram_first + page * PAGE);
        }
    }
}

/* What an instruction cache holds when its core starts, nobody knows. */
void cache_sysreg(struct core *core, const struct site *site, enum reg reg, uint64_t value)
{
    if (reg == REG_SCTLR_EL2 && (value & SCTLR_I) != 0U && invalidated[core->index] == 0U) {
        report(core, site, "fetch-no-ic", NO_PA, NULL, "EL2 turns an instruction cache on that was never invalidated");
    }
}

static bool fetches_past(const struct core *core, uint32_t level)
{
    return (core->registers[level >= 2U ? REG_SCTLR_EL2 : REG_SCTLR_EL1] & SCTLR_I) == 0U;
}

static void report_fetch(const struct core *core, const struct fetch *fetch, const char *class, struct mark writer,
                         const char *text)
{
    struct actor actor = actor_of(writer);

    report(core, fetch->site, class, fetch->pa, &actor, "%s; 0x%08x, 0x%08x before", text, fetch->word, fetch->before);
}

static void judge_fetch(const struct core *core, const struct fetch *fetch, const struct line *line)
{
    if ((line->flags & NOT_UNIFIED) != 0U) {
        report_fetch(core, fetch, "fetch-not-clean", line->code,
                     when_not_complete(line, CLEANING | UNIFYING, "fetch of a line not cleaned since it was written",
                                       "fetch of a line whose clean no DSB has completed"));
    } else if ((line->flags & DIRTY) != 0U && fetches_past(core, fetch->site->level)) {
        report_fetch(core, fetch, "fetch-not-clean", line->code,
                     "fetch with caches off of a line cleaned to unification only");
    }
    if (line->written > __atomic_load_n(&invalidated[core->index], __ATOMIC_ACQUIRE)) {
        report_fetch(core, fetch, "fetch-no-ic", line->code,
                     "fetch of a line written since this core's instruction cache was invalidated");
    }
}

/*
 * A fetch can only go wrong where the word is another one than a fetch from there has seen. Of one's own writes, only such
 * words count: a line may hold data beside code. Of others', also what has never been fetched: whose code was there before?
 */
void cache_fetch(struct core *core, const struct site *site, uint64_t pa, uint32_t word)
{
    struct line *line = line_at(pa);
    uint32_t *before = &fetched[(pa - ram_first) / WORD];
    bool own;

    if (*before == word || (line->flags & (NOT_UNIFIED | DIRTY | WAITING)) + line->written == 0U) {
        *before = word;
        return;
    }
    lock_line(pa);
    settle(line);
    own = line->code.vmid == owner_of(core, site->level) && line->code.life == lives[line->code.vmid];
    if (!own || *before != 0U) {
        judge_fetch(core, &(struct fetch){site, pa, word, *before}, line);
    }
    *before = word;
    unlock_line(pa);
}

void cache_end(void)
{
    report_number("cache operations of EL2", operations);
    report_number("cache operations of guests", guest_operations);
    report_number("cache operations at an address that is not RAM", untranslated);
}
