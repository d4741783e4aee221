# SPDX-License-Identifier: Apache-2.0
"""Where words and boxes of a drawing are, read back from its SVG."""
from typing import NamedTuple

import svg

SVG = "{http://www.w3.org/2000/svg}"


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float
    name: str

    def meets(self, other):
        return self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom

    def holds(self, other):
        return (self.left <= other.left and other.right <= self.right and self.top <= other.top
                and other.bottom <= self.bottom)


def _words(element):
    title = element.find(f"{SVG}title")
    return (element.text or "") + (title.tail or "" if title is not None else "")


def texts(drawing):
    """A line of text: ascenders three quarters of its size above the base line, descenders a quarter below."""
    for element in drawing.iter(f"{SVG}text"):
        x, y, size = (float(element.get(name)) for name in ("x", "y", "font-size"))
        kinds = (element.get("class") or "").split()
        width = svg.measure(_words(element), size, "m" in kinds, "b" in kinds)
        left = x - {"start": 0, "middle": width / 2, "end": width}[element.get("text-anchor", "start")]
        yield Box(left, y - 0.76 * size, left + width, y + 0.24 * size, _words(element))


def boxes(drawing):
    for element in drawing.iter(f"{SVG}rect"):
        if element.get("class") != "paper":
            x, y, width, height = (float(element.get(name)) for name in ("x", "y", "width", "height"))
            yield Box(x, y, x + width, y + height, element.get("class"))


def clashes(drawing):
    """What a reader would stumble over: words over words, over an edge, or outside the drawing."""
    words, rectangles = list(texts(drawing)), list(boxes(drawing))
    paper = Box(0, 0, *(float(v) for v in drawing.get("viewBox").split()[2:]), "paper")
    found = [f"'{one.name}' is over '{other.name}'" for n, one in enumerate(words) for other in words[n + 1:] if one.meets(other)]
    found += [f"'{one.name}' crosses the edge of a box" for one in words for box in rectangles if one.meets(box) and not box.holds(one)]
    return found + [f"'{one.name}' is not all in the drawing" for one in words if not paper.holds(one)]
