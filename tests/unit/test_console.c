/* SPDX-License-Identifier: Apache-2.0 */
/* The board's console (partitions/console.c). The service core is core 1; safety is console 0, ivi console 1. */
#include "tests/unit/fake/test.h"
#include "arch/arm64/trace.h"
#include "lib/printf.h"
#include "partitions/console.h"

#define BURST 16U /* at most */
#define DR 0U
#define ROUNDS 4096U

static const char crash_line[] =
    "[bulkhead] #1 ivi: crash by hypercall, detail 0x0 address 0x2a pc 0x1000: on-fault action\r\n";

/* The service core serves as long as it asks itself to. Returns how often. */
static uint32_t serve(void)
{
    uint32_t rounds = 0U;
    uint32_t posts;

    fake_be_core(SERVICE_CORE);
    do {
        posts = fake_posts(SERVICE_CORE, POST_CONSOLE);
        console_service();
        rounds++;
        assert_true(rounds < ROUNDS);
    } while (fake_posts(SERVICE_CORE, POST_CONSOLE) != posts);
    return rounds;
}

static void say(uint32_t partition, const char *text)
{
    struct vcpu_state *vcpu = fake_be_vcpu(partition, 0U);

    for (; *text != '\0'; text++) {
        vuart_write(vcpu, DR, (uint8_t)*text);
    }
}

/* The console has no way back to its first state but its own means: show all, end lines, turn and focus to console 0. */
static void settle(void)
{
    fake_uart_type("\0350");
    (void)serve();
    say(SAFETY, "\n");
    (void)serve();
    say(IVI, "\n");
    (void)serve();
}

static int set_up(void **state)
{
    (void)state;
    fake_gic_reset();
    fake_vgic_reset();
    fake_board_reset();
    fake_uart_reset();
    settle();
    fake_board_reset();
    fake_uart_reset();
    console_init();
    return 0;
}

static void crash_event(void)
{
    fake_be_core(0U);
    trace_event(BULKHEAD_EVENT_CRASH, (struct trace_source){IVI, 0U}, 0U, 42U, 0x1000U);
}

static uint32_t typed(uint32_t number)
{
    return fake_vuarts[number].rx_head - fake_vuarts[number].rx_tail;
}

/* @verifies REQ-CONSOLE-002 */
static void every_line_is_prefixed_with_the_name_of_its_partition(void **state)
{
    (void)state;
    say(SAFETY, "one\r\ntwo\r\n");
    (void)serve();
    assert_string_equal(fake_uart_sent(), "[safety] one\r\n[safety] two\r\n");
    fake_uart_clear();
    say(IVI, "three\n");
    (void)serve();
    assert_string_equal(fake_uart_sent(), "[ivi] three\n");
}

/* @verifies REQ-CONSOLE-002 */
static void a_line_that_comes_in_pieces_is_prefixed_once(void **state)
{
    (void)state;
    say(SAFETY, "he");
    (void)serve();
    say(SAFETY, "llo");
    (void)serve();
    say(SAFETY, "\n");
    (void)serve();
    assert_string_equal(fake_uart_sent(), "[safety] hello\n");
}

/* @verifies REQ-CONSOLE-002 */
static void a_change_of_speaker_in_the_middle_of_a_line_ends_it(void **state)
{
    (void)state;
    say(SAFETY, "half");
    (void)serve();
    say(IVI, "other\r\n");
    (void)serve();
    say(SAFETY, " rest\r\n");
    (void)serve();
    assert_string_equal(fake_uart_sent(), "[safety] half\r\n[ivi] other\r\n[safety]  rest\r\n");
}

static void a_line_is_finished_before_the_turn_passes_on(void **state)
{
    (void)state;
    say(SAFETY, "a long line of the first speaker\n");
    say(IVI, "short\n");
    (void)serve();
    assert_string_equal(fake_uart_sent(), "[safety] a long line of the first speaker\n[ivi] short\n");
}

static void speakers_take_turns_line_by_line(void **state)
{
    (void)state;
    say(SAFETY, "1\n2\n");
    say(IVI, "1\n2\n");
    (void)serve();
    assert_string_equal(fake_uart_sent(), "[safety] 1\n[ivi] 1\n[safety] 2\n[ivi] 2\n");
}

