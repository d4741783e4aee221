# SPDX-License-Identifier: Apache-2.0
# The report of a system for people (docs/report.md): one HTML file with drawings, and the same as text.

REPORT_FIGURE := docs/split.svg
REPORT_SYSTEMS := $(BOARD_SYSTEM) tests/verify/devices.dts tests/report/full.dts tests/report/six.dts
REPORT = $(PYTHON) tools/report --config $(OUT)/config --separation $(OUT)/separation.json --elf $(OUT)/bulkhead.elf

.PHONY: report report-files report-figure test-report
## report         memory map, guests, cores, interrupts, separation: make report SYSTEM=file.dts, for a browser
report: report-files
	@echo "report: $(OUT)/report.html, $(OUT)/report.txt"

$(OUT)/separation.json: $(OUT)/bulkhead.elf
	@$(VERIFY) --quiet --json $@ $< $(OUT)/config/system.dtb >/dev/null

# No files of make's, which deletes those of a command that fails: a report that says what is wrong is to be read.
report-files: $(OUT)/separation.json $(OUT)/config/system.json
	@$(REPORT) --html $(OUT)/report.html --text $(OUT)/report.txt

# Without what depends on how large the guest images are, so that it does not depend on the machine it is drawn on.
## report-figure  draw docs/split.svg from the default system
report-figure: report-files
	@$(REPORT) --split $(REPORT_FIGURE)

## test-report    test the report, on the default system and on odd ones
test-report:
	+@for system in $(REPORT_SYSTEMS); do $(AGAIN) -s $(PARALLEL) SYSTEM=$$system report-files || exit 1; done
	@$(PYTHON) -m pytest -q -p no:cacheprovider tests/report
