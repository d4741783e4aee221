# SPDX-License-Identifier: Apache-2.0
"""Makes the Linux guest's kernel and initramfs from Debian's packages; see mk/linux.mk."""

import argparse
import io
import subprocess
import sys
import tarfile
from pathlib import Path

from apt import machine_release
from initramfs import initramfs
from kernel import KernelError, raw_image
from packages import WANTED, PackageError, Store, digest, read_lock, say, write_lock

DEFAULT_SUITE = "bookworm"


def file_in(package_file, prefix):
    """Contents of the one file of a Debian package whose path starts so."""
    packed = subprocess.run(["dpkg-deb", "--fsys-tarfile", package_file], stdout=subprocess.PIPE, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        members = [m for m in tar if m.isfile() and m.name.removeprefix("./").startswith(prefix)]
        if len(members) != 1:
            raise PackageError(f"{package_file.name}: {len(members)} files {prefix}*, not one")
        return tar.extractfile(members[0]).read()


def write(path, data):
    """Writes a file as a whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    part.rename(path)


def build(store, init, folder):
    """vmlinuz, initrd.cpio and versions.txt."""
    taken = {role: store.take(role) for role in WANTED}
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "vmlinuz", raw_image(file_in(taken["kernel"][1], "boot/vmlinuz-")))
    busybox = file_in(taken["busybox"][1], ("bin/busybox", "usr/bin/busybox"))
    write(folder / "initrd.cpio", initramfs(busybox, init.read_bytes()))
    rows = [f"{store.suite} {role} {p.name} {p.version} {p.sha256}" for role, (p, _) in taken.items()]
    rows += [f"- {name} - - {digest(folder / name)}" for name in ("vmlinuz", "initrd.cpio")]
    write(folder / "versions.txt", ("\n".join(rows) + "\n").encode())
    for package, _ in taken.values():
        say(f"{package.name} {package.version}")


def update_lock(store, path):
    """Records the newest packages of the suite."""
    store.lock.update({(store.suite, role): store.apt().newest(name) for role, name in WANTED.items()})
    write_lock(path, store.lock)
    say(f"{path} brought up to date for {store.suite}")


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(prog="tools/linux", description=__doc__)
    parser.add_argument("--cache", type=Path, required=True, help="where downloads are kept")
    parser.add_argument("--lock", type=Path, required=True, help="file of versions and digests")
    parser.add_argument("--suite", default=machine_release() or DEFAULT_SUITE, help="Debian release (%(default)s)")
    parser.add_argument("--mirror", help="Debian mirror, instead of the machine's own")
    commands = parser.add_subparsers(dest="command", required=True)
    builder = commands.add_parser("build", help="make vmlinuz and initrd.cpio")
    builder.add_argument("--init", type=Path, required=True)
    builder.add_argument("folder", type=Path)
    commands.add_parser("lock", help="record the newest versions")
    return parser.parse_args()


def main():
    """Status 1, with one message, when a package cannot be had."""
    options = arguments()
    try:
        store = Store(options.cache, options.suite, read_lock(options.lock), options.mirror)
        if options.command == "lock":
            update_lock(store, options.lock)
        else:
            build(store, options.init, options.folder)
    except (PackageError, KernelError) as error:
        sys.exit(f"linux: {error}")


main()
