# SPDX-License-Identifier: Apache-2.0
"""What one guest sees: its addresses, what is behind each, and what is loaded into its memory. Low addresses are above.

@implements REQ-REPORT-003
"""
import os

from draw_memory import owner_class
from facts import Stretch, brief, called
from svg import Drawing, measure
from words import address, sized

WIDTH = 1080
BOX_X, BOX_WIDTH = 14, 560
PIECE_X, PIECE_WIDTH = 640, 426
ROW, RAM_ROW, GAP = 40, 54, 14
ROLES = (("entry", "entry"), ("device_tree", "in x0"))


def view(facts, partition):
    """Stretches of guest addresses; `note` is what is behind them."""
    found = [Stretch(w["ipa"], w["size"], partition["name"], w["what"], "window", "answered by the hypervisor")
             for w in partition["windows"]]
    for mapped in facts.found(partition["name"])["map"]:
        note = f"physical {address(mapped['pa'])}, {mapped['rights']}, {mapped['memory']}"
        what, kind = _what(facts, mapped["pa"])
        found.append(Stretch(mapped["ipa"], mapped["size"], partition["name"], what, kind, note))
    return sorted(found, key=lambda s: s.start)


def _what(facts, physical):
    names = [called(facts, d) for d in facts.separation["declared"]["devices"] for r in d["regions"]
             if r["base"] // 4096 * 4096 <= physical < r["base"] + r["size"]]
    return (", ".join(dict.fromkeys(names)), "device") if names else ("RAM", "ram")


def pieces(partition):
    """What is loaded, by guest address, with the file's name; what the guest finds zeroed in between."""
    loaded = [Stretch(p["ipa"], p["reserved"], partition["name"], p["what"], "piece", os.path.basename(p["file"]))
              for p in partition["pieces"]]
    return sorted(loaded, key=lambda s: s.start)


def _inside(partition, ram):
    found, at = [], ram.start
    for piece in [p for p in pieces(partition) if ram.start <= p.start < ram.end]:
        if piece.start > at:
            found.append(Stretch(at, piece.start - at, partition["name"], "zeroed", "free"))
        found.append(piece)
        at = piece.end
    if at < ram.end:
        found.append(Stretch(at, ram.end - at, partition["name"], "zeroed", "free"))
    return found


def _row(drawing, y, height, stretch, kind):
    middle = y + height / 2
    drawing.box(BOX_X, y, BOX_WIDTH, height, kind)
    drawing.text(BOX_X + 8, middle - 3, address(stretch.start), size=11.5, mono=True)
    drawing.text(BOX_X + 150, middle - 3, stretch.what, bold=True, room=BOX_WIDTH - 250)
    drawing.text(BOX_X + BOX_WIDTH - 8, middle - 3, sized(stretch.size), size=11.5, mono=True, anchor="end")
    drawing.text(BOX_X + 150, middle + 12, stretch.note, size=11, room=BOX_WIDTH - 160)


def _piece(drawing, y, partition, piece, kind):
    roles = [said for key, said in ROLES if piece.kind == "piece" and piece.start <= partition[key] < piece.end]
    drawing.box(PIECE_X, y, PIECE_WIDTH, 26, kind)
    drawing.text(PIECE_X + 8, y + 17, address(piece.start), size=11.5, mono=True)
    drawing.text(PIECE_X + PIECE_WIDTH - 8, y + 17, sized(piece.size), size=11.5, mono=True, anchor="end")
    file = f" ({piece.note})" if piece.note and piece.what != "generated device tree" else ""
    left = PIECE_X + (104 if piece.start < 1 << 32 else 132)
    room = PIECE_X + PIECE_WIDTH - 18 - measure(sized(piece.size), 11.5, mono=True) - left
    drawing.text(left, y + 17, ", ".join([brief(piece.what) + file, *roles]), room=room)


def _ram(drawing, partition, ram, top, y, kind):
    """Beside the box of a region at `top`, its contents from `y` on."""
    inside = _inside(partition, ram)
    drawing.shape(f"M {BOX_X + BOX_WIDTH} {top} L {PIECE_X} {y} L {PIECE_X} {y + 26 * len(inside)} "
                  f"L {BOX_X + BOX_WIDTH} {top + RAM_ROW} Z", f"{kind} zoom")
    for piece in inside:
        _piece(drawing, y, partition, piece, kind if piece.kind == "piece" else "free")
        y += 26
    return y + GAP


def _has_pieces(partition, stretch):
    return stretch.kind == "ram" and any(stretch.start <= p["ipa"] < stretch.end for p in partition["pieces"])


def draw(facts, partition):
    drawing = Drawing(WIDTH, f"What {partition['name']} sees at its addresses")
    colour = owner_class(facts, partition["name"])
    stretches = view(facts, partition)
    drawing.text(BOX_X, 18, f"Guest addresses of {partition['name']} (not to scale)", bold=True, size=13)
    drawing.text(PIECE_X, 18, "Its memory when it starts", bold=True, size=13)
    y, beside, last = 28, 28, None
    for stretch in stretches:
        if last is not None and last != stretch.start:
            drawing.gap(BOX_X, y, BOX_WIDTH, GAP)
            y += GAP
        height = RAM_ROW if stretch.kind == "ram" else ROW
        _row(drawing, y, height, stretch, f"{colour} window" if stretch.kind == "window" else colour)
        if _has_pieces(partition, stretch):
            beside = _ram(drawing, partition, stretch, y, beside, colour)
        y, last = y + height, stretch.end
    return drawing
