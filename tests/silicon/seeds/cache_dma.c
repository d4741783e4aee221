/* SPDX-License-Identifier: Apache-2.0 */
/* A device (fw_cfg of QEMU's virt machine) writes memory that the core has in its cache. */
#include "seed.h"

enum { CORRECT, NO_INVALIDATE, DIRTY_UNDER_IT };

#define FW_CFG_DMA 0x09020010UL
#define READ_SIGNATURE 0x0000000aU /* item 0: select, read */
#define ORDER 0x48200000UL         /* struct order */

struct order {
    uint32_t control;
    uint32_t length;
    uint64_t address;
};

static void device_writes(uint64_t address)
{
    volatile struct order *order = (volatile struct order *)ORDER;

    order->control = __builtin_bswap32(READ_SIGNATURE);
    order->length = __builtin_bswap32(4U);
    order->address = __builtin_bswap64(address);
    clean_invalidate(ORDER, sizeof(*order));
    DO("dsb sy");
    store(FW_CFG_DMA, __builtin_bswap64(ORDER));
}

void seed_main(void)
{
    (void)load(GUEST_DATA);
    if (VARIANT == CORRECT) {
        invalidate(GUEST_DATA);
    }
    if (VARIANT == DIRTY_UNDER_IT) {
        store(GUEST_DATA + 32U, 3UL);
    }
    device_writes(GUEST_DATA);
    if (VARIANT == CORRECT || VARIANT == DIRTY_UNDER_IT) {
        clean_invalidate(GUEST_DATA, LINE);
        DO("dsb sy");
    }
    (void)load(GUEST_DATA);
}
