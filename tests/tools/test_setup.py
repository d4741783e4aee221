# SPDX-License-Identifier: Apache-2.0
"""tools/setup with a table, an apt-get, a sudo and a user of the test's own, and tools/apt-mirror with other sources."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"


class Newcomer:
    """A machine on which nothing is as it should be."""

    def __init__(self, folder):
        self.folder = folder
        self.bin = folder / "bin"
        self.bin.mkdir()
        for name in ("setup", "apt-mirror"):
            shutil.copy(TOOLS / name, folder / name)
        self.command("sudo", "exit 1")
        self.command("apt-get", f'echo "$@" >>{folder}/apt.log')
        self.user(0)

    def command(self, name, script):
        """Puts a command first on the PATH."""
        path = self.bin / name
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)

    def user(self, number):
        """Who calls."""
        self.command("id", f"echo {number}")

    def table(self, *rows):
        """What is needed."""
        (self.folder / "packages").write_text("# head\n" + "\n".join(rows) + "\n", encoding="utf-8")

    def setup(self, *arguments):
        """Calls it; returns status and what it said."""
        result = subprocess.run([self.folder / "setup", *arguments], stderr=subprocess.PIPE, text=True, check=False,
                                stdin=subprocess.DEVNULL, env={"PATH": f"{self.bin}:{os.environ['PATH']}"})
        return result.returncode, result.stderr

    def apt_log(self):
        """What apt-get was asked."""
        path = self.folder / "apt.log"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


@pytest.fixture(name="newcomer")
def fixture_newcomer(tmp_path):
    """With one package missing for run, and one for test."""
    newcomer = Newcomer(tmp_path)
    newcomer.table(f"run here {tmp_path} is there", "run tool /nowhere/tool makes things", "test prover /nowhere/p proves things")
    return newcomer


def test_nothing_is_said_or_done_where_nothing_is_missing(newcomer):
    """@verifies REQ-SYS-014"""
    newcomer.table("run shell sh runs", "test prover /nowhere/p proves things")
    assert newcomer.setup("run") == (0, "")
    assert not newcomer.apt_log()


def test_what_is_missing_is_said_with_the_reason(newcomer):
    """@verifies REQ-SYS-014"""
    status, said = newcomer.setup("--check", "test")
    assert status == 1
    assert "tool" in said and "makes things" in said and "proves things" in said and "is there" not in said
    assert not newcomer.apt_log()


def test_run_needs_less_than_test(newcomer):
    """@verifies REQ-SYS-014"""
    assert "proves things" not in newcomer.setup("--check", "run")[1]


def test_root_installs_with_apt_get(newcomer):
    """@verifies REQ-SYS-014"""
    newcomer.table(f"run tool {newcomer.folder}/apt.log makes things")
    assert newcomer.setup("run")[0] == 0
    assert newcomer.apt_log() == ["update", "install -y --no-install-recommends tool"]


def test_others_install_with_sudo(newcomer):
    """@verifies REQ-SYS-014"""
    newcomer.user(1000)
    newcomer.command("sudo", '[ "$1" != -n ] || shift; echo asked >>' + f'{newcomer.folder}/sudo.log; exec "$@"')
    newcomer.table(f"run tool {newcomer.folder}/apt.log makes things")
    assert newcomer.setup("run")[0] == 0
    assert newcomer.apt_log() and (newcomer.folder / "sudo.log").exists()


def test_without_root_and_sudo_the_commands_are_printed(newcomer):
    """@verifies REQ-SYS-014"""
    newcomer.user(1000)
    status, said = newcomer.setup("run")
    assert status == 1
    assert "apt-get update\n" in said and "apt-get install -y --no-install-recommends tool\n" in said
    assert not newcomer.apt_log()


def test_offline_the_missing_packages_are_named(newcomer):
    """@verifies REQ-SYS-014"""
    newcomer.command("apt-get", "echo cannot resolve >&2; exit 100")
    status, said = newcomer.setup("test")
    assert status == 1
    assert "is there a network? Missing: tool prover" in said and "cannot resolve" in said


def test_an_installation_that_changes_nothing_is_an_error(newcomer):
    """@verifies REQ-SYS-014"""
    status, said = newcomer.setup("run")
    assert status == 1 and "Installed, and yet not there" in said


def test_what_the_distribution_does_not_have_is_said_and_not_asked_for(newcomer):
    """@verifies REQ-SYS-014"""
    newcomer.table("test? luxury /nowhere/luxury looks closer")
    newcomer.command("apt-cache", "echo gcc:")
    status, said = newcomer.setup("test")
    assert (status, newcomer.apt_log()) == (0, [])
    assert "WARNING: this distribution has no luxury, so nothing looks closer" in said


@pytest.mark.parametrize("known", ["echo gcc:; echo luxury:", "true"])
def test_what_the_distribution_may_have_is_installed_and_may_fail(newcomer, known):
    """@verifies REQ-SYS-014"""
    newcomer.table("test? luxury /nowhere/luxury looks closer")
    newcomer.command("apt-cache", known)
    newcomer.command("apt-get", f'echo "$@" >>{newcomer.folder}/apt.log; [ "$1" = update ]')
    assert newcomer.setup("test")[0] == 0
    assert newcomer.apt_log() == ["update", "install -y --no-install-recommends luxury"]
    assert newcomer.setup("--check", "run") == (0, "")


SOURCES = {
    "debian.sources": ("Types: deb\nURIs: http://a/debian\nSuites: s s-updates\nComponents: main\nSigned-By: /k.gpg\n",
                       "http://a/debian /k.gpg"),
    "second.sources": ("Types: deb\nURIs: http://z\nSuites: other\n\n# c\nTypes: deb deb-src\nURIs: http://b http://c\n"
                       "Suites: s\nSigned-By:\n -----BEGIN\n .\n", "http://b DEFAULT"),
    "off.sources": ("Enabled: no\nTypes: deb\nURIs: http://a\nSuites: s\n", ""),
    "sources-only.sources": ("Types: deb-src\nURIs: http://a\nSuites: s\n", ""),
    "old.list": ("# deb http://x s main\ndeb http://d/debian s main\n", "http://d/debian DEFAULT"),
    "options.list": ("deb [arch=amd64 signed-by=/o.gpg] http://e s main\n", "http://e /o.gpg"),
    "longer.list": ("deb http://d/debian s-security main\n", ""),
}


@pytest.mark.parametrize("name", SOURCES)
def test_the_mirror_of_a_suite_is_read_from_every_form_of_source(tmp_path, name):
    """@verifies REQ-SYS-014"""
    text, expected = SOURCES[name]
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list.d" / name).write_text(text, encoding="utf-8")
    result = subprocess.run([TOOLS / "apt-mirror", "s", tmp_path], stdout=subprocess.PIPE, text=True, check=False)
    assert result.stdout.strip() == expected.replace("DEFAULT", "/usr/share/keyrings/debian-archive-keyring.gpg")
    assert result.returncode == (0 if expected else 1)
