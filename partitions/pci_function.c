/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An assigned PCI function between two lives of its owner: brought to rest, reset, compared with the configuration, and set
 * up. On the service core; partitions/dma.c has the order and the waits.
 * @implements REQ-PCI-010
 * @implements REQ-PCI-011
 * @implements REQ-PCI-012
 * @implements REQ-PCI-013
 */
#include "partitions/pci_space.h"

#define FLR_US 100000U  /* until the function may be spoken to (PCI Express Base 4.0, 6.6.2) */
#define POWER_US 10000U /* between two power states, D3hot (PCI Express Base 4.0, 5.9) */
#define MAX_HEADS ((PCI_EXTENDED - PCI_CAPABILITIES) / 4U)

void pci_quiesce(const struct pci_function_config *function)
{
    uint32_t memory =
        pci_config_read(function, PCI_COMMAND) & PCI_COMMAND_MEMORY; /* at boot its addresses may be anything */

    pci_config_write(function, PCI_COMMAND, memory | PCI_COMMAND_INTX_OFF);
    (void)pci_config_read(function, PCI_COMMAND); /* it has arrived */
}

bool pci_idle(const struct pci_function_config *function)
{
    uint32_t express = function->state->express;

    return express == 0U || (pci_config_read(function, express + PCI_EXPRESS_CONTROL) & PCI_EXPRESS_PENDING) == 0U;
}

static bool has_flr(const struct pci_function_config *function)
{
    uint32_t express = function->state->express;

    return express != 0U && (pci_config_read(function, express + PCI_EXPRESS_DEVICE) & PCI_EXPRESS_FLR) != 0U;
}

/* A function that is reset when it comes back from D3hot. */
static bool has_power_reset(const struct pci_function_config *function)
{
    uint32_t power = function->state->power;

    return power != 0U && (pci_config_read(function, power + PCI_POWER_CONTROL) & PCI_POWER_KEEPS) == 0U;
}

uint32_t pci_reset(const struct pci_function_config *function, uint32_t step)
{
    const struct pci_function_state *state = function->state;
    uint32_t control = state->express + PCI_EXPRESS_CONTROL;

    if (step == 0U && has_flr(function)) {
        pci_config_write(function, control, (pci_config_read(function, control) & 0xffffU) | PCI_EXPRESS_RESET);
        return FLR_US;
    }
    if (step == 0U && has_power_reset(function)) {
        pci_config_write(function, state->power + PCI_POWER_CONTROL, PCI_POWER_D3);
        return POWER_US;
    }
    if (step == 1U && !has_flr(function) && state->power != 0U) {
        pci_config_write(function, state->power + PCI_POWER_CONTROL, 0U);
        return POWER_US;
    }
    return 0U;
}

/* All but these: a guest could not use them (message interrupts, power, vital product data) or must not (addresses, resets). */
static bool is_shown(uint32_t id)
{
    return id == PCI_CAP_VENDOR || id == PCI_CAP_SUBSYSTEM || id == PCI_CAP_EXPRESS;
}

static void note_capability(struct pci_function_state *state, uint32_t offset, uint32_t id)
{
    uint64_t bit = 1ULL << offset / 4U;

    state->heads |= bit;
    state->shown |= is_shown(id) ? bit : 0U;
    if (id == PCI_CAP_EXPRESS) {
        state->express = (uint8_t)offset;
    } else if (id == PCI_CAP_POWER) {
        state->power = (uint8_t)offset;
    }
}

/* False if the list leads where it has been, or into the header. */
static bool find_capabilities(const struct pci_function_config *function)
{
    uint32_t offset = pci_config_read(function, PCI_LIST) & 0xfcU;

    for (uint32_t n = 0U; n < MAX_HEADS && offset >= PCI_CAPABILITIES; n++) {
        uint32_t head = pci_config_read(function, offset);

        if ((function->state->heads & 1ULL << offset / 4U) != 0U) {
            return false;
        }
        note_capability(function->state, offset, head & 0xffU);
        offset = PCI_CAP_NEXT(head);
    }
    return offset == 0U;
}

/* The value that the word holds after `value` was written. */
static uint32_t try_word(const struct pci_function_config *function, uint32_t offset, uint32_t value)
{
    pci_config_write(function, offset, value);
    return pci_config_read(function, offset);
}

