/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest's machine in Linux's bindings. Nothing in it depends on time, host or chance: the same configuration gives
 * the same bytes.
 * @implements REQ-CONFIG-023
 */
#include "guest_dtb.h"

#include "clock.h"
#include "fdt_writer.h"
#include "fragment.h"
#include "guest_device.h"
#include "guest_pci.h"
#include "image.h"
#include "pci.h"
#include "arena.h"

#include <libfdt.h>
#include <string.h>

#define UART_NODE "pl011@9000000"
#define UART_HZ 24000000U
#define GIC_SPI 0U
#define GIC_PPI 1U
#define LEVEL_HIGH 4U

static uint32_t guest_dtb_new_phandle(const struct model *model)
{
    uint32_t most = 0;
    (void)fdt_find_max_phandle(model->tree.blob, &most);
    return most + 1U;
}

/*
 * The guest's GIC takes the place of the board's: what refers to that, in copied nodes and in the user's, refers to this.
 * The compiler's own nodes have phandles that the board's tree does not use.
 */
static uint32_t guest_dtb_gic_phandle(const struct model *model)
{
    uint32_t phandle = model->board.gic.node < 0 ? 0U : fdt_get_phandle(model->tree.blob, model->board.gic.node);
    return phandle != 0 ? phandle : guest_dtb_new_phandle(model) + 1U;
}

static void guest_dtb_write_chosen(struct fdt_writer *writer, const struct partition *partition)
{
    fdt_writer_begin(writer, "chosen");
    if (partition->console != CONSOLE_NONE) {
        fdt_writer_string(writer, "stdout-path", "/" UART_NODE);
    }
    if (partition->bootargs != NULL) {
        fdt_writer_string(writer, "bootargs", partition->bootargs);
    }
    if (pci_count(partition) != 0) {
        fdt_writer_u32(writer, "linux,pci-probe-only", 1); /* addresses are given, and cannot be changed */
    }
    if (partition->initrd_region.size != 0) {
        fdt_writer_u64(writer, "linux,initrd-start", partition->initrd_region.base);
        fdt_writer_u64(writer, "linux,initrd-end", partition->initrd_region.base + partition->initrd_region.size);
    }
    fdt_writer_end(writer);
}

static void guest_dtb_write_memory(struct fdt_writer *writer, const struct partition *partition)
{
    for (uint32_t i = 0; i < partition->memory_count; i++) {
        const struct memory *memory = &partition->memory[i];
        fdt_writer_begin(writer, arena_print("memory@%llx", HEX(memory->ipa)));
        fdt_writer_string(writer, "device_type", "memory");
        fdt_writer_reg(writer, memory->ipa, memory->size);
        fdt_writer_end(writer);
    }
}

static void guest_dtb_write_cpu(struct fdt_writer *writer, const struct tree *tree, const struct vcpu *vcpu)
{
    uint32_t size = 0;
    const void *compatible = vcpu->core == NULL ? NULL : tree_property(tree, vcpu->core->node, "compatible", &size);
    fdt_writer_begin(writer, arena_print("cpu@%x", vcpu->index));
    fdt_writer_string(writer, "device_type", "cpu");
    if (compatible != NULL) {
        fdt_writer_bytes(writer, "compatible", compatible, size);
    }
    fdt_writer_u32(writer, "reg", vcpu->index);
    fdt_writer_string(writer, "enable-method", "psci");
    fdt_writer_end(writer);
}

static void guest_dtb_write_cpus(struct fdt_writer *writer, const struct tree *tree, const struct partition *partition)
{
    static const char psci[] = "arm,psci-1.0\0arm,psci-0.2";
    fdt_writer_begin(writer, "cpus");
    fdt_writer_u32(writer, "#address-cells", 1);
    fdt_writer_u32(writer, "#size-cells", 0);
    for (uint32_t i = 0; i < partition->vcpu_count; i++) {
        guest_dtb_write_cpu(writer, tree, &partition->vcpus[i]);
    }
    fdt_writer_end(writer);
    fdt_writer_begin(writer, "psci");
    fdt_writer_bytes(writer, "compatible", psci, sizeof(psci));
    fdt_writer_string(writer, "method", "hvc");
    fdt_writer_end(writer);
}

/* The PPIs are those of the board, which are the architecture's recommended ones if it says nothing. */
static void guest_dtb_write_timer(struct fdt_writer *writer, const struct model *model)
{
    static const uint32_t usual[] = {GIC_PPI, 13, LEVEL_HIGH, GIC_PPI, 14, LEVEL_HIGH,
                                     GIC_PPI, 11, LEVEL_HIGH, GIC_PPI, 10, LEVEL_HIGH};
    int node = model->board.timer_node;
    uint32_t size = 0;
    const void *interrupts = node < 0 ? NULL : tree_property(&model->tree, node, "interrupts", &size);
    fdt_writer_begin(writer, "timer");
    fdt_writer_string(writer, "compatible", "arm,armv8-timer");
    if (interrupts != NULL && size == sizeof(usual)) {
        fdt_writer_bytes(writer, "interrupts", interrupts, size);
    } else {
        fdt_writer_cells(writer, "interrupts", usual, sizeof(usual) / sizeof(usual[0]));
    }
    if (model->board.timer_hz != 0) {
        fdt_writer_u32(writer, "clock-frequency", model->board.timer_hz);
    }
    fdt_writer_flag(writer, "always-on");
    fdt_writer_end(writer);
}

