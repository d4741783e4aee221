/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A device tree does not say outright which devices are masters. What gives one away: a stream of an SMMU, a statement
 * about the coherency or the addresses of its DMA, being a DMA controller or a PCI host bridge, a compatible that is
 * known, or the board file's own word, bulkhead,dma-master.
 */
#include "dma.h"

#include "arena.h"
#include "values.h"

static const char *const marks[] = {"bulkhead,dma-master", "iommus", "iommu-map", "#dma-cells", "bus-range"};
/* A bus says these for the devices on it, which are looked at one by one. */
static const char *const bus_marks[] = {"dma-coherent", "dma-noncoherent", "dma-ranges"};

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
    "arm,gic-v3-its", /* tables and pending bits; it belongs to nobody here */
};

static const char *dma_marked(const struct tree *tree, int node, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (tree_has(tree, node, list[i])) {
            return arena_print("it has '%s'", list[i]);
        }
    }
    return NULL;
}

const char *dma_evidence(const struct tree *tree, int node)
{
    if (values_says(tree, node, "device_type", "pci")) {
        return "a PCI host bridge";
    }
    for (size_t i = 0; i < sizeof(masters) / sizeof(masters[0]); i++) {
        if (tree_compatible(tree, node, masters[i])) {
            return arena_print("compatible \"%s\"", masters[i]);
        }
    }
    const char *mark = dma_marked(tree, node, marks, sizeof(marks) / sizeof(marks[0]));
    bool bus = !tree_has(tree, node, "reg") && tree_has(tree, node, "ranges");
    return mark != NULL || bus ? mark : dma_marked(tree, node, bus_marks, sizeof(bus_marks) / sizeof(bus_marks[0]));
}
