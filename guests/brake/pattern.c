/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that nobody should change; see pattern.h. */
#include "guests/brake/pattern.h"

/* An odd factor: different addresses, different words. */
static uint64_t pattern_of(const volatile uint64_t *word)
{
    return (uint64_t)(uintptr_t)word * 0x9e3779b97f4a7c15ULL;
}

void pattern_fill(const struct pattern *pattern)
{
    for (uint32_t n = 0U; n < pattern->count; n++) {
        pattern->words[n] = pattern_of(&pattern->words[n]);
    }
}

/* @implements REQ-GUEST-014 */
uint64_t pattern_check(struct pattern *pattern)
{
    const volatile uint64_t *word = &pattern->words[pattern->next];

    for (uint32_t n = 0U; n < pattern->slice; n++, word++) {
        if (*word != pattern_of(word)) {
            return (uint64_t)(uintptr_t)word;
        }
    }
    pattern->next = (pattern->next + pattern->slice) % pattern->count;
    return 0U;
}
