/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The compiled configuration: what config/compiler emits from the device tree (tables.c, tables.S).
 *
 * Everything here is constant and mapped read-only. What changes at run time lives in the *_state
 * structures that the entries point to; tables.c defines those too, one for each configured object,
 * so that nothing is allocated and nothing is larger than the system needs.
 */
#ifndef LIB_CONFIG_H
#define LIB_CONFIG_H

#include "lib/types.h"

struct core_state;
struct partition_config;
struct partition_state;
struct pci_function_state;
struct vcpu_state;
struct vuart_state;

/* Limits of this implementation. The config compiler enforces them and the manual prints them. */
#define MAX_CORES 8U
#define MAX_PARTITIONS 8U
#define MAX_VCPUS_PER_PARTITION 8U
#define MAX_INTIDS 288U /* INTIDs a partition's GIC has: 32 private and 256 shared; multiple of 32 */
#define MAX_SMMUS 4U
#define MAX_NAME 15U    /* characters of a partition's name */

/* Bytes of EL2 stack on each core, above an unmapped guard page. make check-stack proves that they suffice. */
#define EL2_STACK_SIZE 4096U

/* One physical core that the system uses. core_configs[] is indexed by core number (order of use). */
struct core_config {
    uint64_t mpidr;                         /* affinity fields of MPIDR_EL1, other bits zero */
    uint32_t midr;                          /* expected MIDR_EL1 under midr_mask */
    uint32_t midr_mask;                     /* 0: any */
    uint32_t vcpu_count;                    /* vCPUs pinned here */
    const struct vcpu_config *const *vcpus; /* most urgent first */
    struct core_state *state;
    uint64_t stack_top; /* EL2 stack, 16-byte aligned, guard page below */
    uint64_t sgi;       /* mpidr as ICC_SGI1R_EL1 names the target of an SGI (Arm IHI 0069H, 12.2.22) */
};

/* One virtual CPU. */
struct vcpu_config {
    const struct partition_config *partition;
    struct vcpu_state *state;
    uint32_t index;    /* within its partition: the guest's Aff0 */
    uint32_t core;     /* index into core_configs[] */
    uint32_t priority; /* 0-255, larger is more urgent */
};

/* One stretch of guest RAM. ipa, pa and size are multiples of the page size. */
struct memory_config {
    ipa_t ipa;
    pa_t pa;
    uint64_t size; /* bytes */
};

/*
 * One piece of a partition's pristine image, copied at each (re)start. source is 8-byte aligned and may
 * be read up to the next 8-byte boundary past its end; destination is a physical address within the
 * partition's memory, 8-byte aligned; pieces are sorted by destination and do not overlap.
 */
struct copy_config {
    pa_t source;
    pa_t destination;
    uint64_t size; /* bytes */
};

/* What answers an access to an address range that stage 2 leaves unmapped. */
enum mmio_kind {
    MMIO_VGICD, /* virtual distributor */
    MMIO_VGICR, /* virtual redistributors, 128 KiB for each vCPU */
    MMIO_VUART, /* virtual PL011 */
    MMIO_VPCI,  /* configuration space of the virtual PCI host bridge */
};

struct mmio_config {
    ipa_t ipa;
    uint64_t size; /* bytes */
    enum mmio_kind kind;
};

/* One interrupt a partition owns: a shared physical one, or the line of a virtual device. */
struct interrupt_config {
    uint16_t intid;    /* as the guest sees it: 32 .. MAX_INTIDS-1 */
    uint16_t physical; /* physical INTID, or 0 for a virtual device's line */
    bool edge;         /* physical trigger; false: level */
};

/* A stream that a partition owns: what an SMMU knows a DMA master by. */
struct stream_config {
    uint32_t smmu; /* index into smmu_configs[] */
    uint32_t id;   /* StreamID */
    uint32_t slot; /* SMMUv2: its stream mapping group and context bank; SMMUv3: not used */
    uint64_t
        *entry; /* SMMUv3: its stream table entry, eight words in .streams; word 0 zero, so invalid, until attached */
};

/*
 * An SMMU of the board (Arm IHI 0070, Arm IHI 0062). Its queues are in .streams, aligned to their size. An interrupt that
 * is 0 is not there. Numbers of bits are what the tables need; EL2 compares them with what the SMMU has.
 */
struct smmu_config {
    pa_t base;             /* registers, mapped at EL2 */
    uint64_t table;        /* SMMUv3: SMMU_STRTAB_BASE, RA included */
    uint32_t table_config; /* SMMUv3: SMMU_STRTAB_BASE_CFG */
    uint32_t id_bits;      /* of StreamIDs */
    uint32_t output_bits;  /* of physical addresses, as stage 2 uses them */
    uint16_t event_intid;  /* events (SMMUv2: context faults) */
    uint16_t error_intid;  /* global errors; may be the same */
    bool event_edge;       /* trigger; false: level */
    bool error_edge;
    bool coherent; /* its walks and queues are coherent with the cores; else EL2 cleans to the point of coherency */
    uint8_t commands_log2; /* entries of the queue; SMMUv2 has none */
    uint8_t events_log2;
    uint64_t *commands; /* two words an entry */
    uint64_t *events;   /* four words an entry */
};

