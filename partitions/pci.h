/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PCI functions that partitions own: what their guests see of their configuration space (pci.c), and what is done to the
 * functions themselves between two lives of the owner (pci_function.c). A system without such functions links pci_none.c.
 * docs/pci.md has the policy of the configuration space. PCI: PCI Local Bus Specification 3.0; PCI Express Base 4.0.
 */
#ifndef PARTITIONS_PCI_H
#define PARTITIONS_PCI_H

#include "lib/config.h"

struct vcpu_state;

/* One assigned function, under its owner's lock, or on the service core alone while no vCPU of the owner runs. */
struct pci_function_state {
    uint64_t heads;   /* words of the configuration space, by number, in which a capability begins */
    uint64_t shown;   /* those of them that the guest may read */
    uint16_t command; /* as the guest sees it */
    uint8_t line;     /* interrupt line register: software's own */
    uint8_t sizing;   /* base address registers that were last written with all ones */
    uint8_t express;  /* offset of the PCI Express capability; 0: none */
    uint8_t power;    /* offset of the power management capability; 0: none */
    bool sized;       /* its base address registers have been compared with the configuration */
    bool ready;       /* it is the device configured, and set up; else the guest finds nothing there */
};

/* Why a function is not the one that is configured. Of a wrong base address register the number is in bits 15:8. */
enum pci_fault {
    PCI_GOOD,
    PCI_ABSENT,       /* nothing answers */
    PCI_OTHER_DEVICE, /* vendor, device or kind of header */
    PCI_OTHER_PIN,    /* of its interrupt */
    PCI_OTHER_BAR, /* size or kind of a base address register, one that is not described, or one that does not hold */
    PCI_BAD_LIST,  /* of capabilities */
};

/*
 * Accesses of a guest to its host bridge's configuration space, aligned, of 1, 2, 4 or 8 bytes; `offset` is in the window. They
 * take the partition's lock. What is read has to be cut to the size. [current]
 */
void pci_read(uint64_t *value, uint64_t offset, uint32_t size, const struct vcpu_state *vcpu);
void pci_write(const struct vcpu_state *vcpu, uint64_t offset, uint32_t size, uint64_t value);

/*
 * The rest is called on the service core alone, in phases of the owner in which no vCPU of it runs; each call is one short
 * section about one function.
 */

/* No new transfers and no interrupt from here on. What has begun may still go on: see pci_idle(). */
void pci_quiesce(const struct pci_function_config *function);

/* No transfer is outstanding, as far as the function can say it; true of one that cannot: idle_us is then all there is. */
bool pci_idle(const struct pci_function_config *function);

/*
 * One step of a reset, 0 first. Returns how many microseconds to leave the function alone before the next step; 0: that was all,
 * also if the function has no reset.
 */
uint32_t pci_reset(const struct pci_function_config *function, uint32_t step);

/*
 * Is it the device that is configured? Then it gets its addresses, without bus mastering, and the guest's view of it is as after
 * power-on. An enum pci_fault; unless PCI_GOOD the function stays off, and the guest would find nothing there.
 */
uint32_t pci_prepare(const struct pci_function_config *function);

#endif
