/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which interrupts of a vCPU are the most urgent: the choice for its list registers. Pure logic, called by vgic_lists.c.
 *
 * The priorities of a word are bit planes, so the most urgent of any of its interrupts is found in five steps, however
 * many they are. For each word the vCPU remembers the most urgent interrupt that waits (`waits`); only words in which
 * something has changed are looked at again. So a choice costs a comparison for each word and one look at the word
 * that it came from.
 * @implements REQ-VGIC-014
 * @implements REQ-VGIC-015
 * @implements REQ-VGIC-032
 */
#include "partitions/vgic_words.h"

/* A word of interrupts, to look at only. */
struct view {
    const struct vgic_bank *bank;
    uint32_t index;
};

static inline struct view view_of(const struct vcpu_state *vcpu, uint32_t index)
{
    const struct vgic_bank *bank = index == 0U ? &vcpu->vgic.bank : &vgic_partition(vcpu)->vgic.bank[index];

    return (struct view){bank, index};
}

/* One bit of the priority: those that have it clear are more urgent, if there are any. */
static inline uint32_t halve(uint32_t *bits, uint32_t plane)
{
    uint32_t better = *bits & ~plane;

    *bits = better != 0U ? better : *bits;
    return better != 0U ? 0U : 1U;
}

/* The most urgent of `bits`, which are not none; of equals the lowest INTID (4.8). Not inlined: it has many callers. */
static __attribute__((noinline)) uint32_t key_in(struct view at, uint32_t bits)
{
    const uint32_t *planes = at.bank->planes;
    uint32_t level = halve(&bits, planes[0]);

    level = level << 1 | halve(&bits, planes[1]);
    level = level << 1 | halve(&bits, planes[2]);
    level = level << 1 | halve(&bits, planes[3]);
    level = level << 1 | halve(&bits, planes[4]);
    return level << (VGIC_KEY_PRIORITY_SHIFT + 3U) | at.index * 32U | vgic_first(bits);
}

/* What may be given to the vCPU: pending, enabled, routed to it, not active and in no list register. */
static inline uint32_t due_in(const struct vcpu_state *vcpu, struct view at)
{
    return vgic_pending_in(at.bank) & vgic_open_for(&vcpu->vgic, at.bank) & vcpu->vgic.routed[at.index] &
           ~at.bank->active & ~at.bank->listed;
}

static inline uint32_t active_in(const struct vcpu_state *vcpu, struct view at)
{
    return at.bank->active & vcpu->vgic.taken[at.index] & ~at.bank->listed;
}

/* The most urgent of what waits in a word, anew. */
static __attribute__((noinline)) void note(struct vgic_cpu_state *cpu, struct view at, uint32_t due, uint32_t active)
{
    struct vgic_waiting *waiting = &cpu->waiting;
    uint32_t bit = 1U << at.index;
    uint32_t key = VGIC_KEY_NONE;

    waiting->due[at.index] = due;
    waiting->active[at.index] = active;
    if (due != 0U) {
        key = key_in(at, due) | VGIC_KEY_PENDING;
    }
    if (active != 0U) {
        uint32_t other = key_in(at, active);

        key = other < key ? other : key;
    }
    waiting->key[at.index] = key;
    waiting->due_words = due != 0U ? waiting->due_words | bit : waiting->due_words & ~bit;
    waiting->active_words = active != 0U ? waiting->active_words | bit : waiting->active_words & ~bit;
    cpu->look = (due | active) != 0U ? cpu->look | bit : cpu->look & ~bit;
}

uint32_t vgic_choose_begin(struct vcpu_state *vcpu, uint32_t words)
{
    struct vgic_cpu_state *cpu = &vcpu->vgic;
    uint32_t n = 0U;

    for (; n < words && cpu->look >> VGIC_LOOK_CHANGED != 0U; n++) {
        struct view at = view_of(vcpu, vgic_first(cpu->look >> VGIC_LOOK_CHANGED));

        cpu->look &= ~(1U << VGIC_LOOK_CHANGED << at.index);
        note(cpu, at, due_in(vcpu, at), active_in(vcpu, at));
    }
    return n;
}

void vgic_choose_took(struct vcpu_state *vcpu, uint32_t intid)
{
    struct vgic_waiting *waiting = &vcpu->vgic.waiting;
    struct view at = view_of(vcpu, intid / 32U);
    uint32_t bit = vgic_bit_of(intid);
    uint32_t due = waiting->due[at.index] & ~bit;
    uint32_t active = waiting->active[at.index] & ~bit;

    if (due != 0U && active == 0U && (waiting->active_words & 1U << at.index) == 0U) {
        waiting->due[at.index] = due;
        waiting->key[at.index] = key_in(at, due) | VGIC_KEY_PENDING;
        return;
    }
    note(&vcpu->vgic, at, due, active);
}

uint32_t vgic_choose(const struct vcpu_state *vcpu)
{
    const uint32_t *keys = vcpu->vgic.waiting.key;
    uint32_t first = VGIC_KEY_NONE;

    _Static_assert(VGIC_WORDS % 3U == 0U, "three words at a time");
    for (uint32_t index = 0U; index < VGIC_WORDS; index += 3U) {
        first = keys[index] < first ? keys[index] : first;
        first = keys[index + 1U] < first ? keys[index + 1U] : first;
        first = keys[index + 2U] < first ? keys[index + 2U] : first;
    }
    return first;
}

uint32_t vgic_choose_pending(const struct vcpu_state *vcpu)
{
    uint32_t first = VGIC_KEY_NONE;

    for (uint32_t words = vcpu->vgic.waiting.due_words; words != 0U; words &= words - 1U) {
        struct view at = view_of(vcpu, vgic_first(words));
        uint32_t key = key_in(at, vcpu->vgic.waiting.due[at.index]) | VGIC_KEY_PENDING;

        first = key < first ? key : first;
    }
    return first;
}
