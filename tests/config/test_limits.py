# SPDX-License-Identifier: Apache-2.0
"""Nothing that is given to the compiler makes it hang: odd files, and trees and sources that are too large.

Each run has a generous limit of its own; what is asserted is the diagnostic, never a time.

@verifies REQ-CONFIG-040
"""
import os
import socket
import subprocess

import pytest

from conftest import COMPILER, HERE, ROOT

GOOD = f'#include "{HERE}/base.dtsi"\n'
LIMIT_SECONDS = 600


@pytest.fixture
def check(compiler, tmp_path):
    """What the compiler says of a system with this text after a good one: lines without the folder."""
    def run(text, name="my.dts"):
        (tmp_path / name).write_text(GOOD + text)
        command = [str(ROOT / "config/compiler/driver.py"), "--compiler", COMPILER, "--images", str(compiler.images),
                   "--check", name]
        environment = dict(os.environ, GCOV_PREFIX=str(compiler.coverage))
        result = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
                                timeout=LIMIT_SECONDS)
        assert result.returncode == 1 and "Traceback" not in result.stderr, result.stderr
        return result.stderr.splitlines()
    return run


def nested(depth):
    """`depth` nodes in one another, below the root."""
    return "/ { " + "n { " * depth + "}; " * depth + "};\n"


def make_pipe(path):
    os.mkfifo(path)


def make_socket(path):
    here = os.getcwd()
    os.chdir(path.parent)  # the name of a socket is short
    try:
        socket.socket(socket.AF_UNIX).bind(path.name)
    finally:
        os.chdir(here)


def make_device(path):
    path.symlink_to("/dev/zero")


def make_large(path):
    with open(path, "wb") as file:
        file.truncate((4 << 20) + 1)


@pytest.mark.parametrize("make, what", [
    (make_pipe, "is a pipe, not a file"), (make_socket, "is a socket, not a file"), (make_device, "is a device, not a file"),
    (lambda path: path.mkdir(), "is a folder, not a file"), (make_large, "is larger than 4 MiB")])
class TestOddFiles:
    """The same odd file in each place where a file can be named."""

    def test_an_include_of_it_is_refused_where_it_stands(self, check, tmp_path, make, what):
        make(tmp_path / "odd.dtsi")
        assert check('#include "odd.dtsi"\n') == [f"my.dts:2:10: error: 'odd.dtsi' {what}"]

    def test_it_is_refused_as_system_file(self, compiler, tmp_path, make, what):
        make(tmp_path / "odd.dts")
        result = compiler.run(tmp_path / "odd.dts", "--check")
        assert (result.returncode, result.stderr) == (1, f"{tmp_path}/odd.dts: error: this {what}\n")

    def test_it_is_refused_as_image(self, check, tmp_path, make, what):
        if make is make_large:
            pytest.skip("an image may be that large; bad/image-giant.dts has one that may not")
        make(tmp_path / "odd.bin")
        if make in (make_socket, make_device):
            what = "is a device or a socket, not a file"
        assert check('&rt { image = "odd.bin"; };\n') == [f"my.dts:2:7: error: rt: './odd.bin' {what}"]


def test_nodes_that_stand_too_deep_are_refused_where_the_first_is(check):
    assert check(nested(32)) == [
        "my.dts:2: error: nodes stand more than 32 deep in one another; does an #include or a macro repeat itself?"]


@pytest.mark.parametrize("depth", [500, 5000, 50000])
def test_very_deep_nodes_end_in_an_error_too(check, depth):
    [line] = check(nested(depth))
    assert line.startswith("my.dts:2: error: ") and "deep in one another" in line


def test_the_deepest_nodes_that_are_allowed_are_accepted(compiler, tmp_path):
    (tmp_path / "my.dts").write_text(GOOD + nested(31))
    assert compiler.check(tmp_path / "my.dts").returncode == 0


def test_a_tree_of_too_many_nodes_is_refused(check):
    text = "/ {\n" + "".join(f"n{i} {{ }};\n" for i in range(8300)) + "};\n"
    [line] = check(text)
    assert line.endswith("error: the tree has more than 8192 nodes; does an #include or a macro repeat itself?")


def test_a_long_name_is_refused(check):
    [line] = check("/ { " + "n" * 3000 + " { }; };\n")
    assert line == "my.dts:2:5: error: a node's name is longer than 127 characters; shorten it"


@pytest.mark.parametrize("times", [1, 2])
def test_a_file_that_includes_itself_is_refused_where_it_does(check, times):
    first, *rest = check('#include "my.dts"\n' * times)
    assert first == "my.dts:2: error: #include goes more than 40 files deep; does a file include itself?" and not rest


def test_a_macro_that_grows_without_end_is_refused_where_it_is_called(check):
    bomb = "#define A0 n n\n" + "".join(f"#define A{i} A{i - 1} A{i - 1}\n" for i in range(1, 40))
    assert check(bomb + "/ { a = A39; };\n") == [
        "my.dts:42: error: the preprocessor makes more than 4 MiB of this, or does not come to an end; "
        "does a macro or an #include repeat itself?"]


def test_text_in_utf_16_is_refused(compiler, tmp_path):
    (tmp_path / "my.dts").write_text(GOOD, encoding="utf-16")
    result = compiler.run(tmp_path / "my.dts", "--check")
    assert result.stderr == f"{tmp_path}/my.dts:1: error: a NUL byte is in this line: this is no plain text; save the file as UTF-8\n"


def test_line_ends_and_byte_order_mark_of_other_systems_are_accepted(compiler, tmp_path):
    for name, data in (("crlf", GOOD.replace("\n", "\r\n").encode()), ("bom", b"\xef\xbb\xbf" + GOOD.encode())):
        (tmp_path / f"{name}.dts").write_bytes(data)
        assert compiler.check(tmp_path / f"{name}.dts").returncode == 0
