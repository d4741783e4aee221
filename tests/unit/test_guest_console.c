/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest library's ring and formatting. @verifies REQ-GUEST-005
 * sources: guests/lib/format.c guests/lib/ring.c
 */
#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "guests/lib/format.h"
#include "guests/lib/ring.h"

static struct ring ring;
static char text[40];

static const char *formatted(const char *pattern, ...)
{
    va_list arguments;
    uint32_t length;

    va_start(arguments, pattern);
    length = format_text(text, sizeof(text), pattern, arguments);
    va_end(arguments);
    assert_int_equal(length, strlen(text));
    return text;
}

static void numbers_come_out_in_their_base_and_width(void **state)
{
    (void)state;
    assert_string_equal(formatted("%u %u", 0U, 4294967295U), "0 4294967295");
    assert_string_equal(formatted("%lu", UINT64_MAX), "18446744073709551615");
    assert_string_equal(formatted("%x %08x %lx", 255U, 0xabcU, 0x123456789abcdefUL), "ff 00000abc 123456789abcdef");
    assert_string_equal(formatted("%d %d", -5, INT32_MIN), "-5 -2147483648");
    assert_string_equal(formatted("%ld", INT64_MIN), "-9223372036854775808");
}

static void texts_characters_and_percent_signs_come_out(void **state)
{
    (void)state;
    assert_string_equal(formatted("%s-%c-%%", "brake", 'x'), "brake-x-%");
}

static void a_percent_sign_at_the_end_is_harmless(void **state)
{
    const char *pattern = "end %";

    (void)state;
    assert_string_equal(formatted(pattern), "end %");
}

static void what_does_not_fit_is_cut(void **state)
{
    (void)state;
    assert_int_equal(strlen(formatted("%s%s", "123456789012345678901234567890", "123456789012345678901234567890")),
                     sizeof(text) - 1U);
}

static void bytes_come_out_in_order_across_the_end_of_the_ring(void **state)
{
    uint8_t byte;
    uint8_t expected = 0U;
    char piece[7];

    (void)state;
    memset(&ring, 0, sizeof(ring));
    for (uint32_t n = 0U; n < 5000U; n++) {
        for (uint32_t i = 0U; i < sizeof(piece); i++) {
            piece[i] = (char)(n * sizeof(piece) + i);
        }
        assert_true(ring_write(&ring, piece, sizeof(piece)));
        for (uint32_t i = 0U; i < sizeof(piece); i++) {
            assert_true(ring_read(&ring, &byte));
            assert_int_equal(byte, expected);
            expected++;
        }
    }
    assert_false(ring_read(&ring, &byte));
}

static void counters_may_wrap_around(void **state)
{
    uint8_t byte;

    (void)state;
    memset(&ring, 0, sizeof(ring));
    ring.head = UINT32_MAX - 1U;
    ring.tail = UINT32_MAX - 1U;
    assert_true(ring_write(&ring, "abcd", 4U));
    assert_int_equal(ring_used(&ring), 4U);
    for (const char *next = "abcd"; *next != '\0'; next++) {
        assert_true(ring_read(&ring, &byte));
        assert_int_equal(byte, *next);
    }
}

static void a_full_ring_refuses_whole_lines_and_counts_them(void **state)
{
    static char line[RING_SIZE];
    uint8_t byte;

    (void)state;
    memset(&ring, 0, sizeof(ring));
    assert_true(ring_write(&ring, line, RING_SIZE - 3U));
    assert_false(ring_write(&ring, "four", 4U));
    assert_int_equal(ring.dropped, 4U);
    assert_int_equal(ring_used(&ring), RING_SIZE - 3U);
    assert_true(ring_write(&ring, "abc", 3U));
    assert_false(ring_write(&ring, "d", 1U));
    assert_true(ring_read(&ring, &byte));
    assert_true(ring_write(&ring, "d", 1U));
    assert_int_equal(ring.dropped, 5U);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_come_out_in_their_base_and_width),
        cmocka_unit_test(texts_characters_and_percent_signs_come_out),
        cmocka_unit_test(a_percent_sign_at_the_end_is_harmless),
        cmocka_unit_test(what_does_not_fit_is_cut),
        cmocka_unit_test(bytes_come_out_in_order_across_the_end_of_the_ring),
        cmocka_unit_test(counters_may_wrap_around),
        cmocka_unit_test(a_full_ring_refuses_whole_lines_and_counts_them),
    };

    return cmocka_run_group_tests_name("guest console", tests, NULL, NULL);
}
