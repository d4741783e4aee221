# SPDX-License-Identifier: Apache-2.0
# Static gates. Each is a target of its own and prints one line; docs/checks.md says what each of them is for.

PYTHON ?= /usr/bin/python3
CLANG ?= clang
CLANG_TIDY ?= clang-tidy
CLANG_FORMAT ?= clang-format
CPPCHECK ?= cppcheck

CHECK_OUT := $(BUILD)/check
CHECK_GATES := gcc analyzer clang tidy cppcheck headers stack layers shape trace licence format el2 registers barriers errata policy bindings
CHECK_FOLDERS := lib arch partitions rt-sched smmu core include guests

# Lists that the includer gives a meaning to (X macros): no headers of their own.
CHECK_LISTS := arch/arm64/context_registers.h

# What the compilers look at. A test of the gates puts its bad file here instead.
CHECK_TARGET_SOURCES := $(filter %.c,$(HYPERVISOR_SOURCES)) $(sort $(wildcard guests/*/*.c guests/*/*/*.c))
CHECK_HOST_SOURCES := $(sort $(wildcard config/compiler/*.c tools/*.c tools/*/*.c))
CHECK_TARGET_HEADERS := $(filter-out $(CHECK_LISTS),$(sort $(shell find $(wildcard $(CHECK_FOLDERS)) -name '*.h')))
CHECK_HOST_HEADERS := $(sort $(wildcard config/compiler/*.h tools/*.h tools/*/*.h))

# clang: everything it knows, except what contradicts gcc's warnings or the language we use (docs/checks.md). Without
# -mgeneral-regs-only, which makes clang 19 refuse to name FPCR and FPSR; gcc and check-el2 hold that line.
CHECK_CLANG_WARNINGS := -Weverything -Werror -Wno-unknown-warning-option -Wno-unused-command-line-argument \
	-Wno-ignored-optimization-argument -Wno-padded -Wno-declaration-after-statement -Wno-gnu-statement-expression \
	-Wno-gnu-statement-expression-from-macro-expansion -Wno-covered-switch-default -Wno-reserved-identifier \
	-Wno-unsafe-buffer-usage -Wno-pre-c11-compat
CHECK_CLANG_TARGET := --target=aarch64-none-elf -std=c11 $(TARGET_CPPFLAGS) \
	$(filter-out -mgeneral-regs-only -mstack-protector-guard=% -fno-tree-loop-distribute-patterns,$(TARGET_FLAGS))
CHECK_CLANG_HOST = -std=c11 $(CONFIG_CPPFLAGS)

# $(call check_passed,gate): the gate's recipe has come to its end.
check_passed = mkdir -p $(CHECK_OUT)/passed && touch $(CHECK_OUT)/passed/$(1)

.PHONY: check test-check format policy $(CHECK_GATES:%=check-%)
## check          all static gates: warnings, analyzers, stack, layers, shape, traceability, the linked image
check:
	@rm -rf $(CHECK_OUT)/passed
	+@$(MAKE) -s -k --no-print-directory --output-sync=target $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc)) \
		$(CHECK_GATES:%=check-%) || true
	@failed=; for gate in $(CHECK_GATES); do test -e $(CHECK_OUT)/passed/$$gate || failed="$$failed $$gate"; done; \
		if [ -n "$$failed" ]; then echo "check: FAILED:$$failed"; exit 1; fi; \
		echo "check: $(words $(CHECK_GATES)) gates passed"

## test-check     show that each static gate can fail
test-check:
	$(PYTHON) -m pytest -q -p no:cacheprovider tests/check

# A missing tool is a failure with a name.
CHECK_TOOLS := CLANG CLANG_TIDY CLANG_FORMAT CPPCHECK
.PHONY: $(CHECK_TOOLS:%=check-has-%)
$(CHECK_TOOLS:%=check-has-%): check-has-%:
	@command -v $($*) >/dev/null || { echo "$($*): not found; make setup installs it"; exit 1; }

