# SPDX-License-Identifier: Apache-2.0
"""Drivers for a Linux that owns PCI functions: Debian's own modules, in an initramfs that loads them in order.

The kernel that is taken may have some of them built in; its package has no file for those.
"""

import io
import lzma
import subprocess
import tarfile
from pathlib import PurePath

from files import file_in
from initramfs import initramfs

# What each needs comes before it.
ORDER = ("virtio_ring", "virtio", "virtio_pci_legacy_dev", "virtio_pci_modern_dev", "virtio_pci", "virtio_blk", "failover",
         "net_failover", "virtio_net", "crc16", "crc32c_generic", "libcrc32c", "mbcache", "jbd2", "ext4")


def _modules(package_file):
    """Name and contents of each module in ORDER that the package has, whether compressed or not."""
    packed = subprocess.run(["dpkg-deb", "--fsys-tarfile", package_file], stdout=subprocess.PIPE, check=True).stdout
    found = {}
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        for member in tar:
            name, _, ending = PurePath(member.name).name.partition(".")
            if member.isfile() and ending in ("ko", "ko.xz") and name in ORDER:
                data = tar.extractfile(member).read()
                found[name] = lzma.decompress(data) if ending == "ko.xz" else data
    return found


def with_modules(store, init):
    """The initramfs; init loads what is in lib/modules, by name."""
    busybox = file_in(store.take("busybox")[1], "bin/busybox")
    found = _modules(store.take("kernel")[1])
    more = {f"lib/modules/{n:02}-{name}.ko": found[name] for n, name in enumerate(ORDER) if name in found}
    return initramfs(busybox, init.read_bytes(), more)
