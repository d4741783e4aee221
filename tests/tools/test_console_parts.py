# SPDX-License-Identifier: Apache-2.0
"""The terminal program's parts: who said what, what it looks like, and where typed bytes go."""

import pytest
from focus import Focus
from keys import Keys
from layout import Console
from screen import Screen, shown_width
from streams import OwnStream, QueryFilter, SharedStream

NAMES = ["bulkhead", "safety", "ivi"]


def in_pieces(data, size):
    """The data as it may arrive from a UART."""
    return [data[n:n + size] for n in range(0, len(data), size)]


def joined(said):
    """What each source said in total."""
    total = dict.fromkeys(NAMES, b"")
    for name, text in said:
        total[name] += text
    return total


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_lines_on_the_shared_uart_go_to_the_source_they_name_however_they_arrive(size):
    """@verifies REQ-SYS-010"""
    data = b"early\r\n[ivi] one\r\n[bulkhead] two\r\n[ivi] ivi# \x1b[6nls\r\n[other] x\r\n[ivi] [0.1] y\r\n"
    stream = SharedStream(NAMES)
    total = joined(part for piece in in_pieces(data, size) for part in stream.feed(piece))
    assert total == {"ivi": b"one\r\nivi# ls\r\n[0.1] y\r\n", "bulkhead": b"early\r\ntwo\r\n[other] x\r\n", "safety": b""}


def test_the_start_of_a_line_waits_until_its_speaker_is_known():
    """@verifies REQ-SYS-010"""
    stream = SharedStream(NAMES)
    assert stream.feed(b"[iv") == []
    assert stream.feed(b"i] # ") == [("ivi", b"# ")]


def test_bytes_of_an_own_uart_all_belong_to_its_partition():
    """@verifies REQ-SYS-010"""
    assert OwnStream("safety").feed(b"[ivi] no\r\n") == [("safety", b"[ivi] no\r\n")]


def test_cursor_queries_do_not_reach_the_terminal():
    """@verifies REQ-SYS-010"""
    queries = QueryFilter()
    assert b"".join(queries.feed(piece) for piece in in_pieces(b"a\x1b[6nb\x1b[Jc", 1)) == b"ab\x1b[Jc"


class Display:
    """A screen and what is on it."""

    def __init__(self, **options):
        self.shown = b""
        self.screen = Screen(self._write, NAMES, colour=False, **options)

    def _write(self, data):
        self.shown += data

    def say(self, *said):
        """Returns what is written for these."""
        self.shown = b""
        for name, text in said:
            self.screen.feed(name, text)
        return self.shown


def test_whole_lines_are_shown_with_their_names():
    """@verifies REQ-SYS-010"""
    said = Display().say(("safety", b"a\r\n"), ("ivi", b"b\r\nc\r\n"))
    assert said == b"[safety] a\r\n[ivi] b\r\n[ivi] c\r\n"


def test_an_unfinished_line_makes_room_and_comes_back_below():
    """@verifies REQ-SYS-010"""
    display = Display()
    display.screen.stays = "ivi"
    display.say(("ivi", b"# l"))
    assert display.say(("safety", b"tick\r\n")) == b"\r\x1b[0m\x1b[K[safety] tick\r\n[ivi] # l"
    assert display.say(("ivi", b"s\r\n")) == b"s\r\n"


def test_an_unfinished_line_that_wrapped_is_left_and_continued_below():
    """@verifies REQ-SYS-010"""
    display = Display(columns=lambda: 20)
    display.screen.stays = "ivi"
    display.say(("ivi", b"x" * 30))
    assert display.say(("safety", b"tick\r\n")).startswith(b"\x1b[0m\r\n[safety] tick\r\n[ivi] xxx")


def test_lines_that_arrive_in_turns_are_not_torn():
    """@verifies REQ-SYS-010"""
    said = Display().say(("ivi", b"o"), ("safety", b"t"), ("ivi", b"ne\r"), ("safety", b"wo\r\n"), ("ivi", b"\n"))
    assert said == b"[safety] two\r\n[ivi] one\r\n"


def test_the_beginning_of_a_line_is_shown_if_nothing_follows():
    """@verifies REQ-SYS-010"""
    display = Display()
    assert display.say(("safety", b"name? ")) == b"" and display.screen.is_holding()
    display.screen.flush()
    assert display.shown == b"[safety] name? " and not display.screen.is_holding()


def test_a_carriage_return_goes_back_behind_the_name():
    """@verifies REQ-SYS-010"""
    display = Display()
    display.screen.stays = "ivi"
    assert display.say(("ivi", b"10%\r20%")) == b"[ivi] 10%\r[ivi] 20%"


def test_into_a_file_only_whole_lines_are_written():
    """@verifies REQ-SYS-010"""
    display = Display(terminal=False)
    said = display.say(("ivi", b"# l"), ("safety", b"tick\r\n"), ("ivi", b"s\r\n"), ("ivi", b"rest"))
    assert said == b"[safety] tick\n[ivi] # ls\n"
    display.screen.finish()
    assert display.shown.endswith(b"[ivi] rest\n")


@pytest.mark.parametrize(("line", "width"), [(b"abc", 3), (b"a\x1b[31mb\x1b[0m", 2), (b"abc\rd", 1), ("é".encode(), 1),
                                             (b"ab\b", 1)])
def test_the_width_of_a_line_counts_what_is_seen(line, width):
    """@verifies REQ-SYS-010"""
    assert shown_width(line) == width


def test_the_escape_key_starts_commands_and_twice_is_itself():
    """@verifies REQ-SYS-011"""
    actions = list(Keys().feed(b"a\x03b\x1d\x1dc\x1dn\x1d2\x1d?\x1dqd"))
    assert actions == [("type", b"a\x03b\x1dc"), ("next",), ("focus", 1), ("help",), ("quit",), ("type", b"d")]


def test_the_escape_key_and_its_command_may_arrive_apart():
    """@verifies REQ-SYS-011"""
    keys = Keys()
    assert list(keys.feed(b"a\x1d")) == [("type", b"a")]
    assert list(keys.feed(b"n")) == [("next",)]


@pytest.fixture(name="typed")
def fixture_typed():
    """Consoles as in a system with two virtual consoles, and what reaches the UARTs."""
    written = []
    consoles = (Console("safety", "uart1", None), Console("ivi", "uart0", 0), Console("aux", "uart0", 1))
    return Focus(consoles, lambda *item: written.append(item)), written


def test_a_partition_with_its_own_uart_gets_bytes_as_they_are(typed):
    """@verifies REQ-SYS-011"""
    focus, written = typed
    focus.look_at("safety")
    focus.type(b"a\x1db")
    assert written == [("uart1", b"a\x1db")]


def test_a_virtual_console_is_selected_once_before_what_is_typed(typed):
    """@verifies REQ-SYS-011"""
    focus, written = typed
    focus.type(b"a\x1d")
    focus.type(b"b")
    assert focus.move()
    focus.type(b"c")
    assert written == [("uart0", b"\x1d0a\x1d\x1d"), ("uart0", b"b"), ("uart0", b"\x1d1c")]


def test_the_focus_goes_round_and_stays_where_there_is_no_such_vm(typed):
    """@verifies REQ-SYS-011"""
    focus, _ = typed
    assert focus.console.partition == "ivi"
    names = [focus.console.partition for _ in range(3) if focus.move()]
    assert names == ["aux", "safety", "ivi"]
    assert not focus.move(7) and focus.console.partition == "ivi"
