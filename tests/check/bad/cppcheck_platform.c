/* SPDX-License-Identifier: Apache-2.0 */
/* Right on AArch64, where long has 64 bits; cppcheck's own arm64 platform files would complain. */
unsigned long high(void);

unsigned long high(void)
{
    return 1UL << 40;
}
