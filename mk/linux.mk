# SPDX-License-Identifier: Apache-2.0
# The Linux guest: Debian's own kernel, unmodified, and an initramfs of busybox and guests/linux/init.
#
#   LINUX_MIRROR=uri     a Debian mirror, where the machine has none configured (Ubuntu)
#   LINUX_SUITE=name     the Debian release to take it from                  (default: the machine's own)
#   BULKHEAD_CACHE=dir   where downloads are kept; `make clean` leaves it    (default ~/.cache/bulkhead)

BULKHEAD_CACHE ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/bulkhead
LINUX_SCRIPTS := $(wildcard tools/linux/*.py)
LINUX_COMMAND = $(PYTHON) tools/linux --cache '$(BULKHEAD_CACHE)' --lock mk/linux.lock \
	$(if $(LINUX_SUITE),--suite '$(LINUX_SUITE)') $(if $(LINUX_MIRROR),--mirror '$(LINUX_MIRROR)')

GUEST_IMAGES += $(BUILD)/linux/vmlinuz $(BUILD)/linux/initrd.cpio

$(BUILD)/linux/vmlinuz $(BUILD)/linux/initrd.cpio $(BUILD)/linux/versions.txt &: \
		$(LINUX_SCRIPTS) tools/apt-mirror mk/linux.lock guests/linux/init
	$(LINUX_COMMAND) build --init guests/linux/init $(BUILD)/linux

# Guests that others have made, each a file by that name: what tests and `make SYSTEM=...` name beside our own.
THIRD_PARTY := $(addprefix $(BUILD)/third-party/,vmlinuz-generic vmlinuz-rt vmlinuz-next initrd-rt.cpio initrd-pci.cpio u-boot.bin)

$(THIRD_PARTY): $(LINUX_SCRIPTS) tools/apt-mirror mk/linux.lock guests/linux/init
	$(LINUX_COMMAND) third-party --init guests/linux/init $@

## third-party               fetch the guests that others have made (docs/guests.md): kernels, cyclictest, U-Boot
.PHONY: third-party
third-party: $(THIRD_PARTY)

## linux-lock                record the newest kernel and busybox of the Debian release in mk/linux.lock
.PHONY: linux-lock
linux-lock:
	$(LINUX_COMMAND) lock
