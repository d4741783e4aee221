/* SPDX-License-Identifier: Apache-2.0 */
/* Delta debugging over a sequence that fails, and what is left in print. See play.h. */
#include <stdio.h>
#include <string.h>

#include "tests/fuzz/vgic/play.h"

static const char *const kinds[] = {"OP_WRITE",      "OP_READ",      "OP_WRITE_R", "OP_READ_R",      "OP_SGI",
                                    "OP_LINE",       "OP_PHYSICAL",  "OP_TIMER",   "OP_ACKNOWLEDGE", "OP_END",
                                    "OP_DEACTIVATE", "OP_INTERFACE", "OP_SWITCH",  "OP_POWER",       "OP_RESTART",
                                    "OP_AUDIT",      "OP_QUIESCE"};

static const char *wanted;

/* True if it still fails in the same way; cuts what comes after the failure. */
static bool fails(struct sequence *sequence)
{
    struct outcome outcome = play(sequence);

    if (outcome.at == sequence->count || (wanted != NULL && outcome.what != wanted)) {
        return false;
    }
    wanted = outcome.what;
    sequence->count = outcome.at + 1U;
    return true;
}

/* Without `size` operations from `at` on; puts them back if that does not fail. */
static bool cut(struct sequence *sequence, struct op *ops, size_t at, size_t size)
{
    static struct op saved[1U << 16];
    size_t count = sequence->count;

    memcpy(saved, ops, count * sizeof(*ops));
    memmove(ops + at, ops + at + size, (count - at - size) * sizeof(*ops));
    sequence->count = count - size;
    if (fails(sequence)) {
        return true;
    }
    memcpy(ops, saved, count * sizeof(*ops));
    sequence->count = count;
    return false;
}

static void cut_all(struct sequence *sequence, struct op *ops)
{
    for (size_t size = sequence->count / 2U; size > 0U; size = size == 1U ? 0U : (size + 1U) / 2U) {
        for (size_t at = 0U; at + size <= sequence->count;) {
            at += cut(sequence, ops, at, size) ? 0U : size;
        }
    }
}

static bool try(struct sequence *sequence, struct op *op, struct op simpler)
{
    struct op saved = *op;
    size_t count = sequence->count;

    if (memcmp(&saved, &simpler, sizeof(saved)) == 0) {
        return false;
    }
    *op = simpler;
    if (fails(sequence)) {
        return true;
    }
    *op = saved;
    sequence->count = count;
    return false;
}

/* Everything settles after it; single bits of what is written. */
static void simplify(struct sequence *sequence, struct op *op)
{
    struct op simpler = *op;

    simpler.lag = 0U;
    if (!try(sequence, op, simpler)) {
        simpler.lag = op->lag & (uint8_t)~LAG_HOOK;
        (void)try(sequence, op, simpler);
    }
    for (uint32_t bit = 0U; bit < 64U; bit++) {
        simpler = *op;
        simpler.value &= ~(1ULL << bit);
        (void)try(sequence, op, simpler);
    }
    simpler = *op;
    simpler.vcpu = 0U;
    (void)try(sequence, op, simpler);
}

size_t shrink(struct sequence sequence, struct op *ops)
{
    size_t before;

    wanted = NULL;
    sequence.ops = ops;
    if (!fails(&sequence)) {
        return sequence.count;
    }
    do {
        before = sequence.count;
        cut_all(&sequence, ops);
    } while (sequence.count < before);
    for (size_t n = 0U; n < sequence.count; n++) {
        simplify(&sequence, &ops[n]);
    }
    cut_all(&sequence, ops);
    return sequence.count;
}

void print_sequence(const struct sequence *sequence, const char *why)
{
    (void)printf("/* %s */\nstatic const struct op ops[] = {\n", why);
    for (size_t n = 0U; n < sequence->count; n++) {
        const struct op *op = &sequence->ops[n];

        (void)printf("    {%s, %uU, %uU, 0x%02xU, 0x%xU, 0x%llxU},\n", kinds[op->kind % OP_KINDS], op->vcpu, op->size,
                     op->lag, op->offset, (unsigned long long)op->value);
    }
    (void)printf("};\nCASE(%u, %u, ops)\n", sequence->vcpus, sequence->lists);
}
