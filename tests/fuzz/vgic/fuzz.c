/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libFuzzer on the virtual GIC and its model: bytes are a sequence (play.h). The first byte says how many vCPUs and list registers; then
 * each operation is a byte for its kind and the vCPU, one for the size, one for what follows, and what the kind needs: an interrupt
 * and a register rather than an offset, so that most bytes do something.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/fuzz/vgic/machine.h"
#include "tests/fuzz/vgic/play.h"

#define MOST 400U

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct bytes {
    const uint8_t *data;
    size_t left;
};

static uint32_t next(struct bytes *bytes)
{
    if (bytes->left == 0U) {
        return 0U;
    }
    bytes->left--;
    return *bytes->data++;
}

static uint32_t next_word(struct bytes *bytes)
{
    uint32_t low = next(bytes);

    low |= next(bytes) << 8;
    low |= next(bytes) << 16;
    return low | next(bytes) << 24;
}

/* A bank of one bit, a priority, a trigger, a route, GICD_CTLR, or any offset. */
static void take_register(struct bytes *bytes, struct op *op)
{
    uint32_t what = next(bytes);
    uint32_t intid =
        op->kind <= OP_READ ? machine_interrupts[next(bytes) % MACHINE_INTERRUPTS].intid : next(bytes) % 32U;
    uint32_t frame = op->kind <= OP_READ ? 0U : (what >> 4) % MACHINE_CORES * 0x20000U + 0x10000U;

    what %= 16U;
    op->size = 4U;
    op->value = 1U << (intid % 32U);
    op->offset = frame + 0x80U + what * 0x80U + intid / 32U * 4U;
    if (what >= 7U && what < 10U) {
        op->size = 1U;
        op->offset = frame + 0x400U + intid;
        op->value = next(bytes);
    } else if (what == 10U) {
        op->offset = frame + 0xc00U + intid / 16U * 4U;
        op->value = next_word(bytes);
    } else if (what == 11U) {
        op->offset = 0x6000U + intid * 8U;
        op->value = next(bytes) % 6U;
        op->value = op->value == 5U ? 1U << 31 : op->value;
    } else if (what == 12U) {
        op->offset = 0U;
        op->value = next(bytes);
    } else if (what == 13U) {
        op->size = (uint8_t)(1U << next(bytes) % 4U);
        op->offset = next_word(bytes);
        op->value = next_word(bytes);
    } else if (what > 13U) {
        op->offset = frame + 0x80U + next(bytes) % 7U * 0x80U + intid / 32U * 4U;
        op->value = next_word(bytes);
    }
}

static void take(struct bytes *bytes, struct op *op)
{
    uint32_t first = next(bytes);

    *op = (struct op){.kind = (uint8_t)(first % OP_KINDS), .vcpu = (uint8_t)(first / OP_KINDS % MACHINE_CORES)};
    op->lag = (uint8_t)next(bytes);
    if (op->kind <= OP_READ_R) {
        take_register(bytes, op);
    } else if (op->kind == OP_SGI) {
        op->offset = op->lag >> 5 & 1U;
        op->value = (uint64_t)(next(bytes) & 0xfU) << 24;
        op->value |= next(bytes) & 0x1fU;
        op->value = (op->value & 0x10U) != 0U ? op->value | 1ULL << 40 : op->value;
    } else if (op->kind != OP_ACKNOWLEDGE && op->kind != OP_END && op->kind < OP_AUDIT) {
        op->offset = next(bytes);
        op->value = next(bytes);
    }
}

static void report(const struct sequence *sequence, struct op *ops, const struct outcome *outcome)
{
    struct sequence shrunk = *sequence;

    (void)printf("operation %zu: %s\n", outcome->at, outcome->why);
    shrunk.count = shrink(shrunk, ops);
    print_sequence(&shrunk, play(&shrunk).why);
    (void)fflush(stdout);
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint32_t lists[] = {4U, 8U, 2U, 1U};
    static struct op ops[MOST];
    struct bytes bytes = {data, size};
    uint32_t shape = next(&bytes);
    struct sequence sequence = {shape % 4U + 1U, lists[shape / 4U % 4U], 0U, ops};
    struct outcome outcome;

    while (bytes.left != 0U && sequence.count < MOST) {
        take(&bytes, &ops[sequence.count]);
        sequence.count++;
    }
    outcome = play(&sequence);
    if (outcome.at != sequence.count) {
        report(&sequence, ops, &outcome);
    }
    return 0;
}
