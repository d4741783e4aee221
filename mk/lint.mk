# SPDX-License-Identifier: Apache-2.0
# Missing barriers in the linked image: tests/silicon/lint, a gate of make check. docs/barrier-lint.md says what it knows.
# @implements REQ-SIL-301 REQ-SIL-302 REQ-SIL-303 REQ-SIL-304 REQ-SIL-306 REQ-ERR-003

LINT := tests/silicon/lint
LINT_TOOLS := --objdump $(OBJDUMP) --addr2line $(CROSS_COMPILE)addr2line --indirect tools/check/stack.json

.PHONY: check-barriers check-errata lint-mutants test-lint
check-barriers: $(OUT)/bulkhead.elf
	@$(PYTHON) $(LINT)/barriers.py $(LINT_TOOLS) $<
	@$(call check_passed,barriers)

check-errata:
	@$(PYTHON) tools/errata.py --compiler $(CC)
	@$(call check_passed,errata)

## lint-mutants   take each barrier of EL2 out in turn and show what the barrier lint says
lint-mutants: $(OUT)/bulkhead.elf
	@$(PYTHON) $(LINT)/mutants.py $(LINT_TOOLS) $<

## test-lint      the barrier lint (a bad and a good sequence for each rule, mutants of the image) and the errata
test-lint: all
	@BULKHEAD_ELF=$(OUT)/bulkhead.elf $(PYTHON) -m pytest -q -p no:cacheprovider $(LINT)
