# SPDX-License-Identifier: Apache-2.0
"""Debian packages of another architecture, by the machine's apt with a state of its own: nothing is installed.

The release's main suite changes with Debian's point releases, and what mk/linux.lock names stays to be had in between; a
newer kernel comes from its backports, where versions come and go.
"""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

ARCHITECTURE = "arm64"
BACKPORTS = "-backports"
DEBIAN_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


class AptError(Exception):
    """apt could not do what it was asked; the text says what and why."""


@dataclass(frozen=True)
class Package:
    """One version of a package, as a signed index or the lock file describes it."""

    name: str
    version: str
    sha256: str

    def file_in(self, folder):
        """The file that apt-get has downloaded into a folder, or None; a package for every architecture says so."""
        stem = f"{self.name}_{self.version.replace(':', '%3a')}"
        paths = [folder / f"{stem}_{architecture}.deb" for architecture in (ARCHITECTURE, "all")]
        return next((path for path in paths if path.exists()), None)


def machine_release():
    """Code name of the Debian release this machine runs, or "" on another distribution."""
    pairs = re.findall(r'^(\w+)="?([^"\n]*)', Path("/etc/os-release").read_text(encoding="utf-8"), re.MULTILINE)
    names = dict(pairs)
    return names.get("VERSION_CODENAME", "") if names.get("ID") == "debian" else ""


def machine_mirror(suite):
    """URI and keyring of the apt source this machine has for the suite, or None. Backports are on the release's mirror."""
    tool = Path(__file__).resolve().parents[1] / "apt-mirror"
    for name in (suite, suite.removesuffix(BACKPORTS)):
        answer = subprocess.run([tool, name], stdout=subprocess.PIPE, text=True, check=False).stdout.split()
        if len(answer) == 2:
            return tuple(answer)
    return None


class Apt:
    """One suite of one mirror, with lists kept in a folder of ours."""

    def __init__(self, folder, suite, mirror, keyring):
        self.mirror = mirror
        self.folder = folder.resolve()
        for name in ("lists/partial", "cache/archives/partial"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        source = self.folder / "sources.list"
        source.write_text(f"deb [signed-by={keyring}] {mirror} {suite} main\n", encoding="utf-8")
        self.options = {
            "APT::Architecture": ARCHITECTURE,
            "APT::Architectures": ARCHITECTURE,
            "APT::Sandbox::User": "root",
            "APT::Update::Error-Mode": "any",
            "Acquire::Languages": "none",
            "Acquire::Retries": "2",
            "Dir::State::Lists": self.folder / "lists",
            "Dir::State::status": "/dev/null",
            "Dir::Cache": self.folder / "cache",
            "Dir::Etc::SourceList": source,
            "Dir::Etc::SourceParts": "/dev/null",
        }

    def _run(self, *command, cwd=None):
        options = [f"-o{key}={value}" for key, value in self.options.items()]
        result = subprocess.run([command[0], *options, *command[1:]], cwd=cwd, text=True, check=False,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if result.returncode != 0:
            raise AptError(f"{' '.join(command)} (mirror {self.mirror}):\n{result.stderr.strip()}")
        return result.stdout

    def update(self):
        """Fetches the index; it is signed by Debian, and so are the digests in it."""
        self._run("apt-get", "-q", "update")

    def _stanzas(self, name, *options):
        for stanza in self._run("apt-cache", *options, "show", name).split("\n\n"):
            fields = dict(re.findall(r"^([\w-]+): (.*)$", stanza, re.MULTILINE))
            if fields:
                yield fields

    def versions(self, name):
        """All versions of a package that can be downloaded now."""
        try:
            return [Package(name, f["Version"], f["SHA256"]) for f in self._stanzas(name)]
        except AptError:
            return []

    def newest(self, name):
        """The newest version; of a package without content of its own, that of the one it stands for."""
        fields = next(self._stanzas(name, "--no-all-versions"))
        real = re.search(r"\blinux-(?:image-\d|binary-)\S*", fields.get("Depends", "")) if name.startswith("linux-image-") else None
        return self.newest(real[0]) if real else Package(name, fields["Version"], fields["SHA256"])

    def download(self, package, folder):
        """The package's file, in a folder."""
        self._run("apt-get", "-q", "download", f"{package.name}={package.version}", cwd=folder)
        return package.file_in(folder)
