"""Tests of tidy_test.py: each rule finds what it is for, and the ratchet only tightens."""

import pathlib

import pytest
import tidy_test

TOOLS = pathlib.Path(__file__).resolve().parent


@pytest.fixture
def tree(tmp_path):
    allow(tmp_path, "")
    return tmp_path


def allow(tree, text):
    write(tree, "tools/tidy_allow.txt", text)


def write(tree, path, text):
    file = tree / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


BANNED = [
    ("src/carbon/a.cpp", "auto t = std::chrono::system_clock::now();", "clock"),
    ("src/carbon/a_test.cpp", "std::this_thread::sleep_for(1s);", "sleep"),
    ("src/policy/a.cpp", "std::random_device seed;", "random"),
    ("src/cli/a.cpp", 'getenv("HOME");', "getenv"),
    ("src/energy/a.cpp", "return kwh * 3.6e6;", "joules"),
    ("src/migrate/criu/a.cpp", 'system("criu");', "shell"),
    ("src/control/a.cpp", "catch (...) {}", "catch"),
    ("src/control/a.cpp", 'std::println("x");', "print"),
    ("src/control/a.cpp", "// FIXME later", "fixme"),
    ("src/control/a.cpp", "// TODO later", "fixme"),
]

RIGHT = [
    ("src/os/clock.cpp", "auto t = std::chrono::system_clock::now();"),
    ("src/os/clock.cpp", "std::this_thread::sleep_for(1s);"),
    ("src/base/units.h", "constexpr double kJoulesPerKwh = 3.6e6;"),
    ("src/cli/a.cpp", 'std::println("x");'),
    ("src/control/a_test.cpp", 'std::println("x");'),
    ("src/carbon/csv/a.cpp", "catch (...) {}"),
    ("src/control/a.cpp", "// never call system_clock::now() here"),
    ("src/control/a.cpp", 'log("sleep_for(1)");'),
    ("src/control/a.cpp", "// TODO(#12) later"),
    ("src/control/a.cpp", "operating_system(1); std::format(x);"),
]


@pytest.mark.parametrize("path,line,ban", BANNED)
def test_bans(tree, path, line, ban):
    write(tree, path, f"void f() {{\n{line}\n}}\n")
    problems = tidy_test.check(tree)
    assert len(problems) == 1
    assert problems[0].startswith(f"{path}:2: banned ({ban}): ")


@pytest.mark.parametrize("path,line", RIGHT)
def test_lets_pass(tree, path, line):
    write(tree, path, f"{line}\n")
    assert tidy_test.check(tree) == []


@pytest.mark.parametrize("path,limit", [("src/a/b.cpp", 500), ("src/a/b_test.cpp", 800), ("tests/e2e/test_x.py", 800)])
def test_limits_the_length_of_files(tree, path, limit):
    write(tree, path, "\n" * limit)
    assert tidy_test.check(tree) == []
    write(tree, path, "\n" * (limit + 1))
    assert tidy_test.check(tree) == [f"{path}:1: {limit + 1} lines, {limit} allowed: split it"]


def test_an_entry_allows_todays_size_and_no_more(tree):
    allow(tree, "file src/a/b.cpp 600 grew before the limit did\n")
    write(tree, "src/a/b.cpp", "\n" * 600)
    assert tidy_test.check(tree) == []
    write(tree, "src/a/b.cpp", "\n" * 601)
    assert "(tools/tidy_allow.txt allows 600)" in tidy_test.check(tree)[0]


def test_an_entry_shrinks_with_what_it_allows(tree):
    allow(tree, "file src/a/b.cpp 600 reason\n")
    write(tree, "src/a/b.cpp", "\n" * 550)
    assert tidy_test.check(tree) == ["tools/tidy_allow.txt: file src/a/b.cpp 600: shrank, write 550"]
    write(tree, "src/a/b.cpp", "\n" * 500)
    assert tidy_test.check(tree) == ["tools/tidy_allow.txt: file src/a/b.cpp 600: met, remove the line"]


def test_an_entry_needs_a_reason(tree):
    allow(tree, "file src/a/b.cpp 600\n")
    assert tidy_test.check(tree) == ["tools/tidy_allow.txt:1: a line is: file|function|call SUBJECT SIZE REASON"]


def test_functions_are_judged_by_the_sizes_handed_in(tree):
    sizes = [("src/a/b.cpp", 12, "run", 84)]
    assert tidy_test.check(tree, sizes) == ["src/a/b.cpp:12: run has 84 lines, 70 allowed: split it"]
    allow(tree, "function src/a/b.cpp:run 84 one table, better read whole\n")
    assert tidy_test.check(tree, sizes) == []
    assert tidy_test.check(tree, []) == ["tools/tidy_allow.txt: function src/a/b.cpp:run 84: met, remove the line"]
    assert tidy_test.check(tree) == []
