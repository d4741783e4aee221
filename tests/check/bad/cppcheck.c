/* SPDX-License-Identifier: Apache-2.0 */
/* cppcheck sees an index beyond its array and, only where long has eight bytes, nothing wrong with the shift. */
int last(void);
unsigned long high(void);

int last(void)
{
    int values[4] = {1, 2, 3, 4};

    return values[4];
}

unsigned long high(void)
{
    return 1UL << 40;
}
