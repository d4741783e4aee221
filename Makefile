# SPDX-License-Identifier: Apache-2.0
# Bulkhead: `make run` to see it, `make test` for all that CI runs, `make help` for the rest.
#
#   BOARD=name        a folder of boards/                          (default qemu-virt)
#   SYSTEM=file.dts   the partitions; a path or a file of boards/$(BOARD)/
#   CPU=cortex-a72    another core type, where the board file allows it
#   SECURE=on         a machine with two security states, where the board file has it

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules
SHELL := /bin/bash

BUILD := build
BOARD ?= qemu-virt
include boards/$(BOARD)/board.mk

SYSTEM ?= $(BOARD_SYSTEM)
SYSTEM_FILE := $(firstword $(wildcard $(SYSTEM) boards/$(BOARD)/$(SYSTEM)) $(SYSTEM))
SYSTEM_NAME := $(basename $(notdir $(SYSTEM_FILE)))
# Everything made for one system on one board; objects that do not depend on the system are in $(OBJ).
OUT := $(BUILD)/$(BOARD)/$(SYSTEM_NAME)$(if $(CPU),-$(CPU))$(BOARD_SUFFIX)
OBJ := $(BUILD)/$(BOARD)/obj
# Where image = "..." in a system file is looked for, after the file's own folder.
IMAGE_DIRS := $(BUILD)/guests $(BUILD)/linux $(BUILD)/third-party

include mk/toolchain.mk
include mk/hypervisor.mk
include $(filter-out mk/toolchain.mk mk/hypervisor.mk,$(wildcard mk/*.mk))

.PHONY: all clean help
all: $(OUT)/bulkhead.elf $(OUT)/bulkhead.bin

clean:
	rm -rf $(BUILD)

help:
	@sed -n '2,8s/^# \{0,1\}//p' Makefile
	@grep -hE '^## ' mk/*.mk | sed 's/^## /  make /'
