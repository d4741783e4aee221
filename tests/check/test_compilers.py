# SPDX-License-Identifier: Apache-2.0
"""The gates that compilers and analyzers decide, each on a file it has to refuse."""
BAD = "tests/check/bad/"
NO_HOST = "CHECK_HOST_SOURCES="


def target(name):
    return f"CHECK_TARGET_SOURCES={BAD}{name}"


def test_gcc_warnings_are_errors(make):
    status, output = make("BUILD/qemu-virt/obj/tests/check/bad/gcc.o")
    assert status != 0 and "-Werror=conversion" in output


def test_gcc_analyzer_follows_a_null_pointer(make):
    status, output = make("check-analyzer", target("tidy.c"))
    assert status != 0 and "analyzer-null-dereference" in output


def test_clang_warnings_are_errors(make):
    status, output = make("check-clang", target("clang.c"), NO_HOST)
    assert status != 0 and "unreachable-code" in output and "clang.c:7" in output


def test_clang_passes_what_is_clean(make):
    status, output = make("check-clang", target("cppcheck_platform.c"), NO_HOST)
    assert status == 0 and "clang:    1 objects" in output


def test_tidy_follows_a_null_pointer(make):
    status, output = make("check-tidy", target("tidy.c"), NO_HOST)
    assert status != 0 and "clang-analyzer-core.NullDereference" in output


def test_tidy_looks_into_headers(make):
    status, output = make("check-tidy", target("tidy_header.c"), NO_HOST)
    assert status != 0 and "inline.h:8" in output and "readability-braces-around-statements" in output


def test_tidy_refuses_recursion_on_the_target(make):
    status, output = make("check-tidy", target("tidy_recursion.c"), NO_HOST)
    assert status != 0 and "misc-no-recursion" in output


def test_tidy_lets_host_tools_recurse(make):
    status, output = make("check-tidy", "CHECK_TARGET_SOURCES=", f"CHECK_HOST_SOURCES={BAD}tidy_recursion.c")
    assert status == 0 and "tidy:     1 files" in output


def test_cppcheck_sees_an_index_out_of_bounds(make):
    status, output = make("check-cppcheck", target("cppcheck.c"), NO_HOST)
    assert status != 0 and "arrayIndexOutOfBounds" in output


def test_cppcheck_knows_the_sizes_of_aarch64(make):
    status, output = make("check-cppcheck", target("cppcheck_platform.c"), NO_HOST)
    assert status == 0, output


def test_header_that_leans_on_its_includer_is_refused(make):
    status, output = make("check-headers", f"CHECK_TARGET_HEADERS={BAD}header.h", "CHECK_HOST_HEADERS=")
    assert status != 0 and "uint32_t" in output


def test_header_without_a_guard_is_refused(make):
    status, output = make("check-headers", f"CHECK_TARGET_HEADERS={BAD}unguarded.h", "CHECK_HOST_HEADERS=")
    assert status != 0 and "redefinition" in output


def test_missing_tool_is_a_failure_with_a_name(make):
    status, output = make("check-cppcheck", "CPPCHECK=no-such-cppcheck")
    assert status != 0 and "no-such-cppcheck: not found" in output


def test_check_names_the_gates_that_failed_and_runs_the_others(make):
    status, output = make("check", "CHECK_GATES=cppcheck licence", target("cppcheck.c"), NO_HOST)
    assert status != 0 and "check: FAILED: cppcheck\n" in output and "licence:" in output
