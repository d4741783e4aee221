# SPDX-License-Identifier: Apache-2.0
"""All rules on one image. What does not depend on the image's bytes is read once, so that it can be judged many times.

@implements REQ-VER-001
"""
from __future__ import annotations

from typing import NamedTuple, Optional

import masters
import registers
import rules_config
import rules_dma
import rules_el2
import rules_load
import rules_partition
import rules_pci
import rules_rest
from declared import System, read
from dwarf import Objects
from facts import Facts
from findings import Findings
from headers import Damaged
from image import Image
from rules_el2 import WHO


def declared(dtb: str) -> System:
    """What the device tree asks for. Raises OSError or tree.BadTree."""
    with open(dtb, "rb") as file:
        return read(file.read())


class Checker:
    def __init__(self, image: Image, system: System, folders: list[str]):
        """`folders`: where the images that the system names are looked for."""
        self.image, self.system, self.folders = image, system, folders
        self.objects = Objects(self.image, "partition_configs")
        self._trees: dict = {}
        self._writes = registers.writes(self.image)

    def writes(self) -> list[registers.Write]:
        """Code is looked at again only if somebody patched code, or constants that it loads."""
        segments = [s for s in self.image.segments if "x" in s.rights]
        constants = [self.objects.variable(n) for n in ("el2_tcr", "el2_root")]
        looked_at = [(s.start, s.size) for s in segments] + [(v.address, v.type.size) for v in constants]
        return registers.writes(self.image) if any(self.image.is_patched(*r) for r in looked_at) else self._writes

    def judge(self) -> Facts:
        self.image.looked_at.clear()
        facts = Facts(self.image, self.objects, self.system, self.writes(), self.folders, self._trees)
        for rules in (rules_el2, rules_partition, rules_config, rules_dma, rules_pci, rules_load, masters, rules_rest):
            facts.findings.apply(WHO, rules.check, facts)
        return facts


class Outcome(NamedTuple):
    """Facts are missing if the image cannot be read at all, and then there are errors."""
    errors: list[str]
    facts: Optional[Facts]


def examine(elf: str, system: System, folders: list[str], data=None) -> Outcome:
    """Whatever is in the file ends in a verdict. `data` is what the file holds, if it was read already. Raises OSError."""
    try:
        facts = Checker(Image(elf, data), system, folders).judge()
        return Outcome(facts.findings.errors, facts)
    except OSError:
        raise
    except Damaged as error:
        return Outcome([f"{WHO}: {text}" for text in error.errors], None)
    except Exception as error:  # fail closed: symbols or debug information that lead nowhere
        findings = Findings()
        findings.apply(WHO, _again, error)
        return Outcome(findings.errors, None)


def _again(error: Exception) -> None:
    raise error
