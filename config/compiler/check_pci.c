/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PCI functions that belong together. Functions of one device may reach each other inside it, where no SMMU is asked, so they
 * have one owner; a guest looks for them only behind function 0. A guest has one host bridge.
 * @implements REQ-CONFIG-075
 */
#include "check.h"

#include "pci.h"

#define SLOT(rid) ((rid) >> 3)

static void check_note(const struct model *model, const struct partition *partition, const struct device *device)
{
    diag_note(tree_at(&model->tree, partition->node, "access"), "'%s' is given to %s here", device->name,
              partition->name);
}

/* Two functions of one device in two hands. */
static void check_pair(const struct model *model, const struct partition *one, const struct device *first,
                       const struct partition *other, const struct device *second)
{
    const struct pci_function *a = first->function;
    const struct pci_function *b = second->function;
    if (a == NULL || b == NULL) {
        return;
    }
    if (one != other && a->host == b->host && SLOT(a->rid) == SLOT(b->rid)) {
        tree_error(&model->tree, other->node, "access",
                   "%s: '%s' is a function of the PCI device that '%s' is one of, which belongs to %s: they reach each "
                   "other inside it, where no SMMU is asked",
                   other->name, second->name, first->name, one->name);
        check_note(model, one, first);
    } else if (one == other && a->host != b->host) {
        tree_error(&model->tree, one->node, "access", "%s: '%s' and '%s' are behind two host bridges; a guest has one",
                   one->name, first->name, second->name);
    }
}

static void check_against(const struct model *model, const struct partition *one, const struct device *first)
{
    bool later = false;
    for (uint32_t i = 0; i < model->partition_count; i++) {
        const struct partition *other = &model->partitions[i];
        for (uint32_t j = 0; j < other->access_count; j++) {
            if (later) {
                check_pair(model, one, first, other, &other->access[j]);
            }
            later = later || &other->access[j] == first;
        }
    }
}

/* If another partition has function 0, that has been reported. */
static void check_function_0(const struct model *model, const struct partition *partition, const struct device *device)
{
    uint32_t rid = device->function->rid;
    bool found = (rid & 7U) == 0;
    for (uint32_t i = 0; !found && i < model->partition_count * MAX_ACCESS; i++) {
        const struct partition *any = &model->partitions[i / MAX_ACCESS];
        const struct pci_function *other =
            i % MAX_ACCESS < any->access_count ? any->access[i % MAX_ACCESS].function : NULL;
        found = other != NULL && other->host == device->function->host && other->rid == (rid & ~7U);
    }
    if (!found) {
        tree_error(&model->tree, partition->node, "access",
                   "%s: '%s' is function %u of its PCI device, which a guest finds only if it has function 0 as well",
                   partition->name, device->name, rid & 7U);
    }
}

void check_pci(const struct model *model)
{
    for (uint32_t i = 0; i < model->partition_count; i++) {
        const struct partition *partition = &model->partitions[i];
        for (uint32_t j = 0; j < partition->access_count; j++) {
            if (partition->access[j].function != NULL) {
                check_against(model, partition, &partition->access[j]);
                check_function_0(model, partition, &partition->access[j]);
            }
        }
    }
}
