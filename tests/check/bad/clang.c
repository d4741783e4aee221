/* SPDX-License-Identifier: Apache-2.0 */
/* clang says -Wunreachable-code; gcc says nothing. */
int after_return(int value);

int after_return(int value)
{
    for (int n = 0; n < value; n++) {
        return n;
    }
    return 0;
}
