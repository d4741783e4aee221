# SPDX-License-Identifier: Apache-2.0
"""The first stage: cpp, and its messages in our form.

@implements REQ-CONFIG-002
"""
import difflib
import os
import re
import sys

from tools import MAX_CPP_ERRORS, MAX_INCLUDES, MAX_SOURCE_MIB, MIB, last_place, refuse_odd_sources, run, say

# "f.dts:3:10: fatal error: text", "In file included from f.dts:3:", "                 from g.dts:3,"
MESSAGE = re.compile(r"(?P<file>.+?):(?P<line>\d+):(?:(?P<column>\d+):)? (?:fatal )?(?P<kind>error|warning|note): (?P<text>.*)$")
FROM = re.compile(r"(?:In file included| +) from (?P<file>.+?):(?P<line>\d+)(?::\d+)?[:,]$")
MISSING = re.compile(r"(.*): No such file or directory$")
DEEP = "#include nested depth"
# What cpp says, and what it does not say: how to mend it.
ADVICE = (
    (re.compile(r"(.*) redefined$"), r"\1 redefined; give one of the two another name"),
    (re.compile(r"this is the location of the previous definition"), "it is defined here before"),
    (re.compile(r"unterminated (#\w+)$"), r"unterminated \1; an #endif is missing"),
    (re.compile(r"unterminated comment$"), "unterminated comment; a */ is missing"),
    (re.compile(r"unterminated argument list.*"), r"\g<0>; a ')' is missing"),
    (re.compile(r'macro "(\w+)" might prevent reproducible builds.*'), r"\1 makes an image that no other build can make again; leave it out"),
    (re.compile(r"#include expects .*"), 'the name of a file stands in double quotes: #include "board.dtsi"'),
    (re.compile(r"#include nested depth .*"), f"#include goes more than {MAX_INCLUDES} files deep; does a file include itself?"),
)


def advise(text, folders):
    missing = MISSING.match(text)
    if missing:
        names = [name for folder in folders if os.path.isdir(folder) for name in os.listdir(folder) if name.endswith((".dtsi", ".dts", ".h"))]
        close = difflib.get_close_matches(missing[1], names, 1, 0.75)
        guess = f"; did you mean '{close[0]}'?" if close else "; it is looked for beside the file that includes it and in " + ", ".join(folders[1:])
        return f"there is no file '{missing[1]}'{guess}"
    for pattern, better in ADVICE:
        if pattern.match(text):
            return pattern.sub(better, text)
    return text


def rewrite(text, folders):
    """cpp's messages, each with notes of what included the file it is in. Returns the number of errors."""
    errors, sources = 0, []
    for line in text.splitlines():
        match, source = MESSAGE.match(line), FROM.match(line)
        if source:
            sources = (sources if line.startswith(" ") else []) + [source]
        elif match and match["text"].startswith(DEEP) and errors:
            sources = []  # a file that includes itself twice says it over and over
        elif match:
            kind = "error" if match["text"].endswith(" redefined") else match["kind"]
            errors += kind == "error"
            origins = [(origin["file"], origin["line"]) for origin in sources]
            place, rest = (match["file"], match["line"], match["column"]), dict.fromkeys(origins)
            if match["text"].startswith(DEEP):
                place, rest = (*max(rest, key=origins.count), 0), ()
            say(*place, kind, advise(match["text"], folders))
            for place in rest:
                say(*place, 0, "note", "included from here")
            sources = []
    return errors


def preprocess(options, out):
    """cpp's output; exits if there is an error."""
    target = os.path.join(out, "system.pp")
    command = ["cpp", "-nostdinc", "-undef", "-D__DTS__", "-fdiagnostics-column-unit=byte", "-Werror=date-time", f"-fmax-include-depth={MAX_INCLUDES}",
               f"-fmax-errors={MAX_CPP_ERRORS}", *options.define, "-x", "assembler-with-cpp"]
    for folder in options.include:
        command += ["-I", folder]
    if not options.check:
        command += ["-MMD", "-MP", "-MF", os.path.join(out, "system.d"), "-MT", os.path.join(options.out, "tables.c"),
                    "-MT", os.path.join(options.out, "tables.S")]
    if refuse_odd_sources(options.file, options.include):
        sys.exit(1)
    result = run([*command, options.file], target, MAX_SOURCE_MIB * MIB + 1)
    if rewrite(result.stderr, [os.path.dirname(options.file) or ".", *options.include]):
        sys.exit(1)
    if result.returncode != 0 or os.path.getsize(target) > MAX_SOURCE_MIB * MIB:
        say(*last_place(target, options.file), 0, "error", f"the preprocessor makes more than {MAX_SOURCE_MIB} MiB of this, or does not come to an end; "
            "does a macro or an #include repeat itself?")
        sys.exit(1)
    return target
