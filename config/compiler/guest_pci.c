/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A host bridge of one bus, number 0, with the partition's functions alone: its windows are their base address registers, its
 * interrupt map their pins. There is no MSI controller, and no SMMU for the guest to drive.
 * @implements REQ-CONFIG-073
 */
#include "guest_pci.h"

#include "pci.h"

#define GIC_SPI 0U
#define LEVEL_HIGH 4U
#define RANGE_CELLS 7U
#define MAP_CELLS 8U
#define MEMORY_32 0x02000000U
#define WHOLE_FUNCTION 0xff00U /* device and function; the bus is 0 */
#define ALL_PINS 7U

static void guest_pci_write_ranges(struct fdt_writer *writer, const struct partition *partition)
{
    uint32_t cells[MAX_ACCESS * PCI_BARS * RANGE_CELLS];
    uint32_t count = 0;
    for (uint32_t i = 0; i < partition->access_count * PCI_BARS; i++) {
        const struct pci_function *function = partition->access[i / PCI_BARS].function;
        if (function == NULL || function->bars[i % PCI_BARS].size == 0) {
            continue;
        }
        const struct pci_bar *bar = &function->bars[i % PCI_BARS];
        uint32_t *entry = &cells[count];
        entry[0] = MEMORY_32;
        entry[1] = (uint32_t)(bar->address >> 32);
        entry[2] = (uint32_t)bar->address;
        entry[3] = (uint32_t)(bar->physical >> 32);
        entry[4] = (uint32_t)bar->physical;
        entry[5] = 0;
        entry[6] = (uint32_t)align_up(bar->size, SIZE_4K);
        count += RANGE_CELLS;
    }
    fdt_writer_cells(writer, "ranges", cells, count);
}

static void guest_pci_write_interrupts(struct fdt_writer *writer, const struct partition *partition,
                                       uint32_t gic_phandle)
{
    static const uint32_t mask[] = {WHOLE_FUNCTION, 0, 0, ALL_PINS};
    uint32_t cells[MAX_ACCESS * MAP_CELLS];
    uint32_t count = 0;
    for (uint32_t i = 0; i < partition->access_count; i++) {
        const struct device *device = &partition->access[i];
        if (device->function == NULL || device->interrupt_count == 0) {
            continue;
        }
        uint32_t *entry = &cells[count];
        entry[0] = (device->function->rid & 0xffU) << 8;
        entry[1] = 0;
        entry[2] = 0;
        entry[3] = device->function->pin;
        entry[4] = gic_phandle;
        entry[5] = GIC_SPI;
        entry[6] = device->interrupts[0].intid - FIRST_SPI;
        entry[7] = LEVEL_HIGH;
        count += MAP_CELLS;
    }
    fdt_writer_u32(writer, "#interrupt-cells", 1);
    if (count != 0) {
        fdt_writer_cells(writer, "interrupt-map-mask", mask, 4);
        fdt_writer_cells(writer, "interrupt-map", cells, count);
    }
}

void guest_pci_write(struct fdt_writer *writer, const struct model *model, const struct partition *partition,
                     uint32_t gic_phandle)
{
    const uint32_t buses[] = {0, 0};
    const struct pci_function *first = pci_first(partition);
    if (first == NULL) {
        return;
    }
    fdt_writer_begin(writer, GUEST_PCI_NODE);
    fdt_writer_string(writer, "compatible", "pci-host-ecam-generic");
    fdt_writer_string(writer, "device_type", "pci");
    fdt_writer_u32(writer, "#address-cells", 3);
    fdt_writer_u32(writer, "#size-cells", 2);
    fdt_writer_reg(writer, GUEST_PCI_BASE, GUEST_PCI_SIZE);
    fdt_writer_cells(writer, "bus-range", buses, 2);
    fdt_writer_u32(writer, "linux,pci-domain", 0);
    if (tree_has(&model->tree, first->host, "dma-coherent")) {
        fdt_writer_flag(writer, "dma-coherent");
    }
    guest_pci_write_ranges(writer, partition);
    guest_pci_write_interrupts(writer, partition, gic_phandle);
    fdt_writer_end(writer);
}
