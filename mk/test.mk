# SPDX-License-Identifier: Apache-2.0
# Everything that CI runs, in two lanes that run beside each other: what needs no machine, and what runs one in QEMU, which
# leaves much of two cores idle. All steps run even if one fails; tests of whole systems come last, and so do their summaries.
# A step of one lane writes nothing that a step of the other makes; what both need is built before.

HOST_STEPS := check test-check test-unit test-config test-fuzz test-vgic test-verify test-tools test-report test-lint
MACHINE_STEPS := test-guests test-bench boot-smoke test-system test-worst test-silicon
TEST_OUT := $(BUILD)/test

.PHONY: test test-steps test-lane test-tools test-system

## test                      all that CI runs: gates, units, configuration, tools, guests, smoke, whole systems
test:
	@tools/setup test
	@echo 'Building $(OUT)'
	+@$(AGAIN) -s $(PARALLEL) all guests
	+@$(AGAIN) test-steps

# What the first lane says is shown when it has ended, and in one piece.
test-steps:
	@rm -rf $(TEST_OUT) && mkdir -p $(TEST_OUT)
	+@{ LANE=host STEPS='$(HOST_STEPS)' nice -n 5 $(AGAIN) test-lane >$(TEST_OUT)/host.log 2>&1; cat $(TEST_OUT)/host.log; } & \
		LANE=machine STEPS='$(MACHINE_STEPS)' $(AGAIN) test-lane; wait
	@for lane in host machine; do test -e $(TEST_OUT)/$$lane.failed || echo " $$lane" >$(TEST_OUT)/$$lane.failed; done; \
		failed=$$(cat $(TEST_OUT)/host.failed $(TEST_OUT)/machine.failed | tr -d '\n'); \
		if [ -n "$$failed" ]; then echo "make test: FAILED:$$failed"; exit 1; fi

test-lane:
	+@failed=; for step in $(STEPS); do \
		echo "== $$step"; begun=$$SECONDS; $(AGAIN) -s $(PARALLEL) $$step || failed="$$failed $$step"; \
		echo "== $$step: $$((SECONDS - begun)) s"; done; echo "$$failed" >$(TEST_OUT)/$(LANE).failed

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
