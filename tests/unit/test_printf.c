/* SPDX-License-Identifier: Apache-2.0 */
/* Formatting of EL2's messages (lib/printf.c). sources: lib/printf.c */
#include "tests/unit/fake/test.h"
#include "lib/printf.h"

static char buffer[64];

/* Formats with directives that compilers warn of. */
static size_t format_odd(size_t size, const char *text, ...)
{
    va_list arguments;
    size_t length;

    va_start(arguments, text);
    length = format_list(buffer, size, text, arguments);
    va_end(arguments);
    return length;
}

static void text_is_copied_as_it_is(void **state)
{
    (void)state;
    assert_int_equal(format(buffer, sizeof(buffer), "hello"), 5U);
    assert_string_equal(buffer, "hello");
    assert_int_equal(format_odd(sizeof(buffer), ""), 0U);
    assert_string_equal(buffer, "");
}

static void numbers_appear_in_base_ten_and_sixteen(void **state)
{
    (void)state;
    (void)format(buffer, sizeof(buffer), "%u %x %u", 4294967295U, 0xdeadbeefU, 0U);
    assert_string_equal(buffer, "4294967295 deadbeef 0");
}

static void long_numbers_have_all_their_digits(void **state)
{
    (void)state;
    (void)format(buffer, sizeof(buffer), "%lu %lx", 18446744073709551615UL, 0x123456789abcdef0UL);
    assert_string_equal(buffer, "18446744073709551615 123456789abcdef0");
}

static void a_short_number_does_not_take_bits_of_its_neighbour(void **state)
{
    (void)state;
    (void)format(buffer, sizeof(buffer), "%x|%lx|%x", 1U, 0xffffffffffffffffUL, 2U);
    assert_string_equal(buffer, "1|ffffffffffffffff|2");
}

static void a_width_fills_up_with_zeros_and_never_cuts(void **state)
{
    (void)state;
    (void)format(buffer, sizeof(buffer), "%08x %02u %016lx %02u", 0xbeefU, 7U, 0xfUL, 12345U);
    assert_string_equal(buffer, "0000beef 07 000000000000000f 12345");
}

static void strings_and_characters_are_inserted(void **state)
{
    (void)state;
    (void)format(buffer, sizeof(buffer), "[%s] %c%c", "safety", 'o', 'k');
    assert_string_equal(buffer, "[safety] ok");
}

static void two_percent_signs_are_one(void **state)
{
    (void)state;
    assert_int_equal(format(buffer, sizeof(buffer), "100%% %u", 5U), 6U);
    assert_string_equal(buffer, "100% 5");
}

static void a_lone_percent_sign_ends_the_text(void **state)
{
    (void)state;
    assert_int_equal(format_odd(sizeof(buffer), "50%"), 2U);
    assert_string_equal(buffer, "50");
    assert_int_equal(format_odd(sizeof(buffer), "50%08"), 2U);
    assert_int_equal(format_odd(sizeof(buffer), "50%l"), 2U);
    assert_string_equal(buffer, "50");
}

static void an_unknown_conversion_shows_its_letter(void **state)
{
    (void)state;
    (void)format_odd(sizeof(buffer), "%d %q", 1);
    assert_string_equal(buffer, "d q");
}

static void text_that_does_not_fit_is_cut_and_terminated(void **state)
{
    (void)state;
    memset(buffer, '#', sizeof(buffer));
    assert_int_equal(format(buffer, 6U, "%s", "hypervisor"), 5U);
    assert_string_equal(buffer, "hyper");
    assert_int_equal(buffer[6], '#');
    assert_int_equal(format(buffer, 6U, "%u", 1234567U), 5U);
    assert_string_equal(buffer, "12345");
    assert_int_equal(format(buffer, 6U, "12345"), 5U);
    assert_string_equal(buffer, "12345");
}

static void a_buffer_of_one_byte_holds_the_terminator_alone(void **state)
{
    (void)state;
    memset(buffer, '#', sizeof(buffer));
    assert_int_equal(format(buffer, 1U, "%s%x%%", "abc", 1U), 0U);
    assert_int_equal(buffer[0], '\0');
    assert_int_equal(buffer[1], '#');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_copied_as_it_is),
        cmocka_unit_test(numbers_appear_in_base_ten_and_sixteen),
        cmocka_unit_test(long_numbers_have_all_their_digits),
        cmocka_unit_test(a_short_number_does_not_take_bits_of_its_neighbour),
        cmocka_unit_test(a_width_fills_up_with_zeros_and_never_cuts),
        cmocka_unit_test(strings_and_characters_are_inserted),
        cmocka_unit_test(two_percent_signs_are_one),
        cmocka_unit_test(a_lone_percent_sign_ends_the_text),
        cmocka_unit_test(an_unknown_conversion_shows_its_letter),
        cmocka_unit_test(text_that_does_not_fit_is_cut_and_terminated),
        cmocka_unit_test(a_buffer_of_one_byte_holds_the_terminator_alone),
    };

    return cmocka_run_group_tests_name("printf", tests, NULL, NULL);
}
