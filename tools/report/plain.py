# SPDX-License-Identifier: Apache-2.0
"""A report as text: all but the drawings.

@implements REQ-REPORT-003
"""
import textwrap

import document

WIDTH = 110


def _words(cell):
    return cell.words if isinstance(cell, document.Cell) else str(cell)


def _table(table):
    rows = [table.head, *([_words(c) for c in row] for row in table.rows)]
    right = [bool(table.rows) and all(isinstance(r[n], document.Cell) and r[n].kind == "n" for r in table.rows)
             for n in range(len(table.head))]
    widths = [max(len(row[n]) for row in rows) for n in range(len(table.head))]
    lines = ["  " + "  ".join(c.rjust(w) if r else c.ljust(w) for c, w, r in zip(row, widths, right)).rstrip() for row in rows]
    return "\n".join([f"{table.title}:", "", *lines])


def _part(part):
    if isinstance(part, document.Table):
        return _table(part)
    if isinstance(part, document.Code):
        return textwrap.indent(part.words, "    ")
    if isinstance(part, document.Heading):
        return f"{part.words}\n{'-' * len(part.words)}"
    return textwrap.fill(part.words, WIDTH)


def render(report):
    blocks = [report.title, report.subtitle or ""]
    for section in report.sections:
        blocks.append(f"{section.title}\n{'=' * len(section.title)}")
        blocks += [_part(p) for p in section.parts if not isinstance(p, document.Figure)]
    return "\n\n".join(blocks) + "\n"