static void a_line_without_an_end_does_not_keep_others_silent(void **state)
{
    (void)state;
    for (uint32_t n = 0U; n < 1000U; n++) {
        say(SAFETY, "x");
    }
    say(IVI, "heard\n");
    crash_event();
    for (uint32_t n = 0U; n < 40U; n++) {
        fake_be_core(SERVICE_CORE);
        console_service();
    }
    assert_non_null(strstr(fake_uart_sent(), "x\r\n[ivi] heard\n"));
    assert_non_null(strstr(fake_uart_sent(), crash_line));
}

/* @verifies REQ-HEALTH-003 */
static void an_event_is_a_line_of_its_own_in_words(void **state)
{
    (void)state;
    crash_event();
    assert_string_equal(fake_uart_sent(), "");
    (void)serve();
    assert_string_equal(fake_uart_sent(), crash_line);
    fake_uart_clear();
    (void)serve();
    assert_string_equal(fake_uart_sent(), "");
}

/* @verifies REQ-HEALTH-003 */
static void an_event_waits_for_the_end_of_the_line_that_is_being_written(void **state)
{
    char expected[160];

    (void)state;
    say(SAFETY, "begun");
    (void)serve();
    crash_event();
    say(SAFETY, " ended\n");
    (void)serve();
    (void)format(expected, sizeof(expected), "[safety] begun ended\n%s", crash_line);
    assert_string_equal(fake_uart_sent(), expected);
}

/* @verifies REQ-HEALTH-003 */
static void an_event_does_not_wait_for_a_speaker_who_stopped_in_the_middle(void **state)
{
    char expected[200];

    (void)state;
    say(SAFETY, "prompt> ");
    (void)serve();
    crash_event();
    (void)serve();
    say(SAFETY, "more\n");
    (void)serve();
    (void)format(expected, sizeof(expected), "[safety] prompt> \r\n%s[safety] more\n", crash_line);
    assert_string_equal(fake_uart_sent(), expected);
}

/* @verifies REQ-HEALTH-003 */
static void an_overrun_of_the_event_ring_shows_the_newest_ones(void **state)
{
    (void)state;
    for (uint32_t n = 1U; n <= 3U * BULKHEAD_EVENT_ENTRIES; n++) {
        fake_be_core(2U);
        trace_event(BULKHEAD_EVENT_SPURIOUS, (struct trace_source){TRACE_NOBODY, TRACE_NOBODY}, n, 0U, 0U);
    }
    (void)serve();
    assert_null(strstr(fake_uart_sent(), "#64 system"));
    assert_non_null(strstr(fake_uart_sent(), "[bulkhead] #66 system: interrupt without an owner, detail 0x42 "));
    assert_non_null(strstr(fake_uart_sent(), "#96 system: interrupt without an owner, detail 0x60 "));
}

static void events_of_all_cores_are_shown(void **state)
{
    (void)state;
    for (uint32_t core = 0U; core < CORES; core++) {
        fake_be_core(core);
        trace_event(BULKHEAD_EVENT_SPURIOUS, (struct trace_source){TRACE_NOBODY, TRACE_NOBODY}, 0x100U + core, 0U, 0U);
    }
    (void)serve();
    assert_non_null(strstr(fake_uart_sent(), "detail 0x100 "));
    assert_non_null(strstr(fake_uart_sent(), "detail 0x101 "));
    assert_non_null(strstr(fake_uart_sent(), "detail 0x102 "));
    assert_non_null(strstr(fake_uart_sent(), "detail 0x103 "));
}

/* @verifies REQ-CONSOLE-001 */
static void one_call_moves_a_bounded_burst_and_asks_for_the_next(void **state)
{
    (void)state;
    for (uint32_t n = 0U; n < 10U; n++) {
        say(SAFETY, "0123456789");
    }
    fake_be_core(SERVICE_CORE);
    fake_posts_reset();
    console_service();
    assert_in_range(strlen(fake_uart_sent()), 1U, BURST);
    assert_int_equal(fake_posts(SERVICE_CORE, POST_CONSOLE), 1U);
    assert_int_equal(fake_uart_transmit_interrupt(), 0);
    assert_in_range(serve(), 100U / BURST, 100U);
    assert_int_equal(strlen(fake_uart_sent()), strlen("[safety] ") + 100U);
}

