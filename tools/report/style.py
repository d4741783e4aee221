# SPDX-License-Identifier: Apache-2.0
"""Colours of drawings and page, light and dark. Whose something is, is also always written there: colour is not needed.

@implements REQ-REPORT-003
"""
from svg import MONO, SANS

# Of each partition in turn: fill, edge; fill, edge in the dark.
OWNERS = (("#d3e5f8", "#2f6fb5", "#1d3a5a", "#79b0ea"), ("#fde3c8", "#b9620f", "#573312", "#eda35a"),
          ("#d7edd2", "#37803a", "#21472a", "#7cc583"), ("#ead9f3", "#7b4fa3", "#41295a", "#c09be2"),
          ("#fbd6da", "#b03a4c", "#5a2530", "#ef8f9c"), ("#d2eeee", "#1f7a7e", "#174648", "#6fc7ca"),
          ("#f1e9b9", "#7d6a10", "#4b4213", "#d6c25a"), ("#e6dcd2", "#74543a", "#453627", "#c9a687"))
HYPERVISOR = ("#dfe3e9", "#4a5568", "#343b46", "#a9b4c4")
INK = ("#1c2128", "#e6e9ee")
SOFT = ("#57606a", "#a0a9b5")
PAPER = ("#ffffff", "#14181d")
FREE = ("#ffffff", "#14181d")
LINE = ("#c3c9d1", "#454d57")
GOOD = ("#1a7f37", "#56c271")
BAD = ("#c62828", "#ff8078")


def _colours(dark):
    n = 1 if dark else 0
    rules = [f".p{i}{{fill:{o[2 * n]};stroke:{o[2 * n + 1]}}}.t{i}{{fill:{o[2 * n + 1]}}}" for i, o in enumerate(OWNERS)]
    rules.append(f".hv{{fill:{HYPERVISOR[2 * n]};stroke:{HYPERVISOR[2 * n + 1]}}}.thv{{fill:{HYPERVISOR[2 * n + 1]}}}")
    rules.append(f".free,.none,.unused{{fill:{FREE[n]};stroke:{SOFT[n]}}}")
    rules.append(f".reserved{{fill:{LINE[n]};stroke:{SOFT[n]}}}.paper{{fill:{PAPER[n]}}}")
    rules.append(f"text{{fill:{INK[n]}}}text.soft{{fill:{SOFT[n]}}}.tear,.link{{stroke:{SOFT[n]}}}")
    rules.append(f".mark{{fill:{INK[n]}}}")
    return "".join(rules)


# Windows and what is free have broken edges: they look different without colour, too.
SHAPES = (f"svg{{font-family:{SANS}}}.m{{font-family:{MONO}}}.b{{font-weight:bold}}"
          "rect{stroke-width:1}.free,.none{stroke-dasharray:5 3}.unused{stroke-dasharray:2 3}.window{stroke-dasharray:7 3}"
          ".paper{stroke:none}.tear,.link{fill:none;stroke-width:1}path.zoom{opacity:.4;stroke:none}")


def drawing(dark=None):
    """The style of a drawing; `dark` True or False settles what otherwise the reader's machine chooses."""
    if dark is not None:
        return SHAPES + _colours(dark)
    return f"{SHAPES}{_colours(False)}@media screen and (prefers-color-scheme:dark){{{_colours(True)}}}"


def _page_colours(dark):
    n = 1 if dark else 0
    return (f"body{{background:{PAPER[n]};color:{INK[n]}}}th,td,nav,pre,h2{{border-color:{LINE[n]}}}"
            f".soft{{color:{SOFT[n]}}}.good{{color:{GOOD[n]}}}.bad{{color:{BAD[n]}}}a{{color:{OWNERS[0][2 * n + 1]}}}"
            f"th,code{{background:{HYPERVISOR[2 * n]}}}"
            + "".join(f"td.p{i}{{background:{o[2 * n]}}}" for i, o in enumerate(OWNERS))
            + f"td.hv{{background:{HYPERVISOR[2 * n]}}}")


LAYOUT = f"""
body{{font:15px/1.5 {SANS};max-width:1120px;margin:0 auto;padding:1.5em}}
h1{{font-size:1.7em;margin:.2em 0}}h2{{margin-top:2.2em;border-bottom:1px solid;padding-bottom:.2em}}h3{{margin-top:1.6em}}
nav{{border:1px solid;border-radius:4px;padding:.5em 1em}}nav a{{margin-right:1.1em;white-space:nowrap}}
.wide{{overflow-x:auto}}table{{border-collapse:collapse;margin:.8em 0;font-size:.87em}}
caption{{text-align:left;white-space:nowrap;font-weight:bold;padding:.3em 0}}th,td{{border:1px solid;padding:.22em .6em;text-align:left;vertical-align:top}}
td.n{{text-align:right;white-space:nowrap}}td.m,code,pre{{font-family:{MONO};font-size:.94em}}td.m{{white-space:nowrap}}
td.c{{white-space:nowrap;text-align:center;font-family:{MONO}}}svg{{max-width:100%;height:auto;display:block;margin:1em 0}}
pre{{border:1px solid;padding:.6em;overflow-x:auto}}code{{padding:0 .25em}}.verdict{{font-size:1.1em;font-weight:bold}}
a:focus-visible,.wide:focus-visible{{outline:2px solid currentColor;outline-offset:2px}}
@media screen{{.wide>svg{{min-width:760px}}}}
@media print{{body{{max-width:none;padding:0;font-size:11px}}svg,table,pre{{break-inside:avoid}}h2,h3{{break-after:avoid}}
nav{{display:none}}.wide{{overflow:visible}}*{{print-color-adjust:exact;-webkit-print-color-adjust:exact}}}}
"""


def page():
    return (f"{LAYOUT}{drawing()}{_page_colours(False)}@media screen and (prefers-color-scheme:dark)"
            f"{{:root{{color-scheme:dark}}{_page_colours(True)}}}")
