#!/usr/bin/env python3
"""Sizes and banned calls, ratcheted: what breaks a rule stands in tools/tidy_allow.txt with today's size, and may only shrink.

Usage: tidy_test.py [ROOT]. Prints one line per violation and exits 1 if there is one. How long a function is comes from clang-tidy's
readability-function-size, so those findings are handed to `check` by tools/check.
"""

import dataclasses
import pathlib
import re
import sys

FILE_LINES = 500
TEST_LINES = 800
FUNCTION_LINES = 70

CODE = (".cpp", ".h")
SCRIPTS = (".py", ".sh")
CHECKED_FOLDERS = ("src", "tests", "tools")


@dataclasses.dataclass(frozen=True)
class Ban:
    """A call that is banned, what to use in its place, and the paths (by their start or end) in which it is right."""

    name: str
    pattern: str
    instead: str
    but_in: tuple = ()
    in_comments: bool = False

    def covers(self, path):
        return not any(path.startswith(place) or path.endswith(place) for place in self.but_in)


BANS = [
    Ban("clock", r"_clock::now\b|\bclock_gettime\b|\bgettimeofday\b|\btime\((nullptr|NULL|0)\)", "take `Instant now`", ("src/os/",)),
    Ban("sleep", r"\bsleep_(for|until)\b|\bu?sleep\s*\(|\bnanosleep\b", "take a Clock, or wait on a condition", ("src/os/",)),
    Ban("random", r"\brandom_device\b|\bs?rand\s*\(", "take a seeded `Rng&`", ("src/os/",)),
    Ban("getenv", r"\b(secure_)?getenv\b", "take it from Config", ("src/os/", "src/oci/")),
    Ban("joules", r"\b3\.6e\+?0?6\b", "use base/units.h", ("src/base/units.h",)),
    Ban("shell", r"\b(popen|system)\s*\(", "use os/process", ("src/os/",)),
    Ban("print", r"\bstd::(print|println|cout|cerr)\b|\bf?printf\s*\(", "return values; adapters log through os/log", ("src/cli/", "src/oci/", "_test.cpp")),
    Ban("fixme", r"\bFIXME\b|\bTODO\b(?!\(#\d+\))", "mend it, or write TODO(#ISSUE)", in_comments=True),
]
CATCH_ALL = Ban("catch", r"\bcatch\s*\(\s*\.\.\.\s*\)", "catch in the adapter that met it, by type")
CATCH_ALL_MAY = re.compile(r"^src/(os|cli|oci)/|^src/\w+/(?!testing/)\w+/|_test\.cpp$|^tests/")

NOT_CODE = re.compile(r'//[^\n]*|/\*.*?\*/|R"([^(\s]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"', re.DOTALL)


@dataclasses.dataclass(frozen=True)
class Finding:
    kind: str  # file, function, call
    subject: str  # PATH, PATH:FUNCTION, PATH:BAN
    size: int
    message: str


def without_comments_and_strings(text):
    return NOT_CODE.sub(lambda match: "\n" * match[0].count("\n"), text)


def file_size(path, text):
    limit = TEST_LINES if re.search(r"_test\.\w+$|(^|/)test_[^/]*$", path) else FILE_LINES
    lines = text.count("\n")
    if lines > limit:
        yield Finding("file", path, lines, f"{path}:1: {lines} lines, {limit} allowed: split it")


def banned_calls(path, text):
    code = without_comments_and_strings(text)
    bans = [ban for ban in BANS if ban.covers(path)]
    if not CATCH_ALL_MAY.search(path):
        bans.append(CATCH_ALL)
    for ban in bans:
        body = text if ban.in_comments else code
        lines = [n for n, line in enumerate(body.splitlines(), 1) if re.search(ban.pattern, line)]
        if lines:
            yield Finding("call", f"{path}:{ban.name}", len(lines), f"{path}:{lines[0]}: banned ({ban.name}): {ban.instead}")


def long_functions(sizes):
    """Findings from (path, line, function, lines) of clang-tidy."""
    for path, line, function, lines in sizes:
        message = f"{path}:{line}: {function} has {lines} lines, {FUNCTION_LINES} allowed: split it"
        yield Finding("function", f"{path}:{function}", lines, message)


def scan(root):
    for folder in CHECKED_FOLDERS:
        for file in sorted((root / folder).rglob("*")):
            if file.suffix not in CODE + SCRIPTS or not file.is_file():
                continue
            path = file.relative_to(root).as_posix()
            text = file.read_text(encoding="utf-8")
            yield from file_size(path, text)
            if file.suffix in CODE:
                yield from banned_calls(path, text)


def parse_allowed(text):
    """{(kind, subject): size} and the problems of tidy_allow.txt. A line: KIND SUBJECT SIZE REASON."""
    allowed, problems = {}, []
    for number, line in enumerate(text.splitlines(), 1):
        fields = line.split("#")[0].split(maxsplit=3)
        if not fields:
            continue
        if len(fields) < 4 or fields[0] not in ("file", "function", "call") or not fields[2].isdigit():
            problems.append(f"tools/tidy_allow.txt:{number}: a line is: file|function|call SUBJECT SIZE REASON")
            continue
        allowed[fields[0], fields[1]] = int(fields[2])
    return allowed, problems


def ratchet(findings, allowed, judged_kinds):
    """What is not allowed, has grown, or is allowed more than it needs."""
    sizes = {}
    for finding in findings:
        key = (finding.kind, finding.subject)
        sizes[key] = max(sizes.get(key, 0), finding.size)
        if key not in allowed:
            yield finding.message
        elif finding.size > allowed[key]:
            yield f"{finding.message} (tools/tidy_allow.txt allows {allowed[key]})"
    for key, size in allowed.items():
        if key[0] not in judged_kinds:
            continue
        entry = f"tools/tidy_allow.txt: {' '.join(key)} {size}"
        if key not in sizes:
            yield f"{entry}: met, remove the line"
        elif sizes[key] < size:
            yield f"{entry}: shrank, write {sizes[key]}"


def check(root, function_sizes=None):
    """All violations under ROOT, as lines. Without FUNCTION_SIZES, functions are not judged."""
    allowed, problems = parse_allowed((root / "tools/tidy_allow.txt").read_text(encoding="utf-8"))
    findings = list(scan(root))
    judged = ["file", "call"]
    if function_sizes is not None:
        findings.extend(long_functions(function_sizes))
        judged.append("function")
    return problems + list(ratchet(findings, allowed, judged))


def main():
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent
    problems = check(root)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
