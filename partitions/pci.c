/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a guest sees of PCI: a host bridge's configuration space (ECAM, PCI Express Base 4.0, 7.2.2) of one bus with the functions that
 * its partition owns, at their own device and function numbers, and nothing else: all else reads as all ones, and ignores
 * writes. Nothing is refused with an abort, as a host bridge would not.
 *
 * Deny by default. What reaches the device is the command register's bus master and interrupt disable bits. Memory space stays on
 * for as long as the function is attached, whatever the guest's copy of the bit says: what a device does not decode ends as
 * an SError on some chips. I/O space, SERR and the like never go on. Everything else that a guest writes stays with its own copy,
 * or is ignored: base address registers keep their addresses, and capabilities their settings.
 * @implements REQ-PCI-001
 * @implements REQ-PCI-002
 * @implements REQ-PCI-003
 * @implements REQ-PCI-004
 * @implements REQ-PCI-005
 */
#include "partitions/pci.h"
#include "partitions/pci_space.h"
#include "partitions/state.h"

#define FUNCTION_SHIFT 12U /* 4 KiB of the window for each */
#define OFFSET_MASK 0xffcU
#define GUEST_COMMAND (PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER | PCI_COMMAND_INTX_OFF)

/* Bits of the header's words that are read from the device. The others are the guest's copy, or zero. */
static const uint32_t real[PCI_CAPABILITIES / 4U] = {
    [PCI_COMMAND / 4U] = 0xffff0000U,   /* status */
    [0x08U / 4U] = 0xffffffffU,         /* class and revision */
    [PCI_HEADER / 4U] = 0x00ff0000U,    /* kind of header */
    [0x2cU / 4U] = 0xffffffffU,         /* subsystem */
    [PCI_LIST / 4U] = 0x000000ffU,      /* first capability */
    [PCI_INTERRUPT / 4U] = 0xffffff00U, /* pin, Min_Gnt, Max_Lat */
};

static const struct pci_function_config *find_function(const struct partition_config *partition, uint64_t offset)
{
    uint64_t number = offset >> FUNCTION_SHIFT;

    for (uint32_t n = 0U; n < partition->function_count; n++) {
        const struct pci_function_config *function = &partition->functions[n];

        if ((function->rid & 0xffU) == number && function->state->ready) {
            return function;
        }
    }
    return NULL;
}

/* The address, always; or, for one that was written with all ones, which of its bits can be written (PCI 3.0, 6.2.5.1). */
static uint32_t read_bar(const struct pci_function_config *function, uint32_t n)
{
    const struct pci_bar_config *bars = function->bars;
    bool upper = n != 0U && (bars[n - 1U].flags & PCI_BAR_64) != 0U;
    const struct pci_bar_config *bar = upper ? &bars[n - 1U] : &bars[n];
    bool sizing = (function->state->sizing & 1U << n) != 0U;
    uint64_t value = (sizing ? ~(bar->size - 1U) : bar->address) | bar->flags;

    if (bar->size == 0U) {
        return 0U;
    }
    return (uint32_t)(upper ? value >> 32 : value);
}

/* What the guest's own copy has of a word of the header. */
static uint32_t read_copy(const struct pci_function_config *function, uint32_t offset)
{
    switch (offset) {
    case PCI_ID:
        return function->id;
    case PCI_COMMAND:
        return function->state->command;
    case PCI_INTERRUPT:
        return function->state->line;
    default:
        break;
    }
    return offset >= PCI_BAR(0U) && offset < PCI_BARS_END ? read_bar(function, (offset - PCI_BAR(0U)) / 4U) : 0U;
}

static uint32_t read_header(const struct pci_function_config *function, uint32_t offset)
{
    uint32_t mask = real[offset / 4U];

    return (mask != 0U ? pci_config_read(function, offset) & mask : 0U) | read_copy(function, offset);
}

/*
 * A word behind the header belongs to the capability that begins last before it. One that is not shown is a null capability:
 * number 0, the link to the next, and zeros (PCI Express Base 4.0, 7.9.1). Words of no capability are zero.
 */
static uint32_t read_capability(const struct pci_function_config *function, uint32_t offset)
{
    const struct pci_function_state *state = function->state;
    uint64_t before = state->heads & ~0ULL >> (63U - offset / 4U);
    uint32_t head;

    if (before == 0U) {
        return 0U;
    }
    head = 63U - (uint32_t)__builtin_clzll(before);
    if ((state->shown >> head & 1U) == 0U) {
        return offset == head * 4U ? pci_config_read(function, offset) & 0xff00U : 0U;
    }
    if (head * 4U == state->express && offset == head * 4U + PCI_EXPRESS_DEVICE) {
        return pci_config_read(function, offset) & ~PCI_EXPRESS_FLR;
    }
    return pci_config_read(function, offset);
}

static uint32_t read_word(const struct pci_function_config *function, uint32_t offset)
{
    if (offset < PCI_CAPABILITIES) {
        return read_header(function, offset);
    }
    return offset < PCI_EXTENDED ? read_capability(function, offset) : 0U;
}

void pci_read(uint64_t *value, uint64_t offset, uint32_t size, const struct vcpu_state *vcpu)
{
    const struct pci_function_config *function = find_function(vcpu->config->partition, offset);

    *value = ~0ULL;
    if (function == NULL || size > sizeof(uint32_t)) {
        return;
    }
    ticket_acquire(&vcpu->partition->lock);
    *value = read_word(function, (uint32_t)offset & OFFSET_MASK) >> (offset & 3U) * 8U;
    ticket_release(&vcpu->partition->lock);
}

static void write_command(const struct pci_function_config *function, uint32_t value, uint32_t mask)
{
    struct pci_function_state *state = function->state;

    if ((mask & 0xffffU) == 0U) {
        return; /* the status register alone */
    }
    state->command = (uint16_t)(((state->command & ~mask) | (value & mask)) & GUEST_COMMAND);
    pci_config_write(function, PCI_COMMAND, pci_real_command(function, state->command));
}

/* All ones ask for the size; of anything else the guest sees that it had no effect. */
static void write_bar(const struct pci_function_config *function, uint32_t n, uint32_t value)
{
    uint32_t bit = 1U << n;
    bool ones = (value | PCI_BAR_FLAGS) == ~0U;

    function->state->sizing = (uint8_t)((function->state->sizing & ~bit) | (ones ? bit : 0U));
}

/* `mask` has the bits of the word that are written. */
static void write_word(const struct pci_function_config *function, uint32_t offset, uint32_t value, uint32_t mask)
{
    if (offset == PCI_COMMAND) {
        write_command(function, value, mask);
    } else if (offset == PCI_INTERRUPT) {
        function->state->line = (uint8_t)((function->state->line & ~mask) | (value & mask));
    } else if (offset >= PCI_BAR(0U) && offset < PCI_BARS_END && mask == ~0U) {
        write_bar(function, (offset - PCI_BAR(0U)) / 4U, value);
    }
}

void pci_write(const struct vcpu_state *vcpu, uint64_t offset, uint32_t size, uint64_t value)
{
    const struct pci_function_config *function = find_function(vcpu->config->partition, offset);
    uint32_t shift = (uint32_t)(offset & 3U) * 8U;

    if (function == NULL || size > sizeof(uint32_t)) {
        return;
    }
    ticket_acquire(&vcpu->partition->lock);
    write_word(function, (uint32_t)offset & OFFSET_MASK, (uint32_t)value << shift, ~0U >> (32U - size * 8U) << shift);
    ticket_release(&vcpu->partition->lock);
}
