# SPDX-License-Identifier: Apache-2.0
# Compilers and the flags every target object is built with. V=1 shows the commands.

Q := $(if $(V),,@)

ifeq ($(origin CROSS_COMPILE),undefined)
CROSS_COMPILE := $(firstword $(foreach p,aarch64-none-elf- aarch64-linux-gnu-,$(if $(shell command -v $(p)gcc),$(p))) aarch64-linux-gnu-)
endif
CC := $(CROSS_COMPILE)gcc
OBJCOPY := $(CROSS_COMPILE)objcopy
OBJDUMP := $(CROSS_COMPILE)objdump
NM := $(CROSS_COMPILE)nm
SIZE := $(CROSS_COMPILE)size
HOSTCC ?= gcc

WARNINGS := -Wall -Wextra -Wconversion -Wsign-conversion -Wshadow -Wundef -Wvla -Wcast-qual -Wcast-align=strict \
	-Wstrict-prototypes -Wmissing-prototypes -Wmissing-declarations -Wredundant-decls -Wnested-externs \
	-Wswitch-enum -Wswitch-default -Wimplicit-fallthrough=5 -Wpointer-arith -Wwrite-strings -Wlogical-op \
	-Wduplicated-cond -Wduplicated-branches -Wnull-dereference -Warith-conversion -Walloca -Wformat=2 -Werror

# The target cores have no LSE atomics; EL2 uses neither FP registers nor unaligned accesses.
TARGET_FLAGS := -march=armv8-a -mgeneral-regs-only -mstrict-align -mno-outline-atomics -ffreestanding \
	-fno-common -fno-strict-aliasing -fwrapv -fno-delete-null-pointer-checks -fno-pic -fno-jump-tables \
	-fno-asynchronous-unwind-tables -fno-tree-loop-distribute-patterns -fstack-protector-strong \
	-mstack-protector-guard=global -ffile-prefix-map=$(CURDIR)=. -mfix-cortex-a53-835769

# EL2 alone. x15-x18 are the guest's all through an exit (arch/arm64/frame.h; check-el2 looks), and what only fills up is
# counted as well as what works.
EL2_FLAGS := -ffixed-x15 -ffixed-x16 -ffixed-x17 -ffixed-x18 -fno-align-loops -fno-align-jumps -fno-align-labels -fno-align-functions

TARGET_CPPFLAGS := -I. -Iinclude
TARGET_CFLAGS := -std=c11 -O2 -g $(TARGET_FLAGS) $(WARNINGS) -fstack-usage -fcallgraph-info=su
TARGET_ASFLAGS := -g -Wa,--fatal-warnings -ffile-prefix-map=$(CURDIR)=.
TARGET_LDFLAGS := -nostdlib -static -Wl,--build-id=none -Wl,--fatal-warnings -Wl,--fix-cortex-a53-843419 -Wl,-z,noexecstack
