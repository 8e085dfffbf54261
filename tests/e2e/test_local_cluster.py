"""`drover up` and `down`, pods and services, and what survives the death of a daemon. No migration, no CRIU."""

import json
import os
import shutil
import signal
import socket
import subprocess

import pytest

from drover import DROVER, Cluster, CommandFailed, wait_until

STEPS = ("certificates", "listen address", "fabric", "node n1", "node n2", "agent n1", "agent n2", "controller", "ready", "complete")
KILL_LIMIT_S = 30


@pytest.fixture(name="image", scope="module")
def image_fixture(tmp_path_factory):
    """A root directory with nothing but a static busybox."""
    root = tmp_path_factory.mktemp("image")
    for folder in ("bin", "dev", "etc", "proc", "sys", "tmp"):
        (root / folder).mkdir()
    shutil.copy("/bin/busybox", root / "bin")
    return root


def web(image, name="web", node="n1", reply="hello", command=None):
    """A pod that answers each connection on port 8080 with one line, and its service on port 80."""
    command = command or f"echo started; exec /bin/busybox nc -ll -p 8080 -e /bin/busybox echo {reply}"
    return f"""apiVersion: v1
kind: Pod
metadata: {{name: {name}, labels: {{app: {name}}}}}
spec:
  nodeName: {node}
  restartPolicy: Never
  terminationGracePeriodSeconds: 0
  containers:
  - name: main
    image: dir:{image}
    command: [/bin/busybox, sh, -c, "{command}"]
---
apiVersion: v1
kind: Service
metadata: {{name: {name}}}
spec:
  selector: {{app: {name}}}
  ports: [{{port: 80, targetPort: 8080}}]
"""


def ask(cluster, address, port, node=None):
    """What the server says, as seen from the fabric or a node; empty when it refuses."""
    where = ["--node", node] if node else []
    done = cluster.run("enter", *where, "--", "busybox", "nc", "-w", "3", address, port, check=False)
    return done.stdout.strip()


def wait_phase(cluster, name, phase):
    return wait_until(lambda: (pod := cluster.pod(name))["phase"] == phase and pod, f"{name} is {phase}")


def container_pid(cluster, name, node):
    return json.loads((cluster.dir / f"nodes/{node}/pods/{name}/containers/main/status.json").read_text())


def test_pods_and_services_are_reached_from_everywhere_and_down_leaves_nothing(tmp_path, image):
    with Cluster(tmp_path) as cluster:
        cluster.apply(web(image))
        pod = wait_phase(cluster, "web", "Running")
        service = cluster.json("get", "service", "web")
        assert pod["node"] == "n1" and service["pods"] == ["web"]
        for node in (None, "n1", "n2"):
            assert ask(cluster, pod["ip"], 8080, node) == "hello"
            wait_until(lambda node=node: ask(cluster, service["clusterIP"], 80, node) == "hello", f"the service answers {node}")
        assert cluster.run("logs", "web").stdout == "started\n"

        # A pod reaches a service by its name, from another node.
        cluster.apply(web(image, name="client", node="n2", command="/bin/busybox nc -w 3 web 80; sleep 100"))
        wait_phase(cluster, "client", "Running")
        wait_until(lambda: cluster.run("logs", "client").stdout == "hello\n", "the client pod was answered")

        # Unchanged is a success, changed a conflict.
        assert "unchanged" in cluster.apply(web(image)).stdout
        with pytest.raises(CommandFailed) as refused:
            cluster.apply(web(image, reply="other"))
        assert refused.value.returncode == 4

        # Without a pod behind it a service refuses at once.
        cluster.run("delete", "pod", "web", "--wait")
        wait_until(lambda: "refused" in cluster.run("enter", "--", "busybox", "nc", "-w", "3", service["clusterIP"], "80",
                                                    check=False).stderr, "the service refuses")
        assert [pod["name"] for pod in cluster.json("get", "pods")] == ["client"]


