# SPDX-License-Identifier: Apache-2.0
"""Runs cpp and dtc so that neither can hang, fill the disk or take all memory, whatever they are given.

@implements REQ-CONFIG-040
"""
import os
import re
import resource
import stat
import subprocess
import sys

MIB = 1 << 20
MAX_SOURCE_MIB = 4      # a source file, and all of a system after the preprocessor
MAX_SECONDS = 60        # of the processor, for each tool
MAX_WAIT_SECONDS = 600  # by the clock: a tool that waits for something that does not come
MAX_INCLUDES = 40       # files that include one another
MAX_CPP_ERRORS = 20
LINE_MARKER = re.compile(r'^# (\d+) "((?:[^"\\]|\\.)*)"')
ESCAPE = re.compile(r"\\([0-7]{3}|.)")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">\n]+)[">]')


def marker(line):
    """Number and file of a line that cpp puts before what comes from there; None: it is none."""
    match = LINE_MARKER.match(line)
    if not match:
        return None
    return int(match[1]), ESCAPE.sub(lambda found: chr(int(found[1], 8)) if found[1].isdigit() else found[1], match[2])


def say(file, line, column, kind, text):
    place = f"{file}:" + (f"{line}:" if line else "") + (f"{column}:" if line and column else "")
    print(f"{place} {kind}: {text}", file=sys.stderr)


def limit(file_size):
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))
    resource.setrlimit(resource.RLIMIT_AS, (4096 * MIB, 4096 * MIB))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(command, output=os.devnull, file_size=16 * MAX_SOURCE_MIB * MIB):
    """
    The finished process; its returncode is not 0 if it came to a limit. Standard output goes to a file, and no file of its
    becomes larger than file_size. Messages in English, whatever the locale.
    """
    environment = dict(os.environ, LC_ALL="C.UTF-8")
    try:
        with open(output, "wb") as target:
            return subprocess.run(command, stdout=target, stderr=subprocess.PIPE, text=True, errors="replace", check=False,
                                  env=environment, stdin=subprocess.DEVNULL, timeout=MAX_WAIT_SECONDS,
                                  preexec_fn=lambda: limit(file_size))
    except FileNotFoundError:
        print(f"bulkhead-config: fatal: {command[0]} is not installed", file=sys.stderr)
        sys.exit(2)
    except subprocess.TimeoutExpired as late:
        return subprocess.CompletedProcess(command, 1, "", (late.stderr or b"").decode(errors="replace"))


def kind_of(path):
    """Why this is no source file, or None. Nothing is said of what is not there."""
    try:
        status = os.stat(path)
    except OSError as error:
        return None if isinstance(error, FileNotFoundError) else error.strerror.lower()
    for test, what in ((stat.S_ISDIR, "folder"), (stat.S_ISFIFO, "pipe"), (stat.S_ISSOCK, "socket"),
                       (stat.S_ISCHR, "device"), (stat.S_ISBLK, "device")):
        if test(status.st_mode):
            return f"is a {what}, not a file"
    if not os.access(path, os.R_OK):
        return "cannot be read: permission denied"
    return f"is larger than {MAX_SOURCE_MIB} MiB" if status.st_size > MAX_SOURCE_MIB * MIB else None


def read_lines(path):
    try:
        with open(path, encoding="utf-8", errors="replace", newline="\n") as source:
            return source.read().split("\n")
    except OSError:
        return []


def included(path, line, folders):
    """The file that a line includes, as cpp finds it; None if it includes none or none is there."""
    match = INCLUDE.match(line)
    if not match:
        return None
    near = [os.path.dirname(path)] if match[1] == '"' else []
    for folder in [*near, *folders]:
        found = os.path.join(folder, match[2])
        if os.path.exists(found):
            return found
    return None


def refuse_nul(path):
    """Text in UTF-16 or no text at all, of which cpp complains character by character. Counts errors."""
    with open(path, "rb") as source:
        before, nul, _ = source.read().partition(b"\0")
    if nul:
        say(path, before.count(b"\n") + 1, 0, "error", "a NUL byte is in this line: this is no plain text; save the file as UTF-8")
    return 1 if nul else 0


def refuse_odd_sources(file, folders):
    """cpp waits for a pipe, reads a device without end, and takes a folder for nothing: look before it does. Counts errors."""
    errors, waiting, seen = 0, [file], set()
    while waiting:
        path = waiting.pop()
        errors += refuse_nul(path)
        for number, line in enumerate(read_lines(path), 1):
            found = included(path, line, folders)
            what = kind_of(found) if found else None
            if what:
                say(path, number, line.index("include") + len("include") + 2, "error", f"'{found}' {what}")
                errors += 1
            elif found and os.path.realpath(found) not in seen:
                seen.add(os.path.realpath(found))
                waiting.append(found)
    return errors


def last_place(preprocessed, otherwise):
    """File and line that the preprocessor had come to."""
    file, number, line = otherwise, 0, ""
    with open(preprocessed, encoding="utf-8", errors="replace") as text:
        for line in text:
            place = marker(line)
            if place:
                number, file = place[0] - 1, place[1]
            else:
                number += 1
    return file, number
