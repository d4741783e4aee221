# SPDX-License-Identifier: Apache-2.0
"""The raw arm64 Image inside whatever form Debian ships the kernel in: as it is, gzip, or an EFI zboot wrapper.

Formats: Linux Documentation/arch/arm64/booting.rst, and drivers/firmware/efi/libstub/zboot-header.S.
"""

import gzip
import lzma
import struct

# Where Debian's packages have it: up to Linux 7.2, and since.
FILES = ("boot/vmlinuz-*", "lib/modules/*/vmlinuz")
IMAGE_MAGIC = b"ARM\x64"
IMAGE_MAGIC_OFFSET = 0x38
UNPACKERS = {b"gzip": gzip.decompress, b"xz": lzma.decompress, b"lzma": lzma.decompress}


class KernelError(Exception):
    """Not a kernel that can be booted as a raw Image."""


def is_image(data):
    """Whether these bytes are a raw arm64 Image."""
    return data[IMAGE_MAGIC_OFFSET:IMAGE_MAGIC_OFFSET + 4] == IMAGE_MAGIC


def unpack_zboot(data):
    """The payload of an EFI zboot image: offset and size at 8, name of the compression at 24."""
    offset, size = struct.unpack_from("<II", data, 8)
    method = data[24:56].split(b"\0")[0]
    if method not in UNPACKERS:
        raise KernelError(f"zboot kernel compressed by {method.decode()}, which is not known here")
    return UNPACKERS[method](data[offset:offset + size])


def raw_image(data):
    """The raw Image in the contents of a vmlinuz file."""
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    elif data[:2] == b"MZ" and data[4:8] == b"zimg":
        data = unpack_zboot(data)
    if not is_image(data):
        raise KernelError("not an arm64 Image, gzip or zboot kernel")
    return data
