"""`drover carbon fetch` as a process of its own, against a service on loopback. Needs no root."""

import datetime
import http.server
import json
import signal
import subprocess
import threading

import pytest

from drover import DROVER, PATIENCE_S, wait_until

KEY = "s3cret-t0ken"
HOUR = datetime.timedelta(hours=1)


def points(first, values):
    times = (first + i * HOUR for i in range(len(values)))
    return [{"datetime": t.strftime("%Y-%m-%dT%H:%M:%SZ"), "carbonIntensity": v} for t, v in zip(times, values)]


class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        now = datetime.datetime.now(datetime.timezone.utc).replace(minute=0, second=0, microsecond=0)
        what = self.path.split("?")[0].rsplit("/", 1)[-1]
        answer = {"zone": "DE", "temporalGranularity": "hourly"}
        if what == "history":
            answer["history"] = points(now - 24 * HOUR, list(range(300, 324)))
        elif what == "forecast":
            answer["forecast"] = points(now, list(range(400, 424)))
        else:
            answer |= points(now, [450])[0]
        status = 200 if self.headers["auth-token"] == KEY else 401
        body = json.dumps(answer if status == 200 else {"error": f"no such key: {self.headers['auth-token']}"}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def config(tmp_path):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    (tmp_path / "key").write_text(KEY + "\n")
    (tmp_path / "key").chmod(0o600)
    file = tmp_path / "carbon.yaml"
    file.write_text(f"providers:\n  - type: electricitymaps\n    base_url: http://127.0.0.1:{server.server_port}\n"
                    "    token_file: key\n    zones: [{zone: GER, id: DE}]\n")
    yield file
    server.shutdown()
    thread.join()
    server.server_close()


def drover(*words):
    return subprocess.run([DROVER, "carbon", *words], capture_output=True, text=True, timeout=PATIENCE_S, check=False)


def test_what_is_fetched_can_be_shown(config):
    store = str(config.parent / "carbon.db")
    done = drover("fetch", "--config", str(config), "--store", store, "--json")
    assert done.returncode == 0, done.stderr
    feed = json.loads(done.stdout)["feeds"][0]
    assert (feed["inserted"], feed["forecasts"], feed["state"]) == (25, 1, "ok")
    shown = json.loads(drover("show", "GER", "--store", store, "--json").stdout)
    assert shown["values_g_per_kwh"][-1] == 450
    assert shown["source"] == "electricitymaps"


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
