/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SMMUs and PCI functions that do as a test says and journal what they are asked. Of the fake board safety, on core 0, has no
 * DMA masters; ivi has two streams and two functions, aux one stream. The service core is 1.
 */
#ifndef TESTS_UNIT_SMMU_DMA_FIXTURE_H
#define TESTS_UNIT_SMMU_DMA_FIXTURE_H

#include "partitions/pci.h"
#include "smmu/smmu.h"

#define IDLE_US 5000U
#define EVENT_INTID 106U
#define ERROR_INTID 109U

struct dma_device {
    const char *difference;
    bool stuck;
    bool failing;
    bool full;
    bool busy_device;
    uint32_t pci_fault;
    uint32_t resets;
    struct smmu_event events[300];
    uint32_t event_count;
    uint32_t event_next;
    enum smmu_trouble trouble;
};

extern struct dma_device dma_device;

int dma_set_up(void **state);
/* CNTPCT, in microseconds. */
uint64_t dma_now(void);
/* The service core does what it is asked to by itself, until it only waits. */
void dma_serve(void);
/* Its timer comes. False: nothing is waited for. */
bool dma_timer(void);

#endif
