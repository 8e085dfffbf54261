"""What the machine looks like from outside: processes, namespaces, control groups, mounts. Read only."""

import dataclasses
import os
import pathlib
import re
import subprocess

PROC = pathlib.Path("/proc")


@dataclasses.dataclass(frozen=True)
class Process:
    pid: int
    name: str
    state: str  # the letter of /proc/PID/stat
    cgroup: str
    marks: tuple  # values of DROVER_CLUSTER in its initial environment

    @property
    def alive(self):
        return self.state not in "ZX"


def _read(path):
    try:
        return path.read_bytes().decode(errors="replace")
    except (OSError, ProcessLookupError):
        return ""  # it has ended meanwhile


def process(pid):
    stat = _read(PROC / str(pid) / "stat")
    if not stat:
        return None
    name = stat[stat.index("(") + 1 : stat.rindex(")")]
    state = stat[stat.rindex(")") + 2]
    environment = _read(PROC / str(pid) / "environ").split("\0")
    marks = tuple(entry.partition("=")[2] for entry in environment if entry.startswith("DROVER_CLUSTER="))
    return Process(pid, name, state, _read(PROC / str(pid) / "cgroup"), marks)


def processes():
    found = (process(int(entry)) for entry in os.listdir(PROC) if entry.isdigit())
    return [one for one in found if one is not None and one.alive]


def cgroup_folders(part):
    """Folders of every hierarchy whose path holds `part`."""
    root = pathlib.Path("/sys/fs/cgroup")
    hierarchies = [root, *(child for child in root.iterdir() if child.is_dir())]
    found = set()
    for hierarchy in hierarchies:
        drover = hierarchy / "drover"
        if drover.is_dir():
            found.update(str(folder) for folder in drover.rglob("*") if folder.is_dir() and part in str(folder))
    return sorted(found)


def links():
    listing = subprocess.run(["ip", "-brief", "link"], capture_output=True, text=True, check=True).stdout
    return sorted(line.split()[0] for line in listing.splitlines() if line.strip())


def routes():
    return sorted(subprocess.run(["ip", "route"], capture_output=True, text=True, check=True).stdout.splitlines())


def nft_tables():
    listing = subprocess.run(["nft", "list", "tables"], capture_output=True, text=True, check=True).stdout
    return sorted(line for line in listing.splitlines() if line.strip())


def mounts():
    return sorted(line.split(" - ")[0].split(" ", 4)[4] for line in _read(PROC / "self/mountinfo").splitlines())


def shared_memory():
    return sorted(str(path) for path in pathlib.Path("/dev/shm").glob("drover-*"))


@dataclasses.dataclass(frozen=True)
class Traces:
    """Everything that a cluster could leave on the machine. Two are equal when nothing was left."""

    links: tuple
    routes: tuple
    nft_tables: tuple
    mounts: tuple
    shared_memory: tuple


def traces():
    return Traces(*(tuple(look()) for look in (links, routes, nft_tables, mounts, shared_memory)))


def difference(before, after):
    """Lines that say what is there now and was not, or the other way round; empty when all is as it was."""
    lines = []
    for field in dataclasses.fields(before):
        old, new = set(getattr(before, field.name)), set(getattr(after, field.name))
        lines += [f"{field.name}: left behind: {item}" for item in sorted(new - old)]
        lines += [f"{field.name}: gone: {item}" for item in sorted(old - new)]
    return lines


def valid_name(text):
    return re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", text) is not None
