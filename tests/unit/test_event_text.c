/* SPDX-License-Identifier: Apache-2.0 */
/* Event records in words (partitions/event_text.c). */
#include "tests/unit/fake/test.h"
#include "partitions/event_text.h"

static char line[160];

static int set_up(void **state)
{
    (void)state;
    fake_board_reset();
    return 0;
}

static const char *text_of(uint16_t kind, uint8_t partition)
{
    struct bulkhead_trace event = {
        .kind = kind, .partition = partition, .detail = 0x93U, .address = 0x9000018U, .pc = 0x40001234U};

    event_text(line, sizeof(line), &event, 7U);
    return line;
}

/* @verifies REQ-HEALTH-003 */
static void a_line_says_who_what_where_and_what_was_done(void **state)
{
    (void)state;
    assert_string_equal(text_of(BULKHEAD_EVENT_ABORT, IVI),
                        "#7 ivi: stage-2 abort, detail 0x93 address 0x9000018 pc 0x40001234: external abort to the "
                        "guest");
}

/* @verifies REQ-HEALTH-003 */
static void what_belongs_to_no_partition_is_the_systems(void **state)
{
    (void)state;
    assert_ptr_equal(strstr(text_of(BULKHEAD_EVENT_SPURIOUS, 0xffU), "#7 system: interrupt without an owner"), line);
    assert_ptr_equal(strstr(text_of(BULKHEAD_EVENT_SPURIOUS, 3U), "#7 system: "), line);
}

/* @verifies REQ-HEALTH-003 */
static void every_event_has_words_of_its_own(void **state)
{
    static const uint16_t kinds[] = {
        BULKHEAD_TRACE_PARTITION_RUN, BULKHEAD_TRACE_PARTITION_STOP, BULKHEAD_EVENT_ABORT,
        BULKHEAD_EVENT_SYSREG,        BULKHEAD_EVENT_SERROR,         BULKHEAD_EVENT_CRASH,
        BULKHEAD_EVENT_CORE_MISSING,  BULKHEAD_EVENT_EXIT,           BULKHEAD_EVENT_SPURIOUS};
    char before[160] = "";

    (void)state;
    for (uint32_t n = 0U; n < COUNT(kinds); n++) {
        (void)text_of(kinds[n], SAFETY);
        assert_null(strstr(line, "event without a name"));
        assert_string_not_equal(line, before);
        memcpy(before, line, sizeof(before));
    }
}

static void an_event_of_an_unknown_kind_is_shown_with_its_numbers(void **state)
{
    (void)state;
    assert_string_equal(text_of(200U, SAFETY),
                        "#7 safety: event without a name, detail 0x93 address 0x9000018 pc 0x40001234: none");
}

static void the_longest_event_fits_into_a_line_of_the_console(void **state)
{
    struct bulkhead_trace event = {.kind = BULKHEAD_EVENT_SYSREG, .detail = ~0U, .address = ~0ULL, .pc = ~0ULL};

    (void)state;
    memcpy(fake_partition_configs[0].name, "fifteen-letters", MAX_NAME + 1U);
    event_text(line, sizeof(line), &event, ~0ULL >> 24);
    assert_in_range(strlen(line), 1U, sizeof(line) - 1U);
    assert_non_null(strstr(line, " fifteen-letters: denied system register, "));
    event_text(line, 20U, &event, 1U);
    assert_string_equal(line, "#1 fifteen-letters:");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_line_says_who_what_where_and_what_was_done, set_up),
        cmocka_unit_test_setup(what_belongs_to_no_partition_is_the_systems, set_up),
        cmocka_unit_test_setup(every_event_has_words_of_its_own, set_up),
        cmocka_unit_test_setup(an_event_of_an_unknown_kind_is_shown_with_its_numbers, set_up),
        cmocka_unit_test_setup(the_longest_event_fits_into_a_line_of_the_console, set_up),
    };

    return cmocka_run_group_tests_name("event_text", tests, NULL, NULL);
}
