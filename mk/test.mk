# SPDX-License-Identifier: Apache-2.0
# Everything that CI runs. All steps run even if one fails; tests of whole systems come last, and so do their summaries.

TEST_STEPS := check test-check test-unit test-config test-fuzz test-vgic test-verify test-tools test-report test-guests test-lint test-bench boot-smoke test-system test-worst test-silicon

.PHONY: test test-steps test-tools test-system

## test                      all that CI runs: gates, units, configuration, tools, guests, smoke, whole systems
test:
	@tools/setup test
	@echo 'Building $(OUT)'
	+@$(AGAIN) -s $(PARALLEL) all
	+@$(AGAIN) test-steps

test-steps:
	+@failed=; for step in $(TEST_STEPS); do \
		echo "== $$step"; begun=$$SECONDS; $(AGAIN) -s $(PARALLEL) $$step || failed="$$failed $$step"; \
		echo "== $$step: $$((SECONDS - begun)) s"; done; \
		if [ -n "$$failed" ]; then echo "make test: FAILED:$$failed"; exit 1; fi

## test-tools                test the terminal, the setup and the making of the Linux guest
test-tools:
	@$(PYTHON) -m pytest -q -p no:cacheprovider tests/tools

## test-system               boot whole systems in QEMU and test them
test-system: $(BENCH_PLUGIN)
	@rm -rf $(WORST_OUT) && mkdir -p $(WORST_OUT)
	@BULKHEAD_COUNTS=$(WORST_OUT) BULKHEAD_COUNT_PLUGIN=$(BENCH_PLUGIN) $(PYTHON) -m pytest -q -p no:cacheprovider --durations=10 tests/system

.PHONY: soak-guests
# Every kernel on every core type, and all of them under the sanitizer (docs/guests.md says how long); $(CELLS) has a line
# for each, also of earlier runs.
CELLS := $(BUILD)/guests.jsonl
SOAK_GUESTS = BULKHEAD_SOAK=1 BULKHEAD_CELLS=$(CURDIR)/$(CELLS) PYTHONPATH=tests/system $(PYTHON) -m pytest -q -p no:cacheprovider -p cells
soak: soak-guests
soak-guests: $(SANITIZER_PLUGIN)
	@failed=; $(SOAK_GUESTS) tests/system/test_third_party.py || failed=1; \
		$(SOAK_GUESTS) tests/silicon/test_clean.py -k 'others or u_boot' || failed=1; \
		$(PYTHON) tests/system/cells.py $(CELLS) && [ -z "$$failed" ]
