# SPDX-License-Identifier: Apache-2.0
# What QEMU forgives and a chip does not: tests/silicon/sanitizer, a plugin of QEMU, on seeded bugs and on whole
# systems. docs/silicon.md says what it sees.
# @implements REQ-SIL-001, REQ-SIL-002, REQ-SIL-003, REQ-SIL-004, REQ-SIL-005, REQ-SIL-006, REQ-SIL-007
# @implements REQ-SIL-100, REQ-SIL-101, REQ-SIL-102, REQ-SIL-103, REQ-SIL-104, REQ-SIL-105, REQ-SIL-106, REQ-SIL-107, REQ-SIL-108
# @implements REQ-SIL-109

SANITIZER_PLUGIN := $(BUILD)/host/sanitizer.so
SANITIZER_SOURCES := $(sort $(wildcard tests/silicon/sanitizer/*.c))

$(SANITIZER_PLUGIN): $(SANITIZER_SOURCES) $(wildcard tests/silicon/sanitizer/*.h) tests/silicon/plugin.h mk/silicon.mk
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) -std=gnu11 -O2 -g -fPIC -shared -fvisibility=hidden -I. $(WARNINGS) -o $@ $(SANITIZER_SOURCES) -lpthread

# A seed in one of its variants: <seed>.<VARIANT>.elf.
SEED_OUT := $(BUILD)/silicon
SEED_PARTS := tests/silicon/seeds/start.S tests/silicon/seeds/common.c
SEED_FLAGS := -std=gnu11 -O2 -g -march=armv8-a -mgeneral-regs-only -mstrict-align -mno-outline-atomics -ffreestanding \
	-fno-pic -fno-stack-protector -fno-asynchronous-unwind-tables -fno-tree-loop-distribute-patterns \
	$(filter-out -Wduplicated-branches -Wundef,$(WARNINGS))
SEED_LDFLAGS := -nostdlib -static -Wl,--build-id=none -Wl,-z,noexecstack -Wl,-z,max-page-size=4096

.SECONDEXPANSION:
$(SEED_OUT)/%.elf: tests/silicon/seeds/$$(basename $$*).c $(SEED_PARTS) tests/silicon/seeds/seed.h tests/silicon/seeds/seed.ld \
		mk/silicon.mk
	@mkdir -p $(@D)
	$(Q)$(CC) $(SEED_FLAGS) -DVARIANT=$(patsubst .%,%,$(suffix $*)) $(SEED_LDFLAGS) -T tests/silicon/seeds/seed.ld -o $@ \
		$< $(SEED_PARTS)

# The TLB seeds: another start, and two cores.
TLB_SEED_PARTS := tests/silicon/seeds/tlb_start.S tests/silicon/seeds/tlb_machine.c
$(SEED_OUT)/tlb_%.elf: tests/silicon/seeds/tlb_$$(basename $$*).c $(TLB_SEED_PARTS) tests/silicon/seeds/tlb.h \
		tests/silicon/seeds/tlb.lds mk/silicon.mk
	@mkdir -p $(@D)
	$(Q)$(CC) $(filter-out -Wswitch-enum,$(SEED_FLAGS)) -DVARIANT=$(patsubst .%,%,$(suffix $*)) $(SEED_LDFLAGS) -I. \
		-T tests/silicon/seeds/tlb.lds -o $@ $< $(TLB_SEED_PARTS)

# tests/silicon/lint is test-lint's.
.PHONY: test-silicon
## test-silicon              seeded mistakes that QEMU forgives are found, and whole systems make none
test-silicon: $(SANITIZER_PLUGIN)
	@OBJDUMP=$(OBJDUMP) $(PYTHON) -m pytest -q -p no:cacheprovider --durations=10 --ignore tests/silicon/lint tests/silicon
