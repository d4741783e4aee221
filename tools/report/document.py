# SPDX-License-Identifier: Apache-2.0
"""What a report is made of: sections of paragraphs, tables and drawings, for HTML and for text alike."""
from dataclasses import dataclass, field
from typing import Optional


@dataclass
class Cell:
    """`kind`: m address, n number, c rights, and whose it is (p0 ..., hv)."""
    words: str
    kind: str = ""


@dataclass
class Table:
    title: str
    head: list
    rows: list


@dataclass
class Paragraph:
    words: str
    kind: str = ""


@dataclass
class Code:
    words: str


@dataclass
class Figure:
    drawing: object


@dataclass
class Heading:
    words: str


@dataclass
class Section:
    title: str
    anchor: str
    parts: list = field(default_factory=list)


@dataclass
class Report:
    title: str
    passed: bool
    sections: list
    subtitle: Optional[str] = None


def a(value):
    return Cell(value, "m")


def n(value):
    return Cell(str(value), "n")
