# SPDX-License-Identifier: Apache-2.0
# What EL2 costs, in counts: QEMU with a plugin that counts, on guests/bench and on the systems of the system tests.
# docs/bench.md says what the numbers mean.
# @implements REQ-BENCH-001
# @implements REQ-BENCH-008
# @implements REQ-BENCH-010

BENCH_SYSTEMS := bench-1 bench-4
BENCH_OUT ?= $(BUILD)/bench
BENCH_BUDGET := tests/bench/budget.json
BENCH_FIGURE := docs/bench.svg
BENCH_PLUGIN := $(BUILD)/host/count.so
BENCH_SOURCES := $(sort $(wildcard tests/silicon/count/*.c))
# The code, and so its counts, are a compiler's.
BENCH_COMPILER = gcc-$(firstword $(subst ., ,$(shell $(CC) -dumpversion)))
BENCH_REPORT = $(PYTHON) tools/bench/report.py --budget $(BENCH_BUDGET) --compiler $(BENCH_COMPILER) \
	--images $(BUILD)/$(BOARD) --json $(BUILD)/bench.json --svg $(BUILD)/bench.svg $(BENCH_SYSTEMS:%=$(BENCH_OUT)/%.txt)
# What the system tests count, and what of it may be.
WORST_OUT := $(BUILD)/counts
WORST_BUDGET := tests/bench/worst.json
WORST_REPORT = $(PYTHON) tools/bench/worst.py --budget $(WORST_BUDGET) --compiler $(BENCH_COMPILER) \
	--json $(BUILD)/worst.json --counts $(WORST_OUT)

$(BENCH_PLUGIN): $(BENCH_SOURCES) $(wildcard tests/silicon/count/*.h) tests/silicon/plugin.h mk/bench.mk
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) -std=gnu11 -O2 -g -fPIC -shared -fvisibility=hidden -I. $(WARNINGS) -o $@ $(BENCH_SOURCES)

.PHONY: bench bench-count bench-counts bench-budget bench-figure test-bench test-worst worst worst-add worst-budget
bench-counts:
	+@for system in $(BENCH_SYSTEMS); do \
		$(AGAIN) -s $(PARALLEL) SYSTEM=tests/bench/$$system.dts bench-count || exit 1; done

# One system, given as SYSTEM.
bench-count: $(OUT)/bulkhead.elf $(BENCH_PLUGIN)
	@$(PYTHON) tools/bench/run.py --image $(OUT)/bulkhead.elf --plugin $(BENCH_PLUGIN) \
		--out $(BENCH_OUT)/$(SYSTEM_NAME).txt -- $(BOARD_QEMU)

## bench          count what EL2 does for each operation, beside its budget and its target (build/bench.json, bench.svg)
bench: bench-counts
	@$(BENCH_REPORT)

## bench-budget   make what is counted now the budget of this compiler, and draw docs/bench.svg from it
bench-budget: bench-counts
	@$(BENCH_REPORT) --write
	+@$(AGAIN) bench-figure

# The figure in docs/ shows the budget of one compiler, the oldest that has one: it does not depend on who draws it.
## bench-figure   draw docs/bench.svg from the budget
bench-figure:
	@$(PYTHON) tools/bench/chart.py --budget $(BENCH_BUDGET) --svg $(BENCH_FIGURE)

## test-bench     fail if an operation costs more than its budget; test the bench itself
test-bench: bench-counts
	@$(BENCH_REPORT) --check >$(BENCH_OUT)/report.txt && echo "bench: within the budget of $(BENCH_COMPILER), or skipped; $(BENCH_OUT)/report.txt"
	@BENCH_COUNTED=$(BENCH_OUT) $(PYTHON) -m pytest -q -p no:cacheprovider tests/bench

## worst          the worst of each class of section that the last system tests have counted
worst:
	@$(WORST_REPORT)

## worst-budget   make it the budget of this compiler
worst-budget:
	@$(WORST_REPORT) --write

## worst-add      the same, but only where it is worse than the budget, or new
worst-add:
	@$(WORST_REPORT) --add

# After test-system, which counts.
test-worst:
	@$(WORST_REPORT) --check
