# SPDX-License-Identifier: Apache-2.0
"""
What dtc says, in our words. Errors of the text are printed here; what dtc finds in the tree goes on to bulkhead-config, which
knows where each property was set last and what follows from what (complaint.h).

@implements REQ-CONFIG-002
"""
import difflib
import re

from syntax import column, explain, labels, read_tokens
from tools import read_lines, say

# "Error: f.dts:3.5-4.1 text", "f.dts:3.7-15: ERROR (check): text", "f.dts:3.6-27: Warning (check): text"
DTC_MESSAGE = re.compile(r"(?:(?:Lexical e|E)rror: )?(?P<file>.+):(?P<line>\d+)\.(?P<column>\d+)-(?:(?P<last>\d+)\.)?\d+:? "
                         r"(?:(?P<kind>ERROR|Warning) \([a-z0-9_]+\): )?(?P<text>.*)$")
# What it says without a place: the last line is there whenever an error was.
DTC_FAILURE = re.compile(r"ERROR|[Ee]rror:|Input tree has errors")
DTC_ALSO = re.compile(r"\s+also defined at (?P<file>.+):(?P<line>\d+)\.\d+-(?:(?P<last>\d+)\.)?\d+")
DTC_UNDEFINED = re.compile(r"(?P<path>/\S*): Reference to non-existent node or label \"(?P<label>[^\"]+)\"")
DTC_ABSENT = re.compile(r"Label or path (?P<label>\S+) not found")
# What dtc says while it reads, and how to mend it.
DTC_ADVICE = (
    (re.compile(r"^memory exhausted$"), "nodes or parentheses stand too deep in one another; does an #include or a macro repeat itself?"),
    (re.compile(r"^Properties must precede subnodes$"), "this property stands behind a child node; move it up: in a node, properties come first"),
    (re.compile(r"^(Value out of range for 32-bit array element)$"),
     "this value does not fit into a cell of 32 bits; 64 bits are two cells, the high half first: <0x1 0x0>"),
    (re.compile(r"^(Integer literal '.*' out of range)$"), r"\1; a number has at most 64 bits"),
    (re.compile(r"^Bad integer literal '0+(\d+)'$"), r"a leading 0 makes a number octal, which has no digits 8 and 9; write 0x\1 or \1"),
    (re.compile(r"^Bad integer literal ('.*')$"), r"\1 is not a number; numbers are like 200 or 0x40000000"),
    (re.compile(r"^Character literal .*"), 'strings stand in double quotes: "text"'),
    (re.compile(r"^Division by zero$"), "division by zero; is a macro 0 that should not be?"),
)
# Warnings of dtc that are mistakes in what is read here: cells that are missing or too many, a value of another type.
DTC_MISTAKES = re.compile(r"Warning \((?!deprecated|interrupts_property)[a-z0-9_]*(?:_format|_is_cell|_is_string|_is_string_list|_property|"
                          r"interrupt_map|avoid_default_addr_size)\)")
COMPLAINT = re.compile(r"(?P<path>/[^:\s]*)(?::(?P<property>[^:\s]+))?: (?P<text>.*)$")
REFERENCE = ("'{property}' has a cell where a reference must stand; a reference is <&label>, followed by as many cells as the node it "
             "refers to asks for")
# What dtc finds in a tree: how it says it; how we do; another node, by its path, and what is to be said of it.
FINDINGS = (
    (r"property has invalid length .*", "", "", ""),
    (r"Relying on default #\w+-cells value", "how 'reg' is divided is not known; write #address-cells and #size-cells into the node above",
     "{above}", "is the node above"),
    (r"\"ranges\" property has invalid length \((\d+) bytes\) \(parent #address-cells == (\d+), child #address-cells == (\d+), "
     r"#size-cells == (\d+)\)", "'ranges' has {0} bytes; an entry is {2} + {1} + {3} cells of 4 bytes: address here, address above, size", "", ""),
    (r"empty \"ranges\" property but its (#\w+-cells) \((\d+)\) differs from (\S+) \((\d+)\)",
     "'ranges' is empty, so addresses stay as they are, but {0} is {1} here and {3} above; make them equal, or give 'ranges' entries",
     "{2}", "is the node above"),
    (r"cell \d+ is not a phandle reference|Could not get phandle node for .*", REFERENCE, "", ""),
    (r"property size \(\d+\) too small for cell size (\d+)",
     "'{property}' ends too early: the node that it refers to asks for cells after the reference, {0} in number", "", ""),
    (r"Missing property '(#[\w,-]+)' in node (\S+) or bad phandle \(referred from ([^\[]+)\[\d+\]\)",
     "'{2}' refers to a node without '{0}', which cannot serve there; refer to one that has it", "{1}", "is what it refers to"),
    (r"property is not a single cell", "'{property}' must be one cell: <1>", "", ""),
    (r"property is not a string list", "'{property}' must be made of strings in double quotes", "", ""),
    (r"property is not a string", "'{property}' must be one string in double quotes", "", ""),
    (r"unit name should not have leading (\S+)", "the number behind the '@' of its name has leading {0}; leave them out", "", ""),
    (r"Duplicate node name", "a second node of this name beside the first; give one of them another name", "{path}", "is here first"),
    (r"Duplicate property name", "'{property}' is set twice in one node; take one of them out", "", ""),
    (r"Duplicate label '(\S+)' on \S+ and (\S+)", "label '{0}' stands on another node as well; give one of them another label",
     "{1}", "has it too"),
    (r"duplicated phandle (\S+) \(seen before at (\S+)\)",
     "its phandle {0} is that of another node; leave 'phandle' out, references are numbered by themselves", "{1}", "has it too"),
)
OTHERS = "dtc says: {text}"