check-gcc: all $(CHECK_SETS)
	@echo "gcc:      $(words $(HYPERVISOR_OBJECTS) $(PART_SOURCES)) objects of EL2 without a warning, $$($(CC) -dumpfullversion)"
	@$(call check_passed,gcc)

$(CHECK_OUT)/clang/target/%.o: %.c mk/check.mk mk/toolchain.mk | check-has-CLANG
	@mkdir -p $(@D)
	@$(CLANG) $(CHECK_CLANG_TARGET) -O2 $(CHECK_CLANG_WARNINGS) -MMD -MP -c -o $@ $<

$(CHECK_OUT)/clang/host/%.o: %.c mk/check.mk | check-has-CLANG
	@mkdir -p $(@D)
	@$(CLANG) $(CHECK_CLANG_HOST) -O2 $(CHECK_CLANG_WARNINGS) -MMD -MP -c -o $@ $<

# gcc's path analysis. For the target only: on the host, memory that lives until exit would be a leak to it.
$(CHECK_OUT)/analyzer/%.s: %.c mk/check.mk mk/toolchain.mk
	@mkdir -p $(@D)
	@$(CC) $(TARGET_CPPFLAGS) $(filter-out -fstack-usage -fcallgraph-info=su,$(TARGET_CFLAGS)) -fanalyzer -MMD -MP -S -o $@ $<

CHECK_ANALYZED := $(CHECK_TARGET_SOURCES:%.c=$(CHECK_OUT)/analyzer/%.s)
check-analyzer: $(CHECK_ANALYZED)
	@echo "analyzer: $(words $^) files without a finding, $(CC) -fanalyzer"
	@$(call check_passed,analyzer)

-include $(CHECK_ANALYZED:.s=.d)

CHECK_CLANG_OBJECTS := $(CHECK_TARGET_SOURCES:%.c=$(CHECK_OUT)/clang/target/%.o) \
	$(CHECK_HOST_SOURCES:%.c=$(CHECK_OUT)/clang/host/%.o)
check-clang: $(CHECK_CLANG_OBJECTS)
	@echo "clang:    $(words $^) objects without a warning, $$($(CLANG) -dumpversion)"
	@$(call check_passed,clang)

# One process for each file: clang-tidy's va_list check confuses the files of one run. The dependencies are clang's.
$(CHECK_OUT)/tidy/target/%.ok: %.c .clang-tidy mk/check.mk $(CHECK_OUT)/clang/target/%.o | check-has-CLANG_TIDY
	@mkdir -p $(@D)
	@$(CLANG_TIDY) --quiet $< -- $(CHECK_CLANG_TARGET) -w 2>$@.log || { cat $@.log; exit 1; }
	@touch $@

# Host tools may recurse: trees do.
$(CHECK_OUT)/tidy/host/%.ok: %.c .clang-tidy mk/check.mk $(CHECK_OUT)/clang/host/%.o | check-has-CLANG_TIDY
	@mkdir -p $(@D)
	@$(CLANG_TIDY) --quiet --checks=-misc-no-recursion $< -- $(CHECK_CLANG_HOST) -w 2>$@.log || { cat $@.log; exit 1; }
	@touch $@

check-tidy: $(CHECK_TARGET_SOURCES:%.c=$(CHECK_OUT)/tidy/target/%.ok) $(CHECK_HOST_SOURCES:%.c=$(CHECK_OUT)/tidy/host/%.ok)
	@echo "tidy:     $(words $^) files without a finding, $$($(CLANG_TIDY) --version | grep -o 'version [0-9.]*')"
	@$(call check_passed,tidy)

-include $(CHECK_CLANG_OBJECTS:.o=.d)

# cppcheck 2.17 stumbles over `register x __asm__("x0") = ...`.
# No build folder: cppcheck takes old results from there although its options have changed.
CHECK_CPPCHECK = $(CPPCHECK) -q -j$(shell nproc) --std=c11 --enable=warning,style,performance,portability \
	--error-exitcode=1 '-D__asm__(x)=' --inline-suppr --suppressions-list=tools/check/cppcheck.txt \
	--template='{file}:{line}: {severity}: {message} [{id}]' -I. -Iinclude
