/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pci_function_config and the window of the virtual host bridge, for partitions that own PCI functions.
 * @implements REQ-CONFIG-074
 */
#include "emit_pci.h"

#include "dma.h"
#include "pci.h"

static void emit_bars(const struct pci_function *function, FILE *file)
{
    for (uint32_t i = 0; i < PCI_BARS; i++) {
        const struct pci_bar *bar = &function->bars[i];
        if (bar->size != 0) {
            (void)fprintf(file, "         .bars[%u] = {.address = 0x%llxULL, .size = 0x%llxULL, .flags = 0x%xU},\n", i,
                          HEX(bar->address), HEX(bar->size), bar->flags);
        }
    }
}

void emit_pci_functions(const struct model *model, const struct partition *partition, FILE *file)
{
    uint32_t count = pci_count(partition);
    uint32_t number = 0;
    if (count == 0) {
        return;
    }
    (void)fprintf(file,
                  "static struct pci_function_state function_states_%u[%u];\n"
                  "static const struct pci_function_config functions_%u[] = {\n",
                  partition->index, count, partition->index);
    for (uint32_t i = 0; i < partition->access_count; i++) {
        const struct device *device = &partition->access[i];
        if (device->function == NULL) {
            continue;
        }
        (void)fprintf(file,
                      "    {/* %s */\n         .config = {0x%llxULL}, .rid = 0x%x, .id = 0x%08xU, .pin = %u, "
                      ".state = &function_states_%u[%u], .idle_us = %u,\n",
                      device->name, HEX(device->function->config), device->function->rid, device->function->id,
                      device->function->pin, partition->index, number, dma_idle_us(&model->tree, device->node));
        emit_bars(device->function, file);
        (void)fprintf(file, "    },\n");
        number++;
    }
    (void)fprintf(file,
                  "};\nstatic const struct mmio_config pci_window_%u = {.ipa = {0x%llxULL}, .size = 0x%llxULL, "
                  ".kind = MMIO_VPCI};\n",
                  partition->index, GUEST_PCI_BASE, GUEST_PCI_SIZE);
}

void emit_pci_members(const struct partition *partition, FILE *file)
{
    uint32_t count = pci_count(partition);
    if (count != 0) {
        (void)fprintf(file,
                      "        .function_count = %u,\n        .functions = functions_%u,\n"
                      "        .pci_window = &pci_window_%u,\n",
                      count, partition->index, partition->index);
    }
}

bool emit_pci_any(const struct model *model)
{
    bool found = false;
    for (uint32_t i = 0; i < model->partition_count; i++) {
        found = found || pci_count(&model->partitions[i]) != 0;
    }
    return found;
}
