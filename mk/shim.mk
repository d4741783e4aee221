# SPDX-License-Identifier: Apache-2.0
# The hostile-reset shim: runs before the image and leaves the machine as any boot loader may (docs/hostile-reset.md).
# @implements REQ-SIL-201, REQ-SIL-202, REQ-SIL-205
SHIM_OUT := $(BUILD)/shim
SHIM_SOURCES := $(sort $(wildcard tests/silicon/shim/*.c tests/silicon/shim/*.S))
SHIM_FLAGS := -std=c11 -O2 -g -march=armv8-a -mgeneral-regs-only -mstrict-align -mno-outline-atomics -ffreestanding \
	-fno-pic -fno-stack-protector -fno-tree-loop-distribute-patterns -fno-asynchronous-unwind-tables $(WARNINGS)

.PHONY: shim
## shim                      build the hostile-reset shim (build/shim)
shim: $(SHIM_OUT)/shim.bin
	@echo $(SHIM_OUT)

$(SHIM_OUT)/shim.elf: $(SHIM_SOURCES) $(wildcard tests/silicon/shim/*.h) tests/silicon/shim/shim.lds mk/silicon.mk
	@mkdir -p $(@D)
	$(Q)$(CC) $(SHIM_FLAGS) -nostdlib -static -Wl,--build-id=none -Wl,-z,noexecstack \
		-T tests/silicon/shim/shim.lds -o $@ $(SHIM_SOURCES)

$(SHIM_OUT)/shim.bin: $(SHIM_OUT)/shim.elf
	$(Q)$(OBJCOPY) -O binary $< $@
