"""Live migrations of a real Redis under two verifying clients, whole and broken at every place that can break."""

import json
import os
import pathlib
import shutil

import drover
import pytest


@pytest.fixture
def cluster(tmp_path):
    with drover.Cluster(tmp_path) as made:
        made.apply_redis("n1")
        yield made


def one_redis_on(cluster, node):
    """Redis runs exactly once, and where the cluster says it is."""
    assert cluster.pod()["node"] == node
    drover.wait_until(lambda: cluster.pod()["phase"] == "Running", "the pod is seen running")
    assert len(cluster.redis_servers()) == 1


def begin(cluster, node):
    return cluster.json("migrate", "redis", "--to", node)["id"]


def outcome(cluster, migration):
    def ended():
        one = cluster.migration(migration)
        return one if one["outcome"] != "open" else None

    return drover.wait_until(ended, f"{migration} ends", patience_s=90)


def checkpoints(cluster, node):
    """Folders of checkpoint images that a node holds in memory."""
    return [folder for folder in pathlib.Path("/dev/shm").glob(f"drover-*/{node}/m-*") if folder.is_dir()]


def test_connections_survive_moves_there_and_back(cluster):
    with cluster.load() as load:
        for node in ("n2", "n1", "n2"):
            ended = outcome(cluster, begin(cluster, node))
            assert ended["outcome"] == "committed", ended
            assert [phase["name"] for phase in ended["phases"]] == [
                "preflight", "prepare", "freeze", "dump", "transfer", "address", "restore", "commit", "release", "drain"]
            load.wait_served()
            one_redis_on(cluster, node)
            assert not checkpoints(cluster, "n1") and not checkpoints(cluster, "n2")
        drover.assert_faultless(load.finish())


def test_connections_that_begin_all_the_time_neither_break_nor_stop_it(cluster, tmp_path):
    stop = tmp_path / "stop"
    script = pathlib.Path(__file__).with_name("connections.py")
    client = drover.InBackground(lambda: cluster.run("enter", "--", "python3", script, cluster.pod()["ip"], stop))
    for node in ["n2", "n1"] * 3:
        ended = outcome(cluster, begin(cluster, node))
        assert ended["outcome"] == "committed", ended
    stop.touch()
    report = json.loads(client.result().stdout)
    assert report["connections"] > 100 and report["errors"] == [], report


def test_a_restore_that_fails_leaves_the_source_running(cluster):
    with cluster.load() as load:
        hold = cluster.hold_agent("n2", "restore:before")
        migration = begin(cluster, "n2")
        hold.wait()
        # A real failure inside CRIU: the memory it is to restore is gone.
        (images,) = checkpoints(cluster, "n2")
        pages = list(images.glob("images/redis/pages-*.img"))
        assert pages
        for file in pages:
            file.unlink()
        hold.release()
        ended = outcome(cluster, migration)
        assert ended["outcome"] == "aborted", ended
        assert "restore" in ended["error"], ended
        load.wait_served()
        one_redis_on(cluster, "n1")
        assert not checkpoints(cluster, "n1") and not checkpoints(cluster, "n2")
        # The way is free for the next attempt.
        assert outcome(cluster, begin(cluster, "n2"))["outcome"] == "committed"
        load.wait_served()
        one_redis_on(cluster, "n2")
        drover.assert_faultless(load.finish())


def test_an_image_that_is_missing_on_the_destination_is_found_before_anything_is_touched(cluster, tmp_path):
    image = tmp_path / "image"
    shutil.copytree(os.environ["DROVER_REDIS_IMAGE"], image, symlinks=True)
    cluster.run("delete", "pod", "redis")
    drover.wait_until(lambda: not cluster.redis_servers(), "the first Redis is gone")
    drover.wait_until(lambda: cluster.run("get", "pod", "redis", check=False).returncode != 0, "the pod is forgotten")
    cluster.apply(drover.redis_manifest(image, "n1"))
    drover.wait_until(lambda: cluster.pod()["phase"] == "Running", "redis runs")
    with cluster.load() as load:
        image.rename(tmp_path / "elsewhere")
        ended = outcome(cluster, begin(cluster, "n2"))
        assert ended["outcome"] == "aborted"
        assert [phase["name"] for phase in ended["phases"]] == ["preflight", "rollback"]
        assert str(image) in ended["error"], ended
        one_redis_on(cluster, "n1")
        drover.assert_faultless(load.finish())


