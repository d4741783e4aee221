# SPDX-License-Identifier: Apache-2.0
# libFuzzer on the config compiler (docs/fuzzing.md). clang and its run-time library are in tools/packages.
# @implements REQ-FUZZ-002

FUZZ_OUT := $(BUILD)/fuzz/config
FUZZ_FOLDER := tests/fuzz/config
FUZZ_CONFIG := $(FUZZ_OUT)/fuzz-config
# The harness has main.c, arena.c, diag.c and output.c in a form of its own.
FUZZ_SOURCES := $(filter-out $(addprefix config/compiler/,main.c arena.c diag.c output.c),$(CONFIG_SOURCES)) \
	$(wildcard $(FUZZ_FOLDER)/*.c)
FUZZ_CFLAGS := -std=c11 -O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
	-Wall -Wextra -Werror
FUZZ_CC = $(CLANG) $(CONFIG_CPPFLAGS) -iquote config/compiler $(FUZZ_CFLAGS)
FUZZ_SECONDS ?= 30
SOAK_SECONDS ?= 600
# A run takes about two milliseconds; one that takes a minute hangs, also on a machine that does other things.
FUZZ_OPTIONS := -max_len=65536 -timeout=60 -rss_limit_mb=3000 -print_final_stats=1 -artifact_prefix=$(FUZZ_OUT)/found-
# What is varied, what it starts from, and the tree where that is not it.
FUZZ_tree := seeds bad-many
FUZZ_image := images good-devices
FUZZ_positions := positions bad-many
fuzz_environment = BULKHEAD_FUZZ_KIND=$(1) BULKHEAD_FUZZ_IMAGES=$(FUZZ_OUT)/images \
	BULKHEAD_FUZZ_TREE=$(FUZZ_OUT)/seeds/$(word 2,$(FUZZ_$(1))).dtb

$(FUZZ_OUT)/obj/%.o: %.c mk/fuzz.mk | check-has-CLANG
	@mkdir -p $(@D)
	@$(FUZZ_CC) -MMD -MP -c -o $@ $<

$(FUZZ_CONFIG): $(FUZZ_SOURCES:%.c=$(FUZZ_OUT)/obj/%.o)
	@$(CLANG) $(FUZZ_CFLAGS) -o $@ $^ -lfdt

-include $(FUZZ_SOURCES:%.c=$(FUZZ_OUT)/obj/%.d)

# $(call fuzz_run,kind,seconds,seed,corpus): one line, or what was found and how to see it again.
fuzz_run = mkdir -p $(4)-$(1); log=$(FUZZ_OUT)/$(1).log; \
	if $(call fuzz_environment,$(1)) $(FUZZ_CONFIG) $(FUZZ_OPTIONS) -max_total_time=$(2) -seed=$(3) $(4)-$(1) \
		$(FUZZ_OUT)/$(word 1,$(FUZZ_$(1))) >$$log 2>&1; then \
		awk '/ cov: /{cov = $$4} /number_of_executed_units/{runs = $$2} \
			END {printf "fuzz %s: %d inputs in $(2) s, %d edges of the compiler, nothing found\n", "$(1)", runs, cov}' $$log; \
	else grep -vE '(NEW|REDUCE|RELOAD) +cov:' $$log | tail -n 60; \
		echo "fuzz $(1): FAILED; see it again: $(call fuzz_environment,$(1)) $(FUZZ_CONFIG) <the test unit above>"; exit 1; fi

# Of a time in seconds, two thirds are the tree's.
fuzz_part = $(shell expr $(2) '*' $(if $(filter tree,$(1)),4,1) / 6)
fuzz_all = $(foreach kind,tree image positions,$(call fuzz_run,$(kind),$(call fuzz_part,$(kind),$(1)),$(2),$(3)) &&) true

.PHONY: fuzz-seeds test-fuzz soak soak-config
fuzz-seeds:
	@$(PYTHON) $(FUZZ_FOLDER)/seeds.py $(FUZZ_OUT)

## test-fuzz      fuzz the config compiler for half a minute under ASan and UBSan, and show that faults are found
test-fuzz: $(FUZZ_CONFIG) fuzz-seeds
	@BULKHEAD_FUZZ=$(CURDIR)/$(FUZZ_CONFIG) BULKHEAD_FUZZ_OUT=$(CURDIR)/$(FUZZ_OUT) FUZZ_CC='$(FUZZ_CC)' \
		$(PYTHON) -m pytest -q -p no:cacheprovider $(FUZZ_FOLDER)
	@rm -rf $(FUZZ_OUT)/test-*
	@$(call fuzz_all,$(FUZZ_SECONDS),1,$(FUZZ_OUT)/test)

## soak           ten minutes of the same, with another seed each time and on from what earlier ones found (SOAK_SECONDS)
soak: soak-config
soak-config: $(FUZZ_CONFIG) fuzz-seeds
	@$(call fuzz_all,$(SOAK_SECONDS),0,$(FUZZ_OUT)/soak)
