# SPDX-License-Identifier: Apache-2.0
"""Files out of Debian packages, and files of ours: whole or not at all."""

import fnmatch
import io
import subprocess
import tarfile

from packages import PackageError


def _has_form(path, patterns):
    return any(fnmatch.fnmatchcase(path, pattern) for pattern in patterns)


def file_in(package_file, *patterns):
    """Contents of the one file of a Debian package whose path, with or without usr/, has one of these forms (fnmatch)."""
    packed = subprocess.run(["dpkg-deb", "--fsys-tarfile", package_file], stdout=subprocess.PIPE, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        members = [m for m in tar if m.isfile() and _has_form(m.name.removeprefix("./").removeprefix("usr/"), patterns)]
        if len(members) != 1:
            raise PackageError(f"{package_file.name}: {len(members)} files {' or '.join(patterns)}, not one")
        return tar.extractfile(members[0]).read()


def write(path, data):
    """Writes a file as a whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    part.rename(path)
