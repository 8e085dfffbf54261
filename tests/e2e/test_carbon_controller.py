"""The controller with live carbon data: it keeps its store fresh by itself, says how old it is, and decides by it."""

import os
import pathlib
import signal
import subprocess

import pytest

from drover import ZONES, Cluster, CommandFailed, wait_until
from grid_provider import KEY, NOW_G_PER_KWH, provider

EXTRA = "carbon: {store: carbon.db, providers: carbon.yaml}\n"


def feeds_that_are_ok(cluster):
    feeds = cluster.json("status")["carbon_feeds"]
    return len(feeds) == 2 and all(feed["state"] == "ok" for feed in feeds) and feeds


def fetcher(cluster):
    """The process that the controller keeps; None while there is none."""
    found = subprocess.run(["pgrep", "-f", f"carbon fetch --config {cluster.folder}/carbon.yaml"], capture_output=True, text=True, check=False)
    pids = [int(pid) for pid in found.stdout.split()]
    assert len(pids) <= 1, pids
    return pids[0] if pids else None


def test_it_fetches_what_it_decides_by(tmp_path):
    with provider(tmp_path, ZONES[:2]), Cluster(tmp_path, extra=EXTRA) as cluster:
        feeds = wait_until(lambda: feeds_that_are_ok(cluster), "both feeds are ok")
        assert [feed["zone"] for feed in feeds] == sorted(ZONES[:2])
        assert all(feed["last"]["g_per_kwh"] == NOW_G_PER_KWH for feed in feeds)
        assert all(-3600 <= feed["last"]["age_s"] <= 3600 for feed in feeds)
        assert {node["intensity_g_per_kwh"] for node in cluster.json("get", "nodes")} == {NOW_G_PER_KWH}
        assert "electricitymaps  direct  450 g/kWh" in cluster.run("status").stdout
        assert KEY not in (cluster.dir / "controller.log").read_text()


def test_a_killed_fetcher_is_started_again_and_ends_with_the_controller(tmp_path):
    with provider(tmp_path, ZONES[:2]), Cluster(tmp_path, extra=EXTRA) as cluster:
        first = wait_until(lambda: fetcher(cluster), "a fetcher")
        os.kill(first, signal.SIGKILL)
        second = wait_until(lambda: (pid := fetcher(cluster)) != first and pid, "another fetcher")
        cluster.kill_controller()
        wait_until(lambda: not pathlib.Path(f"/proc/{second}").exists(), "no fetcher")


def test_up_tells_what_is_wrong_with_the_providers(tmp_path):
    with provider(tmp_path, ZONES[:1]) as config:
        cluster = Cluster(tmp_path, extra=EXTRA)
        cluster.write_file()
        with pytest.raises(CommandFailed, match="nodes.1..zone: .SYN-US-CAL-CISO.: is not a known zone"):
            cluster.up()
        config.write_text("providers:\n  - type: electricitymap\n")
        with pytest.raises(CommandFailed, match=r"carbon.providers: .*carbon.yaml:2: .*did you mean 'electricitymaps'"):
            cluster.up()
        config.unlink()
        with pytest.raises(CommandFailed, match="carbon.providers: .*carbon.yaml"):
            cluster.up()
