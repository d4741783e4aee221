# SPDX-License-Identifier: Apache-2.0
# config/bindings: the configuration's nodes and properties as dt-schema files, and docs/bindings.md made of them.

.PHONY: bindings check-bindings
## bindings       write docs/bindings.md from config/bindings and the diagnostics of tests/config/bad
bindings:
	@$(PYTHON) tools/reference.py --write

check-bindings:
	@$(PYTHON) tools/check/bindings.py -- $(BOARD_CPPFLAGS)
	@$(call check_passed,bindings)
