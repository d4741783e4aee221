/* SPDX-License-Identifier: Apache-2.0 */
/* Event records in words (partitions/event_text.c). */
#include "tests/unit/fake/test.h"
#include "partitions/event_text.h"

static char line[200];

static int set_up(void **state)
{
    (void)state;
    fake_board_reset();
    return 0;
}

static const char *line_of(const struct bulkhead_trace *event, uint64_t number)
{
    struct event_line sent = {.insert = "", .event = *event, .number = number};
    size_t used = 0U;

    event_begin(&sent);
    do {
        assert_in_range(used, 0U, sizeof(line) - 1U);
        line[used] = event_next(&sent);
        used++;
    } while (line[used - 1U] != '\0');
    assert_int_equal(event_next(&sent), '\0');
    return line;
}

static const char *text_of(uint16_t kind, uint8_t partition)
{
    struct bulkhead_trace event = {
        .kind = kind, .partition = partition, .detail = 0x93U, .address = 0x9000018U, .pc = 0x40001234U};

    return line_of(&event, 7U);
}

/* @verifies REQ-HEALTH-003 */
static void a_line_says_who_what_where_and_what_was_done(void **state)
{
    (void)state;
    assert_string_equal(
        text_of(BULKHEAD_EVENT_ABORT, IVI),
        "[bulkhead] #7 ivi: stage-2 abort, detail 0x93 address 0x9000018 pc 0x40001234: external abort to the "
        "guest\r\n");
}

/* @verifies REQ-HEALTH-003 */
static void what_belongs_to_no_partition_is_the_systems(void **state)
{
    (void)state;
    assert_ptr_equal(
        strstr(text_of(BULKHEAD_EVENT_SPURIOUS, 0xffU), "[bulkhead] #7 system: interrupt without an owner"), line);
    assert_ptr_equal(strstr(text_of(BULKHEAD_EVENT_SPURIOUS, 3U), "[bulkhead] #7 system: "), line);
}

/* @verifies REQ-HEALTH-003 */
static void every_event_has_words_of_its_own(void **state)
{
    static const uint16_t kinds[] = {
        BULKHEAD_TRACE_PARTITION_RUN, BULKHEAD_TRACE_PARTITION_STOP, BULKHEAD_EVENT_ABORT,        BULKHEAD_EVENT_SYSREG,
        BULKHEAD_EVENT_SERROR,        BULKHEAD_EVENT_CRASH,          BULKHEAD_EVENT_CORE_MISSING, BULKHEAD_EVENT_EXIT,
        BULKHEAD_EVENT_SPURIOUS,      BULKHEAD_EVENT_OUTPUT_LOST,    BULKHEAD_EVENT_ALL_OFF};
    char before[sizeof(line)] = "";

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
    assert_string_equal(
        text_of(200U, SAFETY),
        "[bulkhead] #7 safety: event without a name, detail 0x93 address 0x9000018 pc 0x40001234: none\r\n");
}

static void numbers_and_names_may_be_as_long_as_they_get(void **state)
{
    struct bulkhead_trace event = {.kind = BULKHEAD_EVENT_SYSREG, .detail = ~0U, .address = ~0ULL, .pc = ~0ULL};

    (void)state;
    memcpy(fake_partition_configs[0].name, "fifteen-letters", MAX_NAME + 1U);
    assert_string_equal(line_of(&event, ~0ULL),
                        "[bulkhead] #18446744073709551615 fifteen-letters: denied system register, detail 0xffffffff "
                        "address 0xffffffffffffffff pc 0xffffffffffffffff: undefined instruction to the guest\r\n");
}

static void what_comes_first_is_inserted_before_the_line(void **state)
{
    struct event_line sent = {.text = "[%w] ", .insert = "\r\n", .who = "ivi"};
    const char *expected = "\r\n[ivi] ";

    (void)state;
    for (size_t n = 0U; n <= strlen(expected); n++) {
        assert_int_equal(event_next(&sent), expected[n]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_line_says_who_what_where_and_what_was_done, set_up),
        cmocka_unit_test_setup(what_belongs_to_no_partition_is_the_systems, set_up),
        cmocka_unit_test_setup(every_event_has_words_of_its_own, set_up),
        cmocka_unit_test_setup(an_event_of_an_unknown_kind_is_shown_with_its_numbers, set_up),
        cmocka_unit_test_setup(numbers_and_names_may_be_as_long_as_they_get, set_up),
        cmocka_unit_test_setup(what_comes_first_is_inserted_before_the_line, set_up),
    };

    return cmocka_run_group_tests_name("event_text", tests, NULL, NULL);
}
