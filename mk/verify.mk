# SPDX-License-Identifier: Apache-2.0
# The independent checker, config/verify: what the linked image is, against the device tree it was made from.
# Every image is checked when it is linked (mk/hypervisor.mk). @implements REQ-VER-014

VERIFY_SOURCES := $(wildcard config/verify/*.py)
VERIFY = $(PYTHON) config/verify $(addprefix --images ,$(patsubst %/,%,$(dir $(SYSTEM_FILE))) $(IMAGE_DIRS))

$(OUT)/bulkhead.elf: $(VERIFY_SOURCES)

.PHONY: verify test-verify test-verify-systems soak-verify
# The device tree comes straight from the source, by cpp and dtc alone: the config compiler's own copy is not asked. @implements REQ-VER-020
## verify         who reaches what in a linked image, PASS or FAIL: make verify SYSTEM=file.dts
verify: $(OUT)/bulkhead.elf $(OUT)/bulkhead.bin
	@cpp -nostdinc -undef -D__DTS__ $(BOARD_CPPFLAGS) -I boards/$(BOARD) -x assembler-with-cpp $(SYSTEM_FILE) | \
		dtc -f -q -q -@ -I dts -O dtb -o $(OUT)/verify.dtb -
	@$(VERIFY) --report $(OUT)/separation.txt --flashed $(OUT)/bulkhead.bin $< $(OUT)/verify.dtb
	@cmp $(OUT)/verify.dtb $(OUT)/config/system.dtb

## test-verify    show that the checker finds what is wrong; VERIFY_MUTANTS=all for every bit of every table (minutes)
test-verify: test-verify-systems
	@VERIFY_MUTANTS=$(VERIFY_MUTANTS) $(PYTHON) -m pytest -q -p no:cacheprovider tests/verify

# Each time with another seed, which is printed; FUZZ_SEED=n FUZZ_COUNT=n repeats a run.
soak: soak-verify
soak-verify: test-verify-systems
	@FUZZ_SEED=$${FUZZ_SEED:-$$(date +%s)} FUZZ_COUNT=$${FUZZ_COUNT:-20000} \
		$(PYTHON) -m pytest -q -p no:cacheprovider tests/verify/test_damage.py

test-verify-systems:
	+@$(AGAIN) -s $(PARALLEL) $(BUILD)/$(BOARD)/safety-ivi/bulkhead.elf SYSTEM=$(BOARD_SYSTEM)
	+@$(AGAIN) -s $(PARALLEL) all SYSTEM=tests/verify/devices.dts
	+@$(AGAIN) -s $(PARALLEL) all SYSTEM=tests/verify/streams.dts
	+@$(AGAIN) -s $(PARALLEL) all SYSTEM=tests/verify/functions.dts
