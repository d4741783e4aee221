# SPDX-License-Identifier: Apache-2.0
"""A drawing as SVG text. Widths of words are upper bounds for the fonts that are asked for, so that what is laid out with
them does not overlap whichever of these fonts a machine has.

@implements REQ-REPORT-005
"""
from xml.sax.saxutils import escape, quoteattr

SANS = "DejaVu Sans, Verdana, Helvetica, Arial, sans-serif"
MONO = "DejaVu Sans Mono, Menlo, Consolas, monospace"
MONO_WIDTH = 0.603
BOLD = 1.13  # a bold character is at most that much wider
# Advance widths in em, rounded up, of DejaVu Sans, the widest of the list.
WIDTHS = {**dict.fromkeys("ijl'", 0.305), **dict.fromkeys(" .,:;/I|", 0.36), **dict.fromkeys("ftr()[]-", 0.46),
          **dict.fromkeys("mwM", 1.0), **dict.fromkeys("W@%\u2026", 1.01), **dict.fromkeys("szxcvkyJ_\"", 0.60),
          **dict.fromkeys("#+<=>^~", 0.84)}
CAPITAL, OTHER = 0.79, 0.66


def measure(words, size, mono=False, bold=False):
    """Width of one line in user units: never too small."""
    if mono:
        return len(words) * MONO_WIDTH * size
    total = sum(WIDTHS.get(c, OTHER if c.islower() or c.isdigit() else CAPITAL if c.isascii() else 1.0) for c in words)
    return total * size * (BOLD if bold else 1)


def fit(words, width, size, mono=False, bold=False):
    """The words, or as many of their first characters as there is room for."""
    if measure(words, size, mono, bold) <= width:
        return words
    while words and measure(words + "\u2026", size, mono, bold) > width:
        words = words[:-1]
    return words.rstrip() + "\u2026"


def first_fit(candidates, width, size, bold=False):
    """The first that there is room for, or as much as fits of the last."""
    return next((c for c in candidates if measure(c, size, bold=bold) <= width), fit(candidates[-1], width, size, bold=bold))


def number(value):
    return f"{round(value, 1):g}"


class Drawing:
    def __init__(self, width, title):
        self.width, self.height, self.title = width, 0, title
        self.parts = []

    def _grow(self, bottom):
        self.height = max(self.height, bottom)

    def box(self, x, y, width, height, kind, tip=""):
        self._grow(y + height)
        inside = f"><title>{escape(tip)}</title></rect>" if tip else "/>"
        self.parts.append(f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}" '
                          f'class="{kind}"{inside}')

    def shape(self, path, kind):
        self.parts.append(f'<path d="{path}" class="{kind}"/>')

    def text(self, x, y, words, size=12, anchor="start", kind="", mono=False, bold=False, room=None):
        """`y` is the base line; `room` the width that there is."""
        if room is not None:
            words, whole = fit(words, room, size, mono, bold), words
        else:
            whole = words
        self._grow(y + size * 0.3)
        classes = " ".join(filter(None, ["m" if mono else "", "b" if bold else "", kind]))
        attributes = (f' text-anchor="{anchor}"' if anchor != "start" else "") + (f' class="{classes}"' if classes else "")
        tip = f"<title>{escape(whole)}</title>" if whole != words else ""
        self.parts.append(f'<text x="{number(x)}" y="{number(y)}" font-size="{number(size)}"{attributes}>'
                          f'{tip}{escape(words)}</text>')

    def gap(self, x, y, width, height):
        """A torn edge: addresses that are left out."""
        step, middle = 8, y + height / 2
        points = [f"M {number(x)} {number(middle)}"]
        for n in range(int(width // step)):
            points.append(f"L {number(x + (n + 0.5) * step)} {number(middle + (3 if n % 2 else -3))}")
        self.shape(" ".join([*points, f"L {number(x + width)} {number(middle)}"]), "tear")
        self._grow(y + height)

    def svg(self, style=""):
        """With `style`, a file of its own; without, to stand in a page that has the style."""
        height = number(self.height + 6)
        inside = f"<style>{style}</style>" if style else ""
        paper = f'<rect width="{self.width}" height="{height}" class="paper"/>' if style else ""
        return (f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label={quoteattr(self.title)} '
                f'viewBox="0 0 {self.width} {height}" width="{self.width}" height="{height}">'
                f"<title>{escape(self.title)}</title>{inside}{paper}\n" + "\n".join(self.parts) + "\n</svg>\n")
