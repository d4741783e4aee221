# SPDX-License-Identifier: Apache-2.0
"""Which kernel and busybox are used: what mk/linux.lock names, as long as the mirror has it, and from the cache if there.

@implements REQ-SYS-015
"""

import fcntl
import hashlib
import sys
from contextlib import contextmanager
from pathlib import Path

from apt import BACKPORTS, DEBIAN_KEYRING, Apt, AptError, Package, machine_mirror

# What is looked for, by the name under which the lock file knows it: in the release, and in its backports.
WANTED = {
    "kernel": "linux-image-cloud-arm64",
    "busybox": "busybox-static",
    "kernel-generic": "linux-image-arm64",
    "kernel-rt": "linux-image-rt-arm64",
    "rt-tests": "rt-tests",
    "libc": "libc6",
    "libnuma": "libnuma1",
    "u-boot": "u-boot-qemu",
}
WANTED_OF_BACKPORTS = {"kernel-next": "linux-image-cloud-arm64"}


class PackageError(Exception):
    """A package cannot be had, or is not what it should be."""


def say(text):
    """A line for the person who builds."""
    print(f"linux: {text}", file=sys.stderr)


def digest(path):
    """SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_lock(path):
    """The lock file as {(suite, role): Package}."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    rows = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    return {(suite, role): Package(name, version, sha256) for suite, role, name, version, sha256 in rows}


def write_lock(path, packages):
    """The opposite of read_lock(); the comment at its head is kept."""
    head = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")] if path.exists() else []
    rows = [f"{suite} {role} {p.name} {p.version} {p.sha256}" for (suite, role), p in sorted(packages.items())]
    path.write_text("\n".join(head + rows) + "\n", encoding="utf-8")


class Store:
    """The packages of one suite: in the cache, or on the mirror."""

    def __init__(self, cache, suite, lock, mirror=None):
        self.suite = suite
        self.lock = lock
        self.mirror = mirror
        self.cache = Path(cache)
        self.files = self.cache / "packages"
        self.files.mkdir(parents=True, exist_ok=True)
        self._apt = None

    @contextmanager
    def alone(self):
        """One at a time uses a cache: make starts several at once."""
        with (self.cache / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    @property
    def seen_path(self):
        """Record of what was taken instead of what the lock names."""
        return self.cache / "newer-than-lock.txt"

    def apt(self):
        """apt with a fresh index; made when it is first needed, so that a second build needs no network."""
        if self._apt is None:
            source = (self.mirror, DEBIAN_KEYRING) if self.mirror else machine_mirror(self.suite)
            if source is None:
                raise PackageError(f"this machine has no apt source for Debian {self.suite}: give one, with "
                                   "LINUX_MIRROR=http://deb.debian.org/debian and the package debian-archive-keyring")
            say(f"asking {source[0]} for Debian {self.suite}")
            apt = Apt(self.cache / "apt" / self.suite, self.suite, *source)
            apt.update()
            self._apt = apt
        return self._apt

    def wanted(self):
        """What this suite is asked for."""
        return WANTED_OF_BACKPORTS if self.suite.endswith(BACKPORTS) else WANTED

    def backports(self):
        """The same, for the backports of this suite."""
        return Store(self.cache, self.suite + BACKPORTS, self.lock, self.mirror)

    def cached(self, package):
        """The file of a package, if the cache has it and it is intact."""
        if package is None:
            return None
        path = package.file_in(self.files)
        return path if path and digest(path) == package.sha256 else None

    def take(self, role):
        """(Package, file) to build with."""
        locked = self.lock.get((self.suite, role))
        recorded = read_lock(self.seen_path).get((self.suite, role))
        for package in (locked, recorded):
            path = self.cached(package)
            if path:
                self._warn_if_not_locked(locked, package)
                return package, path
        try:
            return self._download(role, locked)
        except AptError as error:
            names = locked.name if locked else self.wanted()[role]
            raise PackageError(f"cannot fetch {names} for {self.suite}; is there a network?\n{error}") from error

    def _download(self, role, locked):
        package = self._choose(role, locked)
        say(f"downloading {package.name} {package.version}")
        path = self.apt().download(package, self.files)
        if digest(path) != package.sha256:
            path.unlink()
            raise PackageError(f"{path.name} does not have the digest {package.sha256}")
        return package, path

    def _choose(self, role, locked):
        """The locked version where the mirror still has it, else the newest; the latter is recorded in the cache."""
        if locked:
            same = [p for p in self.apt().versions(locked.name) if p.version == locked.version]
            if same and same[0].sha256 != locked.sha256:
                raise PackageError(f"{locked.name} {locked.version}: the mirror's index says {same[0].sha256}, "
                                   f"mk/linux.lock says {locked.sha256}: same version, other content")
            if same:
                return locked
        package = self.apt().newest(self.wanted()[role])
        self._warn_if_not_locked(locked, package)
        seen = read_lock(self.seen_path)
        seen[self.suite, role] = package
        write_lock(self.seen_path, seen)
        return package

    def _warn_if_not_locked(self, locked, package):
        if package != locked:
            old = f"{locked.name} {locked.version}, which the mirror has no more" if locked else "nothing for this release"
            say(f"WARNING: not the locked package. mk/linux.lock names {old}; taken instead: "
                f"{package.name} {package.version}, sha256 {package.sha256}. `make linux-lock` records it.")
