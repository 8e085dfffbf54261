"""`drover demo`: what it writes, and that nothing of it is left, also when it is interrupted. Short windows of the synthetic grid."""

import json
import os
import signal
import subprocess

import drover
import machine

WINDOW = ("--synthetic", "--start", "2025-10-09T00:00:00Z", "--speed", "7200", "--memory", "8")
# Goes wherever it was cleanest in the last hour: more moves in few hours than a policy that looks ahead.
RESTLESS = ("--policy", "immediate", "--forecaster", "persistence")


def start(*arguments, folder):
    log = open(folder / "demo.log", "w", encoding="utf-8")
    return subprocess.Popen([drover.DROVER, "demo", *WINDOW, *arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)


def remains():
    """Processes and groups of any demo."""
    marked = [one for one in machine.processes() if any("/drover-demo-" in mark for mark in one.marks) or "/drover/demo-" in one.cgroup]
    return [f"{one.pid} {one.name}" for one in marked] + machine.cgroup_folders("/drover/demo-")


def test_a_short_demo_reports_what_it_did_and_leaves_nothing(tmp_path):
    before = machine.traces()
    report_file = tmp_path / "report.json"
    demo = start(*RESTLESS, "--hours", "24", "--json", report_file, folder=tmp_path)
    code = demo.wait(drover.COMMAND_LIMIT_S)
    text = (tmp_path / "demo.log").read_text()
    assert report_file.exists(), text
    report = json.loads(report_file.read_text())
    # How long a client stalls depends on the machine's other work, so that claim alone may fail here.
    broken = [claim["claim"] for claim in report["claims"] if not claim["holds"]]
    assert all("stall" in claim for claim in broken), text
    assert code == (1 if broken else 0), text
    assert report["data"] == "synthetic" and "SYNTHETIC" in text
    committed = [one for one in report["migrations"] if one["outcome"] == "committed"]
    assert committed, text
    for one in committed:
        assert one["hour"].startswith("2025-10-") and one["bytes"] > 8 << 20 and one["stall_ms"] > 0
        assert [phase["name"] for phase in one["phases"]][-1] == "drain"
    client = report["client"]
    assert client["operations"] > 0
    assert not any(client[key] for key in ("errors", "reconnects", "lost", "duplicated", "corrupted")), client
    grams = report["emissions_g"]
    assert grams["optimum"] <= min(grams.values()) + 1e-9
    assert {"forecast", "immediate", "stay", "best-fixed", "perfect-knowledge"} <= grams.keys()
    assert not remains() and not machine.difference(before, machine.traces())


def test_an_interrupted_demo_leaves_nothing(tmp_path):
    before = machine.traces()
    demo = start("--hours", "48", folder=tmp_path)
    log = tmp_path / "demo.log"
    drover.wait_until(lambda: "redis on" in log.read_text(), "it runs", patience_s=60)
    os.kill(demo.pid, signal.SIGINT)
    assert demo.wait(drover.COMMAND_LIMIT_S) == 1
    assert "interrupted" in log.read_text()
    assert not remains() and not machine.difference(before, machine.traces())


def test_bad_arguments_are_refused_before_anything_is_made(tmp_path):
    for arguments, words in (
        (("--zones", "SYN-US-CENT-SPA,SYN-US-CAL-CISQ"), ("SYN-US-CAL-CISQ", "SYN-US-CAL-CISO")),
        (("--policy", "forcast"), ("forcast", "forecast")),
        (("--start", "soon"), ("--start", "soon")),
        (("--csv", tmp_path / "absent.csv"), ("absent.csv",)),
    ):
        done = subprocess.run([drover.DROVER, "demo", "--synthetic", *map(str, arguments)], capture_output=True, text=True,
                              timeout=drover.COMMAND_LIMIT_S, check=False)
        assert done.returncode in (2, 3), done
        assert all(word in done.stderr for word in words), done.stderr
    assert not remains()
