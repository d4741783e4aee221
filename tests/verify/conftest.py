# SPDX-License-Identifier: Apache-2.0
"""Systems that make built (mk/verify.mk), with the checker on them."""
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "config/verify"))

from check import Checker, declared  # noqa: E402  (found once the path is set)
from image import Image  # noqa: E402

SYSTEMS = {"default": "boards/qemu-virt/safety-ivi.dts", "devices": "tests/verify/devices.dts",
           "streams": "tests/verify/streams.dts"}


class Built:
    """A linked system: where its files are, and a checker that has read it."""

    def __init__(self, source):
        self.source = source
        self.out = ROOT / "build/qemu-virt" / Path(source).stem
        self.elf, self.dtb = self.out / "bulkhead.elf", self.out / "config/system.dtb"
        self.folders = [str((ROOT / source).parent), str(ROOT / "build/guests"), str(ROOT / "build/linux")]
        if not self.elf.exists():
            pytest.fail(f"{self.elf} is not there: make test-verify builds it")
        self.checker = Checker(Image(str(self.elf)), declared(str(self.dtb)), self.folders)

    @property
    def image(self):
        return self.checker.image

    def judge(self, *patches):
        """The facts of an image with other bytes at some addresses."""
        for address, data in patches:
            self.image.patch(address, data)
        try:
            facts = self.checker.judge()
            _ = facts.findings.errors
            return facts
        finally:
            self.image.restore()

    def memory(self, name):
        """The physical address of a partition's first stretch of memory."""
        facts = self.judge()
        return facts.members(facts.record(name), "memory", "memory_count")[0].pa

    def errors(self, *patches):
        return self.judge(*patches).findings.errors

    def command(self, *options, elf=None, dtb=None):
        folders = [word for folder in self.folders for word in ("--images", folder)]
        command = ["/usr/bin/python3", str(ROOT / "config/verify"), *folders, *options, str(elf or self.elf), str(dtb or self.dtb)]
        return subprocess.run(command, capture_output=True, text=True, check=False)


_BUILT = {}


def built(name):
    if name not in _BUILT:
        _BUILT[name] = Built(SYSTEMS[name])
    return _BUILT[name]


@pytest.fixture(params=list(SYSTEMS))
def system(request):
    return built(request.param)


@pytest.fixture
def default():
    return built("default")


@pytest.fixture
def devices():
    return built("devices")


@pytest.fixture
def streams():
    return built("streams")
