"""A grid provider on loopback that speaks Electricity Maps: a day of values, 450 g/kWh now, a forecast of a day."""

import contextlib
import datetime
import http.server
import json
import threading

KEY = "s3cret-t0ken"
NOW_G_PER_KWH = 450
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
            answer |= points(now, [NOW_G_PER_KWH])[0]
        status = 200 if self.headers["auth-token"] == KEY else 401
        body = json.dumps(answer if status == 200 else {"error": f"no such key: {self.headers['auth-token']}"}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def provider(folder, zones=("GER",)):
    """Serves while the block lasts; gives the configuration, which lies with its key in `folder`."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    (folder / "key").write_text(KEY + "\n")
    (folder / "key").chmod(0o600)
    file = folder / "carbon.yaml"
    named = ", ".join(f"{{zone: {zone}, id: DE}}" for zone in zones)
    file.write_text(f"providers:\n  - type: electricitymaps\n    base_url: http://127.0.0.1:{server.server_port}\n"
                    f"    token_file: key\n    zones: [{named}]\n")
    try:
        yield file
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
