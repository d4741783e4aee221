/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A device tree does not say outright which devices are masters. What gives one away: a stream of an SMMU, a statement
 * about the coherency or the addresses of its DMA, being a DMA controller or a PCI host bridge, a compatible that is
 * known, or the board file's own word, bulkhead,dma-master.
 */
#include "dma.h"

#include "arena.h"
#include "stream.h"
#include "values.h"

#include <libfdt.h>

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
        return stream_bridge(tree, node) < 0 ? "a PCI host bridge" : "a PCI bridge";
    }
    if (stream_bridge(tree, node) >= 0 && tree_has(tree, node, "reg")) {
        return "a PCI function";
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

uint32_t dma_idle_us(const struct tree *tree, int node)
{
    uint32_t size = 0;
    const fdt32_t *cell = tree_property(tree, node, DMA_IDLE, &size);
    return cell != NULL && size == 4U ? fdt32_ld(cell) : 0U;
}

uint32_t dma_idle_most(const struct tree *tree, const struct partition *partition)
{
    uint32_t most = 0;
    for (uint32_t i = 0; i < partition->access_count; i++) {
        uint32_t idle = dma_idle_us(tree, partition->access[i].node);
        most = idle > most ? idle : most;
    }
    return most;
}
