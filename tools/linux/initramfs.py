# SPDX-License-Identifier: Apache-2.0
"""The initramfs: busybox, /init and empty folders as an uncompressed newc cpio, the same bytes each time.

Format: Linux Documentation/driver-api/early-userspace/buffer-format.rst. The kernel's built-in initramfs brings
/dev/console; busybox installs its own links when /init runs.
"""

import stat
from pathlib import PurePath

FOLDERS = ("bin", "dev", "proc", "root", "sys", "tmp")


def _padded(data):
    return data + b"\0" * (-len(data) % 4)


def _record(inode, name, mode, data):
    links = 2 if stat.S_ISDIR(mode) else 1
    # inode, mode, uid, gid, links, mtime, size, four device numbers, length of the name, checksum
    fields = (inode, mode, 0, 0, links, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0)
    header = b"070701" + b"".join(b"%08x" % field for field in fields)
    return _padded(header + name.encode() + b"\0") + _padded(data)


def initramfs(busybox, init, more=None):
    """The archive, from the bytes of the two files in it, and of further programs and libraries by their paths."""
    files = {"bin/busybox": busybox, "init": init, **(more or {})}
    folders = {*FOLDERS, *(str(parent) for path in files for parent in PurePath(path).parents)} - {"."}
    entries = {name: (stat.S_IFDIR | 0o755, b"") for name in folders}
    entries.update({path: (stat.S_IFREG | 0o755, data) for path, data in files.items()})
    records = [_record(n, name, *entries[name]) for n, name in enumerate(sorted(entries), start=1)]
    return b"".join(records) + _record(0, "TRAILER!!!", 0, b"")
