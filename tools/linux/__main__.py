# SPDX-License-Identifier: Apache-2.0
"""Makes the Linux guest's kernel and initramfs from Debian's packages; see mk/linux.mk."""

import argparse
import sys
from pathlib import Path

from apt import machine_release
from files import file_in, write
from initramfs import initramfs
from kernel import FILES, KernelError, raw_image
from packages import PackageError, Store, digest, read_lock, say, write_lock
from third_party import MAKERS

DEFAULT_SUITE = "bookworm"


def build(store, options):
    """vmlinuz, initrd.cpio and versions.txt."""
    folder = options.folder
    taken = {role: store.take(role) for role in ("kernel", "busybox")}
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "vmlinuz", raw_image(file_in(taken["kernel"][1], *FILES)))
    busybox = file_in(taken["busybox"][1], "bin/busybox")
    write(folder / "initrd.cpio", initramfs(busybox, options.init.read_bytes()))
    rows = [f"{store.suite} {role} {p.name} {p.version} {p.sha256}" for role, (p, _) in taken.items()]
    rows += [f"- {name} - - {digest(folder / name)}" for name in ("vmlinuz", "initrd.cpio")]
    write(folder / "versions.txt", ("\n".join(rows) + "\n").encode())
    for package, _ in taken.values():
        say(f"{package.name} {package.version}")


def third_party(store, options):
    """One file."""
    options.file.parent.mkdir(parents=True, exist_ok=True)
    write(options.file, MAKERS[options.file.name](store, options.init))


def update_lock(store, options):
    """Records the newest packages of the suite and of its backports."""
    path = options.lock
    for suite in (store, store.backports()):
        store.lock.update({(suite.suite, role): suite.apt().newest(name) for role, name in suite.wanted().items()})
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
    builder.set_defaults(run=build)
    builder.add_argument("--init", type=Path, required=True)
    builder.add_argument("folder", type=Path)
    other = commands.add_parser("third-party", help="make one file of a guest that others have made")
    other.set_defaults(run=third_party)
    other.add_argument("--init", type=Path, required=True)
    other.add_argument("file", type=Path, help=f"its name is one of {', '.join(MAKERS)}")
    commands.add_parser("lock", help="record the newest versions").set_defaults(run=update_lock)
    return parser.parse_args()


def main():
    """Status 1, with one message, when a package cannot be had."""
    options = arguments()
    try:
        store = Store(options.cache, options.suite, read_lock(options.lock), options.mirror)
        with store.alone():
            options.run(store, options)
    except (PackageError, KernelError) as error:
        sys.exit(f"linux: {error}")


main()
