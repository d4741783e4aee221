/* SPDX-License-Identifier: Apache-2.0 */
/* Uses a type that it leaves to its includer. */
#ifndef TESTS_CHECK_BAD_HEADER_H
#define TESTS_CHECK_BAD_HEADER_H

uint32_t uses_what_it_does_not_include(void);

#endif
