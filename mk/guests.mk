# SPDX-License-Identifier: Apache-2.0
# The guests: $(BUILD)/guests/<application>.elf from guests/lib and guests/<application>.

GUEST_APPLICATIONS := bench brake crowd lost probe
# Images that stand in for real-time systems (docs/guests.md): linked for the lowest address of RAM, with a start of their own.
RTOS_IMAGES := rtos-idle rtos-tick
GUEST_IMAGES += $(GUEST_APPLICATIONS:%=$(BUILD)/guests/%.elf) $(RTOS_IMAGES:%=$(BUILD)/guests/%.elf)

# Guests share nothing with the hypervisor but include/bulkhead, and so have flags of their own. General registers
# only: an interrupt then need not save the FP registers.
GUEST_CPPFLAGS := -I. -Iinclude
GUEST_FLAGS := -march=armv8-a -mgeneral-regs-only -mstrict-align -mno-outline-atomics -ffreestanding -fno-common \
	-fno-pic -fno-asynchronous-unwind-tables -fno-tree-loop-distribute-patterns -ffile-prefix-map=$(CURDIR)=. \
	-mfix-cortex-a53-835769
GUEST_CFLAGS := -std=c11 -O2 -g $(GUEST_FLAGS) $(WARNINGS)
GUEST_ASFLAGS := -g -Wa,--fatal-warnings -ffile-prefix-map=$(CURDIR)=.
GUEST_LDFLAGS := -nostdlib -static -Wl,--build-id=none -Wl,--fatal-warnings -Wl,--fix-cortex-a53-843419 \
	-Wl,-z,noexecstack -Wl,-z,max-page-size=4096

GUEST_OBJ := $(BUILD)/guests/obj
GUEST_LINKER_SCRIPT := $(GUEST_OBJ)/guest.ld
guest_objects = $(patsubst %,$(GUEST_OBJ)/%.o,$(basename $(filter-out %.ld.S,$(wildcard $(1)/*.c $(1)/*.S))))
GUEST_LIB_OBJECTS := $(call guest_objects,guests/lib)

.PHONY: guests
## guests         build the guest images (build/guests/)
guests: $(GUEST_IMAGES)

$(GUEST_OBJ)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(GUEST_CPPFLAGS) $(GUEST_CFLAGS) -MMD -MP -c -o $@ $<

$(GUEST_OBJ)/%.o: %.S
	@mkdir -p $(@D)
	$(CC) $(GUEST_CPPFLAGS) $(GUEST_ASFLAGS) -MMD -MP -c -o $@ $<

$(GUEST_LINKER_SCRIPT): guests/lib/guest.ld.S
	@mkdir -p $(@D)
	$(CC) $(GUEST_CPPFLAGS) -E -P -MMD -MP -MT $@ -o $@ $<

define guest_image
$(BUILD)/guests/$(1).elf: $(GUEST_LIB_OBJECTS) $(call guest_objects,guests/$(1)) $(GUEST_LINKER_SCRIPT)
	$(CC) $(GUEST_LDFLAGS) -T $(GUEST_LINKER_SCRIPT) -o $$@ $$(filter %.o,$$^)
endef
$(foreach application,$(GUEST_APPLICATIONS),$(eval $(call guest_image,$(application))))

RTOS_OBJECTS := $(call guest_objects,guests/rtos) $(addprefix $(GUEST_OBJ)/guests/lib/,format.o gic.o)
RTOS_LINKER_SCRIPT := $(GUEST_OBJ)/rtos.ld

$(RTOS_LINKER_SCRIPT): guests/rtos/rtos.ld.S
	@mkdir -p $(@D)
	$(CC) $(GUEST_CPPFLAGS) -E -P -MMD -MP -MT $@ -o $@ $<

define rtos_image
$(BUILD)/guests/$(1).elf: $(RTOS_OBJECTS) $(call guest_objects,guests/rtos/$(1:rtos-%=%)) $(RTOS_LINKER_SCRIPT)
	$(CC) $(GUEST_LDFLAGS) -T $(RTOS_LINKER_SCRIPT) -o $$@ $$(filter %.o,$$^)
endef
$(foreach image,$(RTOS_IMAGES),$(eval $(call rtos_image,$(image))))

-include $(shell find $(GUEST_OBJ) -name '*.d' 2>/dev/null)

.PHONY: test-guests
## test-guests    run the guests on the bare machine, without Bulkhead
test-guests: $(GUEST_IMAGES)
	BULKHEAD_GUESTS=$(CURDIR)/$(BUILD)/guests NM=$(NM) QEMU=$(QEMU) \
		$(PYTHON) -m pytest -q -p no:cacheprovider tests/guests
