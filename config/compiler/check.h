/* SPDX-License-Identifier: Apache-2.0 */
/* The rules a system must keep. Each check prints its diagnostics; nothing is changed but what is said here. */
#ifndef CONFIG_COMPILER_CHECK_H
#define CONFIG_COMPILER_CHECK_H

#include "model.h"

/*
 * References are written as such: a number that is some node's phandle by chance is none. Such a property is muted. Before
 * board_read().
 */
void check_references(const struct model *model);

/*
 * Each memory region by itself: size, alignment, address width. A partition with a bad region loses all of them
 * (memory_count becomes 0), so that later steps work with sound numbers only. Before image_read().
 */
void check_memory_shape(struct model *model);

/*
 * The hypervisor's region is in RAM; hypervisor.placed becomes false if not, so that partitions are placed without
 * regard to it. After place_hypervisor().
 */
void check_hypervisor_place(struct model *model);

/* Physical memory: within RAM, apart from the hypervisor and from each other. After place_partitions(). */
void check_memory_places(const struct model *model);

/* Each partition's guest addresses: memory, the GIC's and UART's windows and devices apart from each other. */
void check_guest_addresses(const struct model *model);

/* Devices: given once, no page shared between partitions or with the hypervisor, none in RAM. */
void check_devices(const struct model *model);

/* Nodes that share a page with a device of a partition but are nobody's. */
void check_neighbours(const struct model *model);

/* What devices need of others: no provider in other hands, clock rates known. */
void check_needs(const struct model *model);

/* DMA masters: each assigned, blocked or trusted; assigned ones with the system file's consent. */
void check_dma(const struct model *model);

/* Streams: none that two could have, and maps of PCI bridges that can be read; others are muted. Before check_dma(). */
void check_streams(const struct model *model);

/* What the board's nodes say about themselves, used or not: status, unit addresses, buses, registers, paths. */
void check_board(const struct model *model);

/* Partitions' names: no two that a file system or a reader could take for one, and none of ours. */
void check_names(const struct model *model);

/* Nodes and properties of ours in places where nobody would look for them. */
void check_strays(const struct model *model);

/* PCI functions: those of one device together, one host bridge for each partition. */
void check_pci(const struct model *model);

/* Interrupts: physical ones owned once (functions of PCI share those of one partition), guest INTIDs distinct. */
void check_interrupts(const struct model *model);

/* Tasks: each vCPU's response times, and that no deadline can be missed. After order_cores(), which knows the service core. */
void check_deadlines(struct model *model);

/* Cores: one vCPU each. Sets core->vcpu and core->used. */
void check_cores(struct model *model);

#endif
