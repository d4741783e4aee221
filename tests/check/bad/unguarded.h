/* SPDX-License-Identifier: Apache-2.0 */
/* Cannot be included twice. */
struct twice {
    int value;
};