AGENT_POINTS = [
    ("n1", "freeze:before"),
    ("n1", "freeze:after"),
    ("n1", "dump:before"),
    ("n1", "dump:after"),
    ("n1", "transfer:before"),
    ("n1", "transfer:after"),
    ("n1", "drain:before"),
    ("n2", "prepare:before"),
    ("n2", "prepare:after"),
    ("n2", "restore:before"),
    ("n2", "restore:after"),
    ("n2", "release:before"),
    ("n2", "release:after"),
]


@pytest.mark.parametrize("node, point", AGENT_POINTS, ids=[f"{node}-{point.replace(':', '-')}" for node, point in AGENT_POINTS])
def test_an_agent_killed_at_a_step_is_continued(cluster, node, point):
    with cluster.load(memory_mib=4) as load:
        hold = cluster.hold_agent(node, point)
        migration = begin(cluster, "n2")
        hold.wait()
        cluster.kill_agent(node)  # the controller starts it again
        hold.release()
        ended = outcome(cluster, migration)
        load.wait_served()
        one_redis_on(cluster, "n2" if ended["outcome"] == "committed" else "n1")
        assert not checkpoints(cluster, "n1") and not checkpoints(cluster, "n2")
        drover.assert_faultless(load.finish())


def test_the_source_agent_killed_while_criu_dumps_does_not_break_the_dump(cluster):
    with cluster.load(memory_mib=64) as load:
        migration = begin(cluster, "n2")
        drover.wait_until(lambda: cluster.migration(migration)["phase"] in ("dump", "transfer"), "it dumps", pause_s=0.001)
        cluster.kill_agent("n1")
        ended = outcome(cluster, migration)
        load.wait_served()
        one_redis_on(cluster, "n2" if ended["outcome"] == "committed" else "n1")
        drover.assert_faultless(load.finish())


CONTROLLER_PHASES = ["preflight", "prepare", "freeze", "dump", "transfer", "address", "restore", "commit", "release", "drain"]


@pytest.mark.parametrize("phase", CONTROLLER_PHASES)
def test_a_controller_killed_in_a_phase_is_continued(cluster, phase):
    with cluster.load(memory_mib=4) as load:
        hold = cluster.hold_controller(phase)
        migration = begin(cluster, "n2")
        hold.wait()
        cluster.kill_controller()
        hold.release()
        cluster.up()
        ended = outcome(cluster, migration)
        assert ended["outcome"] == "committed", ended
        load.wait_served()
        one_redis_on(cluster, "n2")
        drover.assert_faultless(load.finish())


def test_two_moves_of_one_pod_do_not_mix(cluster):
    with cluster.load(memory_mib=4) as load:
        hold = cluster.hold_controller("transfer")
        first = begin(cluster, "n2")
        hold.wait()
        refused = cluster.run("migrate", "redis", "--to", "n2", check=False)
        assert refused.returncode == 4, refused
        assert first in refused.stderr
        hold.release()
        assert outcome(cluster, first)["outcome"] == "committed"
        drover.assert_faultless(load.finish())


def test_files_written_by_the_pod_move_with_it(cluster):
    with cluster.load(memory_mib=4) as load:
        cluster.run("enter", "--", "redis-cli", "-h", cluster.pod()["ip"], "save")
        outcome(cluster, begin(cluster, "n2"))
        load.wait_served()
        upper = next(cluster.dir.glob("nodes/n2/pods/redis/containers/redis/upper"))
        assert list(upper.rglob("dump.rdb")), "the saved file is not on the destination"
        drover.assert_faultless(load.finish())
