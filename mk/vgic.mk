# SPDX-License-Identifier: Apache-2.0
# The virtual GIC against a model of the architecture (docs/vgic-model.md): random sequences, libFuzzer, and faults put in.
# Under ASan and UBSan the same runs in test-unit (tests/unit/test_vgic_model.c).
# @implements REQ-VGIC-031

VGIC_OUT := $(BUILD)/host/vgic
VGIC_FOLDER := tests/fuzz/vgic
VGIC_MODEL := $(VGIC_OUT)/model
VGIC_FUZZ := $(VGIC_OUT)/fuzz-vgic
VGIC_PARTS := $(filter-out %/main.c %/fuzz.c,$(wildcard $(VGIC_FOLDER)/*.c)) $(wildcard partitions/vgic*.c) arch/arm64/core.c
VGIC_CPPFLAGS := -Itests/unit/fake -I. -Iinclude
VGIC_CFLAGS := -std=gnu11 -O2 -g -fno-strict-aliasing -fwrapv $(filter-out -Wcast-align=strict,$(WARNINGS)) -Wno-clobbered
VGIC_FUZZ_CFLAGS := -std=gnu11 -O1 -g -fno-omit-frame-pointer -fno-strict-aliasing -fwrapv -Wall -Wextra -Werror \
	-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined
VGIC_FUZZ_OPTIONS := -max_len=4096 -timeout=60 -print_final_stats=1 -artifact_prefix=$(VGIC_OUT)/found-
VGIC_STEPS ?= 8000000
VGIC_FUZZ_SECONDS ?= 15

$(VGIC_OUT)/obj/%.o: %.c mk/vgic.mk
	@mkdir -p $(@D)
	@$(HOSTCC) $(VGIC_CPPFLAGS) $(VGIC_CFLAGS) -MMD -MP -c -o $@ $<

$(VGIC_MODEL): $(VGIC_PARTS:%.c=$(VGIC_OUT)/obj/%.o) $(VGIC_OUT)/obj/$(VGIC_FOLDER)/main.o
	@$(HOSTCC) -o $@ $^

$(VGIC_OUT)/fuzz/%.o: %.c mk/vgic.mk | check-has-CLANG
	@mkdir -p $(@D)
	@$(CLANG) $(VGIC_CPPFLAGS) $(VGIC_FUZZ_CFLAGS) -MMD -MP -c -o $@ $<

$(VGIC_FUZZ): $(VGIC_PARTS:%.c=$(VGIC_OUT)/fuzz/%.o) $(VGIC_OUT)/fuzz/$(VGIC_FOLDER)/fuzz.o
	@$(CLANG) $(VGIC_FUZZ_CFLAGS) -o $@ $^

# $(call vgic_fuzz,seconds,seed,corpus): one line, or the shrunk sequence.
vgic_fuzz = mkdir -p $(3); log=$(VGIC_OUT)/fuzz.log; \
	if $(VGIC_FUZZ) $(VGIC_FUZZ_OPTIONS) -max_total_time=$(1) -seed=$(2) $(3) $(VGIC_OUT)/seeds >$$log 2>&1; then \
		awk '/ cov: /{cov = $$4} /number_of_executed_units/{runs = $$2} \
			END {printf "fuzz vgic: %d sequences in $(1) s, %d edges, nothing found\n", runs, cov}' $$log; \
	else grep -vE '(NEW|REDUCE|RELOAD) +cov:' $$log | tail -n 80; \
		echo "fuzz vgic: FAILED; see it again: $(VGIC_FUZZ) <the test unit above>"; exit 1; fi

.PHONY: vgic-seeds test-vgic soak-vgic
vgic-seeds:
	@$(PYTHON) $(VGIC_FOLDER)/seeds.py $(VGIC_OUT)/seeds

## test-vgic      the virtual GIC against its model: millions of random operations, mutants, and a quarter of a minute of fuzzing
test-vgic: $(VGIC_MODEL) $(VGIC_FUZZ) vgic-seeds
	@$(VGIC_MODEL) 0 $(VGIC_STEPS)
	@BULKHEAD_VGIC_OUT=$(CURDIR)/$(VGIC_OUT) BULKHEAD_VGIC_CC='$(HOSTCC) $(VGIC_CPPFLAGS) $(filter-out $(WARNINGS),$(VGIC_CFLAGS)) -w -O1' \
		$(PYTHON) -m pytest -q -p no:cacheprovider $(VGIC_FOLDER)
	@sed 's/^/vgic mutants: /' $(VGIC_OUT)/mutants.txt | tail -n 1
	@rm -rf $(VGIC_OUT)/test-corpus
	@$(call vgic_fuzz,$(VGIC_FUZZ_SECONDS),1,$(VGIC_OUT)/test-corpus)

# Fresh seeds each time, printed at the end; the fuzzer goes on from what earlier runs found.
soak: soak-vgic
soak-vgic: $(VGIC_MODEL) $(VGIC_FUZZ) vgic-seeds
	@$(VGIC_MODEL) $$(date +%s)00000 $(SOAK_SECONDS)s
	@$(call vgic_fuzz,$(SOAK_SECONDS),0,$(VGIC_OUT)/soak-corpus)

-include $(shell find $(VGIC_OUT) -name '*.d' 2>/dev/null)
