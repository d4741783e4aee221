/* SPDX-License-Identifier: Apache-2.0 */
/* The analyzer sees a null pointer being followed. */
#include <stddef.h>

int follow(int value);

int follow(int value)
{
    const int *pointer = NULL;

    if (value > 3) {
        pointer = &value;
    }
    return *pointer;
}
