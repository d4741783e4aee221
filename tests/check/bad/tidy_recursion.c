/* SPDX-License-Identifier: Apache-2.0 */
/* Target code may not recurse; host tools may. */
unsigned factorial(unsigned n);

unsigned factorial(unsigned n)
{
    return n == 0U ? 1U : n * factorial(n - 1U);
}
