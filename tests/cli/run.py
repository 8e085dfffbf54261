#!/usr/bin/env python3
"""Runs the text cases of this folder against the built `drover`: one file per theme, one block per case.

    NAME a port that is no port
    FILE cluster.yaml
    | nodes: []
    RUN drover up -f cluster.yaml
    EXPECT_EXIT 2
    EXPECT_ERR cluster.yaml:1: nodes: (a list): has no node

Lines, in order, within a case:
    NAME TEXT          begins a case
    REQUIRES root      where that is not so the case is skipped, and the run fails
    FILE PATH          writes a file into the case's own folder, from the `| ` lines that follow
    RUN COMMAND        a shell command in that folder; what was expected of the one before is checked first
    EXPECT TEXT        a part of stdout; {a|b} is a regular expression
    EXPECT_ERR TEXT    the same of stderr
    EXPECT_NOT TEXT    neither in stdout nor in stderr
    EXPECT_ALL         stdout is exactly the `| ` lines that follow
    EXPECT_JSON EXPR   a Python expression over `out`, the JSON on stdout
    EXPECT_EXIT CODE   0 when it is not said
    UNTIL SECONDS      the command is repeated until all holds, at most so long
    FINALLY COMMAND    is run at the end of the case, whatever happened

$DIR is the case's folder. Usage: run.py [--filter REGEX] [FILE...]
"""

import argparse
import dataclasses
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
COMMAND_LIMIT_S = 120
RETRY_PAUSE_S = 0.05


class BadCase(Exception):
    pass


@dataclasses.dataclass
class Step:
    command: str
    line: int
    exit_code: int = 0
    out: list = dataclasses.field(default_factory=list)
    err: list = dataclasses.field(default_factory=list)
    absent: list = dataclasses.field(default_factory=list)
    exact: list | None = None
    json: list = dataclasses.field(default_factory=list)
    until_s: float = 0


@dataclasses.dataclass
class Case:
    name: str
    place: str
    requires: list = dataclasses.field(default_factory=list)
    actions: list = dataclasses.field(default_factory=list)  # Step, or (path, lines)
    cleanup: list = dataclasses.field(default_factory=list)


def parse(path):
    """The cases of a file; BadCase names the line that is wrong."""
    cases = []
    block = None  # the list that `| ` lines go to
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line.startswith("|"):
            if block is None:
                raise BadCase(f"{path.name}:{number}: a '|' line follows FILE or EXPECT_ALL only")
            block.append(line[2:])
            continue
        block = None
        if not line.strip() or line.startswith("#"):
            continue
        word, _, rest = line.partition(" ")
        if word == "NAME":
            cases.append(Case(rest, f"{path.name}:{number}"))
        elif not cases:
            raise BadCase(f"{path.name}:{number}: a file begins with NAME")
        else:
            block = take_line(cases[-1], word, rest, number, path)
    return cases


def take_line(case, word, rest, number, path):
    """Adds one line to the case; returns the list that following `| ` lines belong to."""
    if word == "REQUIRES":
        case.requires.append(rest)
    elif word == "FILE":
        case.actions.append((rest, []))
        return case.actions[-1][1]
    elif word == "RUN":
        case.actions.append(Step(rest, number))
    elif word == "FINALLY":
        case.cleanup.append(rest)
    else:
        return take_expectation(case, word, rest, f"{path.name}:{number}")
    return None


def take_expectation(case, word, rest, place):
    if not case.actions or not isinstance(case.actions[-1], Step):
        raise BadCase(f"{place}: {word} follows RUN")
    step = case.actions[-1]
    texts = {"EXPECT": step.out, "EXPECT_ERR": step.err, "EXPECT_NOT": step.absent, "EXPECT_JSON": step.json}
    if word in texts:
        texts[word].append(rest)
    elif word == "EXPECT_EXIT":
        step.exit_code = int(rest)
    elif word == "UNTIL":
        step.until_s = float(rest)
    elif word == "EXPECT_ALL":
        step.exact = []
        return step.exact
    else:
        raise BadCase(f"{place}: there is no {word}")
    return None


def pattern(text):
    """Literal but for {regular expressions}."""
    parts = re.split(r"\{([^{}]*)\}", text)
    return re.compile("".join(part if i % 2 else re.escape(part) for i, part in enumerate(parts)))


def problems(step, done, folder):
    """Every way in which the outcome is not as expected."""
    found = []
    if done.returncode != step.exit_code:
        found.append(f"exit code {done.returncode}, expected {step.exit_code}")
    for name, text, expected in (("stdout", done.stdout, step.out), ("stderr", done.stderr, step.err)):
        found += [f"not in {name}: {one}" for one in expected if not pattern(one.replace("$DIR", str(folder))).search(text)]
    found += [f"in the output: {one}" for one in step.absent if pattern(one).search(done.stdout + done.stderr)]
    if step.exact is not None and done.stdout.splitlines() != step.exact:
        found.append("stdout is not exactly:\n" + "\n".join(step.exact))
    for expression in step.json:
        try:
            if not eval(expression, {"__builtins__": {"len": len, "sorted": sorted, "all": all, "any": any, "set": set}},  # pylint: disable=eval-used
                        {"out": json.loads(done.stdout)}):
                found.append(f"not so: {expression}")
        except Exception as error:  # pylint: disable=broad-except
            found.append(f"{expression}: {error!r}")
    return found


def run_command(command, folder):
    environment = {**os.environ, "DIR": str(folder)}
    return subprocess.run(["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, errors="replace",
                          stdin=subprocess.DEVNULL, timeout=COMMAND_LIMIT_S, check=False)


def run_step(step, folder):
    deadline = time.monotonic() + step.until_s
    while True:
        done = run_command(step.command, folder)
        found = problems(step, done, folder)
        if not found or time.monotonic() >= deadline:
            break
        time.sleep(RETRY_PAUSE_S)
    if found:
        found.append(f"--- stdout\n{done.stdout}--- stderr\n{done.stderr}")
    return found


def run_case(case):
    """The problems of the first step that has some; empty: it passed."""
    with tempfile.TemporaryDirectory(prefix="drover-cli-") as name:
        folder = pathlib.Path(name).resolve()
        try:
            for action in case.actions:
                if not isinstance(action, Step):
                    (folder / action[0]).write_text("".join(line + "\n" for line in action[1]))
                elif found := run_step(action, folder):
                    return [f"line {action.line}: {action.command}", *found]
        finally:
            for command in case.cleanup:
                run_command(command, folder)
    return []


def missing(case):
    """What the machine lacks for the case."""
    have = {"root": os.geteuid() == 0, "busybox": os.path.exists("/bin/busybox")}
    return [need for need in case.requires if not have.get(need, False)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--filter", default="", help="only cases whose name matches")
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    options = parser.parse_args()
    if "DROVER_BIN" in os.environ:
        os.environ["PATH"] = os.environ["DROVER_BIN"] + ":" + os.environ["PATH"]
    failed = passed = skipped = 0
    for file in options.files or sorted(HERE.glob("*.txt")):
        for case in parse(file):
            if not re.search(options.filter, case.name):
                continue
            if lacking := missing(case):
                skipped += 1
                print(f"SKIPPED {case.place} {case.name}: needs {', '.join(lacking)}")
            elif found := run_case(case):
                failed += 1
                print(f"FAILED  {case.place} {case.name}\n  " + "\n  ".join(found))
            else:
                passed += 1
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or skipped or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
