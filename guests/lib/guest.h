/* SPDX-License-Identifier: Apache-2.0 */
/* What an application gives the library: its main function, on the boot vCPU, IRQs masked, MMU and caches on. */
#ifndef GUESTS_LIB_GUEST_H
#define GUESTS_LIB_GUEST_H

#include <stdint.h>

/* dtb: address of the generated device tree. Never returns. */
_Noreturn void guest_main(uint64_t dtb);

#endif
