/* SPDX-License-Identifier: Apache-2.0 */
/* Configuration space of a PCI function (PCI 3.0, 6.1 and 6.7), by 32-bit words: for pci.c and pci_function.c. */
#ifndef PARTITIONS_PCI_SPACE_H
#define PARTITIONS_PCI_SPACE_H

#include "arch/arm64/mmio.h"
#include "partitions/pci.h"

#define PCI_ID 0x00U      /* device, vendor */
#define PCI_COMMAND 0x04U /* status, command */
#define PCI_HEADER 0x0cU  /* self test, kind of header, latency timer, cache line size */
#define PCI_BAR(n) (0x10U + 4U * (n))
#define PCI_BARS_END PCI_BAR(PCI_BARS)
#define PCI_ROM 0x30U
#define PCI_LIST 0x34U /* first capability */
#define PCI_INTERRUPT 0x3cU /* Max_Lat, Min_Gnt, pin, line */
#define PCI_CAPABILITIES 0x40U
#define PCI_EXTENDED 0x100U

#define PCI_COMMAND_MEMORY (1U << 1)
#define PCI_COMMAND_MASTER (1U << 2)
#define PCI_COMMAND_INTX_OFF (1U << 10)
#define PCI_STATUS_LIST (1U << 20) /* in the word PCI_COMMAND */
#define PCI_HEADER_KIND(word) ((word) >> 16 & 0x7fU)
#define PCI_INTERRUPT_PIN(word) ((word) >> 8 & 0xffU)

#define PCI_BAR_IO 1U
#define PCI_BAR_64 4U
#define PCI_BAR_FLAGS 0xfU

#define PCI_CAP_POWER 0x01U
#define PCI_CAP_VENDOR 0x09U
#define PCI_CAP_SUBSYSTEM 0x0dU
#define PCI_CAP_EXPRESS 0x10U
#define PCI_CAP_NEXT(word) ((word) >> 8 & 0xfcU)

/* PCI Express capability (PCI Express Base 4.0, 7.5.3): words behind its head. */
#define PCI_EXPRESS_DEVICE 4U /* Device Capabilities */
#define PCI_EXPRESS_CONTROL 8U /* Device Status, Device Control */
#define PCI_EXPRESS_FLR (1U << 28)     /* in Device Capabilities */
#define PCI_EXPRESS_PENDING (1U << 21) /* Device Status: transactions pending */
#define PCI_EXPRESS_RESET (1U << 15)   /* Device Control: initiate function level reset */

/* Power management capability (PCI Express Base 4.0, 7.5.2): control and status. */
#define PCI_POWER_CONTROL 4U
#define PCI_POWER_D3 3U
#define PCI_POWER_KEEPS (1U << 3) /* No_Soft_Reset: D3hot to D0 is no reset */

static inline uint32_t pci_config_read(const struct pci_function_config *function, uint32_t offset)
{
    return mmio_read32(va_of_pa(function->config).value + offset);
}

/* The upper halves of the words with a status in them are written as zeros, which clears nothing. */
static inline void pci_config_write(const struct pci_function_config *function, uint32_t offset, uint32_t value)
{
    mmio_write32(va_of_pa(function->config).value + offset, value);
}

/* What the command register is to hold when the guest's holds `command`: pci.c says why. */
static inline uint32_t pci_real_command(const struct pci_function_config *function, uint32_t command)
{
    return PCI_COMMAND_MEMORY | (command & (PCI_COMMAND_MASTER | PCI_COMMAND_INTX_OFF)) |
           (function->pin == 0U ? PCI_COMMAND_INTX_OFF : 0U);
}

#endif
