"""Drives real clusters for end-to-end tests, as a user does: by the command line and its JSON.

    with Cluster(tmp_path, nodes=["n1", "n2"]) as cluster:
        cluster.apply_redis()
        with cluster.load() as load: ...
        cluster.migrate("redis", "n2")

Leaving the block takes the cluster down and fails the test if anything of it is left. Nothing here sleeps for a fixed time: everything
waits for a condition with a deadline.
"""

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import threading
import time

import machine

DROVER = os.path.join(os.environ.get("DROVER_BIN", ""), "drover")
PATIENCE_S = 30
COMMAND_LIMIT_S = 120
ZONES = ("SYN-US-CENT-SPA", "SYN-US-CAL-CISO", "SYN-US-NE-ISNE")


def wait_until(condition, what, patience_s=PATIENCE_S, pause_s=0.02):
    """Returns the condition's first true value; fails with `what` when there is none in time."""
    deadline = time.monotonic() + patience_s
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"gave up after {patience_s} s: {what}"
        time.sleep(pause_s)


class CommandFailed(AssertionError):
    def __init__(self, arguments, done):
        super().__init__(f"{' '.join(arguments)}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
        self.returncode = done.returncode
        self.stdout = done.stdout
        self.stderr = done.stderr


class Cluster:
    def __init__(self, folder, nodes=("n1", "n2"), name="e2e", uplink="", extra=""):
        """`uplink`: of every node, such as "400Mbit"; `extra`: more of the cluster file."""
        assert machine.valid_name(name)
        self.folder = pathlib.Path(folder).resolve()
        self.name = name
        self.nodes = list(nodes)
        self.state_dir = self.folder / "state"
        self.dir = self.state_dir / name
        self.file = self.folder / "cluster.yaml"
        self.uplink = f", uplink: {{bandwidth: {uplink}}}" if uplink else ""
        self.extra = extra
        self._before = None

    # --- the block -----------------------------------------------------------------------------------------------------------------

    def __enter__(self):
        self._before = machine.traces()
        self.write_file()
        self.up()
        return self

    def __exit__(self, kind, error, trace):
        if kind is not None:
            self.tell()
        try:
            self.down()
            assert not (left := self.leftovers()), "left behind:\n" + "\n".join(left)
        except Exception:
            if kind is None:
                raise
            # The test's own failure comes first.
            print("after the failure: could not be taken down cleanly")

    def write_file(self):
        text = "controller:\n  listen: 127.0.0.1:0\nnodes:\n"
        for node, zone in zip(self.nodes, ZONES * len(self.nodes)):
            text += f"  - {{name: {node}, zone: {zone}, cpu: 4, memory: 4Gi{self.uplink}}}\n"
        self.file.write_text(f"name: {self.name}\n" + text + self.extra)

    def tell(self):
        """Prints the ends of all logs, for a test that failed."""
        for log in sorted(self.dir.rglob("*.log")):
            print(f"--- {log.relative_to(self.dir)}")
            print("\n".join(log.read_text(errors="replace").splitlines()[-40:]))

    # --- commands ------------------------------------------------------------------------------------------------------------------

    def run(self, *arguments, check=True, limit_s=COMMAND_LIMIT_S):
        command = [DROVER, arguments[0], "--cluster", self.name, "--state-dir", str(self.state_dir), *map(str, arguments[1:])]
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit_s, stdin=subprocess.DEVNULL, check=False)
        if check and done.returncode != 0:
            raise CommandFailed(command, done)
        return done

    def json(self, *arguments, **options):
        return json.loads(self.run(*arguments, "--json", **options).stdout)

    def up(self):
        return self.run("up", "-f", self.file)

    def down(self):
        return self.run("down")

    def apply(self, manifest):
        file = self.folder / "manifest.yaml"
        file.write_text(manifest)
        return self.run("apply", "-f", file)

    # --- what is there -------------------------------------------------------------------------------------------------------------

    def pod(self, name="redis"):
        return self.json("get", "pod", name)

    def migrations(self):
        return self.json("get", "migrations")

    def migration(self, migration_id):
        return self.json("get", "migration", migration_id)

    def processes(self):
        """Everything that runs for this cluster: daemons by their mark, containers by their control group."""
        mine = f"/drover/{self.name}-"
        return [one for one in machine.processes() if str(self.dir) in one.marks or mine in one.cgroup]

    def redis_servers(self):
        return [one for one in self.processes() if one.name == "redis-server"]

    def leftovers(self):
        left = [f"process {one.pid} {one.name} ({one.state})" for one in self.processes()]
        left += [f"control group {folder}" for folder in machine.cgroup_folders(f"/drover/{self.name}-")]
        left += [f"folder {self.dir}"] if self.dir.exists() else []
        return left + machine.difference(self._before, machine.traces())

    def pid_in(self, file):
        return json.loads((self.dir / file).read_text())["pid"]

    # --- Redis and its clients -----------------------------------------------------------------------------------------------------

    def apply_redis(self, node=None):
        self.apply(redis_manifest(os.environ["DROVER_REDIS_IMAGE"], node or self.nodes[0]))
        wait_until(lambda: self.pod()["phase"] == "Running", "redis runs")
        return self.pod()

    @contextlib.contextmanager
    def load(self, memory_mib=16, **options):
        """The verified load, from the fabric's network namespace; yields a Load that is running."""
        load = Load(self, self.pod()["ip"], memory_mib, options)
        try:
            load.wait_running()
            yield load
        finally:
            load.kill()

    # --- faults --------------------------------------------------------------------------------------------------------------------

    def kill(self, file):
        """kill -9 of the process that the process file names; returns when it is gone."""
        pid = self.pid_in(file)
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: (one := machine.process(pid)) is None or not one.alive, f"{file}: {pid} is gone")

    def kill_agent(self, node):
        self.kill(f"nodes/{node}/agent.json")

    def kill_controller(self):
        self.kill("controller.json")

    def hold_agent(self, node, point):
        return Hold(self.dir / "nodes" / node, point)

    def hold_controller(self, point):
        return Hold(self.dir, point)


