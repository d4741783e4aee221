# SPDX-License-Identifier: Apache-2.0
"""The making of the Linux guest: choice of packages, forms of kernels, the same initramfs each time."""

import gzip
import hashlib
import lzma
import struct

import pytest
from apt import ARCHITECTURE, Apt, Package
from initramfs import initramfs
from kernel import KernelError, raw_image
from packages import PackageError, Store, read_lock, write_lock

IMAGE = b"\0" * 0x38 + b"ARM\x64" + b"rest"


def zboot(method, payload):
    """An EFI zboot wrapper around a payload."""
    header = b"MZ\0\0zimg" + struct.pack("<II", 64, len(payload)) + b"\0" * 8 + method
    return header.ljust(64, b"\0") + payload


@pytest.mark.parametrize("form", [IMAGE, gzip.compress(IMAGE), zboot(b"gzip", gzip.compress(IMAGE)),
                                  zboot(b"xz", lzma.compress(IMAGE))], ids=["raw", "gzip", "zboot gzip", "zboot xz"])
def test_the_raw_image_is_found_in_every_form_of_kernel(form):
    """@verifies REQ-SYS-015"""
    assert raw_image(form) == IMAGE


@pytest.mark.parametrize("form", [b"", b"\x7fELF" + b"\0" * 64, zboot(b"unheard-of", b"")])
def test_anything_else_is_refused(form):
    """@verifies REQ-SYS-015"""
    with pytest.raises(KernelError):
        raw_image(form)


def test_the_initramfs_is_a_cpio_archive_that_does_not_change():
    """@verifies REQ-SYS-015"""
    archive = initramfs(b"busybox", b"#!/bin/sh\n")
    assert archive == initramfs(b"busybox", b"#!/bin/sh\n")
    assert archive.count(b"070701") == 9 and len(archive) % 4 == 0
    assert archive.endswith(b"TRAILER!!!\0\0\0\0")


def test_further_files_bring_their_folders_into_the_initramfs():
    """@verifies REQ-SYS-016"""
    archive = initramfs(b"busybox", b"#!/bin/sh\n", {"lib/deep/x.so": b"library"})
    places = [archive.index(name + b"\0") for name in (b"lib", b"lib/deep", b"lib/deep/x.so")]
    assert places == sorted(places)
    assert archive.count(b"070701") == 12 and b"library" in archive


@pytest.mark.parametrize("name, depends, found", [
    ("linux-image-arm64", "linux-image-6.1.0-50-arm64 (= 6.1.176-1)", "linux-image-6.1.0-50-arm64"),
    ("linux-image-arm64", "linux-base-arm64 (= 7.3), linux-image-7.3-arm64 (= 7.3)", "linux-image-7.3-arm64"),
    ("linux-image-7.3-arm64", "dracut | initramfs-tools, linux-binary-7.3-arm64 (= 7.3)", "linux-binary-7.3-arm64"),
    ("rt-tests", "libc6", "rt-tests")])
def test_the_package_behind_a_meta_package_is_found(name, depends, found):
    """@verifies REQ-SYS-016"""
    class Answers(Apt):
        """apt-cache with one meta-package."""

        def __init__(self):  # pylint: disable=super-init-not-called
            pass

        def _stanzas(self, asked, *_):
            yield {"Version": "1", "SHA256": "0", **({"Depends": depends} if asked == name else {})}

    assert Answers().newest(name).name == found


class Mirror:
    """Stands in for apt: what the mirror has, by name."""

    def __init__(self, *packages, content=b"content"):
        self.packages = packages
        self.content = content
        self.asked = 0

    def versions(self, name):
        """All versions of a package."""
        return [p for p in self.packages if p.name == name]

    def newest(self, _name):
        """The only package there is."""
        return self.packages[-1]

    def download(self, package, folder):
        """Writes the same content whatever is asked for."""
        self.asked += 1
        path = folder / f"{package.name}_{package.version.replace(':', '%3a')}_{ARCHITECTURE}.deb"
        path.write_bytes(self.content)
        return path


DIGEST = hashlib.sha256(b"content").hexdigest()
LOCKED = Package("busybox-static", "1:1.0-1", DIGEST)
NEWER = Package("busybox-static", "1:2.0-1", DIGEST)


def store(tmp_path, mirror, lock=LOCKED):
    """A store in front of that mirror."""
    result = Store(tmp_path, "suite", {("suite", "busybox"): lock} if lock else {})
    result.apt = lambda: mirror
    return result


def test_the_locked_version_is_taken_while_the_mirror_has_it(tmp_path, capsys):
    """@verifies REQ-SYS-015"""
    package, path = store(tmp_path, Mirror(LOCKED, NEWER)).take("busybox")
    assert package == LOCKED and path.read_bytes() == b"content"
    assert "WARNING" not in capsys.readouterr().err


def test_a_second_build_asks_nobody(tmp_path):
    """@verifies REQ-SYS-015"""
    mirror = Mirror(LOCKED)
    for _ in range(2):
        store(tmp_path, mirror).take("busybox")
    assert mirror.asked == 1


def test_a_newer_version_is_taken_loudly_when_the_locked_one_is_gone(tmp_path, capsys):
    """@verifies REQ-SYS-015"""
    mirror = Mirror(NEWER)
    for _ in range(2):
        assert store(tmp_path, mirror).take("busybox")[0] == NEWER
        assert "WARNING: not the locked package" in capsys.readouterr().err
    assert mirror.asked == 1


def test_the_same_version_with_another_digest_is_an_error(tmp_path):
    """@verifies REQ-SYS-015"""
    other = Package(LOCKED.name, LOCKED.version, "0" * 64)
    with pytest.raises(PackageError, match="same version, other content"):
        store(tmp_path, Mirror(other)).take("busybox")


def test_a_download_with_another_digest_is_an_error_and_not_kept(tmp_path):
    """@verifies REQ-SYS-015"""
    with pytest.raises(PackageError, match="does not have the digest"):
        store(tmp_path, Mirror(LOCKED, content=b"other")).take("busybox")
    assert not list(tmp_path.glob("packages/*.deb"))


def test_a_damaged_file_in_the_cache_is_fetched_again(tmp_path):
    """@verifies REQ-SYS-015"""
    mirror = Mirror(LOCKED)
    _, path = store(tmp_path, mirror).take("busybox")
    path.write_bytes(b"damaged")
    assert store(tmp_path, mirror).take("busybox")[1].read_bytes() == b"content"


def test_the_lock_file_is_read_as_it_was_written(tmp_path):
    """@verifies REQ-SYS-015"""
    path = tmp_path / "lock"
    path.write_text("# head\n", encoding="utf-8")
    write_lock(path, {("suite", "busybox"): LOCKED})
    assert read_lock(path) == {("suite", "busybox"): LOCKED}
    assert path.read_text(encoding="utf-8").startswith("# head\n")
