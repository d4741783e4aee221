# SPDX-License-Identifier: Apache-2.0
# The independent checker, config/verify: what the linked image is, against the device tree it was made from.
# Every image is checked when it is linked (mk/hypervisor.mk). @implements REQ-VER-014

VERIFY_SOURCES := $(wildcard config/verify/*.py)
VERIFY = $(PYTHON) config/verify $(addprefix --images ,$(patsubst %/,%,$(dir $(SYSTEM_FILE))) $(IMAGE_DIRS))

$(OUT)/bulkhead.elf: $(VERIFY_SOURCES)

.PHONY: verify test-verify test-verify-systems
## verify         who reaches what in a linked image, PASS or FAIL: make verify SYSTEM=file.dts
verify: $(OUT)/bulkhead.elf
	@$(VERIFY) --report $(OUT)/separation.txt $< $(OUT)/config/system.dtb

## test-verify    show that the checker finds what is wrong; VERIFY_MUTANTS=all for every bit of every table (minutes)
test-verify: test-verify-systems
	@VERIFY_MUTANTS=$(VERIFY_MUTANTS) $(PYTHON) -m pytest -q -p no:cacheprovider tests/verify

test-verify-systems:
	+@$(AGAIN) -s $(PARALLEL) $(BUILD)/$(BOARD)/safety-ivi/bulkhead.elf SYSTEM=$(BOARD_SYSTEM)
	+@$(AGAIN) -s $(PARALLEL) all SYSTEM=tests/verify/devices.dts
