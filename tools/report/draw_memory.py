# SPDX-License-Identifier: Apache-2.0
"""Physical memory: a bar to scale, beside it every stretch with a height that has room for its name, and the
hypervisor's region taken apart. Low addresses are above.

@implements REQ-REPORT-003
"""
import math

from facts import HYPERVISOR
from svg import Drawing, measure
from words import address, sized

WIDTH = 1080
BAR_X, BAR_WIDTH = 14, 26
BOX_X, BOX_WIDTH = 92, 500
PART_X, PART_WIDTH = 660, 406
ROW, MOST, PART_ROW = 28, 90, 25


def owner_class(facts, owner):
    if owner == HYPERVISOR:
        return "hv"
    return f"p{facts.names.index(owner)}" if owner in facts.names else "none"


def height_of(size):
    """Twice the size is a little higher."""
    return min(MOST, ROW + 5 * max(0, round(math.log2(max(size, 1) / (1 << 20)))))


def row(drawing, x, y, width, height, stretch, kind, name):
    """Address, owner and what, size."""
    base = y + height / 2 + 4
    tip = f"{address(stretch.start)} - {address(stretch.end - 1)}"
    drawing.box(x, y, width, height, kind, tip)
    drawing.text(x + 8, base, address(stretch.start), mono=True, size=11.5)
    left = x + (104 if stretch.start < 1 << 32 else 132)
    drawing.text(x + width - 8, base, sized(stretch.size), anchor="end", size=11.5, mono=True)
    right = x + width - 18 - measure(sized(stretch.size), 11.5, mono=True)
    drawing.text(left, base, name, room=right - left)


def name_of(stretch):
    if stretch.kind == "free":
        return "free"
    what = stretch.what if stretch.owner else f"{stretch.what}{': nobody' if stretch.kind == 'device' else ''}"
    guest = f", guest {address(stretch.note)}" if stretch.kind == "ram" and stretch.note != "" else ""
    disabled = ", disabled" if stretch.note == "disabled" else ""
    return (f"{stretch.owner}: " if stretch.owner else "") + what + guest + disabled


def kind_of(facts, stretch):
    if stretch.kind in ("free", "reserved", "unused"):
        return stretch.kind
    return owner_class(facts, stretch.owner)


def _devices(drawing, facts, y):
    drawing.text(BOX_X, y, "Devices (whole pages, not to scale)", bold=True, size=13)
    y += 10
    last = None
    for stretch in facts.devices:
        if last is not None and last.end != stretch.start:
            drawing.gap(BOX_X, y, BOX_WIDTH, 10)
            y += 10
        row(drawing, BOX_X, y, BOX_WIDTH, ROW - 2, stretch, kind_of(facts, stretch), name_of(stretch))
        y += ROW - 2
        last = stretch
    return y + 34


def _link(drawing, left, right, first, last, kind):
    """Two edges that are the same addresses: `first` and `last` are their (top, bottom)."""
    (a, b), (c, d) = first, last
    drawing.shape(f"M {left} {a:.1f} L {right} {c:.1f} L {right} {d:.1f} L {left} {b:.1f} Z", f"{kind} zoom")


def _bank(drawing, facts, bank, y):
    drawing.text(BAR_X, y, f"RAM at {address(bank.start)}, {sized(bank.size)} (the bar on the left is to scale)",
                 bold=True, size=13)
    y += 10
    heights = [height_of(s.size) for s in bank.inside]
    total, at, places = sum(heights), y, []
    for stretch, height in zip(bank.inside, heights):
        top = y + total * (stretch.start - bank.start) / bank.size
        bottom = y + total * (stretch.end - bank.start) / bank.size
        _link(drawing, BAR_X + BAR_WIDTH, BOX_X, (top, bottom), (at, at + height), kind_of(facts, stretch))
        drawing.box(BAR_X, top, BAR_WIDTH, bottom - top, kind_of(facts, stretch), name_of(stretch))
        row(drawing, BOX_X, at, BOX_WIDTH, height, stretch, kind_of(facts, stretch), name_of(stretch))
        places.append((stretch, at, height))
        at += height
    return at, places


def _parts(drawing, facts, stretch, at, height, y):
    drawing.text(PART_X, y, "The hypervisor's region (not to scale)", bold=True, size=13)
    y += 10
    _link(drawing, BOX_X + BOX_WIDTH, PART_X, (at, at + height), (y, y + PART_ROW * len(stretch.inside)), "hv")
    for part in stretch.inside:
        kind = part.kind if part.kind == "unused" else "hv"
        name = f"{part.what}, {part.note}" if part.kind == "image" else part.what
        row(drawing, PART_X, y, PART_WIDTH, PART_ROW, part, kind, name)
        y += PART_ROW
    return y


def draw(facts):
    drawing = Drawing(WIDTH, "Physical memory and whose it is")
    y = _devices(drawing, facts, 18)
    for bank in facts.banks:
        y, places = _bank(drawing, facts, bank, y)
        for stretch, at, height in places:
            if stretch.inside:
                _parts(drawing, facts, stretch, at, height, 18)
        y += 34
    return drawing