#define PCI_BARS 6U

/* One base address register of an assigned PCI function. An upper half of a 64-bit one has size 0, as what is not there. */
struct pci_bar_config {
    uint64_t address; /* on the PCI bus: what the register holds */
    uint64_t size;    /* bytes, a power of two */
    uint32_t flags;   /* the low bits of the register: 64 bits, prefetchable */
};

/* A PCI function that a partition owns. */
struct pci_function_config {
    pa_t config;  /* its configuration space, mapped at EL2 */
    uint16_t rid; /* bus << 8 | device << 3 | function */
    uint32_t id;  /* vendor | device << 16 */
    uint8_t pin;  /* INTx that is routed to the partition, 1 to 4; 0: none */
    struct pci_bar_config bars[PCI_BARS];
    struct pci_function_state *state;
    uint32_t idle_us; /* until its DMA has ended, once bus mastering is off */
};

/* What becomes of a partition whose fault cannot be answered to the guest alone. */
enum fault_action {
    FAULT_STOP,    /* stop the partition */
    FAULT_RESTART, /* reload and restart it */
};

struct partition_config {
    char name[MAX_NAME + 1U];
    struct partition_state *state;
    uint32_t index; /* into partition_configs[] */
    uint32_t vmid;  /* 1 .. 255; 0 is EL2's own */
    uint64_t vtcr;  /* VTCR_EL2 */
    uint64_t vttbr; /* VTTBR_EL2: stage-2 root and VMID */
    pa_t load_root; /* EL2 stage-1 root with this partition's RAM in it (EL2 map + RAM, execute never) */
    enum fault_action on_fault;
    uint32_t vcpu_count;
    uint32_t memory_count;
    uint32_t copy_count;
    uint32_t interrupt_count;
    uint32_t stream_count;
    uint32_t function_count;
    uint32_t idle_us; /* until all its DMA masters are idle, once nothing drives them; 0: none has to be waited for */
    const struct vcpu_config *vcpus;
    const struct memory_config *memory;
    const struct copy_config *copies;
    const struct mmio_config *mmio;            /* sorted by ipa; an entry of no bytes ends them */
    const struct interrupt_config *interrupts; /* sorted by intid */
    const struct stream_config *streams;
    const struct pci_function_config *functions;
    const struct mmio_config *pci_window; /* configuration space of its host bridge, not in mmio[]; NULL: it has none */
    pa_t dma_root;                        /* stage-2 root of its streams: its RAM, no device; 0 without streams */
    ipa_t entry;                          /* where vCPU 0 starts at EL1 */
    ipa_t device_tree;                    /* in x0 of vCPU 0 */
    struct vuart_state *vuart;            /* virtual console, or NULL (passed-through UART, or none) */
};

/* System safe state, entered after an EL2 fault. */
enum safe_state {
    SAFE_HALT,  /* every core stops; the watchdog of the board is expected to act */
    SAFE_RESET, /* PSCI SYSTEM_RESET */
    SAFE_OFF,   /* PSCI SYSTEM_OFF */
};

struct board_config {
    pa_t gicd;             /* GICv3 distributor */
    pa_t gicr;             /* first redistributor, 128 KiB each (GICv3) */
    uint64_t gicr_size;    /* bytes that EL2 maps */
    pa_t uart;             /* console PL011 */
    uint32_t uart_intid;   /* its physical INTID */
    uint32_t timer_hz;     /* expected CNTFRQ_EL0, or 0: any */
    uint32_t service_core; /* works on board objects: the console */
    enum safe_state safe_state;
};

/* Owner of a physical shared interrupt; owned_interrupts[] is sorted by physical INTID. */
struct route_config {
    uint16_t physical;
    uint16_t intid; /* as the owner sees it */
    bool edge;
    const struct partition_config *partition;
};

/* Emitted by the config compiler. Cores are ordered as they are to be started; entry 0 is the boot core. */
extern const struct board_config board_config;
extern const uint32_t core_count;
extern const struct core_config core_configs[];
extern const uint32_t partition_count;
extern const struct partition_config partition_configs[];
extern const uint32_t route_count;
extern const struct route_config route_configs[];
extern const uint32_t smmu_count;
extern const struct smmu_config smmu_configs[]; /* defined only if there is one */
extern const uint32_t vuart_count;
extern const struct partition_config *const vuart_owners[]; /* by console number */
extern const char boot_line[];  /* what the hypervisor says first: what it is made for, and DMA that nothing confines */
extern const uint64_t el2_root; /* TTBR0_EL2 of normal operation */
extern const uint64_t el2_tcr;  /* TCR_EL2 */

#endif
