/* SPDX-License-Identifier: Apache-2.0 */
/* gcc says -Wconversion. */
#include <stdint.h>

uint8_t narrow(uint32_t value);

uint8_t narrow(uint32_t value)
{
    return value;
}
