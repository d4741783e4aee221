# SPDX-License-Identifier: Apache-2.0
"""Systems that make built with their reports (mk/report.mk), the report's own code, and the page as a person would read it."""
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools/report"))

import facts as facts_module  # noqa: E402  (found once the path is set)

SYSTEMS = ("safety-ivi", "devices", "full", "six")
XHTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"


class Built:
    """A system with its report."""

    def __init__(self, name):
        self.name = name
        self.out = ROOT / "build/qemu-virt" / name
        if not (self.out / "report.html").exists():
            pytest.fail(f"{self.out}/report.html is not there: make test-report makes it")
        self.html = (self.out / "report.html").read_text(encoding="utf-8")
        self.text = (self.out / "report.txt").read_text(encoding="utf-8")
        self.page = ET.fromstring(self.html)

    def facts(self):
        return facts_module.read(self.out / "config", self.out / "separation.json", self.out / "bulkhead.elf")

    def run(self, *options, config=None, separation=None):
        command = ["/usr/bin/python3", str(ROOT / "tools/report"), "--config", str(config or self.out / "config"), "--separation",
                   str(separation or self.out / "separation.json"), "--elf", str(self.out / "bulkhead.elf"), *options]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def table(self, title):
        """Rows of the HTML table with that caption, by the names in its head; a name that comes twice gets a number."""
        table = next(t for t in self.page.iter(f"{XHTML}table") if t.find(f"{XHTML}caption").text == title)
        head = []
        for cell in table.iter(f"{XHTML}th"):
            head.append(cell.text + ("" if cell.text not in head else str(2)))
        return [dict(zip(head, (c.text or "" for c in row))) for row in table.find(f"{XHTML}tbody")]

    def lines(self, title):
        """The same rows from the text: words of each line."""
        block = self.text.split(f"\n{title}:\n\n", 1)[1].split("\n\n", 1)[0]
        return [re.split(r"\s{2,}", line.strip()) for line in block.splitlines()[1:]]

    @property
    def drawings(self):
        return {d.find(f"{SVG}title").text: d for d in self.page.iter(f"{SVG}svg")}


_BUILT = {}


def built(name):
    if name not in _BUILT:
        _BUILT[name] = Built(name)
    return _BUILT[name]


@pytest.fixture(params=SYSTEMS)
def system(request):
    return built(request.param)


@pytest.fixture
def default():
    return built("safety-ivi")
