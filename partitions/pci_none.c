/* SPDX-License-Identifier: Apache-2.0 */
/* Instead of pci.c and pci_function.c in a system of which no partition owns a PCI function: nothing of this is called. */
#include "partitions/pci.h"

void pci_read(uint64_t *value, uint64_t offset, uint32_t size, const struct vcpu_state *vcpu)
{
    (void)offset;
    (void)size;
    (void)vcpu;
    *value = ~0ULL;
}

void pci_write(const struct vcpu_state *vcpu, uint64_t offset, uint32_t size, uint64_t value)
{
    (void)vcpu;
    (void)offset;
    (void)size;
    (void)value;
}

void pci_quiesce(const struct pci_function_config *function)
{
    (void)function;
}

bool pci_idle(const struct pci_function_config *function)
{
    (void)function;
    return true;
}

uint32_t pci_reset(const struct pci_function_config *function, uint32_t step)
{
    (void)function;
    (void)step;
    return 0U;
}

uint32_t pci_prepare(const struct pci_function_config *function)
{
    (void)function;
    return PCI_ABSENT;
}
