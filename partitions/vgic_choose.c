/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which interrupts of a vCPU are the most urgent: the choice for its list registers, and which active ones the
 * guest ended without a list register. Pure logic; one pass over the words that changed, called by vgic_lists.c and
 * vgic.c. The longest pass is over all interrupts the partition owns (docs/vgic.md).
 * @implements REQ-VGIC-014
 * @implements REQ-VGIC-015
 */
#include "partitions/vgic_words.h"

/* Smaller is more urgent; at equal priority what is active comes first, then the lower INTID (4.8). */
#define KEY_PENDING (1U << 16)
#define KEY_WRITTEN (1U << 31) /* after every other */

/* A word of interrupts, to look at only. */
struct view {
    const struct vgic_bank *bank;
    uint32_t index;
};

static struct view view_of(const struct vcpu_state *vcpu, uint32_t index)
{
    const struct vgic_bank *bank = index == 0U ? &vcpu->vgic.bank : &vgic_partition(vcpu)->vgic.bank[index];

    return (struct view){bank, index};
}

static uint32_t key_of(struct view at, uint32_t n, uint32_t kind)
{
    return (uint32_t)at.bank->priority[n] << VGIC_KEY_PRIORITY_SHIFT | kind | (at.index * 32U + n);
}

/* Keeps the list sorted and at most `limit` long; what no longer fits falls off its end. */
static void insert(struct vgic_choice *choice, uint32_t limit, uint32_t key)
{
    uint32_t n = choice->count < limit ? choice->count++ : limit - 1U;

    for (; n > 0U && choice->keys[n - 1U] > key; n--) {
        choice->keys[n] = choice->keys[n - 1U];
    }
    choice->keys[n] = key;
}

/* Some interrupts of one word; returns the most urgent. Most of many are passed over at the cost of one comparison. */
static uint32_t offer(struct vgic_choice *choice, uint32_t limit, struct view at, uint32_t bits, uint32_t kind)
{
    uint32_t first = VGIC_KEY_NONE;

    for (; bits != 0U; bits &= bits - 1U) {
        uint32_t key = key_of(at, vgic_first(bits), kind);

        first = key < first ? key : first;
        if (choice->count < limit || key < choice->keys[limit - 1U]) {
            insert(choice, limit, key);
        }
    }
    return first;
}

/* How many bits are set; the target has no instruction for that outside SIMD. */
static uint32_t count_of(uint32_t bits)
{
    bits -= bits >> 1 & 0x55555555U;
    bits = (bits & 0x33333333U) + (bits >> 2 & 0x33333333U);
    bits = (bits + (bits >> 4)) & 0x0f0f0f0fU;
    return (bits * 0x01010101U) >> 24;
}

static uint32_t pending_chosen(const struct vgic_choice *choice)
{
    uint32_t chosen = 0U;

    for (uint32_t n = 0U; n < choice->count; n++) {
        chosen += (choice->keys[n] & KEY_PENDING) != 0U ? 1U : 0U;
    }
    return chosen;
}

/* What may be given to the vCPU: pending, enabled, routed to it, not active and in no list register. */
static uint32_t due_in(const struct vcpu_state *vcpu, struct view at)
{
    return vgic_pending_in(at.bank) & vgic_open_in(&vgic_partition(vcpu)->vgic, at.bank) & vcpu->vgic.routed[at.index] &
           ~at.bank->active & ~at.bank->listed;
}

/*
 * The most urgent by priority - but if anything is pending, the most urgent pending one is always among them, even if
 * more urgent active ones fill the rest: with EOImode 1 those may have dropped their priority long ago. So
 * "no list register is pending" is never true after a refill while something is pending, and the maintenance
 * interrupt that says so cannot repeat without progress.
 */
void vgic_choose(const struct vcpu_state *vcpu, uint32_t limit, struct vgic_choice *choice)
{
    const struct vgic_cpu_state *cpu = &vcpu->vgic;
    uint32_t first = VGIC_KEY_NONE;
    uint32_t chosen;

    choice->count = 0U;
    choice->pending = 0U;
    choice->active = 0U;
    for (uint32_t words = cpu->look; words != 0U; words &= words - 1U) {
        struct view at = view_of(vcpu, vgic_first(words));
        uint32_t active = at.bank->active & cpu->taken[at.index] & ~at.bank->listed;
        uint32_t due = due_in(vcpu, at);
        uint32_t key;

        if ((due | active) == 0U) {
            continue;
        }
        (void)offer(choice, limit, at, active, 0U);
        key = offer(choice, limit, at, due, KEY_PENDING);
        first = key < first ? key : first;
        choice->active += count_of(active);
        choice->pending += count_of(due);
    }
    chosen = pending_chosen(choice);
    if (chosen == 0U && choice->pending != 0U) {
        choice->keys[limit - 1U] = first;
        chosen = 1U;
    }
    choice->left_pending = choice->pending - chosen;
    choice->left_active = choice->active - (choice->count - chosen);
}

/*
 * An EOI ends the most urgent of those the guest acknowledged (4.8.1). One made active by a write has no EOI to come;
 * it is chosen only when there is no other.
 */
uint32_t vgic_choose_active(const struct vcpu_state *vcpu)
{
    uint32_t first = VGIC_KEY_NONE;

    for (uint32_t index = 0U; index < VGIC_WORDS; index++) {
        struct view at = view_of(vcpu, index);
        uint32_t active = at.bank->active & vcpu->vgic.taken[index] & ~at.bank->listed;

        for (uint32_t bits = active; bits != 0U; bits &= bits - 1U) {
            uint32_t kind = (at.bank->acknowledged & bits & (0U - bits)) != 0U ? 0U : KEY_WRITTEN;
            uint32_t key = key_of(at, vgic_first(bits), kind);

            first = key < first ? key : first;
        }
    }
    return first;
}

bool vgic_due_above(const struct vcpu_state *vcpu, uint32_t mask, bool group0, bool group1)
{
    for (uint32_t index = 0U; index < VGIC_WORDS; index++) {
        struct view at = view_of(vcpu, index);
        uint32_t groups = (group0 ? ~at.bank->group1 : 0U) | (group1 ? at.bank->group1 : 0U);

        for (uint32_t bits = due_in(vcpu, at) & groups; bits != 0U; bits &= bits - 1U) {
            if (at.bank->priority[vgic_first(bits)] < mask) {
                return true;
            }
        }
    }
    return false;
}
