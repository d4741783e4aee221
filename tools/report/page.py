# SPDX-License-Identifier: Apache-2.0
"""A report as one HTML file: nothing is fetched, nothing runs.

@implements REQ-REPORT-003
"""
from html import escape

import document
import style


def _cell(cell):
    cell = cell if isinstance(cell, document.Cell) else document.Cell(str(cell))
    return f"<td{f' class={chr(34)}{cell.kind}{chr(34)}' if cell.kind else ''}>{escape(cell.words)}</td>"


def _table(table):
    head = "".join(f'<th scope="col">{escape(h)}</th>' for h in table.head)
    rows = "\n".join(f"<tr>{''.join(_cell(c) for c in row)}</tr>" for row in table.rows)
    return (f'<div class="wide" tabindex="0" role="region" aria-label="{escape(table.title)}"><table>'
            f"<caption>{escape(table.title)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>")


def _part(part):
    if isinstance(part, document.Table):
        return _table(part)
    if isinstance(part, document.Figure):
        return f'<figure class="wide" style="margin:0" tabindex="0">{part.drawing.svg()}</figure>'
    if isinstance(part, document.Code):
        return f"<pre>{escape(part.words)}</pre>"
    if isinstance(part, document.Heading):
        return f"<h3>{escape(part.words)}</h3>"
    return f"<p{f' class={chr(34)}{part.kind}{chr(34)}' if part.kind else ''}>{escape(part.words)}</p>"


def render(report):
    links = "".join(f'<a href="#{s.anchor}">{escape(s.title)}</a> ' for s in report.sections)
    body = "\n".join(f'<section id="{s.anchor}">\n<h2>{escape(s.title)}</h2>\n' + "\n".join(_part(p) for p in s.parts)
                     + "\n</section>" for s in report.sections)
    return (f'<!DOCTYPE html>\n<html lang="en" xmlns="http://www.w3.org/1999/xhtml">\n<head>\n<meta charset="utf-8"/>\n'
            f'<meta name="viewport" content="width=device-width, initial-scale=1"/>\n<title>{escape(report.title)}</title>\n'
            f"<style>{style.page()}</style>\n</head>\n<body>\n<header><h1>{escape(report.title)}</h1>\n"
            f"<p class=\"soft\">{escape(report.subtitle or '')}</p></header>\n<nav>{links}</nav>\n<main>\n{body}\n</main>\n"
            "</body>\n</html>\n")
