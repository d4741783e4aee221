# SPDX-License-Identifier: Apache-2.0
# Seeing a system run: with a person at the terminal, or without one and with a verdict.

# Builds on all cores, unless the person said -j.
PARALLEL = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))
# What is installed changes which compilers are chosen, and make looks for them when it starts: so make again.
AGAIN = $(MAKE) --no-print-directory

.PHONY: run smoke boot boot-smoke show-system

## run                       build the default system and boot it: all consoles on this terminal
run:
	@tools/setup run
	@echo 'Building $(OUT)'
	+@$(AGAIN) -s $(PARALLEL) all
	+@$(AGAIN) boot

## smoke                     the same without a terminal: waits until both VMs report, status 0 or 1
smoke:
	@tools/setup run
	@echo 'Building $(OUT)'
	+@$(AGAIN) -s $(PARALLEL) all
	+@$(AGAIN) boot-smoke

boot:
	@$(PYTHON) tools/console $(OUT) -- $(BOARD_QEMU)

boot-smoke:
	@$(PYTHON) tests/system/smoke.py $(OUT) -- $(BOARD_QEMU)

# For the tests: the folder of a system, and what it is run with.
show-system:
	@echo '$(OUT)'
	@echo '$(BOARD_QEMU)'