def source_line(file, number):
    lines = read_lines(file)
    return lines[number - 1] if 0 < number <= len(lines) else ""


def span(match):
    """File, first and last line of a place in a message."""
    return match["file"], int(match["line"]), int(match["last"] or match["line"])


def find_label(places, label):
    """File, line and column of the first `&label` in some stretches of source, the latest stretch first."""
    for file, first, last in reversed(places):
        for number in range(first, last + 1):
            match = re.search(r"&\{?" + re.escape(label) + r"(?![A-Za-z0-9_])", source_line(file, number))
            if match:
                return file, number, match.start() + 1
    return None


def find_token(tokens, places, label):
    """The same behind the preprocessor: what a macro made, at the place of the macro."""
    for file, first, last in reversed(places):
        for token in tokens:
            if token.file == file and first <= token.line <= last and token.text in ("&" + label, "&{" + label + "}"):
                return file, token.line, column(token)
    return places[0][0], places[0][1], 0


def find_deletion(tokens, label):
    """Where the node of a label is deleted, if there is one such place alone."""
    names = {tokens[index + 1].text for index, token in enumerate(tokens[1:-2], 1) if token.text == ":" and
             tokens[index - 1].text == label and tokens[index + 2].text == "{"}
    names = {name for name in names if sum(token.text == name and behind.text == "{" for token, behind in zip(tokens, tokens[1:])) == 1}
    found = [what for token, what in zip(tokens, tokens[1:]) if token.text == "/delete-node/" and what.text in names | {"&" + label}]
    return found[0] if len(found) == 1 else None


def title(text):
    """A message that starts with a path, in the user's terms."""
    return re.sub(r"^/partitions/", "", text)


def translate(found, places):
    """The fields of complaint.h."""
    path, name, text = found["path"], found["property"] or "", found["text"]
    for pattern, better, other, note in FINDINGS:
        match = re.fullmatch(pattern, text)
        if match and (better or name == "reg"):
            break
    else:
        match, better, other, note = re.fullmatch("", ""), OTHERS, "", ""
    words = {"path": path, "property": name, "text": text, "above": path.rsplit("/", 1)[0] or "/"}
    if text.startswith("Relying"):
        name = "reg"
    if text.startswith("duplicated phandle"):
        name = "phandle"
    if text.startswith("Missing"):
        name = match[3]
    place = places[0][:2] if text.startswith("Duplicate") and "label" not in text else ("", 0)
    groups = match.groups()
    return (path, name, place[0], str(place[1]), better.format(*groups, **words), other.format(*groups, **words), note)


class Messages:
    """dtc's standard error, rewritten. Counts the errors it prints, and collects what is to be printed later."""

    def __init__(self, file, preprocessed):
        self.file = file
        self.preprocessed = preprocessed
        self.errors = 0
        self.complaints = []
        self.seen = set()

    def error(self, file, line, column, text):
        self.errors += 1
        key = (file, line, column, text)
        if key not in self.seen:
            say(file, line, column, "error", text)
            self.seen.add(key)

    def missing(self, label):
        """A label or path that is not there, and what was probably meant."""
        if label.startswith("/"):
            return f"node '{label}'"
        known = {name.lower(): name for name in sorted(labels(read_tokens(self.preprocessed)))}
        if label in known.values():
            return f"label '{label}' any more: its node is deleted"
        close = difflib.get_close_matches(label.lower(), known, 1)
        return f"label '{label}'" + (f"; did you mean '{known[close[0]]}'?" if close else "")

    def reference(self, places, label, whose):
        """A reference to nothing: where it stands, and where what it referred to was deleted."""
        tokens = read_tokens(self.preprocessed)
        place, known = find_label(places, label) or find_token(tokens, places, label), len(self.seen)
        self.error(*place, f"{whose}there is no {self.missing(label)}")
        deleted = find_deletion(tokens, label) if label in labels(tokens) and len(self.seen) > known else None
        if deleted:
            say(deleted.file, deleted.line, column(deleted), "note", "it is deleted here")

    def rewrite(self, text):
        """All of it. An error that is not understood is an error nevertheless."""
        pending, unknown = None, []
        for line in text.splitlines():
            match, also = DTC_MESSAGE.match(line), DTC_ALSO.match(line)
            if also and pending:
                pending[1].append(span(also))
            elif match:
                self.flush(pending)
                pending = (match, [span(match)])
            elif DTC_FAILURE.search(line):
                unknown.append(line)
        self.flush(pending)
        if unknown and not self.errors and not self.complaints:
            self.error(self.file, 0, 0, OTHERS.format(text=unknown[0]))

    def flush(self, pending):
        if pending is None:
            return
        match, places = pending
        if match["kind"] == "Warning" and not DTC_MISTAKES.search(match.string):
            return
        text = match["text"]
        undefined, absent = DTC_UNDEFINED.search(text), DTC_ABSENT.match(text)
        if undefined:
            self.reference(places, undefined["label"], f"{title(undefined['path'])}: ")
            return
        if absent:
            self.reference(places, absent["label"], "")
            return
        if text == "syntax error":
            place, text = explain(self.preprocessed, places[0][0], places[0][1], int(match["column"]))
            self.error(*place, text)
            return
        found = match["kind"] and COMPLAINT.match(text)
        if found:
            self.complaints.append(translate(found, places))
            return
        for pattern, better in DTC_ADVICE:
            text = pattern.sub(better, text)
        self.error(places[0][0], places[0][1], 0, title(text))
