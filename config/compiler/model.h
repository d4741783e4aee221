/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the compiler knows about a system: filled by the readers (board.c, system.c, image.c, place.c), examined by
 * the checks, turned into output by the emitters. Addresses are plain uint64_t here; each field says which kind.
 */
#ifndef CONFIG_COMPILER_MODEL_H
#define CONFIG_COMPILER_MODEL_H

#include "timing.h"
#include "tree.h"

#include "lib/config.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Limits of the compiler; those of the hypervisor are in lib/config.h. */
#define MAX_BOARD_CORES 64U
#define MAX_RAM_BANKS 16U
#define MAX_MEMORY_REGIONS 8U
#define MAX_ACCESS 16U
#define MAX_DEVICE_REGIONS 8U
#define MAX_DEVICE_INTERRUPTS 16U
#define MAX_PIECES 24U
#define MAX_PAGE_TABLES 64U /* of one memory region, out of IMAGE_CORE_MAX */
#define MAX_BOOTARGS 2047U /* COMMAND_LINE_SIZE of arm64, less the NUL */
#define MAX_PLACES 64U
#define MAX_IMAGE_DIRS 8U
#define MAX_SMMUS 4U
#define MAX_STREAMS 64U
#define MAX_SMMU_INTERRUPTS 128U

#define SIZE_4K 0x1000ULL
#define SIZE_2M 0x200000ULL
#define SIZE_1G 0x40000000ULL

/* Physical and intermediate physical addresses that every supported core has (40 bits). */
#define ADDRESS_BITS 40U
#define ADDRESS_LIMIT (1ULL << ADDRESS_BITS)

/* The hypervisor's text, rodata, tables, data and stacks fit in this; guest images follow. */
#define IMAGE_CORE_MAX 0x100000ULL
/* The first-fault record, at the end of the hypervisor's region. */
#define FAULT_RECORD_SIZE SIZE_4K
/* One unmapped guard page below 8 KiB of EL2 stack. */
#define STACK_STRIDE 8192U

/* The machine a guest sees; interrupts are INTIDs. */
#define GUEST_GICD_BASE 0x08000000ULL
#define GUEST_GICD_SIZE 0x10000ULL
#define GUEST_GICR_BASE 0x080a0000ULL
#define GUEST_GICR_STRIDE 0x20000ULL
#define GUEST_UART_BASE 0x09000000ULL
#define GUEST_UART_SIZE SIZE_4K
#define GUEST_UART_INTID 33U
/* Configuration space of the host bridge that a guest with PCI functions has: one bus, number 0. */
#define GUEST_PCI_BASE 0x3f000000ULL
#define GUEST_PCI_SIZE 0x100000ULL

#define FIRST_SPI 32U
#define PL011 "arm,pl011"

/* An address or size for printf. */
#define HEX(x) ((unsigned long long)(x))

struct region {
    uint64_t base;
    uint64_t size;
};

struct interrupt {
    uint32_t intid; /* physical */
    bool edge;
};

/* A base address register; size 0: not there, or the upper half of the one before. */
struct pci_bar {
    uint64_t address; /* on the PCI bus */
    uint64_t physical;
    uint64_t size;
    uint32_t flags; /* low bits of the register */
};

/* A PCI function on the root bus of a host bridge (pci.h). */
struct pci_function {
    int node;
    int host;        /* the host bridge's node */
    uint32_t rid;    /* bus << 8 | device << 3 | function */
    uint32_t id;     /* device << 16 | vendor */
    uint32_t pin;    /* 1 to 4; 0: none */
    uint64_t config; /* physical address of its configuration space */
    struct pci_bar bars[PCI_BARS];
    bool good; /* without a mistake, and placed */
};

struct device {
    int node; /* negative: not there */
    const char *name;
    struct region regions[MAX_DEVICE_REGIONS]; /* physical */
    uint32_t region_count;
    struct interrupt interrupts[MAX_DEVICE_INTERRUPTS];
    uint32_t interrupt_count;
    const struct pci_function *function; /* NULL: not one of PCI */
};

enum smmu_version {
    SMMU_V2,
    SMMU_V3,
};

/* An SMMU that is there. */
struct smmu {
    struct device device; /* one region; each of its interrupts once */
    enum smmu_version version;
    struct interrupt event;
    struct interrupt error;
    bool coherent;
    uint32_t index; /* into the emitted smmu_configs[] */
};

/* A StreamID that a partition's DMA master has. */
struct stream {
    const struct smmu *smmu;
    uint32_t id;
    uint32_t slot; /* among the streams of this SMMU */
    const struct partition *partition;
    int node; /* the master */
};

struct core {
    int node;
    const char *name;
    const char *compatible;
    uint64_t mpidr;
    uint32_t midr;
    uint32_t midr_mask;
    bool enabled;
    const struct vcpu *vcpu; /* the first one given this core, or NULL */
    uint32_t number;         /* index into the emitted core_configs[], if used */
    bool used;
};

