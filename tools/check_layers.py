#!/usr/bin/env python3
"""Checks every #include under src/ against tools/layers.txt, which says what the rules are.

Usage: check_layers.py [ROOT]. Prints one line per violation and exits 1 if there is one.
"""

import dataclasses
import pathlib
import re
import sys

STANDARD_HEADERS = set(
    """
    algorithm any array atomic barrier bit bitset cassert cctype cerrno cfenv cfloat charconv chrono cinttypes climits clocale cmath
    codecvt compare complex concepts condition_variable coroutine csetjmp csignal cstdarg cstddef cstdint cstdio cstdlib cstring
    ctime cuchar cwchar cwctype deque exception execution expected filesystem flat_map flat_set format forward_list fstream
    functional future generator initializer_list iomanip ios iosfwd iostream istream iterator latch limits list locale map mdspan
    memory memory_resource mutex new numbers numeric optional ostream print queue random ranges ratio regex scoped_allocator
    semaphore set shared_mutex source_location span spanstream sstream stack stacktrace stdexcept stdfloat stop_token streambuf
    string string_view strstream syncstream system_error thread tuple type_traits typeindex typeinfo unordered_map unordered_set
    utility valarray variant vector version
    """.split()
)
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]')
SOURCES = (".cpp", ".h")
SYSTEM_MODULES = ("os", "cli", "oci")  # modules whose core may call the operating system


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a file stands: in a core (folder is None), in an adapter, or in the testing folder of a module."""

    module: str
    folder: str | None = None
    kind: str = "library"  # or "test", "bench"

    @property
    def testing(self):
        return self.folder == "testing"

    @property
    def adapter(self):
        return f"{self.module}/{self.folder}" if self.folder and not self.testing else None

    @property
    def for_tests(self):
        return self.testing or self.kind != "library"

    def __str__(self):
        return f"{self.module}/{self.folder}" if self.folder else self.module


@dataclasses.dataclass
class Library:
    name: str
    headers: list[str]
    places: list[str]

    def owns(self, header):
        return any(header.startswith(h) if h.endswith("/") else header == h for h in self.headers)

    def allows(self, place):
        if place.for_tests and "tests" in self.places:
            return True
        if place.kind == "bench" and "benches" in self.places:
            return True
        if place.module in self.places:
            return True
        if place.adapter is None:
            return False
        return any(p in (place.adapter, "adapters", f"*/{place.folder}") for p in self.places)


class Layers:
    """The rules of layers.txt."""

    def __init__(self, text):
        self.cores = {}  # module -> cores it may include, itself among them
        self.extras = {}  # module or adapter -> adapters and `os`, or `*`
        self.libraries = []
        self.problems = []
        third_party = False
        for number, line in enumerate(text.splitlines(), 1):
            line = line.split("#")[0].strip()
            if line == "[third-party]":
                third_party = True
            elif line:
                (self._library if third_party else self._module)(number, line)

    def _module(self, number, line):
        module, _, rest = line.partition(":")
        cores, _, extras = rest.partition("+")
        names = cores.split()
        if "*" in names:
            names = list(self.cores)
        for name in names:
            if name not in self.cores:
                self.problems.append(f"layers.txt:{number}: {module} names {name}, which is not on an earlier line")
        self.extras[module] = set(extras.split())
        if "/" not in module:
            self.cores[module] = {module, *names}
        elif names:
            self.problems.append(f"layers.txt:{number}: {module} has the cores of its module; only adapters may be added")

    def _library(self, number, line):
        fields = [field.strip() for field in line.split("|")]
        if len(fields) != 3:
            self.problems.append(f"layers.txt:{number}: a third-party line has three fields")
            return
        self.libraries.append(Library(fields[0], fields[1].split(), fields[2].split()))

    def refuses(self, place, target):
        """Why a file at `place` may not include one at `target`, or None."""
        extras = self.extras[place.module] | self.extras.get(place.adapter, set())
        knows_os = target.module == "os" and (place.adapter or extras & {"os", "*"})
        if target.testing:
            if not place.for_tests:
                return "testing folders are for tests"
            return None if knows_os or target.module in self.cores[place.module] else f"{place.module} may not know {target.module}"
        if place.module == target.module and place.folder == target.folder:
            return None
        if "*" in extras:
            return None
        if target.adapter:
            return None if target.adapter in extras else "an adapter is included by nobody but itself, its tests, cli and oci"
        if knows_os or target.module in self.cores[place.module]:
            return None
        return f"{place.module} may include {' '.join(sorted(self.cores[place.module] | extras))}"

    def refuses_header(self, place, header):
        """Why a file at `place` may not include <header>, or None."""
        if header in STANDARD_HEADERS:
            return None
        for library in self.libraries:
            if library.owns(header):
                return None if library.allows(place) else f"{library.name} is for {' '.join(library.places)}"
        if place.adapter or place.module in SYSTEM_MODULES or place.kind == "test":
            return None
        return "neither C++ standard library nor listed: the operating system is for os and adapters"


def place_of(path):
    """The Place of a path relative to src/, or None for what stands directly in src/ or too deep."""
    parts = pathlib.PurePosixPath(path).parts
    if len(parts) not in (2, 3):
        return None
    stem = pathlib.PurePosixPath(path).stem
    kind = "test" if stem.endswith("_test") else "bench" if stem.endswith("_bench") else "library"
    return Place(parts[0], parts[1] if len(parts) == 3 else None, kind)


def includes(path):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match[1], match[2]


def check_file(root, layers, path):
    relative = path.relative_to(root / "src").as_posix()
    place = place_of(relative)
    if place is None:
        yield f"src/{relative}:1: a source stands in src/MODULE/ or src/MODULE/ADAPTER/"
        return
    if place.module not in layers.cores:
        yield f"src/{relative}:1: module {place.module} has no line in tools/layers.txt"
        return
    for number, quote, header in includes(path):
        where = f"src/{relative}:{number}"
        if quote == "<":
            reason = layers.refuses_header(place, header)
        elif not (root / "src" / header).is_file():
            reason = 'no such file under src/; ours are included as "module/file.h"'
        else:
            target = place_of(header)
            reason = layers.refuses(place, target) if target else "stands outside of every module"
        if reason:
            yield f"{where}: {place} must not include {header}: {reason}"


def check(root):
    """All violations under ROOT, as lines."""
    layers = Layers((root / "tools/layers.txt").read_text(encoding="utf-8"))
    problems = list(layers.problems)
    for path in sorted((root / "src").rglob("*")):
        if path.suffix in SOURCES:
            problems.extend(check_file(root, layers, path))
    return problems


def main():
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent
    problems = check(root)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