static void guest_dtb_write_gic(struct fdt_writer *writer, const struct model *model, const struct partition *partition)
{
    uint32_t redistributors = (uint32_t)GUEST_GICR_STRIDE * partition->vcpu_count;
    const uint32_t reg[] = {0, (uint32_t)GUEST_GICD_BASE, 0, (uint32_t)GUEST_GICD_SIZE,
                            0, (uint32_t)GUEST_GICR_BASE, 0, redistributors};
    fdt_writer_begin(writer, "intc@8000000");
    fdt_writer_string(writer, "compatible", "arm,gic-v3");
    fdt_writer_u32(writer, "#interrupt-cells", 3);
    fdt_writer_u32(writer, "#address-cells", 0);
    fdt_writer_flag(writer, "interrupt-controller");
    fdt_writer_cells(writer, "reg", reg, 8);
    fdt_writer_u32(writer, "phandle", guest_dtb_gic_phandle(model));
    fdt_writer_end(writer);
}

static void guest_dtb_write_uart(struct fdt_writer *writer, const struct model *model,
                                 const struct partition *partition)
{
    static const char compatible[] = PL011 "\0arm,primecell";
    static const char clock_names[] = "uartclk\0apb_pclk";
    const uint32_t clocks[] = {guest_dtb_new_phandle(model), guest_dtb_new_phandle(model)};
    bool passed = partition->console == CONSOLE_PASSED && partition->uart.node >= 0;
    bool edge = passed && partition->uart.interrupts[0].edge;
    uint32_t hz = passed ? clock_first_rate(&model->tree, partition->uart.node) : 0;
    const uint32_t interrupt[] = {GIC_SPI, GUEST_UART_INTID - FIRST_SPI, edge ? 1U : LEVEL_HIGH};
    fdt_writer_begin(writer, "apb-pclk");
    fdt_writer_string(writer, "compatible", "fixed-clock");
    fdt_writer_u32(writer, "#clock-cells", 0);
    fdt_writer_u32(writer, "clock-frequency", hz != 0 ? hz : UART_HZ);
    fdt_writer_u32(writer, "phandle", clocks[0]);
    fdt_writer_end(writer);
    fdt_writer_begin(writer, UART_NODE);
    fdt_writer_bytes(writer, "compatible", compatible, sizeof(compatible));
    fdt_writer_reg(writer, GUEST_UART_BASE, GUEST_UART_SIZE);
    fdt_writer_cells(writer, "interrupts", interrupt, 3);
    fdt_writer_cells(writer, "clocks", clocks, 2);
    fdt_writer_bytes(writer, "clock-names", clock_names, sizeof(clock_names));
    fdt_writer_end(writer);
}

static void guest_dtb_write(struct fdt_writer *writer, const struct model *model, const struct partition *partition)
{
    static const char compatible[] = "bulkhead,virt\0linux,dummy-virt";
    fdt_writer_begin(writer, "");
    fdt_writer_u32(writer, "#address-cells", 2);
    fdt_writer_u32(writer, "#size-cells", 2);
    fdt_writer_bytes(writer, "compatible", compatible, sizeof(compatible));
    fdt_writer_string(writer, "model", arena_print("Bulkhead partition %s", partition->name));
    fdt_writer_u32(writer, "interrupt-parent", guest_dtb_gic_phandle(model));
    guest_dtb_write_chosen(writer, partition);
    guest_dtb_write_memory(writer, partition);
    guest_dtb_write_cpus(writer, &model->tree, partition);
    guest_dtb_write_timer(writer, model);
    guest_dtb_write_gic(writer, model, partition);
    if (partition->console != CONSOLE_NONE) {
        guest_dtb_write_uart(writer, model, partition);
    }
    guest_pci_write(writer, model, partition, guest_dtb_gic_phandle(model));
    guest_device_write(writer, model, partition, guest_dtb_new_phandle(model) + 2U);
    fdt_writer_end(writer);
}

/*
 * At the start of memory, as U-Boot for QEMU expects, or in the last pages of the first region where the image needs the
 * start, as those linked for the lowest address do.
 */
static uint64_t guest_dtb_place(const struct partition *partition, uint64_t size)
{
    const struct memory *memory = &partition->memory[0];
    for (uint32_t i = 0; i < partition->piece_count && size < memory->size; i++) {
        struct region piece = {partition->pieces[i].ipa, partition->pieces[i].reserved};
        if (region_overlaps(piece, (struct region){memory->ipa, size})) {
            return align_down(memory->ipa + memory->size - size, SIZE_4K);
        }
    }
    return memory->ipa;
}

void guest_dtb_make(struct model *model, struct partition *partition)
{
    struct fdt_writer writer = fdt_writer_start();
    guest_dtb_write(&writer, model, partition);
    fdt_writer_open(&writer);
    fragment_merge(model, partition, writer.blob);
    partition->dtb = fdt_writer_finish(&writer, &partition->dtb_size);
    partition->device_tree = guest_dtb_place(partition, partition->dtb_size);
    partition->dtb_file = arena_print("%s/guest-%s.dtb", model->out, partition->name);
    struct image_file file = {
        .name = arena_print("guest-%s.dtb", partition->name),
        .path = partition->dtb_file,
        .node = partition->linux_node >= 0 ? partition->linux_node : partition->node,
        .property = partition->linux_node >= 0 ? "kernel" : "image",
    };
    struct piece piece = {
        .what = "generated device tree",
        .ipa = partition->device_tree,
        .size = partition->dtb_size,
        .reserved = partition->dtb_size,
    };
    if (partition->piece_count == MAX_PIECES && diag_errors() != 0) {
        return; /* the image has too many already */
    }
    if (!image_add_piece(model, partition, &file, piece, 0)) {
        diag_note(
            tree_at(&model->tree, partition->node, "memory"),
            "the device tree goes to the start of memory, or to its end if the image needs the start; leave one of "
            "them free");
    }
}
