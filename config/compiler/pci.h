/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PCI functions in the bindings of Open Firmware (IEEE Std 1275, PCI Bus Binding, and Linux's pci-host-ecam-generic): what a
 * host bridge and the nodes below it say, and where base address registers are placed. A function becomes a struct device
 * like any other: its base address registers are its regions, the line that its pin leads to is its interrupt.
 */
#ifndef CONFIG_COMPILER_PCI_H
#define CONFIG_COMPILER_PCI_H

#include "model.h"

#define MAX_PCI_WINDOWS 8U

/* First cell of a PCI address: space in bits 25:24, bus, device and function, register. */
#define PCI_SPACE(cell) ((cell) >> 24 & 3U)
#define PCI_SPACE_CONFIG 0U
#define PCI_SPACE_IO 1U
#define PCI_SPACE_MEMORY 2U
#define PCI_SPACE_MEMORY_64 3U
#define PCI_PREFETCHABLE (1U << 30)
#define PCI_RID(cell) ((cell) >> 8 & 0xffffU)
#define PCI_REGISTER(cell) ((cell)&0xffU)
#define PCI_BAR_FIRST 0x10U
#define PCI_BAR_64 4U
#define PCI_BAR_PREFETCHABLE 8U

/* A stretch of memory space that a host bridge passes on. */
struct pci_window {
    struct region bus;
    uint64_t physical;
};

struct pci_bridge {
    int node;
    struct region config; /* physical: 1 MiB for each bus */
    uint32_t first_bus;
    struct pci_window windows[MAX_PCI_WINDOWS]; /* of 32-bit addresses */
    uint32_t window_count;
};

/* The node is one of a PCI bus: a host bridge, a bridge behind one, or a function. */
bool pci_is_bridge(const struct tree *tree, int node);
/* The host bridge on whose root bus this function is; negative: it is no function, or behind another bridge. */
int pci_host_of(const struct tree *tree, int node);
/* The bridge between the host bridge and this node; negative: none. */
int pci_port_of(const struct tree *tree, int node);

/* False after a diagnostic. */
bool pci_read_bridge(const struct tree *tree, int node, struct pci_bridge *bridge);

/* What a function's node says of itself. False after a diagnostic. */
bool pci_read_node(const struct tree *tree, int node, struct pci_function *function);

/*
 * The function of a node on a root bus, with the addresses of its base address registers, and its bridge. NULL after a
 * diagnostic; all functions of a bus are read, and their mistakes reported, when one of them is asked for the first time.
 */
const struct pci_function *pci_function_of(const struct tree *tree, int node, const struct pci_bridge **bridge);

/* Where the bridge sends an interrupt of the function's pin. False after a diagnostic; without a pin there is none. */
bool pci_read_interrupt(const struct model *model, const struct pci_bridge *bridge, const struct pci_function *function,
                        struct device *device);

/* The whole: regions, interrupts and function of a device that is one on a root bus. False after a diagnostic. */
bool pci_read(const struct model *model, struct device *device);

/* The functions of a partition; they are behind one host bridge. */
uint32_t pci_count(const struct partition *partition);
/* The first of them, or NULL. */
const struct pci_function *pci_first(const struct partition *partition);

#endif
