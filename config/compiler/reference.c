/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of phandles with arguments (Devicetree Specification 0.4, section 2.3 for the form; Linux's bindings of each
 * class of device for the names).
 */
#include "reference.h"

#include <libfdt.h>
#include <string.h>

/* A name, or the beginning or the ending of one; cells is NULL where an entry has no arguments. */
static const struct family {
    const char *name;
    const char *cells;
    const char *kind;
    const char *names; /* the property with as many names as there are entries, or NULL */
} exact[] =
    {
        {"clocks", "#clock-cells", "clock", "clock-names"},
        {"assigned-clocks", "#clock-cells", "clock", NULL},
        {"assigned-clock-parents", "#clock-cells", "clock", NULL},
        {"resets", "#reset-cells", "reset controller", "reset-names"},
        {"power-domains", "#power-domain-cells", "power domain", "power-domain-names"},
        {"dmas", "#dma-cells", "DMA controller", "dma-names"},
        {"phys", "#phy-cells", "PHY", "phy-names"},
        {"phy-handle", NULL, "PHY", NULL},
        {"mboxes", "#mbox-cells", "mailbox", "mbox-names"},
        {"interconnects", "#interconnect-cells", "interconnect", "interconnect-names"},
        {"pwms", "#pwm-cells", "PWM", "pwm-names"},
        {"io-channels", "#io-channel-cells", "converter", "io-channel-names"},
        {"hwlocks", "#hwlock-cells", "lock", NULL},
        {"thermal-sensors", "#thermal-sensor-cells", "sensor", NULL},
        {"sound-dai", "#sound-dai-cells", "sound interface", NULL},
        {"nvmem-cells", NULL, "non-volatile memory", "nvmem-cell-names"},
},
  endings[] = {
      {"-gpios", "#gpio-cells", "GPIO controller", NULL},
      {"-gpio", "#gpio-cells", "GPIO controller", NULL},
      {"-supply", NULL, "regulator", NULL},
};

static const struct family *reference_family(const char *property)
{
    static const struct family gpios = {"gpios", "#gpio-cells", "GPIO controller", NULL};
    static const struct family pins = {"pinctrl-", NULL, "pin controller", NULL};
    size_t length = strlen(property);
    for (size_t i = 0; i < sizeof(exact) / sizeof(exact[0]); i++) {
        if (strcmp(property, exact[i].name) == 0) {
            return &exact[i];
        }
    }
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        size_t ending = strlen(endings[i].name);
        if (length > ending && strcmp(property + length - ending, endings[i].name) == 0) {
            return &endings[i];
        }
    }
    if (strcmp(property, gpios.name) == 0) {
        return &gpios;
    }
    bool pinctrl = strncmp(property, pins.name, strlen(pins.name)) == 0 && strcmp(property, "pinctrl-names") != 0;
    return pinctrl ? &pins : NULL;
}

const char *reference_kind(const char *property)
{
    const struct family *family = reference_family(property);
    return family == NULL ? NULL : family->kind;
}

const char *reference_names(const char *property)
{
    const struct family *family = reference_family(property);
    return family == NULL ? NULL : family->names;
}

bool reference_read(const struct tree *tree, int node, const char *property, uint32_t offset,
                    struct reference *reference, bool *broken)
{
    const struct family *family = reference_family(property);
    uint32_t size = 0;
    const uint8_t *data = tree_property(tree, node, property, &size);
    *broken = false;
    if (data == NULL || family == NULL || offset == size) {
        return false;
    }
    *broken = true;
    if (size - offset < 4U) {
        return false;
    }
    reference->entry = data + offset;
    reference->provider = tree_by_phandle(tree, fdt32_ld((const fdt32_t *)reference->entry));
    uint32_t cells = 0;
    if (reference->provider < 0) {
        return false;
    }
    if (family->cells != NULL) {
        uint32_t length = 0;
        const fdt32_t *value = tree_property(tree, reference->provider, family->cells, &length);
        if (value == NULL || length != 4U) {
            return false;
        }
        cells = fdt32_ld(value);
    }
    if (cells >= size / 4U || (cells + 1U) * 4U > size - offset) {
        return false;
    }
    reference->size = (cells + 1U) * 4U;
    reference->next = offset + reference->size;
    *broken = false;
    return true;
}

static bool reference_is_below(const struct tree *tree, int node, int top)
{
    while (node > 0 && node != top) {
        node = tree_parent(tree, node);
    }
    return node == top;
}

static bool reference_has(const struct tree *tree, const struct partition *partition, int node)
{
    bool found = partition->console == CONSOLE_PASSED && partition->uart.node >= 0 &&
                 reference_is_below(tree, node, partition->uart.node);
    for (uint32_t i = 0; !found && i < partition->access_count; i++) {
        found = reference_is_below(tree, node, partition->access[i].node);
    }
    return found;
}

const struct partition *reference_owner(const struct model *model, int node)
{
    for (uint32_t i = 0; i < model->partition_count; i++) {
        if (reference_has(&model->tree, &model->partitions[i], node)) {
            return &model->partitions[i];
        }
    }
    return NULL;
}

bool reference_is_inside(const struct model *model, const struct partition *partition, int node, const char *property)
{
    struct reference reference = {.next = 0};
    bool broken = false;
    while (reference_read(&model->tree, node, property, reference.next, &reference, &broken)) {
        bool inside = false;
        for (uint32_t i = 0; !inside && i < partition->access_count; i++) {
            inside = reference_is_below(&model->tree, reference.provider, partition->access[i].node);
        }
        if (!inside) {
            return false;
        }
    }
    return !broken;
}
