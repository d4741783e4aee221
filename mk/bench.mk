# SPDX-License-Identifier: Apache-2.0
# What EL2 costs, in counts: QEMU with a plugin that counts, on guests/bench. docs/bench.md says what the numbers mean.
# @implements REQ-BENCH-001

BENCH_SYSTEMS := bench-1 bench-4
BENCH_OUT ?= $(BUILD)/bench
BENCH_JSON ?= $(BUILD)/bench.json
BENCH_BUDGET := tests/bench/budget.json
BENCH_PLUGIN := $(BUILD)/host/count.so
BENCH_REPORT = $(PYTHON) tools/bench/report.py --budget $(BENCH_BUDGET) --json $(BENCH_JSON) \
	$(BENCH_SYSTEMS:%=$(BENCH_OUT)/%.txt)

$(BENCH_PLUGIN): tests/silicon/count/count.c tests/silicon/plugin.h mk/bench.mk
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) -std=gnu11 -O2 -g -fPIC -shared -fvisibility=hidden -I. $(WARNINGS) -o $@ $<

.PHONY: bench bench-count bench-counts bench-budget test-bench
bench-counts:
	+@for system in $(BENCH_SYSTEMS); do \
		$(AGAIN) -s $(PARALLEL) SYSTEM=tests/bench/$$system.dts bench-count || exit 1; done

# One system, given as SYSTEM.
bench-count: $(OUT)/bulkhead.elf $(BENCH_PLUGIN)
	@$(PYTHON) tools/bench/run.py --image $(OUT)/bulkhead.elf --nm $(NM) --plugin $(BENCH_PLUGIN) \
		--out $(BENCH_OUT)/$(SYSTEM_NAME).txt -- $(BOARD_QEMU)

## bench          count what EL2 does for each operation, beside its budget and its target (build/bench.json)
bench: bench-counts
	@$(BENCH_REPORT)

## bench-budget   make what is counted now the budget
bench-budget: bench-counts
	@$(BENCH_REPORT) --write

## test-bench     fail if an operation costs more than its budget; test the bench itself
test-bench: bench-counts
	@$(BENCH_REPORT) --check
	@$(PYTHON) -m pytest -q -p no:cacheprovider tests/bench
