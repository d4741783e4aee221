# SPDX-License-Identifier: Apache-2.0
# The config compiler, and what it makes of one system: $(OUT)/config/.

# What SYSTEM may not be. @implements REQ-CONFIG-043
SYSTEM_GUESS := $(firstword $(wildcard $(SYSTEM).dts boards/$(BOARD)/$(SYSTEM).dts))
$(if $(strip $(SYSTEM)),,$(error error: SYSTEM is empty; name a system file: make SYSTEM=my.dts))
$(if $(word 2,$(SYSTEM)),$(error error: SYSTEM="$(SYSTEM)" has a space in it, which make cannot handle; rename the file))
$(if $(wildcard $(SYSTEM_FILE)),,$(error error: SYSTEM=$(SYSTEM): there is no such file here or in boards/$(BOARD); \
	$(if $(SYSTEM_GUESS),did you mean SYSTEM=$(SYSTEM_GUESS)?,copy boards/$(BOARD)/$(notdir $(BOARD_SYSTEM)) to begin with)))
$(if $(wildcard $(SYSTEM_FILE)/.),$(error error: SYSTEM=$(SYSTEM) is a folder; name the .dts file in it))

CONFIG_SOURCES := $(sort $(wildcard config/compiler/*.c))
CONFIG_COMPILER := $(BUILD)/host/bulkhead-config
CONFIG_COMPILER_ASAN := $(BUILD)/host/asan/bulkhead-config
CONFIG_CPPFLAGS := -I. -D_GNU_SOURCE
CONFIG_CFLAGS := -std=c11 -O2 -g $(WARNINGS)
# --coverage: tests/config/test_messages.py looks which error messages the bad files produce. @implements REQ-CONFIG-032
CONFIG_ASAN_CFLAGS := -std=c11 -O1 -g --coverage -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer \
	$(filter-out -Wnull-dereference,$(WARNINGS))
CONFIG_DRIVER := config/compiler/driver.py
CONFIG_DRIVER_PARTS := $(filter-out $(CONFIG_DRIVER),$(wildcard config/compiler/*.py))

# How a system file is handed to the compiler; boards have their own macros (BOARD_CPPFLAGS).
CONFIG_ARGUMENTS = $(BOARD_CPPFLAGS) -I boards/$(BOARD) $(addprefix --images ,$(IMAGE_DIRS)) $(SYSTEM_FILE)
CONFIG_OUTPUTS := $(addprefix $(OUT)/config/,tables.c tables.S layout.h system.json report.txt parts)

$(CONFIG_COMPILER): $(CONFIG_SOURCES:%.c=$(BUILD)/host/obj/%.o)
	$(HOSTCC) -o $@ $^ -lfdt

$(CONFIG_COMPILER_ASAN): $(CONFIG_SOURCES:%.c=$(BUILD)/host/asan/obj/%.o)
	$(HOSTCC) --coverage -fsanitize=address,undefined -o $@ $^ -lfdt

$(BUILD)/host/obj/config/%.o: config/%.c
	@mkdir -p $(@D)
	$(HOSTCC) $(CONFIG_CPPFLAGS) $(CONFIG_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/host/asan/obj/config/%.o: config/%.c
	@mkdir -p $(@D)
	$(HOSTCC) $(CONFIG_CPPFLAGS) $(CONFIG_ASAN_CFLAGS) -MMD -MP -c -o $@ $<

-include $(CONFIG_SOURCES:%.c=$(BUILD)/host/obj/%.d) $(CONFIG_SOURCES:%.c=$(BUILD)/host/asan/obj/%.d)

# Unit tests of the compiler's own parts: tests/config/unit/<name>.c becomes a program of its own.
CONFIG_UNIT_TESTS := $(patsubst tests/config/unit/%.c,$(BUILD)/host/asan/test-config-%,$(wildcard tests/config/unit/*.c))

$(BUILD)/host/asan/test-config-%: tests/config/unit/%.c $(CONFIG_SOURCES:%.c=$(BUILD)/host/asan/obj/%.o)
	$(HOSTCC) $(CONFIG_CPPFLAGS) -iquote config/compiler $(CONFIG_ASAN_CFLAGS) -o $@ $< \
		$(filter-out %/main.o,$(filter %.o,$^)) -lfdt -lcmocka

.PHONY: config test-config
## test-config    test the config compiler: units, and one bad system for each rule
test-config: $(CONFIG_COMPILER_ASAN) $(CONFIG_UNIT_TESTS)
	@set -e; for program in $(CONFIG_UNIT_TESTS); do $$program; done
	BULKHEAD_CONFIG=$(CURDIR)/$(CONFIG_COMPILER_ASAN) CC="$(CC)" TABLES_FLAGS="$(TARGET_CPPFLAGS) $(TARGET_CFLAGS)" \
		/usr/bin/python3 -m pytest -q -p no:cacheprovider tests/config

# The images that a system names must be there to be measured; which of them it names is in images.d.
.SECONDEXPANSION:

## config         only check a system: make config SYSTEM=file.dts
config: $(CONFIG_COMPILER) $$(GUEST_IMAGES)
	@$(CONFIG_DRIVER) --compiler $(CONFIG_COMPILER) --check $(CONFIG_ARGUMENTS)

$(CONFIG_OUTPUTS) &: $(SYSTEM_FILE) $(CONFIG_COMPILER) $(CONFIG_DRIVER) $(CONFIG_DRIVER_PARTS) | $$(GUEST_IMAGES)
	$(CONFIG_DRIVER) --compiler $(CONFIG_COMPILER) --out $(OUT)/config $(CONFIG_ARGUMENTS)

-include $(OUT)/config/system.d $(OUT)/config/images.d
