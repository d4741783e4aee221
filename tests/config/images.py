# SPDX-License-Identifier: Apache-2.0
"""Made-up guest images, good and bad, for the tests of the config compiler."""
import os
import struct

MIB = 0x100000


def elf(segments, entry, bits=2, machine=183, kind=2, virtual=0, flags=7):
    """An ELF file of (address, file bytes, memory size) segments, linked for addresses that are `virtual` higher."""
    offset = 64 + 56 * len(segments)
    offset += -offset % 16
    headers, body = b"", b""
    for address, data, size in segments:
        headers += struct.pack("<IIQQQQQQ", 1, flags, offset + len(body), address + virtual, address, len(data), size, 8)
        body += data + b"\0" * (-len(data) % 16)
    ident = b"\x7fELF" + bytes([bits, 1, 1]) + b"\0" * 9
    header = ident + struct.pack("<HHIQQQIHHHHHH", kind, machine, 1, entry, 64, 0, 0, 64, 56, len(segments), 0, 0, 0)
    return (header + headers).ljust(offset, b"\0") + body


def kernel(size, image_size, text_offset=0, flags=0xA):
    """An arm64 Image as far as its header goes."""
    header = struct.pack("<IIQQQ", 0xFA405A4D, 0, text_offset, image_size, flags)
    return header.ljust(56, b"\0") + b"ARM\x64" + b"\0" * (size - 60)


def stub(size, section):
    """A kernel with an EFI stub, whose one section ends at `section`."""
    data = bytearray(kernel(size, size))
    data[0:2] = b"MZ"
    data[0x3C:0x40] = struct.pack("<I", 0x40)
    data[0x40:0x48] = b"PE\0\0" + struct.pack("<HH", 0xAA64, 1)
    data[0x54:0x56] = struct.pack("<H", 0xF0)
    data[0x148 + 16:0x148 + 24] = struct.pack("<II", section - 0x1000, 0x1000)
    return bytes(data)


def write_all(folder):
    base = 0x40200000
    files = {
        "raw.bin": b"\xd5" * 5000,
        "huge.bin": b"\xd5" * (7 * MIB),
        "tight1.bin": b"\xd5" * (126 * 4096 + 1),
        "tight2.bin": b"\xd5" * (126 * 4096 + 1),
        "empty.bin": b"",
        "Image": kernel(3 * MIB, 5 * MIB),
        "Image-large": kernel(3 * MIB, 80 * MIB),
        "Image-big-endian": kernel(3 * MIB, 5 * MIB, flags=0xB),
        "Image.gz": b"\x1f\x8b\x08" + b"\0" * 200,
        "initrd": b"070701" + b"\0" * 1000,
        "initrd-large": b"070701" + b"\0" * (60 * MIB),
        "good.elf": elf([(base, b"a" * 100, 100), (base + 0x1000, b"b" * 50, 0x8000)], base + 8),
        "virtual.elf": elf([(base, b"a" * 100, 100)], base + 0xFFFF000000000010, virtual=0xFFFF000000000000),
        "32.elf": elf([(base, b"a" * 100, 100)], base, bits=1),
        "x86.elf": elf([(base, b"a" * 100, 100)], base, machine=62),
        "object.elf": elf([(base, b"a" * 100, 100)], base, kind=1),
        "nothing.elf": elf([], base),
        "misaligned.elf": elf([(base + 4, b"a" * 100, 100)], base + 4),
        "elsewhere.elf": elf([(0x80000000, b"a" * 100, 100)], 0x80000000),
        "bss.elf": elf([(base, b"a" * 100, 64 * MIB)], base),
        "entry.elf": elf([(base, b"a" * 100, 100)], 0x40300000),
        "overlap.elf": elf([(base, b"a" * 100, 100), (base + 0x40, b"b" * 100, 100)], base),
        "lowest.elf": elf([(0x40000000, b"a" * 100, 100)], 0x40000000),
        "dtb.elf": elf([(0x40000000, b"a" * 100, 100), (0x407FF000, b"b" * 100, 100)], 0x40000000),
        "cut.elf": elf([(base, b"a" * 100, 100)], base)[:-50],
        "data-entry.elf": elf([(base, b"a" * 100, 100)], base, flags=6),
        "odd-entry.elf": elf([(base, b"a" * 100, 100)], base + 2),
        "headers.elf": elf([(base, b"a" * 100, 100)], base)[:80],
        "pieces.elf": elf([(base + 0x100 * i, b"a" * 16, 16) for i in range(25)], base),
        "Image-stub": stub(MIB, MIB),
        "Image-cut": stub(MIB, 3 * MIB),
        "Image-offset": kernel(MIB, MIB, text_offset=1 << 63),
        "text.bin": "Grüße: this is read by people\n".encode(),
        "zeros.bin": b"\0" * 4096,
        "initrd.txt": b"init\n",
        "initrd.zip": b"PK\x03\x04" + b"\0" * 60,
        "initrd.lz4": b"\x04\x22\x4d\x18" + b"\0" * 60,
        "initrd.odc": b"070707" + b"0" * 60,
        "initrd.bin": b"\xd5" * 5000,
        "fit.itb": b"\xd0\x0d\xfe\xed" + b"\0" * 60,
        "uImage": b"\x27\x05\x19\x56" + b"\0" * 60,
        "srec.bin": b"S00600004844521B\n",
        "ihex.bin": b":020000040000FA\n",
        "lib.a": b"!<arch>\n" + b" " * 60,
        "stub.elf": b"\x7fELF\x02\x01",
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    (folder / "folder.bin").mkdir()


def write_odd(folder):
    """Files that are not to be read: one has no end, the other's is far away."""
    os.mkfifo(folder / "pipe.bin")
    with open(folder / "giant.bin", "wb") as giant:
        giant.truncate(1025 * MIB)
