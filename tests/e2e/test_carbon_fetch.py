"""`drover carbon fetch` as a process of its own, against a service on loopback. Needs no root."""

import json
import signal
import subprocess

import pytest

from drover import DROVER, PATIENCE_S, wait_until
from grid_provider import KEY, NOW_G_PER_KWH, provider


@pytest.fixture(name="config")
def serve(tmp_path):
    with provider(tmp_path) as file:
        yield file


def drover(*words):
    return subprocess.run([DROVER, "carbon", *words], capture_output=True, text=True, timeout=PATIENCE_S, check=False)


def test_what_is_fetched_can_be_shown(config):
    store = str(config.parent / "carbon.db")
    done = drover("fetch", "--config", str(config), "--store", store, "--json")
    assert done.returncode == 0, done.stderr
    feed = json.loads(done.stdout)["feeds"][0]
    assert (feed["inserted"], feed["forecasts"], feed["state"]) == (25, 1, "ok")
    shown = json.loads(drover("show", "GER", "--store", store, "--json").stdout)
    assert shown["values_g_per_kwh"][-1] == NOW_G_PER_KWH
    assert shown["source"] == "electricitymaps"


def test_the_fetched_forecast_is_one_of_the_models(config):
    store = str(config.parent / "carbon.db")
    assert drover("fetch", "--config", str(config), "--store", store).returncode == 0
    made = drover("forecast", "GER", "--store", store, "--model", "provider", "--hours", "24", "--json")
    assert made.returncode == 0, made.stderr
    forecast = json.loads(made.stdout)
    assert forecast["model"] == "provider"
    assert forecast["mean_g_per_kwh"][:23] == list(range(401, 424)), "from the end of the data on"
    assert "lacks" in forecast["fallback"] or "no value for 1 of 24" in forecast["fallback"]


def test_a_wrong_key_is_told_and_not_shown(config):
    (config.parent / "key").write_text("wr0ng-secret")
    done = drover("fetch", "--config", str(config), "--store", str(config.parent / "carbon.db"))
    assert done.returncode == 2
    assert "the service answers 401: 'no such key: ***'" in done.stdout
    assert "wr0ng-secret" not in done.stdout + done.stderr


def test_it_goes_on_until_it_is_told_to_end(config):
    store = config.parent / "carbon.db"
    command = [DROVER, "carbon", "fetch", "--config", str(config), "--store", str(store), "--every", "5m", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            turn = json.loads(wait_until(process.stdout.readline, "the first turn"))
            assert turn["feeds"][0]["inserted"] == 25
            assert process.poll() is None
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE_S) == 0
            assert KEY not in process.stdout.read() + process.stderr.read()
        finally:
            process.kill()
