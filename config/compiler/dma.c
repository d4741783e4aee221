/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A device tree does not say outright which devices are masters. What gives one away: a stream of an SMMU, a statement
 * about the coherency or the addresses of its DMA, being a DMA controller or a PCI host bridge, a compatible that is
 * known, or the board file's own word, bulkhead,dma-master.
 */
#include "dma.h"

#include "arena.h"

#include <string.h>

static const char *const marks[] = {"bulkhead,dma-master", "iommus",     "iommu-map", "dma-coherent",
                                    "dma-noncoherent",     "dma-ranges", "#dma-cells"};

/* Masters whose nodes need none of those marks. */
static const char *const masters[] = {
    "virtio,mmio",
    "qemu,fw-cfg-mmio",
    "pci-host-ecam-generic",
    "pci-host-cam-generic",
    "generic-xhci",
    "generic-ehci",
    "generic-ohci",
    "generic-ahci",
    "snps,dwc3",
    "snps,dwmac",
    "cdns,macb",
    "cdns,gem",
    "arasan,sdhci-5.1",
    "arasan,sdhci-8.9a",
    "fsl,imx8mq-usdhc",
    "fsl,imx8mm-fec",
    "brcm,bcm2711-emmc2",
    "arm,pl330",
    "arm,pl080",
    "arm,malidp-500",
};

static bool dma_has_type(const struct tree *tree, int node, const char *type)
{
    uint32_t size = 0;
    const char *value = tree_property(tree, node, "device_type", &size);
    return value != NULL && size == strlen(type) + 1U && memcmp(value, type, size) == 0;
}

const char *dma_evidence(const struct tree *tree, int node)
{
    if (dma_has_type(tree, node, "pci")) {
        return "a PCI host bridge";
    }
    for (size_t i = 0; i < sizeof(masters) / sizeof(masters[0]); i++) {
        if (tree_compatible(tree, node, masters[i])) {
            return arena_print("compatible \"%s\"", masters[i]);
        }
    }
    /* A bus speaks for the devices on it, which are looked at one by one. */
    bool bus = !tree_has(tree, node, "reg") && !tree_has(tree, node, "bulkhead,dma-master");
    for (size_t i = 0; !bus && i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (tree_has(tree, node, marks[i])) {
            return arena_print("it has '%s'", marks[i]);
        }
    }
    return NULL;
}