/* @verifies REQ-CONSOLE-001 */
static void a_full_fifo_is_not_waited_for_but_asked_to_interrupt(void **state)
{
    (void)state;
    say(SAFETY, "hello\n");
    fake_uart_room(5U);
    fake_be_core(SERVICE_CORE);
    fake_posts_reset();
    console_service();
    assert_string_equal(fake_uart_sent(), "[safe");
    assert_int_equal(fake_uart_transmit_interrupt(), 1);
    assert_int_equal(fake_posts(SERVICE_CORE, POST_CONSOLE), 0U);
    fake_uart_room(100U);
    (void)serve();
    assert_string_equal(fake_uart_sent(), "[safety] hello\n");
    assert_int_equal(fake_uart_transmit_interrupt(), 0);
}

/* @verifies REQ-VUART-002 */
static void a_guest_whose_ring_has_drained_by_half_is_posted_on_all_its_cores(void **state)
{
    (void)state;
    for (uint32_t n = 0U; n < VUART_TX_SIZE; n++) {
        say(IVI, n % 64U == 63U ? "\n" : "y");
    }
    (void)serve();
    assert_int_equal(fake_posts(0U, POST_UART), 0U);
    for (uint32_t core = 1U; core < CORES; core++) {
        assert_int_equal(fake_posts(core, POST_UART), 1U);
    }
}

/* @verifies REQ-VUART-003 */
static void output_that_was_lost_is_a_line_with_its_number_of_characters(void **state)
{
    const char *said;

    (void)state;
    for (uint32_t n = 0U; n < VUART_TX_SIZE + 30U; n++) {
        say(IVI, n % 64U == 63U ? "\n" : "y");
    }
    (void)serve();
    said = strstr(fake_uart_sent(), "[bulkhead] #1 ivi: wrote 30 characters to a full UART, lost\r\n");
    assert_non_null(said);
    assert_null(strstr(said + 1, "[bulkhead]"));
    assert_int_equal(fake_event(0U)->kind, BULKHEAD_EVENT_OUTPUT_LOST);
    assert_int_equal(fake_event(0U)->partition, IVI);
    assert_int_equal(fake_event(0U)->detail, 30U);
}

/* @verifies REQ-CONSOLE-003 */
static void typed_characters_go_to_the_console_in_focus(void **state)
{
    (void)state;
    fake_uart_type("ab");
    (void)serve();
    assert_int_equal(typed(0U), 2U);
    assert_int_equal(typed(1U), 0U);
    assert_int_equal(fake_vuarts[0].rx[0], 'a');
    assert_in_range(fake_posts(0U, POST_UART), 1U, 2U);
    fake_uart_type("\0351c\n");
    (void)serve();
    assert_int_equal(typed(0U), 2U);
    assert_int_equal(typed(1U), 2U);
    assert_int_equal(fake_vuarts[1].rx[0], 'c');
    assert_in_range(fake_posts(3U, POST_UART), 1U, 2U);
}

/* @verifies REQ-CONSOLE-003 */
static void the_escape_character_twice_is_one_for_the_guest(void **state)
{
    (void)state;
    fake_uart_type("\035\035");
    (void)serve();
    assert_int_equal(typed(0U), 1U);
    assert_int_equal(fake_vuarts[0].rx[0], 0x1dU);
    fake_uart_type("1");
    (void)serve();
    assert_int_equal(typed(0U), 2U);
    assert_int_equal(typed(1U), 0U);
}

/* @verifies REQ-CONSOLE-003 */
static void a_console_that_does_not_exist_cannot_be_selected(void **state)
{
    (void)state;
    fake_uart_type("\0352\0359\035x\035/a");
    (void)serve();
    assert_int_equal(typed(0U), 1U);
    assert_int_equal(fake_vuarts[0].rx[0], 'a');
    assert_int_equal(typed(1U), 0U);
}

static void a_system_without_virtual_consoles_still_shows_events(void **state)
{
    (void)state;
    fake_vuart_count = 0U;
    fake_uart_type("a\0350b");
    crash_event();
    (void)serve();
    assert_string_equal(fake_uart_sent(), crash_line);
    assert_int_equal(typed(0U), 0U);
}

static void a_line_of_el2_is_written_at_once(void **state)
{
    (void)state;
    console_print("core %u: 0x%lx", 3U, 0xabcdUL);
    assert_string_equal(fake_uart_sent(), "core 3: 0xabcd\r\n");
}

