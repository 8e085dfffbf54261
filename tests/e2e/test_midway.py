"""Agents killed -9 in the very middle of a dump, a transfer and a restore: not at a border between steps, but while CRIU or the stream
is at work. test_migration.py kills at the borders."""

import pathlib

import drover
import pytest

MEMORY_MIB = 64
UPLINK = "400Mbit"  # so that a transfer of 64 MiB takes more than a second


@pytest.fixture(name="cluster")
def cluster_fixture(tmp_path):
    with drover.Cluster(tmp_path, uplink=UPLINK) as made:
        made.apply_redis("n1")
        yield made


def staging(node, migration):
    """Where a node holds the checkpoint images of a migration; there while it runs."""
    return next(pathlib.Path("/dev/shm").glob(f"drover-*/{node}/{migration}"), None)


def holds_pages(folder):
    return any(file.stat().st_size > 0 for file in folder.glob("images/redis/pages-*.img"))


def dump_is_at_work(_cluster, migration):
    folder = staging("n1", migration)
    return folder and any(folder.glob("images/redis/*.img")) and not (folder / "dump/redis/complete").exists()


def transfer_is_at_work(_cluster, migration):
    folder = staging("n2", migration)
    return folder and holds_pages(folder) and not (folder / "arrived").exists()


def restore_is_at_work(cluster, migration):
    folder = cluster.dir / "nodes/n2/restores" / migration / "redis"
    return (folder / "consumed").exists() and not (folder / "commit").exists()


MOMENTS = {
    "source-in-dump": ("n1", dump_is_at_work),
    "source-in-transfer": ("n1", transfer_is_at_work),
    "destination-in-transfer": ("n2", transfer_is_at_work),
    "destination-in-restore": ("n2", restore_is_at_work),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_an_agent_killed_in_the_middle_is_continued(cluster, moment):
    node, at_work = MOMENTS[moment]
    with cluster.load(memory_mib=MEMORY_MIB) as load:
        migration = cluster.json("migrate", "redis", "--to", "n2")["id"]
        drover.wait_until(lambda: at_work(cluster, migration), moment, pause_s=0.0005)
        cluster.kill_agent(node)
        cluster.up()
        drover.wait_until(lambda: cluster.migration(migration)["outcome"] != "open", f"{migration} ends", patience_s=90)
        load.wait_served()
        ended = cluster.migration(migration)
        assert ended["outcome"] in ("committed", "aborted"), ended
        assert cluster.pod()["node"] == ("n2" if ended["outcome"] == "committed" else "n1")
        assert len(cluster.redis_servers()) == 1
        assert not staging("n1", migration) and not staging("n2", migration)
        drover.assert_faultless(load.finish())


def test_both_agents_and_the_controller_killed_at_once_are_continued(cluster):
    with cluster.load(memory_mib=MEMORY_MIB) as load:
        migration = cluster.json("migrate", "redis", "--to", "n2")["id"]
        drover.wait_until(lambda: transfer_is_at_work(cluster, migration), "it transfers", pause_s=0.0005)
        cluster.kill_controller()
        cluster.kill_agent("n1")
        cluster.kill_agent("n2")
        cluster.up()
        drover.wait_until(lambda: cluster.migration(migration)["outcome"] != "open", f"{migration} ends", patience_s=90)
        load.wait_served()
        assert len(cluster.redis_servers()) == 1
        drover.assert_faultless(load.finish())
