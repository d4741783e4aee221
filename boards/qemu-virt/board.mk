# SPDX-License-Identifier: Apache-2.0
# QEMU's virt machine: which parts of the hypervisor it needs, and how it is run.

BOARD_SYSTEM := boards/qemu-virt/safety-ivi.dts

# The objects that implement gic.h and uart.h here.
BOARD_OBJECTS := arch/arm64/gicv3.o arch/arm64/uart_pl011.o

# make CPU=... is both QEMU's -cpu and the compatible of the cores in the device tree.
BOARD_CPU := $(or $(CPU),cortex-a57)
BOARD_CPPFLAGS := '-DBOARD_CPU="$(if $(filter max,$(BOARD_CPU)),qemu,arm),$(BOARD_CPU)"'

# make SECURE=on: a machine with EL3, as chips have it. EL2 is non-secure, and the GIC has two security states; the second
# UART is the secure world's there. @implements REQ-SIL-204
BOARD_CPPFLAGS += $(if $(SECURE),-DBOARD_SECURE)
BOARD_SUFFIX := $(if $(SECURE),-secure)

# QEMU, without consoles: whoever starts it adds two -serial options (uart0, uart1) and
# -kernel bulkhead.bin or bulkhead.elf (with SECURE=on bulkhead.bin alone: QEMU would start the ELF file at EL3).
QEMU ?= qemu-system-aarch64
BOARD_COMMA := ,
BOARD_QEMU := $(QEMU) -M virt,virtualization=on$(if $(SECURE),$(BOARD_COMMA)secure=on),gic-version=3,iommu=smmuv3 -cpu $(BOARD_CPU) -smp 8 -m 1G \
	-nic none -display none -no-reboot