/* Not described: the upper half of the one before, which is set with it; not there; or of I/O space, which never goes on. */
static bool check_empty(const struct pci_function_config *function, uint32_t n)
{
    uint32_t value;

    if (n != 0U && (function->bars[n - 1U].flags & PCI_BAR_64) != 0U) {
        return true;
    }
    value = try_word(function, PCI_BAR(n), ~0U);
    pci_config_write(function, PCI_BAR(n), 0U);
    return value == 0U || (value & PCI_BAR_IO) != 0U;
}

/* The word has the size and the kind that are described, and holds its address. */
static bool set_word(const struct pci_function_config *function, uint32_t n, uint64_t sizes, uint64_t address)
{
    uint32_t offset = PCI_BAR(n);

    return try_word(function, offset, ~0U) == (uint32_t)sizes &&
           try_word(function, offset, (uint32_t)address) == (uint32_t)address;
}

static bool set_bar(const struct pci_function_config *function, uint32_t n)
{
    const struct pci_bar_config *bar = &function->bars[n];
    uint64_t sizes = ~(bar->size - 1U) | bar->flags;
    uint64_t address = bar->address | bar->flags;

    if (!set_word(function, n, sizes, address)) {
        return false;
    }
    return (bar->flags & PCI_BAR_64) == 0U || set_word(function, n + 1U, sizes >> 32, address >> 32);
}

static uint32_t set_bars(const struct pci_function_config *function)
{
    for (uint32_t n = 0U; n < PCI_BARS; n++) {
        bool good = function->bars[n].size == 0U ? check_empty(function, n) : set_bar(function, n);

        if (!good) {
            return PCI_OTHER_BAR | n << 8;
        }
    }
    pci_config_write(function, PCI_ROM, 0U);
    return PCI_GOOD;
}

static uint32_t check_kind(const struct pci_function_config *function)
{
    uint32_t id = pci_config_read(function, PCI_ID);

    if (id == ~0U) {
        return PCI_ABSENT;
    }
    if (id != function->id || PCI_HEADER_KIND(pci_config_read(function, PCI_HEADER)) != 0U) {
        return PCI_OTHER_DEVICE;
    }
    return function->pin == 0U || PCI_INTERRUPT_PIN(pci_config_read(function, PCI_INTERRUPT)) == function->pin
               ? PCI_GOOD
               : PCI_OTHER_PIN;
}

static bool holds(const struct pci_function_config *function, uint32_t n)
{
    const struct pci_bar_config *bar = &function->bars[n];
    uint64_t address = bar->address | bar->flags;

    return bar->size == 0U || (pci_config_read(function, PCI_BAR(n)) == (uint32_t)address &&
                               ((bar->flags & PCI_BAR_64) == 0U ||
                                pci_config_read(function, PCI_BAR(n + 1U)) == (uint32_t)(address >> 32)));
}

/* Nothing has reset it: then it is better not to take its addresses away, were it for a moment. */
static bool is_set_up(const struct pci_function_config *function)
{
    bool good = function->state->sized && (pci_config_read(function, PCI_COMMAND) & PCI_COMMAND_MEMORY) != 0U;

    for (uint32_t n = 0U; good && n < PCI_BARS; n++) {
        good = holds(function, n);
    }
    return good;
}

/* Nothing is decoded while addresses change. */
static uint32_t set_up(const struct pci_function_config *function)
{
    uint32_t fault;

    pci_config_write(function, PCI_COMMAND, PCI_COMMAND_INTX_OFF);
    fault = set_bars(function);
    function->state->sized = fault == PCI_GOOD;
    return fault;
}

uint32_t pci_prepare(const struct pci_function_config *function)
{
    struct pci_function_state *state = function->state;
    uint32_t fault = check_kind(function);

    *state = (struct pci_function_state){.sized = fault == PCI_GOOD && is_set_up(function)};
    if (fault != PCI_GOOD) {
        return fault;
    }
    if (!state->sized) {
        fault = set_up(function);
    }
    if (fault != PCI_GOOD) {
        return fault;
    }
    if ((pci_config_read(function, PCI_COMMAND) & PCI_STATUS_LIST) != 0U && !find_capabilities(function)) {
        return PCI_BAD_LIST;
    }
    pci_config_write(function, PCI_COMMAND, pci_real_command(function, 0U));
    state->ready = true;
    return PCI_GOOD;
}