def test_a_pod_that_ends_is_not_started_again(tmp_path, image):
    with Cluster(tmp_path) as cluster:
        cluster.apply(web(image, name="bad", command="exit 3") + "---\n" + web(image, name="good", command="exit 0"))
        assert "ended with 3" in wait_phase(cluster, "bad", "Failed")["message"]
        wait_phase(cluster, "good", "Succeeded")
        cluster.apply(web(image, name="lost"))
        wait_phase(cluster, "lost", "Running")
        victim = next(one for one in cluster.processes() if "/lost/" in one.cgroup)
        os.kill(victim.pid, signal.SIGKILL)
        assert "137" in wait_phase(cluster, "lost", "Failed")["message"]
        cluster.kill_controller()
        cluster.up()
        assert {pod["name"]: pod["phase"] for pod in cluster.json("get", "pods")} == {
            "bad": "Failed", "good": "Succeeded", "lost": "Failed"}
        assert not [one for one in cluster.processes() if "/lost/" in one.cgroup]


def test_up_goes_on_with_the_same_pods_after_the_controller_was_killed(tmp_path, image):
    with Cluster(tmp_path) as cluster:
        cluster.apply(web(image))
        pod = wait_phase(cluster, "web", "Running")
        before = container_pid(cluster, "web", "n1")
        cluster.kill_controller()
        assert ask(cluster, pod["ip"], 8080) == "hello"
        assert cluster.run("get", "pods", check=False).returncode == 5
        report = cluster.json("up")
        assert report["was_up"] and report["started"] == ["controller"]
        after = wait_phase(cluster, "web", "Running")
        assert after["uid"] == pod["uid"] and container_pid(cluster, "web", "n1") == before
        assert cluster.json("up") | {"remarks": None} == report | {"started": [], "remarks": None}


def test_the_controller_starts_a_killed_agent_again_and_its_pods_go_on(tmp_path, image):
    with Cluster(tmp_path) as cluster:
        cluster.apply(web(image))
        pod = wait_phase(cluster, "web", "Running")
        before = container_pid(cluster, "web", "n1")
        for _ in range(3):
            killed = cluster.pid_in("nodes/n1/agent.json")
            cluster.kill_agent("n1")
            assert ask(cluster, pod["ip"], 8080) == "hello"
            wait_until(lambda: cluster.pid_in("nodes/n1/agent.json") != killed, "the agent is started again")
        after = wait_phase(cluster, "web", "Running")
        assert after["uid"] == pod["uid"] and container_pid(cluster, "web", "n1") == before
        assert cluster.json("up")["started"] == []


def test_up_and_the_controller_may_start_an_agent_at_once(tmp_path, image):
    with Cluster(tmp_path) as cluster:
        cluster.apply(web(image))
        wait_phase(cluster, "web", "Running")
        for _ in range(5):
            cluster.kill_agent("n1")
            assert cluster.json("up")["was_up"]
        wait_phase(cluster, "web", "Running")


