# SPDX-License-Identifier: Apache-2.0
# Unit tests on the build machine: each tests/unit/test_*.c is one cmocka program, under ASan and UBSan.
#
# What a test links: the files after "sources:" in it (paths or patterns from here, several lines if need be); without that
# word, whatever it calls of EL2's logic (UNIT_LIBRARY) and of the machine it runs on (tests/unit/fake). A header under
# tests/unit/fake shadows the one of the same name.

UNIT_OUT := $(BUILD)/host/unit
UNIT_TESTS := $(sort $(patsubst tests/unit/%.c,$(UNIT_OUT)/%,$(wildcard tests/unit/test_*.c)))
UNIT_CPPFLAGS := -Itests/unit/fake -I. -Iinclude
# -Wcast-align=strict is for the target; a jmp_buf on the way makes -Wclobbered speak of locals that are not used after.
UNIT_CFLAGS := -std=gnu11 -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer \
	-fno-strict-aliasing -fwrapv -ffile-prefix-map=$(CURDIR)=. $(filter-out -Wcast-align=strict,$(WARNINGS)) -Wno-clobbered

# Parts that a system chooses and the library does not.
UNIT_PARTS := partitions/pci_none.c $(filter-out partitions/dma_none.c,$(wildcard partitions/dma*.c))

UNIT_LIBRARY := $(UNIT_OUT)/libel2.a
UNIT_LIBRARY_SOURCES := $(wildcard lib/*.c rt-sched/*.c tests/unit/fake/*.c) arch/arm64/core.c arch/arm64/features.c \
	arch/arm64/trace.c $(filter-out partitions/vgic% $(UNIT_PARTS),$(wildcard partitions/*.c))
# These define what the build machine's C library has as well.
UNIT_LIBRARY_SOURCES := $(filter-out lib/string.c,$(UNIT_LIBRARY_SOURCES))

$(UNIT_OUT)/obj/%.o: %.c mk/unit.mk
	@mkdir -p $(@D)
	@$(HOSTCC) $(UNIT_CPPFLAGS) $(UNIT_CFLAGS) -MMD -MP -c -o $@ $<

$(UNIT_LIBRARY): $(UNIT_LIBRARY_SOURCES:%.c=$(UNIT_OUT)/obj/%.o)
	@rm -f $@
	@$(AR) rcs $@ $^

# $(call unit_objects,name): what that test links.
unit_named = $(wildcard $(shell sed -n 's,.*sources:,,p' tests/unit/$(1).c | grep -o '[A-Za-z0-9_/*-]*\.c'))
unit_objects = $(UNIT_OUT)/obj/tests/unit/$(1).o \
	$(if $(unit_named),$(patsubst %.c,$(UNIT_OUT)/obj/%.o,$(unit_named)),$(UNIT_LIBRARY))

define unit_rule
$(UNIT_OUT)/$(1): $(call unit_objects,$(1))
	@$$(HOSTCC) $$(UNIT_CFLAGS) -o $$@ $$^ -lcmocka
endef
$(foreach test,$(notdir $(UNIT_TESTS)),$(eval $(call unit_rule,$(test))))

.PHONY: test-unit
## test-unit      logic of EL2 and of the guests on the build machine, one line for each program
test-unit: $(UNIT_TESTS)
	@failed=; for program in $(UNIT_TESTS); do \
		if $$program >$$program.log 2>&1; then \
			echo "$$(basename $$program): $$(sed -n 's/.*\[  PASSED  \] \([0-9]* test(s)\).*/\1 passed/p' $$program.log | tail -1)"; \
		else cat $$program.log; failed="$$failed $$(basename $$program)"; fi; done; \
		if [ -n "$$failed" ]; then echo "test-unit: FAILED:$$failed"; exit 1; fi

-include $(shell find $(UNIT_OUT)/obj -name '*.d' 2>/dev/null)