struct board {
    struct core cores[MAX_BOARD_CORES];
    uint32_t core_count;
    struct region ram[MAX_RAM_BANKS];
    int ram_nodes[MAX_RAM_BANKS]; /* where each bank is described */
    uint32_t ram_count;
    int no_ram; /* a memory node that is disabled; negative: none */
    struct region reserved[MAX_RAM_BANKS];
    int reserved_nodes[MAX_RAM_BANKS];
    uint32_t reserved_count;
    struct device gic; /* regions: distributor, redistributors */
    struct smmu smmus[MAX_SMMUS];
    uint32_t smmu_count;
    int timer_node; /* negative: none */
    uint32_t timer_hz;
};

struct vcpu {
    int node;
    uint32_t index;
    uint32_t priority;
    struct core *core; /* NULL after an error */
    const struct partition *partition;
    struct timing timing;
};

struct memory {
    uint64_t ipa;
    uint64_t pa;
    uint64_t size;
    bool fixed;  /* pa is the user's */
    bool placed; /* pa is valid */
};

/* A stretch of a file that stands in the hypervisor's image. Equal stretches are one blob. */
struct blob {
    const char *file;
    uint64_t offset;
    uint64_t size;
    uint32_t number;
};

struct piece {
    const struct blob *blob;
    const char *what; /* for messages: "kernel", "initrd", "segment 2", ... */
    uint64_t ipa;
    uint64_t size;     /* in the file */
    uint64_t reserved; /* in memory, at least size */
};

enum console {
    CONSOLE_VIRTUAL,
    CONSOLE_PASSED,
    CONSOLE_NONE,
};

struct partition {
    int node;
    int linux_node;    /* negative: none */
    int fragment_node; /* what the user adds to the guest's device tree; negative: none */
    const char *name;
    const char *criticality;
    uint32_t level; /* of criticality: 0 is QM, 4 is ASIL-D */
    const char *image;
    const char *kernel;
    const char *initrd;
    const char *bootargs;
    const char *dma_unprotected; /* why that is acceptable; NULL: it is not */
    uint32_t index;
    struct memory memory[MAX_MEMORY_REGIONS];
    uint32_t memory_count;
    enum console console;
    uint32_t console_number; /* of a virtual console */
    struct device uart;      /* passed through as the console */
    struct device access[MAX_ACCESS];
    uint32_t access_count;
    struct vcpu vcpus[MAX_VCPUS_PER_PARTITION];
    uint32_t vcpu_count;
    bool restart;
    struct piece pieces[MAX_PIECES];
    uint32_t piece_count;
    uint64_t entry;              /* IPA */
    uint64_t device_tree;        /* IPA */
    struct region initrd_region; /* IPA; size 0: none */
    const char *dtb_file;
    const void *dtb;
    uint64_t dtb_size;
};

struct hypervisor {
    int node;
    uint64_t base; /* load-address */
    uint64_t end;
    struct device console;
    struct core *service_core;
    enum safe_state safe_state;
    bool placed; /* base and end are valid */
};

struct model {
    struct tree tree;
    const char *out;
    const char *image_dirs[MAX_IMAGE_DIRS];
    uint32_t image_dir_count;
    struct board board;
    struct hypervisor hypervisor;
    struct overheads overheads;
    struct partition partitions[MAX_PARTITIONS];
    uint32_t partition_count;
    uint32_t console_count; /* virtual ones */
    struct blob blobs[MAX_PARTITIONS * MAX_PIECES];
    uint32_t blob_count;
    const char *inputs[MAX_PARTITIONS * 3U]; /* image files read */
    uint32_t input_count;
    struct stream streams[MAX_STREAMS]; /* each once; by partition */
    uint32_t stream_count;
    struct core *order[MAX_CORES]; /* core_configs[]: order of use */
    uint32_t order_count;
};

/* True if [a, a + a_size) and [b, b + b_size) have an address in common. */
static inline bool region_overlaps(struct region a, struct region b)
{
    return a.size != 0 && b.size != 0 && a.base < b.base + b.size && b.base < a.base + a.size;
}

static inline bool region_contains(struct region outer, struct region inner)
{
    return inner.base >= outer.base && inner.base - outer.base <= outer.size &&
           inner.size <= outer.size - (inner.base - outer.base);
}

static inline uint64_t align_down(uint64_t value, uint64_t alignment)
{
    return value & ~(alignment - 1U);
}

static inline uint64_t align_up(uint64_t value, uint64_t alignment)
{
    return align_down(value + alignment - 1U, alignment);
}

/* The region rounded out to whole pages. */
static inline struct region region_pages(struct region region)
{
    uint64_t base = align_down(region.base, SIZE_4K);
    return (struct region){base, align_up(region.base + region.size, SIZE_4K) - base};
}

#endif
