/* SPDX-License-Identifier: Apache-2.0 */
/* What every test of EL2 code includes: cmocka with what it needs, the machine and the board. */
#ifndef TESTS_UNIT_FAKE_TEST_H
#define TESTS_UNIT_FAKE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/fake/board.h"
#include "tests/unit/fake/context_recorder.h"
#include "tests/unit/fake/gic_recorder.h"
#include "tests/unit/fake/machine.h"
#include "tests/unit/fake/memory.h"
#include "tests/unit/fake/uart.h"
#include "tests/unit/fake/vgic_recorder.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A journalled call, in full. */
#define assert_called(what, n, first, second, third)                                                                   \
    do {                                                                                                               \
        assert_int_equal(fake_call(what, n)->a, (first));                                                              \
        assert_int_equal(fake_call(what, n)->b, (second));                                                             \
        assert_int_equal(fake_call(what, n)->c, (third));                                                              \
    } while (0)

#endif