def start_up(cluster):
    cluster.write_file()
    return subprocess.Popen([DROVER, "up", "-f", str(cluster.file), "--state-dir", str(cluster.state_dir)], text=True,
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def follow_until(up, step):
    for line in up.stderr:
        if line == f"up: {step}\n":
            return
    raise AssertionError(f"`up` ended before {step}")


class Unmade(Cluster):
    """A cluster whose start the test itself makes and breaks; the block ends with `down` and a look at what is left."""

    def up(self):
        pass


@pytest.mark.parametrize("step", STEPS)
def test_down_removes_what_a_killed_up_left(tmp_path, step):
    with Unmade(tmp_path) as cluster:
        with start_up(cluster) as up:
            follow_until(up, step)
            up.kill()
            up.wait(KILL_LIMIT_S)


@pytest.mark.parametrize("step", STEPS[::3])
def test_up_starts_over_after_a_killed_up(tmp_path, step):
    with Unmade(tmp_path) as cluster:
        with start_up(cluster) as up:
            follow_until(up, step)
            up.kill()
            up.wait(KILL_LIMIT_S)
        cluster.run("up", "-f", cluster.file)
        assert len(cluster.json("get", "nodes")) == 2


@pytest.mark.parametrize("step", STEPS[1:-1:2])
def test_an_interrupted_up_undoes_itself(tmp_path, step):
    with Unmade(tmp_path) as cluster:
        with start_up(cluster) as up:
            follow_until(up, step)
            up.send_signal(signal.SIGINT)
            rest = up.stderr.read()
            up.wait(KILL_LIMIT_S)
        # One that comes after the last look lets `up` finish.
        assert (up.returncode == 5 and "interrupted; nothing of the cluster is left" in rest) or up.returncode == 0
        if up.returncode != 0:
            assert not cluster.leftovers()


def test_a_port_in_use_is_an_error_that_leaves_nothing(tmp_path):
    with Unmade(tmp_path) as cluster, socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        cluster.file.write_text(cluster.file.read_text().replace("127.0.0.1:0", f"127.0.0.1:{port}"))
        done = cluster.run("up", "-f", cluster.file, check=False)
        assert done.returncode != 0
        assert "controller.listen" in done.stderr and str(port) in done.stderr
        assert not cluster.leftovers()


def test_two_ups_at_once_are_a_conflict(tmp_path):
    with Unmade(tmp_path) as cluster:
        with start_up(cluster) as up:
            follow_until(up, "fabric")
            os.kill(up.pid, signal.SIGSTOP)
            for command in (("up", "-f", cluster.file), ("down",)):
                done = cluster.run(*command, check=False)
                assert done.returncode == 4 and "is at work" in done.stderr
            os.kill(up.pid, signal.SIGCONT)
            up.stderr.read()
            up.wait(KILL_LIMIT_S)
        assert up.returncode == 0


def test_clusters_side_by_side_do_not_see_each_other(tmp_path, image):
    folders = [tmp_path / "one", tmp_path / "two", tmp_path / "three"]
    for folder in folders:
        folder.mkdir()
    with Cluster(folders[0], name="one") as one:
        two = Cluster(folders[1], name="two")
        same_name = Cluster(folders[2], name="one")
        for cluster in (two, same_name):
            cluster.write_file()
            cluster.up()
        for cluster in (one, two, same_name):
            cluster.apply(web(image, reply=f"{cluster.folder.name}"))
        addresses = {wait_phase(cluster, "web", "Running")["ip"] for cluster in (one, two, same_name)}
        assert len(addresses) == 1, "the same plan in separate networks"
        address = addresses.pop()
        for cluster in (one, two, same_name):
            assert ask(cluster, address, 8080) == cluster.folder.name
        two.down()
        same_name.down()
        assert ask(one, address, 8080) == "one"
        wait_phase(one, "web", "Running")


def test_down_of_nothing_says_so(tmp_path):
    done = subprocess.run([DROVER, "down", "--cluster", "nothing", "--state-dir", str(tmp_path / "none")], capture_output=True,
                          text=True, timeout=60, check=True)
    assert done.stdout == "cluster 'nothing' is down; there was nothing of it\n"
    assert not (tmp_path / "none").exists()


def test_down_touches_nothing_that_it_did_not_make(tmp_path):
    mine = tmp_path / "drover"
    mine.mkdir()
    (mine / "letter").write_text("dear reader")
    done = subprocess.run([DROVER, "down", "--state-dir", str(tmp_path)], capture_output=True, text=True, timeout=60, check=False)
    assert (mine / "letter").read_text() == "dear reader" and done.returncode == 0
    file = tmp_path / "cluster.yaml"
    file.write_text("nodes: [{name: n1, zone: SYN-US-CENT-SPA, cpu: 1, memory: 1Gi}]\n")
    done = subprocess.run([DROVER, "up", "-f", str(file), "--state-dir", str(tmp_path)], capture_output=True, text=True, timeout=60,
                          check=False)
    assert done.returncode == 4 and "is there already and is no cluster" in done.stderr
    assert (mine / "letter").read_text() == "dear reader"
