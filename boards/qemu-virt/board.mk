# SPDX-License-Identifier: Apache-2.0
# QEMU's virt machine: which parts of the hypervisor it needs, and how it is run.

BOARD_SYSTEM := boards/qemu-virt/safety-ivi.dts

# The objects that implement gic.h and uart.h here.
BOARD_OBJECTS := arch/arm64/gicv3.o arch/arm64/uart_pl011.o

# make CPU=... is both QEMU's -cpu and the compatible of the cores in the device tree.
BOARD_CPU := $(or $(CPU),cortex-a57)
BOARD_CPPFLAGS := '-DBOARD_CPU="$(if $(filter max,$(BOARD_CPU)),qemu,arm),$(BOARD_CPU)"'

# QEMU, without consoles: whoever starts it adds two -serial options (uart0, uart1) and
# -kernel bulkhead.bin or bulkhead.elf.
QEMU ?= qemu-system-aarch64
BOARD_QEMU := $(QEMU) -M virt,virtualization=on,gic-version=3,iommu=smmuv3 -cpu $(BOARD_CPU) -smp 8 -m 1G \
	-nic none -display none -no-reboot
