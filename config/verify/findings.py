# SPDX-License-Identifier: Apache-2.0
"""What was found wrong, in the user's words, and how numbers are written."""
from __future__ import annotations

from typing import Callable

from dwarf import NoLayout
from image import NoSymbol, OutsideImage
from tree import BadTree

UNITS = ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"))


def sized(size: int) -> str:
    """A size in the largest unit that it is a multiple of."""
    for unit, name in UNITS:
        if size and size % unit == 0:
            return f"{size // unit} {name}"
    return f"{size} bytes" if size < 4096 else f"0x{size:x} bytes"


def at(start: int, size: int) -> str:
    return f"0x{start:x} ({sized(size)})"


class Findings:
    """Collects errors; a rule that cannot be applied is one as well."""

    def __init__(self) -> None:
        self._errors: dict[str, None] = {}  # in the order they were found, each once

    def error(self, who: str, text: str) -> None:
        self._errors[f"{who}: {text}"] = None

    @property
    def errors(self) -> list[str]:
        return list(self._errors)

    def add(self, errors: list[str]) -> None:
        self._errors.update(dict.fromkeys(errors))

    def require(self, holds: bool, who: str, text: str) -> bool:
        if not holds:
            self.error(who, text)
        return holds

    def equal(self, found, declared, who: str, what: str) -> bool:
        """Numbers are shown as the reader of a map wants them."""
        return self.require(found == declared, who, f"{what} is {shown(found)}, and should be {shown(declared)}")

    def apply(self, who: str, rule: Callable, *arguments) -> None:
        """Runs one rule; an address or a record that leads nowhere is an error of that rule, and the others go on."""
        try:
            rule(*arguments)
        except (OutsideImage, NoLayout, NoSymbol, BadTree) as error:
            self.error(who, str(error))
        except Exception as error:  # fail closed: what nobody thought of is no reason to let an image pass
            self.error(who, f"cannot be judged: {type(error).__name__}: {error} ({rule.__module__}.{rule.__name__})")


def shown(value) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        return str(value)
    return str(value) if value < 4096 else f"0x{value:x}"
