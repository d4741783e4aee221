# SPDX-License-Identifier: Apache-2.0
"""
Deletions of what is not there, of which dtc says nothing.

dtc itself decides: the text up to and with the deletion, and the same text without it, are both made into a tree. The two
are the same, byte for byte, if and only if nothing was there to delete.

@implements REQ-CONFIG-058
"""
import difflib
import os
import re
from concurrent.futures import ThreadPoolExecutor

from syntax import column, read_tokens
from tools import run, say

WHAT = {"/delete-property/": "property", "/delete-node/": "node"}
BEHIND = {"property": ("=", ";"), "node": ("{",)}  # their names, where they are made
MADE_BY_DTC = ("name", "phandle", "linux,phandle")  # these come back, or are never in a tree


def text_of(tokens):
    """The text again: blanks where blanks were."""
    parts, before = [], None
    for token in tokens:
        near = before and before.line == token.line and before.column + len(before.text) == token.column
        parts.append(token.text if near and not (before.text[-1].isalnum() and token.text[0].isalnum()) else "\n" + token.text)
        before = token
    return "".join(parts)


def tree_of(tokens, target):
    """The blob of this text, with all that is open in it closed; None: dtc cannot make it."""
    depth = sum((token.text == "{") - (token.text == "}") for token in tokens)
    with open(target + ".pp", "w", encoding="latin-1") as file:
        file.write(text_of(tokens) + "\n" + "};" * depth + "\n")
    result = run(["dtc", "-f", "-q", "-q", "-I", "dts", "-O", "dtb", "-o", target, target + ".pp"])
    if result.returncode != 0:
        return None
    with open(target, "rb") as file:
        return file.read()


def deletes_nothing(tokens, index, out):
    target = os.path.join(out, f"system.deletion-{index}")
    behind, before = tree_of(tokens[:index + 3], target), tree_of(tokens[:index], target)
    for name in (target, target + ".pp"):
        if os.path.exists(name):
            os.remove(name)
    return behind is not None and behind == before


def complain(tokens, index):
    name, what = tokens[index + 1], WHAT[tokens[index].text]
    made = {first.text for first, second in zip(tokens, tokens[1:index]) if second.text in BEHIND[what]} - {name.text}
    close = difflib.get_close_matches(name.text, sorted(made), 1)
    guess = f"; did you mean '{close[0]}'?" if close else ""
    say(name.file, name.line, column(name), "error", f"there is no {what} '{name.text}' here to delete{guess}")


def refuse_empty_deletions(preprocessed, out):
    """Counts errors. A node that goes if nothing refers to it may be there or not: then nothing is said."""
    with open(preprocessed, "rb") as file:
        text = file.read()
    if not re.search(rb"/delete-(property|node)/", text) or b"/omit-if-no-ref/" in text:
        return 0
    tokens = read_tokens(preprocessed)
    found = [index for index, token in enumerate(tokens[:-2]) if token.text in WHAT and tokens[index + 1].text[0] != "&"
             and tokens[index + 1].text not in MADE_BY_DTC and tokens[index + 2].text == ";"]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        empty = pool.map(lambda index: deletes_nothing(tokens, index, out), found)
    wrong = [index for index, nothing in zip(found, empty) if nothing]
    for index in wrong:
        complain(tokens, index)
    return len(wrong)
