# SPDX-License-Identifier: Apache-2.0
"""The geometry of the drawings, of the default system and of odd ones."""
import xml.etree.ElementTree as ET

import draw_split
import geometry
import pytest
import style
import svg
from conftest import ROOT, built

# Advance widths of DejaVu Sans and DejaVu Sans Bold 2.37, in thousandths of an em, rounded up.
CHARACTERS = "".join(map(chr, range(32, 127))) + "\u2026"
PLAIN = (
    318, 401, 460, 838, 637, 951, 780, 275, 391, 391, 500, 838, 318, 361, 318, 337, 637, 637, 637, 637, 637, 637, 637,
    637, 637, 637, 337, 337, 838, 838, 838, 531, 1000, 685, 687, 699, 771, 632, 576, 775, 752, 295, 295, 656, 558,
    863, 749, 788, 604, 788, 695, 635, 611, 732, 685, 989, 686, 611, 686, 391, 337, 391, 838, 500, 500, 613, 635, 550,
    635, 616, 353, 635, 634, 278, 278, 580, 278, 975, 634, 612, 635, 635, 412, 521, 393, 634, 592, 818, 592, 592, 525,
    637, 337, 637, 838, 1000)
BOLD = (
    349, 457, 521, 838, 696, 1002, 873, 307, 458, 458, 523, 838, 380, 416, 380, 366, 696, 696, 696, 696, 696, 696,
    696, 696, 696, 696, 400, 400, 838, 838, 838, 581, 1000, 774, 763, 734, 831, 684, 684, 821, 837, 373, 373, 775,
    638, 996, 837, 851, 733, 851, 771, 721, 683, 813, 774, 1104, 771, 725, 726, 458, 366, 458, 838, 500, 500, 675,
    716, 593, 716, 679, 436, 716, 712, 343, 343, 666, 343, 1042, 712, 688, 716, 716, 494, 596, 479, 712, 652, 924,
    646, 652, 583, 712, 366, 712, 838, 1000)


def read(drawing):
    return ET.fromstring(drawing.svg())


def test_no_words_of_any_drawing_touch_others_or_an_edge(system):
    """@verifies REQ-REPORT-005"""
    timed = system.facts().system.get("timing", {"vcpus": []})["vcpus"]
    assert len(system.drawings) == 3 + len(system.facts().partitions) + len(timed)
    for title, drawing in system.drawings.items():
        assert len(list(geometry.texts(drawing))) > 5, title
        assert geometry.clashes(drawing) == [], title


@pytest.mark.parametrize("x, y, said", [(30, 20, "'one' is over 'two'"), (395, 20, "'two' is not all in the drawing"),
                                        (195, 30, "'two' crosses the edge of a box")])
def test_words_that_clash_are_found(x, y, said):
    """The test above can fail. @verifies REQ-REPORT-005"""
    drawing = svg.Drawing(400, "bad")
    drawing.box(200, 10, 100, 60, "p0")
    drawing.text(20, 20, "one")
    drawing.text(x, y, "two")
    assert said in geometry.clashes(read(drawing))


def test_boxes_of_one_column_do_not_overlap(system):
    """@verifies REQ-REPORT-005"""
    for title, drawing in system.drawings.items():
        found = list(geometry.boxes(drawing))
        over = [(a, b) for n, a in enumerate(found) for b in found[n + 1:] if a.meets(b) and min(a.bottom, b.bottom) - max(a.top, b.top) > 0.2]
        assert over == [], title


def test_the_bar_of_memory_is_to_scale():
    """@verifies REQ-REPORT-003"""
    facts = built("safety-ivi").facts()
    bar = [b for b in geometry.boxes(built("safety-ivi").drawings["Physical memory and whose it is"]) if b.right - b.left == 26]
    whole = bar[-1].bottom - bar[0].top
    assert [round((b.bottom - b.top) / whole, 3) for b in bar] == pytest.approx(
        [s.size / facts.banks[0].size for s in facts.banks[0].inside], abs=0.002)


def test_words_too_long_for_their_place_are_cut_and_whole_in_the_tip():
    drawing = svg.Drawing(100, "narrow")
    drawing.text(0, 20, "a name that is much too long", room=80)
    words = list(geometry.texts(read(drawing)))[0]
    assert words.name.endswith("\u2026") and words.right <= 80 and "much too long</title>" in drawing.svg()


@pytest.mark.parametrize("widths, bold", [(PLAIN, False), (BOLD, True)])
def test_no_character_is_taken_for_narrower_than_it_is(widths, bold):
    """@verifies REQ-REPORT-005"""
    narrow = [c for c, width in zip(CHARACTERS, widths, strict=True) if width / 1000 > svg.measure(c, 1, bold=bold)]
    assert narrow == []


def test_the_figure_in_docs_is_of_the_default_system(default):
    """@verifies REQ-REPORT-006"""
    drawn = draw_split.draw(default.facts(), placed=False).svg(style.drawing())
    assert (ROOT / "docs/split.svg").read_text(encoding="utf-8") == drawn, "make report-figure"
    assert geometry.clashes(ET.fromstring(drawn)) == []
