/* SPDX-License-Identifier: Apache-2.0 */
/* Starting the other cores without waiting for them: the boot core's timer looks later whether they came. */
#ifndef PARTITIONS_SUPERVISE_H
#define PARTITIONS_SUPERVISE_H

/* Boot core, at the end of its own start: asks the firmware for every other core of the configuration. */
void supervise_start_cores(void);

/* The EL2 timer of this core expired: every core that is still missing becomes an event. */
void supervise_timer(void);

#endif