check-cppcheck: check-has-CPPCHECK
	@$(CHECK_CPPCHECK) --platform=tools/check/aarch64.xml -U__ASSEMBLER__ $(CHECK_TARGET_SOURCES)
	@$(if $(CHECK_HOST_SOURCES),$(CHECK_CPPCHECK) --platform=unix64 --library=posix \
		--library=gnu -D_GNU_SOURCE $(CHECK_HOST_SOURCES))
	@echo "cppcheck: $(words $(CHECK_TARGET_SOURCES) $(CHECK_HOST_SOURCES)) files without a finding, $$($(CPPCHECK) --version)"
	@$(call check_passed,cppcheck)

# Twice in one file: a header stands on its own, and has a guard.
check_header = printf '\#include "%s"\n\#include "%s"\n' $< $< | $(1) -fsyntax-only -MMD -MP -MT $@ -MF $@.d -x c -
$(CHECK_OUT)/headers/target/%.ok: % mk/check.mk
	@mkdir -p $(@D)
	@$(call check_header,$(CC) $(TARGET_CPPFLAGS) $(filter-out -fstack-usage -fcallgraph-info=su,$(TARGET_CFLAGS)))
	@touch $@

$(CHECK_OUT)/headers/host/%.ok: % mk/check.mk
	@mkdir -p $(@D)
	@$(call check_header,$(HOSTCC) $(CONFIG_CPPFLAGS) $(CONFIG_CFLAGS))
	@touch $@

CHECK_HEADER_STAMPS := $(CHECK_TARGET_HEADERS:%=$(CHECK_OUT)/headers/target/%.ok) \
	$(CHECK_HOST_HEADERS:%=$(CHECK_OUT)/headers/host/%.ok)
check-headers: $(CHECK_HEADER_STAMPS)
	@echo "headers:  $(words $^) headers compile on their own"
	@$(call check_passed,headers)

-include $(CHECK_HEADER_STAMPS:=.d)

# Each choice of parts that there is, as one image has it.
CHECK_SETS := $(sort $(foreach set,$(HYPERVISOR_SETS),$(call set_objects,$(set))))
check-stack: $(CHECK_SETS) $(OUT)/entry.o
	@$(foreach set,$(HYPERVISOR_SETS),$(PYTHON) tools/check/stack.py --objdump $(OBJDUMP) $(call set_objects,$(set)) $(OUT)/entry.o && ) true
	@$(call check_passed,stack)

check-layers: $(CHECK_SETS) $(OUT)/entry.o
	@$(PYTHON) tools/check/layers.py --prefix $(OBJ) $(CHECK_SETS) arch/arm64/entry.o=$(OUT)/entry.o
	@$(call check_passed,layers)

check-shape:
	@$(PYTHON) tools/check/shape.py
	@$(call check_passed,shape)

check-trace:
	@$(PYTHON) tools/check/trace.py --matrix $(BUILD)/trace-matrix.md
	@$(call check_passed,trace)

check-licence:
	@$(PYTHON) tools/check/licence.py
	@$(call check_passed,licence)

check-format: check-has-CLANG_FORMAT
	@$(PYTHON) tools/check/format.py --tool $(CLANG_FORMAT)
	@$(call check_passed,format)

## format         lay the C out as check-format wants it
format: check-has-CLANG_FORMAT
	@$(PYTHON) tools/check/format.py --tool $(CLANG_FORMAT) --write

## policy         write docs/registers.md anew from the list of system registers and the fields of features
policy:
	@$(PYTHON) tools/policy.py --write

check-policy:
	@$(PYTHON) tools/policy.py
	@$(call check_passed,policy)

check-el2: $(OUT)/bulkhead.elf
	@$(PYTHON) tools/check/el2.py --objdump $(OBJDUMP) --addr2line $(CROSS_COMPILE)addr2line $<
	@$(call check_passed,el2)

check-registers: $(OUT)/bulkhead.elf
	@$(PYTHON) tools/check/registers.py --objdump $(OBJDUMP) $<
	@$(call check_passed,registers)
