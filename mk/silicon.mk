# SPDX-License-Identifier: Apache-2.0
# What QEMU forgives and a chip does not: tests/silicon/sanitizer, a plugin of QEMU, on seeded bugs and on whole
# systems. docs/silicon.md says what it sees.

SANITIZER_PLUGIN := $(BUILD)/host/sanitizer.so
SANITIZER_SOURCES := $(sort $(wildcard tests/silicon/sanitizer/*.c))

$(SANITIZER_PLUGIN): $(SANITIZER_SOURCES) $(wildcard tests/silicon/sanitizer/*.h) tests/silicon/plugin.h mk/silicon.mk
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) -std=gnu11 -O2 -g -fPIC -shared -fvisibility=hidden -I. $(WARNINGS) -o $@ $(SANITIZER_SOURCES) -lpthread