/* @verifies REQ-CONSOLE-001 */
static void the_service_core_gets_the_interrupt_of_the_uart(void **state)
{
    (void)state;
    fake_be_core(SERVICE_CORE);
    console_start_service();
    assert_called("gic_spi_configure", 0U, UART_INTID, false, 0U);
    assert_called("gic_spi_route", 0U, UART_INTID, fake_core_configs[SERVICE_CORE].mpidr, 0U);
    assert_called("gic_spi_enable", 0U, UART_INTID, 0U, 0U);
    assert_true(fake_position("gic_spi_route", 0U) < fake_position("gic_spi_enable", 0U));
    assert_int_equal(fake_uart_transmit_interrupt(), 0);
    assert_int_equal(fake_posts(SERVICE_CORE, POST_CONSOLE), 1U);
}

/* @verifies REQ-CONSOLE-001 */
static void typed_characters_are_taken_in_bounded_bursts(void **state)
{
    (void)state;
    for (uint32_t n = 0U; n < 2U * BURST; n++) {
        fake_uart_type("k");
    }
    fake_be_core(SERVICE_CORE);
    console_service();
    assert_in_range(typed(0U), 1U, BURST);
    assert_int_equal(fake_count("uart_clear_interrupts"), 1U);
}

/* @verifies REQ-HEALTH-003 */
static void a_record_that_its_core_may_be_overwriting_is_not_shown(void **state)
{
    (void)state;
    for (uint32_t n = 1U; n <= BULKHEAD_EVENT_ENTRIES; n++) {
        fake_be_core(2U);
        trace_event(BULKHEAD_EVENT_SPURIOUS, (struct trace_source){TRACE_NOBODY, TRACE_NOBODY}, n, 0U, 0U);
    }
    (void)serve();
    assert_null(strstr(fake_uart_sent(), "#1 system"));
    assert_non_null(strstr(fake_uart_sent(), "#2 system: interrupt without an owner, detail 0x2 "));
    assert_non_null(strstr(fake_uart_sent(), "#32 system: interrupt without an owner, detail 0x20 "));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_line_is_prefixed_with_the_name_of_its_partition, set_up),
        cmocka_unit_test_setup(a_line_that_comes_in_pieces_is_prefixed_once, set_up),
        cmocka_unit_test_setup(a_change_of_speaker_in_the_middle_of_a_line_ends_it, set_up),
        cmocka_unit_test_setup(a_line_is_finished_before_the_turn_passes_on, set_up),
        cmocka_unit_test_setup(speakers_take_turns_line_by_line, set_up),
        cmocka_unit_test_setup(a_line_without_an_end_does_not_keep_others_silent, set_up),
        cmocka_unit_test_setup(an_event_is_a_line_of_its_own_in_words, set_up),
        cmocka_unit_test_setup(an_event_waits_for_the_end_of_the_line_that_is_being_written, set_up),
        cmocka_unit_test_setup(an_event_does_not_wait_for_a_speaker_who_stopped_in_the_middle, set_up),
        cmocka_unit_test_setup(an_overrun_of_the_event_ring_shows_the_newest_ones, set_up),
        cmocka_unit_test_setup(a_record_that_its_core_may_be_overwriting_is_not_shown, set_up),
        cmocka_unit_test_setup(events_of_all_cores_are_shown, set_up),
        cmocka_unit_test_setup(one_call_moves_a_bounded_burst_and_asks_for_the_next, set_up),
        cmocka_unit_test_setup(a_full_fifo_is_not_waited_for_but_asked_to_interrupt, set_up),
        cmocka_unit_test_setup(a_guest_whose_ring_has_drained_by_half_is_posted_on_all_its_cores, set_up),
        cmocka_unit_test_setup(output_that_was_lost_is_a_line_with_its_number_of_characters, set_up),
        cmocka_unit_test_setup(typed_characters_go_to_the_console_in_focus, set_up),
        cmocka_unit_test_setup(the_escape_character_twice_is_one_for_the_guest, set_up),
        cmocka_unit_test_setup(a_console_that_does_not_exist_cannot_be_selected, set_up),
        cmocka_unit_test_setup(typed_characters_are_taken_in_bounded_bursts, set_up),
        cmocka_unit_test_setup(a_system_without_virtual_consoles_still_shows_events, set_up),
        cmocka_unit_test_setup(a_line_of_el2_is_written_at_once, set_up),
        cmocka_unit_test_setup(the_service_core_gets_the_interrupt_of_the_uart, set_up),
    };

    return cmocka_run_group_tests_name("console", tests, NULL, NULL);
}
