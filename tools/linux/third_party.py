# SPDX-License-Identifier: Apache-2.0
"""Guests that others have made, each a file: further kernels of Debian, an initramfs with cyclictest and one with drivers
for PCI functions, U-Boot.

@implements REQ-SYS-016
"""

from files import file_in
from initramfs import initramfs
from kernel import FILES, raw_image
from modules import with_modules

LIBRARIES = "lib/aarch64-linux-gnu"
# Where Debian keeps them, and where programs look for them: path in the initramfs, role of the package, path in that.
CYCLICTEST = (
    ("bin/cyclictest", "rt-tests", "bin/cyclictest"),
    ("lib/ld-linux-aarch64.so.1", "libc", f"{LIBRARIES}/ld-linux-aarch64.so.1"),
    *((f"{LIBRARIES}/{name}", "libc", f"{LIBRARIES}/{name}") for name in ("libc.so.6", "libpthread.so.0", "librt.so.1")),
    (f"{LIBRARIES}/libnuma.so.1", "libnuma", f"{LIBRARIES}/libnuma.so.1.*"),
)


def _kernel(store, role):
    return raw_image(file_in(store.take(role)[1], *FILES))


def _with_cyclictest(store, init):
    busybox = file_in(store.take("busybox")[1], "bin/busybox")
    more = {path: file_in(store.take(role)[1], inside) for path, role, inside in CYCLICTEST}
    return initramfs(busybox, init.read_bytes(), more)


MAKERS = {
    "vmlinuz-generic": lambda store, _: _kernel(store, "kernel-generic"),
    "vmlinuz-rt": lambda store, _: _kernel(store, "kernel-rt"),
    "vmlinuz-next": lambda store, _: _kernel(store.backports(), "kernel-next"),
    "initrd-rt.cpio": _with_cyclictest,
    "initrd-pci.cpio": with_modules,
    "u-boot.bin": lambda store, _: file_in(store.take("u-boot")[1], "lib/u-boot/qemu_arm64/u-boot.bin"),
}
