# SPDX-License-Identifier: Apache-2.0
"""
What a syntax error of dtc is likely to mean.

dtc says where it could not go on, and no more. What stands there and before decides on the advice given here. This is
no parser: it never refuses anything, it explains what dtc has refused.

@implements REQ-CONFIG-041
"""
import difflib
import re
from typing import NamedTuple

from tools import marker, read_lines

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|"[^"]*\Z|&\{[^}\n]*\}|&?[\w,.+?#@-]+|/[a-z0-9-]+/|[\x80-\xff]+|\S', re.DOTALL | re.ASCII)
DIRECTIVES = ("include", "define", "undef", "if", "ifdef", "ifndef", "elif", "else", "endif", "error", "warning", "line", "pragma")
NUMBER = re.compile(r"(0[xX][0-9a-fA-F]+|\d+)(U|L|UL|LL|ULL)?$")
LABEL = re.compile(r"[A-Za-z_]\w*$", re.ASCII)
GENERIC = "syntax error; is a ';' or '}' missing before this, or a number, label or macro misspelt?"


class Token(NamedTuple):
    text: str
    file: str
    line: int
    column: int  # of the preprocessor's output, as dtc counts


class Place(NamedTuple):
    file: str
    line: int
    column: int


def read_tokens(preprocessed):
    """All tokens; strings may go over lines. Bytes stand for characters, as dtc counts."""
    with open(preprocessed, encoding="latin-1", newline="\n") as file:
        text = file.read()
    tokens, source, number, start, at = [], preprocessed, 0, 0, 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        place = marker(text[start:end]) if text[start] == "#" and at <= start else None
        if place:
            number, source, start = place[0], place[1].encode("latin-1", "replace").decode("utf-8", "replace"), end + 1
            continue
        at = max(at, start)
        match = TOKEN.search(text, at)
        while match and match.start() < end:
            tokens.append(Token(match[0], source, number, match.start() - start + 1))
            at = match.end()
            match = TOKEN.search(text, at)
        number, start = number + 1, end + 1
    return tokens


def labels(tokens):
    return {first.text for first, second in zip(tokens, tokens[1:]) if second.text == ":"}


class Context:
    """What is open before the token that dtc could not take."""

    def __init__(self, tokens, index):
        self.braces, self.brackets, self.statement = [], [], []
        for token in tokens[:index]:
            self.add(token)
        self.cells = any(token.text == "<" for token in self.brackets)

    def add(self, token):
        text = token.text
        if self.brackets and self.brackets[-1].text == "(" and text in "<>":
            text = "operator"
        if text in ("<", "(", "["):
            self.brackets.append(token)
        elif text in (">", ")", "]") and self.brackets:
            self.brackets.pop()
        if text == "{":
            self.braces.append((token, self.statement))
        elif text == "}" and self.braces:
            self.braces.pop()
        if text in ("{", "}", ";"):
            self.brackets = []
        self.statement = [] if text in ("{", ";") else self.statement + [token]


def show(text):
    return text.encode("latin-1").decode("utf-8", "replace").split("\n")[0][:40]


def explain_string(tokens, index):
    for token in tokens[:index + 1]:
        if token.text[0] == '"' and ("\n" in token.text or token.text[-1] != '"' or len(token.text) == 1):
            return token, "the string that begins here is not closed; a '\"' is missing at its end"
    return None


def explain_character(token):
    if ord(token.text[0]) < 0x80:
        return None
    character = token.text.encode("latin-1").decode("utf-8", "replace")[0]
    advice = "strings stand in plain double quotes" if character in "“”„‟«»‘’" else "outside of strings and comments write ASCII"
    return token, f"'{character}' (U+{ord(character):04X}) cannot stand here; {advice}"


def explain_hash(token, following):
    word = token.text[1:] or (following.text if following else "")
    if token.text[0] != "#" or not following or following.text in ("=", ";"):
        return None
    guess = difflib.get_close_matches(word, DIRECTIVES, 1)
    if guess and word != guess[0]:
        return token, f"unknown directive '#{word}'; did you mean '#{guess[0]}'?"
    return token, "'#' begins no comment; comments are // ... and /* ... */"


def explain_start(token, previous, context):
    """Comments of other languages, and what is wrong with the beginning of a statement."""
    first = context.statement[0] if context.statement else token
    if not context.brackets and (first.text[0] == "#" and not first.text.endswith("-cells") or first.text.startswith("--")):
        return first, f"'{'#' if first.text[0] == '#' else '--'}' begins no comment; comments are // ... and /* ... */"
    if token.text == ";" and not context.statement:
        return token, "this ';' ends nothing: one is too many, or it was meant as a comment; comments are // ... and /* ... */"
    if token.text == "/" and context.braces and first is token:
        return token, "'/' begins no comment; comments are // ... and /* ... */"
    if token.text == ":" and not LABEL.match(previous.text):
        return previous, f"'{show(previous.text)}' cannot be a label; a label has letters, digits and '_', and begins with no digit"
    if token.text == ">" and not context.brackets and any(part.text == "=" for part in context.statement):
        return previous, "a '<' is missing before this"
    return None


def explain_top(token, following, tokens, index):
    if token.text == "/dts-v1/":
        return token, "/dts-v1/ stands once, at the beginning; the board file has it already, and is included once"
    if not any(earlier.text == "/dts-v1/" for earlier in tokens[:index]):
        return token, ("did you mean '#include'?" if token.text == "include" else
                       "no board has been included before this; the file begins with #include \"board.dtsi\" or with /dts-v1/;")
    if token.text == "}":
        return token, "this '}' closes nothing; is one too many above it?"
    if following and following.text in ("{", ":"):
        return token, f"'{show(token.text)}' stands outside of all nodes; to extend a node write &label {{ ... }};"
    return token, f"'{show(token.text)}' stands outside of all nodes; only / {{ ... }}; and &label {{ ... }}; can stand here"


def explain_cells(token, previous, names):
    text = show(token.text)
    if "," in token.text or previous.text[-1] == ",":
        return token, "cells are separated by blanks, without commas: <1 2>"
    if token.text in (";", "}", "=", "{"):
        return previous, "a '>' is missing after this"
    if token.text[0] == '"':
        return token, "strings do not stand in angle brackets; write \"text\" alone"
    if token.text[0] in "-+*/%|^~!<(" and not NUMBER.match(token.text):
        return token, "negative numbers and arithmetic stand in parentheses: <(4 * 0x100000)>"
    glued = previous.text[0].isdigit() and (previous.line, previous.column + len(previous.text)) == (token.line, token.column)
    if token.text[0].isdigit() or glued:
        whole = text if token.text[0].isdigit() else show(previous.text) + text
        return token, f"'{whole}' is not a number; numbers are like 200 or 0x40000000, without a unit"
    if text in names:
        return token, f"'{text}' is a label; a reference to it is <&{text}>"
    return token, f"'{text}' is neither a number nor a macro that is defined; a reference is <&label>"


def explain_value(token, following, names):
    """After a '=', or at one too many."""
    text = show(token.text)
    if token.text == "=":
        return (token, "one '=' is enough") if following and following.text == "=" else None
    if token.text[0] == "'":
        return token, "strings stand in double quotes: \"text\""
    if NUMBER.match(token.text) or token.text in ("(", "-"):
        return token, "numbers stand in angle brackets: <0x0 0x1000>"
    if following and following.text == "(":
        return token, f"there is no macro '{text}'"
    if text in names:
        return token, f"'{text}' is a label; a reference to it is <&{text}>"
    if token.text in (";", "}"):
        return token, "a value is missing after the '='"
    return token, f"'{text}' is neither a value nor a macro that is defined; strings stand in double quotes, numbers and references in <>"


def explain_end(previous, token, context):
    """Where a statement should have ended."""
    if previous.text == "}":
        return previous, "a ';' is missing after the '}'"
    if previous.text in (">", "]") or previous.text[0] == '"':
        if previous.line == token.line and previous is not token:
            return token, f"a ';' is missing before '{show(token.text)}'"
        return previous, "a ';' is missing at the end of this line"
    if token.text[0] in '"<[' and context.statement and previous.text == ":":
        name = show(context.statement[-2].text) if len(context.statement) > 1 else "name"
        return token, f"'{name}:' is a label; a property's value follows a '=': {name} = ...;"
    if token.text[0] in '"<[':
        return token, "a '=' is missing before this"
    if previous.line != token.line and len(context.statement) > 0 and all(part.text != "=" for part in context.statement):
        return previous, f"a '{{' or a ';' is missing after '{show(previous.text)}'"
    return None


def indentation(place):
    lines = read_lines(place.file)
    line = lines[place.line - 1] if 0 < place.line <= len(lines) else ""
    return len(line) - len(line.lstrip()), line.strip()


def suspect(tokens):
    """The first node that is opened at the start of a line and closed by a '}' that is indented differently."""
    stack, start = [], None
    for token in tokens:
        start = token if start is None else start
        if token.text == "{":
            stack.append(start)
        elif token.text == "}" and stack:
            opened = stack.pop()
            ours, theirs = indentation(opened), indentation(token)
            if opened.line != token.line and theirs[1].startswith("}") and ours[0] != theirs[0] and opened.file == token.file:
                return opened
        if token.text in ("{", "}", ";"):
            start = None
    return stack[-1] if stack else None


def explain_file_end(tokens):
    opened = suspect(tokens) or tokens[-1]
    return opened, "the node that is opened here is not closed; a '};' is missing"


def column(token):
    """Where the token stands in the source itself, if the line has it once."""
    lines = read_lines(token.file)
    line = lines[token.line - 1] if 0 < token.line <= len(lines) else ""
    text = token.text.encode("latin-1").decode("utf-8", "replace")
    found = [match.start() for match in re.finditer(r"(?<![\w-])" + re.escape(text), line)] if text[0].isalnum() or text[0] in '#&"' else []
    return found[0] + 1 if len(found) == 1 else 0


def find(tokens, file, line, at):
    """Index of the token at dtc's place; of what comes next if dtc split a word. len(tokens): the end."""
    for index, token in enumerate(tokens):
        if token.file == file and token.line == line and token.column <= at < token.column + len(token.text):
            return index
    return len(tokens)


def explain(preprocessed, file, line, at):
    """Place and text of the error that dtc calls a syntax error at `at` of this line of its input."""
    tokens = read_tokens(preprocessed)
    if not tokens:
        return Place(file, 1, 0), "the file is empty; it begins with #include \"board.dtsi\""
    index = find(tokens, file, line, at)
    token = tokens[index] if index < len(tokens) else None
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    previous = tokens[index - 1] if index else tokens[0]
    context, names = Context(tokens, index), labels(tokens)
    found = explain_string(tokens, min(index, len(tokens) - 1))
    if not found and token is None:
        found = explain_end(previous, previous, context) if not context.braces else explain_file_end(tokens)
    if not found:
        found = explain_character(token) or explain_hash(token, following) or explain_start(token, previous, context)
    if not found and context.cells:
        found = explain_cells(token, previous, names)
    if not found and "=" in (previous.text, token.text):
        found = explain_value(token, following, names)
    if not found and not (previous.text == "}" and index and not context.braces and token.text not in ("}", ";")):
        found = explain_end(previous, token, context) if context.braces else explain_top(token, following, tokens, index)
    if not found and previous.text == "}":
        found = explain_end(previous, token, context)
    if not found:
        return Place(file, line, 0), GENERIC
    culprit, text = found
    return Place(culprit.file, culprit.line, column(culprit)), text
