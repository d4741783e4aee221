# SPDX-License-Identifier: Apache-2.0
"""All rules on one image. What does not depend on the image's bytes is read once, so that it can be judged many times.

@implements REQ-VER-001
"""
from __future__ import annotations

import registers
import rules_config
import rules_el2
import rules_load
import rules_partition
from declared import read
from dwarf import Objects
from facts import Facts
from image import Image


class Checker:
    def __init__(self, elf: str, dtb: str, folders: list[str]):
        """`folders`: where the images that the system names are looked for."""
        self.image = Image(elf)
        self.objects = Objects(self.image, "partition_configs")
        with open(dtb, "rb") as file:
            self.system = read(file.read())
        self.folders = folders
        self._trees: dict = {}
        self._writes = registers.writes(self.image)

    def writes(self) -> list[registers.Write]:
        """Code is looked at again only if somebody patched code, or constants that it loads."""
        segments = [s for s in self.image.segments if "x" in s.rights]
        constants = [self.objects.variable(n) for n in ("el2_tcr", "el2_root")]
        looked_at = [(s.start, s.size) for s in segments] + [(v.address, v.type.size) for v in constants]
        return registers.writes(self.image) if any(self.image.is_patched(*r) for r in looked_at) else self._writes

    def judge(self) -> Facts:
        facts = Facts(self.image, self.objects, self.system, self.writes(), self.folders, self._trees)
        for rules in (rules_el2, rules_partition, rules_config, rules_load):
            facts.findings.apply("hypervisor", rules.check, facts)
        return facts
