/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plays random sequences on the virtual GIC and its model (docs/vgic-model.md).
 *
 * Usage: model <seed> <steps>        from that seed on, until so many operations were played
 *        model <seed> <seconds>s     or so much time has passed
 *        model <seed> once           that seed alone
 *        model <seed> cases          the named cases alone
 * A failure is shrunk and printed as a case for cases.c; the exit status is 1.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/fuzz/vgic/cases.h"
#include "tests/fuzz/vgic/play.h"
#include "tests/fuzz/vgic/reference.h"

#define LENGTH 400U

static struct op ops[LENGTH];

/* Four list registers as on most cores, and eight; others, and longer sequences, now and then. */
static struct sequence sequence_of(uint64_t seed)
{
    static const uint32_t lists[] = {4U, 8U, 4U, 4U, 8U, 4U, 2U, 4U, 8U, 16U, 4U, 1U, 4U, 3U, 4U, 8U};

    random_sequence(seed, ops, LENGTH);
    return (struct sequence){(uint32_t)(seed / 16U % 4U) + 1U, lists[seed % 16U], LENGTH, ops};
}

static int report(struct sequence sequence, uint64_t seed, struct outcome outcome)
{
    (void)printf("seed %llu fails at operation %zu, after %llu operations: %s\n", (unsigned long long)seed, outcome.at,
                 play_steps, outcome.why);
    (void)fflush(stdout);
    sequence.count = shrink(sequence, ops);
    outcome = play(&sequence);
    print_sequence(&sequence, outcome.why);
    return 1;
}

static int run(uint64_t seed, unsigned long long steps, time_t end)
{
    uint64_t first = seed;

    do {
        struct sequence sequence = sequence_of(seed);
        struct outcome outcome = play(&sequence);

        if (outcome.at != sequence.count) {
            return report(sequence, seed, outcome);
        }
        seed++;
    } while (steps != 0U ? play_steps < steps : time(NULL) < end);
    (void)printf("vgic model: seeds %llu to %llu, %llu operations, no difference\n", (unsigned long long)first,
                 (unsigned long long)seed - 1U, play_steps);
    return 0;
}

static int run_cases(void)
{
    for (size_t n = 0U; n < passing_count; n++) {
        struct outcome outcome = play(&passing_cases[n].sequence);

        if (outcome.at != passing_cases[n].sequence.count) {
            (void)printf("%s: fails at operation %zu, after %llu operations: %s\n", passing_cases[n].name, outcome.at,
                         play_steps, outcome.why);
            print_sequence(&passing_cases[n].sequence, outcome.why);
            return 1;
        }
    }
    return 0;
}

int main(int count, char **words)
{
    const char *limit = count > 2 ? words[2] : "";
    uint64_t seed = count > 1 ? strtoull(words[1], NULL, 0) : 0U;

    if (count != 3) {
        (void)fprintf(stderr, "usage: %s <seed> <steps>|<seconds>s|once|cases\n", words[0]);
        return 2;
    }
    if (strcmp(limit, "once") == 0) {
        return run(seed, 1U, 0);
    }
    if (strcmp(limit, "cases") == 0) {
        return run_cases();
    }
    if (strchr(limit, 's') != NULL) {
        return run(seed, 0U, time(NULL) + (time_t)strtol(limit, NULL, 0));
    }
    return run(seed, strtoull(limit, NULL, 0), 0);
}
