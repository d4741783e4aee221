# SPDX-License-Identifier: Apache-2.0
# The hypervisor: objects that every system shares, and the image of one system.

HYPERVISOR_SOURCES := $(sort $(wildcard lib/*.c arch/arm64/*.c arch/arm64/*.S partitions/*.c rt-sched/*.c smmu/*.c core/*.c))
# Alternatives of which the system chooses: the config compiler writes the names of the parts that it needs, a line each, into
# $(OUT)/config/parts. A system without an SMMU or PCI functions pays nothing for them. @implements REQ-CONFIG-060
PART_smmu-none := $(wildcard smmu/none.c)
PART_smmu-v2 := $(filter-out smmu/none.c smmu/smmuv3%.c,$(wildcard smmu/*.c))
PART_smmu-v3 := $(filter-out smmu/none.c smmu/smmuv2%.c,$(wildcard smmu/*.c))
PART_pci-none := $(wildcard partitions/pci_none.c)
PART_pci := $(filter-out %_none.c,$(wildcard partitions/pci*.c))
PART_dma-none := $(wildcard partitions/dma_none.c)
PART_dma := $(filter-out %_none.c,$(wildcard partitions/dma*.c))
HYPERVISOR_PARTS := smmu-none smmu-v2 smmu-v3 pci-none pci dma-none dma
PART_SOURCES := $(sort $(foreach part,$(HYPERVISOR_PARTS),$(PART_$(part))))
part_objects = $(patsubst %.c,$(OBJ)/%.o,$(PART_$(1)))
# What a gate looks at together, as one image has it.
HYPERVISOR_SETS := pci-none+dma-none smmu-none+pci+dma smmu-v2+pci-none+dma smmu-v3+pci-none+dma smmu-v3+pci+dma
set_objects = $(HYPERVISOR_OBJECTS) $(foreach part,$(subst +, ,$(1)),$(call part_objects,$(part)))

# Alternatives of which the board chooses: they come in through BOARD_OBJECTS alone.
HYPERVISOR_CHOICES := arch/arm64/gicv3.c arch/arm64/uart_pl011.c $(PART_SOURCES)
HYPERVISOR_OBJECTS := $(addprefix $(OBJ)/,$(addsuffix .o,$(basename $(filter-out $(HYPERVISOR_CHOICES) arch/arm64/entry.S,$(HYPERVISOR_SOURCES)))) $(BOARD_OBJECTS))
SYSTEM_OBJECTS := $(OUT)/config/tables.o $(OUT)/config/hardware.o $(OUT)/entry.o

## all            build $(OUT)/bulkhead.elf and .bin
# The system's objects come last: constants before theirs are EL2's own (config/verify/rules_rest.py).
# An image that the checker (mk/verify.mk) cannot prove separate is an error, and so make deletes it.
$(OUT)/bulkhead.elf: $(HYPERVISOR_OBJECTS) $(SYSTEM_OBJECTS) $(OUT)/image.lds $(HYPERVISOR_PARTS:%=$(OBJ)/parts/%)
	$(Q)$(CC) $(TARGET_LDFLAGS) -Wl,-Map=$(@:.elf=.map) -T $(OUT)/image.lds -o $@ $(HYPERVISOR_OBJECTS) \
		$$(sed 's,^,@$(OBJ)/parts/,' $(OUT)/config/parts) $(SYSTEM_OBJECTS)
	@$(VERIFY) --quiet --report $(OUT)/separation.txt $@ $(OUT)/config/system.dtb

$(OUT)/bulkhead.bin: $(OUT)/bulkhead.elf
	$(Q)$(OBJCOPY) -O binary $< $@
	@$(VERIFY) --quiet --flashed $@ $< >$(OUT)/flashed.txt || { cat $(OUT)/flashed.txt; exit 1; }

$(OBJ)/%.o: %.c mk/toolchain.mk mk/hypervisor.mk
	@mkdir -p $(@D)
	$(Q)$(CC) $(TARGET_CPPFLAGS) $(TARGET_CFLAGS) $(EL2_FLAGS) -MMD -MP -c -o $@ $<

# The objects of a part, for the linker to read. Each is made anew when the list of a part's files has changed.
PARTS_NOW := $(foreach part,$(HYPERVISOR_PARTS),$(part):$(PART_$(part)))
ifneq ($(PARTS_NOW),$(file <$(OBJ)/parts/list))
$(shell mkdir -p $(OBJ)/parts)
$(file >$(OBJ)/parts/list,$(PARTS_NOW))
endif
define part_rule
$(OBJ)/parts/$(1): $(OBJ)/parts/list $(call part_objects,$(1))
	@echo $(call part_objects,$(1)) >$$@
endef
$(foreach part,$(HYPERVISOR_PARTS),$(eval $(call part_rule,$(part))))

# What is rare is compiled for size: the image has a limit too.
$(addprefix $(OBJ)/,lib/printf.o partitions/event_text.o partitions/health.o partitions/loader.o partitions/partition.o \
	partitions/pci_function.o partitions/psci.o partitions/supervise.o \
	$(patsubst %.c,%.o,$(filter smmu/% partitions/dma%,$(PART_SOURCES))) \
	partitions/vgic_change.o partitions/vgic_choose.o partitions/vgic_ends.o partitions/vgic_frame.o partitions/vgic_kept.o \
	partitions/vgic_life.o partitions/vgic_link.o partitions/vgic_lists.o partitions/vgic_now.o partitions/vgic_read.o \
	partitions/vgic_redist.o partitions/vgic_route.o arch/arm64/memory.o \
	core/fault.o core/main.o): EL2_FLAGS += -Os

$(OBJ)/%.o: %.S mk/toolchain.mk
	@mkdir -p $(@D)
	$(Q)$(CC) $(TARGET_CPPFLAGS) $(TARGET_ASFLAGS) -MMD -MP -c -o $@ $<

# What depends on the system: its tables, the entry (it says how large the image is) and the linker script.
$(OUT)/config/tables.o: $(OUT)/config/tables.c
	$(Q)$(CC) $(TARGET_CPPFLAGS) $(TARGET_CFLAGS) -MMD -MP -c -o $@ $<

$(OUT)/config/hardware.o: $(OUT)/config/tables.S
	$(Q)$(CC) $(TARGET_CPPFLAGS) $(TARGET_ASFLAGS) -MMD -MP -c -o $@ $<

$(OUT)/entry.o: arch/arm64/entry.S $(OUT)/config/layout.h
	$(Q)$(CC) -I$(OUT)/config $(TARGET_CPPFLAGS) $(TARGET_ASFLAGS) -MMD -MP -c -o $@ $<

$(OUT)/image.lds: core/image.lds.S $(OUT)/config/layout.h
	$(Q)$(CC) -E -P -undef -I$(OUT)/config -x assembler-with-cpp -o $@ $<

-include $(HYPERVISOR_OBJECTS:.o=.d) $(PART_SOURCES:%.c=$(OBJ)/%.d) $(SYSTEM_OBJECTS:.o=.d)
