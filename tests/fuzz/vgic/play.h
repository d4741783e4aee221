/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sequences of operations, and playing them on the virtual GIC and its model. Every value of every field means something, so that
 * sequences can be cut and bytes can be made into them; what makes no sense at its moment (an EOI of nothing) does nothing.
 */
#ifndef TESTS_FUZZ_VGIC_PLAY_H
#define TESTS_FUZZ_VGIC_PLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum op_kind {
    OP_WRITE, /* distributor: offset, size, value */
    OP_READ,
    OP_WRITE_R, /* redistributors */
    OP_READ_R,
    OP_SGI,      /* value: as written; offset 0: ICC_SGI1R_EL1, else one that reaches group 0 */
    OP_LINE,     /* offset: which virtual device's line; value: level */
    OP_PHYSICAL, /* offset: which linked interrupt; value: level, or an edge */
    OP_TIMER,    /* value: level */
    OP_ACKNOWLEDGE,
    OP_END,        /* EOI of what was acknowledged last */
    OP_DEACTIVATE, /* size 0: offset: which of those to be deactivated; else an INTID */
    OP_INTERFACE,  /* offset: which register; value */
    OP_SWITCH,     /* off its core, or back */
    OP_POWER,      /* CPU_OFF, or CPU_ON; value 0: with the interface as at power-on */
    OP_RESTART,    /* of the partition; value: vCPUs to turn on */
    OP_AUDIT,      /* all quiet; every pending and active bit is read */
    OP_QUIESCE,    /* every vCPU takes and ends what it is given, until there is nothing left */
    OP_KINDS,
};

/*
 * `lag` says what happens after the operation: bits 0-3 are cores that do nothing, and the others do all they have to. 0: all of them,
 * again and again until there is nothing left. Bit 7: nobody does anything. Bit 6: while the operation waits for the lock, the
 * core that bits 4-5 name does all it has to, and if bit 3 is set, its guest acknowledges an interrupt then.
 */
struct op {
    uint8_t kind;
    uint8_t vcpu;
    uint8_t size;
    uint8_t lag;
    uint32_t offset;
    uint64_t value;
};

#define LAG_CORES 0x0fU
#define LAG_HOOK 0x40U
#define LAG_TAKES 0x08U
#define LAG_ALL 0x80U

struct sequence {
    uint32_t vcpus; /* 1 to 4 */
    uint32_t lists; /* 1 to 16 */
    size_t count;
    const struct op *ops;
};

/* Index of the operation that failed, what failed (the format of its message) and why; count if none did. */
struct outcome {
    size_t at;
    const char *what;
    char why[200];
};

struct outcome play(const struct sequence *sequence);
/* Operations played so far that did something. */
extern unsigned long long play_steps;
/* Of each kind. */
extern unsigned long long play_kinds[OP_KINDS];

/* random.c: a pseudo-random sequence; the same for the same seed. */
void random_sequence(uint64_t seed, struct op *ops, size_t count);

/* shrink.c: delta debugging. Cuts and simplifies in place while the same check fails; returns what is left. */
size_t shrink(struct sequence sequence, struct op *ops);
/* Prints it as a case for tests/fuzz/vgic/cases.c. */
void print_sequence(const struct sequence *sequence, const char *why);

#endif
