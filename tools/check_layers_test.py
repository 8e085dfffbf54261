"""Plants violations in a small tree and sees that each is found, and that nothing else is."""

import pathlib

import check_layers
import pytest

TOOLS = pathlib.Path(__file__).resolve().parent


@pytest.fixture
def tree(tmp_path):
    """A tree with the real rules, and a header in every place that the tests include from."""
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools/layers.txt").write_text((TOOLS / "layers.txt").read_text())
    for header in (
        "base/units.h", "os/file.h", "os/testing/temp_dir.h", "carbon/series.h", "carbon/sqlite/store.h", "carbon/testing/fake.h", "cluster/model.h",
        "cluster/pods/layout.h", "energy/meter.h", "migrate/journal.h", "migrate/criu/engine.h", "migrate/oci/runtime.h", "migrate/tcp/stream.h",
        "policy/policy.h", "control/loop.h", "sim/world.h", "sim/testing/seed.h",
    ):  # fmt: skip
        write(tmp_path, header, "#pragma once\n")
    return tmp_path


def write(tree, path, text):
    file = tree / "src" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def found(tree, path, include):
    write(tree, path, f"#include {include}\n")
    return check_layers.check(tree)


ALLOWED = [
    ("carbon/a.cpp", '"base/units.h"'),
    ("carbon/a.cpp", "<expected>"),
    ("carbon/a.cpp", "<Eigen/Dense>"),
    ("carbon/a_test.cpp", '"carbon/testing/fake.h"'),
    ("carbon/a_test.cpp", "<gtest/gtest.h>"),
    ("carbon/a_test.cpp", "<rapidcheck/gtest.h>"),
    ("carbon/a_bench.cpp", "<benchmark/benchmark.h>"),
    ("carbon/testing/b.h", "<gtest/gtest.h>"),
    ("carbon/sqlite/b.cpp", '"carbon/series.h"'),
    ("carbon/sqlite/b.cpp", '"os/file.h"'),
    ("carbon/sqlite/b.cpp", "<nlohmann/json.hpp>"),
    ("carbon/sqlite/b.cpp", "<unistd.h>"),
    ("carbon/sqlite/b_test.cpp", '"carbon/testing/fake.h"'),
    ("carbon/sqlite/b_test.cpp", '"os/testing/temp_dir.h"'),
    ("carbon/sqlite/b_test.cpp", '"carbon/sqlite/store.h"'),
    ("carbon/postgres/b.cpp", "<pqxx/pqxx>"),
    ("cluster/local/a.cpp", '"cluster/pods/layout.h"'),
    ("energy/a.cpp", '"carbon/series.h"'),
    ("migrate/tcp/a.cpp", "<zstd.h>"),
    ("oci/a.cpp", '"migrate/criu/engine.h"'),
    ("oci/a.cpp", '"os/file.h"'),
    ("os/a.cpp", "<sqlite3.h>"),
    ("os/a.cpp", "<sys/socket.h>"),
    ("cli/a.cpp", '"migrate/tcp/stream.h"'),
    ("cli/a.cpp", '"sim/world.h"'),
    ("cli/a.cpp", "<CLI/CLI.hpp>"),
]

PLANTED = [
    ("base/a.h", '"carbon/series.h"', "base may include base"),
    ("carbon/a.cpp", '"energy/meter.h"', "carbon may include"),
    ("carbon/a.cpp", '"os/file.h"', "carbon may include"),
    ("carbon/a.cpp", '"carbon/sqlite/store.h"', "an adapter is included by nobody"),
    ("carbon/a.cpp", '"carbon/testing/fake.h"', "testing folders are for tests"),
    ("carbon/a.cpp", '"series.h"', "no such file"),
    ("carbon/a.cpp", '"carbon/missing.h"', "no such file"),
    ("carbon/a.cpp", "<unistd.h>", "operating system"),
    ("carbon/a.cpp", "<nlohmann/json.hpp>", "JSON is for"),
    ("carbon/a.cpp", "<gtest/gtest.h>", "GoogleTest is for tests"),
    ("carbon/a_test.cpp", "<benchmark/benchmark.h>", "benchmark is for"),
    ("carbon/a_test.cpp", '"sim/testing/seed.h"', "carbon may not know sim"),
    ("carbon/a_test.cpp", '"os/testing/temp_dir.h"', "carbon may not know os"),
    ("carbon/testing/b.h", '"carbon/sqlite/store.h"', "an adapter is included by nobody"),
    ("carbon/sqlite/b.cpp", "<sqlite3.h>", "SQLite is for os"),
    ("carbon/sqlite/b.cpp", "<pqxx/pqxx>", "libpqxx is for"),
    ("carbon/csv/b.cpp", '"carbon/sqlite/store.h"', "an adapter is included by nobody"),
    ("carbon/csv/b.cpp", '"energy/meter.h"', "carbon may include"),
    ("cluster/a.cpp", '"cluster/pods/layout.h"', "an adapter is included by nobody"),
    ("cluster/kubernetes/a.cpp", '"cluster/pods/layout.h"', "an adapter is included by nobody"),
    ("policy/a.cpp", '"migrate/journal.h"', "policy may include"),
    ("migrate/criu/a.cpp", '"migrate/tcp/stream.h"', "an adapter is included by nobody"),
    ("migrate/criu/a.cpp", "<zstd.h>", "zstd is for"),
    ("oci/a.cpp", '"migrate/tcp/stream.h"', "an adapter is included by nobody"),
    ("oci/a.cpp", '"control/loop.h"', "oci may include"),
    ("os/a.cpp", "<CLI/CLI.hpp>", "CLI11 is for cli"),
    ("api/a.cpp", '"migrate/journal.h"', "api may include"),
    ("common/a.cpp", "<vector>", "has no line"),
    ("carbon/sqlite/deep/a.cpp", "<vector>", "a source stands in"),
    ("a.cpp", "<vector>", "a source stands in"),
]


@pytest.mark.parametrize("path,include", ALLOWED)
def test_allows(tree, path, include):
    assert found(tree, path, include) == []


@pytest.mark.parametrize("path,include,reason", PLANTED)
def test_finds(tree, path, include, reason):
    problems = found(tree, path, include)
    assert len(problems) == 1
    assert problems[0].startswith(f"src/{path}:1: ")
    assert reason in problems[0]


def test_a_module_may_not_name_a_later_one():
    layers = check_layers.Layers("base:\ncarbon: base energy\nenergy: base\n")
    assert layers.problems == ["layers.txt:2: carbon names energy, which is not on an earlier line"]


def test_an_adapter_has_the_cores_of_its_module():
    layers = check_layers.Layers("base:\ncarbon: base\nenergy: base\nenergy/rapl: carbon + energy/cgroup\n")
    assert layers.problems == ["layers.txt:4: energy/rapl has the cores of its module; only adapters may be added"]


def test_the_rules_themselves_are_sound():
    assert check_layers.Layers((TOOLS / "layers.txt").read_text()).problems == []