class Hold:
    """Stops a daemon at a named point (docs/formats/state-directory.md, Test hooks)."""

    def __init__(self, folder, point):
        self.hold = folder / "test-hold"
        self.held = folder / "test-held"
        self.point = point
        self.held.unlink(missing_ok=True)
        self.hold.write_text(point)

    def wait(self, patience_s=PATIENCE_S):
        wait_until(lambda: self.held.exists() and self.held.read_text() == self.point, f"held at {self.point}", patience_s)

    def release(self):
        self.hold.unlink(missing_ok=True)
        self.held.unlink(missing_ok=True)


class Load:
    """`drover load redis` in the fabric's network namespace."""

    def __init__(self, cluster, address, memory_mib, options):
        self.folder = cluster.folder / f"load-{time.monotonic_ns()}"
        self.folder.mkdir()
        self.report_file = self.folder / "report.json"
        self.progress_file = self.folder / "progress"
        self.stop_file = self.folder / "stop"
        arguments = {"address": address, "memory": memory_mib, "json": self.report_file, "progress-file": self.progress_file,
                     "until-file": self.stop_file, **{key.replace("_", "-"): value for key, value in options.items()}}
        words = [word for key, value in arguments.items() for word in (f"--{key}", str(value))]
        self.log = open(self.folder / "log", "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            ["nsenter", f"--net=/proc/{cluster.pid_in('fabric.json')}/ns/net", DROVER, "load", "redis", *words],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT)

    def progress(self):
        """The latest progress line; empty before there is one."""
        if not self.progress_file.exists():
            return {}
        lines = self.progress_file.read_text().split("\n")[:-1]
        latest = [line for line in lines if '"progress"' in line]
        return json.loads(latest[-1]) if latest else {}

    def wait_running(self):
        wait_until(lambda: self.process.poll() is not None or self.progress().get("phase") == "running", "the load runs")
        assert self.process.poll() is None, self.text()

    def operations(self):
        return self.progress().get("operations", 0)

    def wait_served(self, operations=100, patience_s=PATIENCE_S):
        """Both clients are answered from now on."""
        before = self.operations()
        wait_until(lambda: self.operations() > before + operations and self.progress()["silence_ms"] < 200,
                   f"{operations} more operations after {before}", patience_s)

    def text(self):
        self.log.flush()
        return (self.folder / "log").read_text()

    def finish(self):
        """Ends the load and returns its report."""
        self.stop_file.touch()
        self.process.wait(COMMAND_LIMIT_S)
        assert self.report_file.exists(), self.text()
        return json.loads(self.report_file.read_text())

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.log.close()


class InBackground:
    """Runs a call on a thread, so that the test may interfere; result() waits and raises what it raised."""

    def __init__(self, call):
        self._outcome = None
        self._error = None
        self._thread = threading.Thread(target=self._run, args=(call,), daemon=True)
        self._thread.start()

    def _run(self, call):
        try:
            self._outcome = call()
        except BaseException as error:  # pylint: disable=broad-except
            self._error = error

    def result(self, limit_s=COMMAND_LIMIT_S):
        self._thread.join(limit_s)
        assert not self._thread.is_alive(), f"still running after {limit_s} s"
        if self._error is not None:
            raise self._error
        return self._outcome


def redis_manifest(image, node):
    return f"""apiVersion: v1
kind: Pod
metadata:
  name: redis
  annotations:
    drover.dev/power-watts: "200"
spec:
  nodeName: {node}
  containers:
    - name: redis
      image: dir:{image}
      command: [redis-server, --bind, 0.0.0.0, --protected-mode, "no", --save, "", --appendonly, "no"]
      ports:
        - containerPort: 6379
"""


def assert_faultless(report):
    """No reply was wrong, missing or repeated, and no connection broke."""
    faults = {key: report[key] for key in ("errors", "reconnects", "lost", "duplicated", "corrupted")}
    assert not any(faults.values()), f"{faults} {[client['error_texts'] for client in report['clients']]}"
    writer = next(client for client in report["clients"] if client["name"] == "writer")
    assert report["counter"] == writer["operations"] > 0
