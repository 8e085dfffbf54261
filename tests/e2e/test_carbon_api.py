"""The carbon metadata service as its clients see it: the real program, its own document, and many readers at once."""

import json
import random
import socket
import subprocess
import threading

import pytest

from carbon_server import DROVER, PATIENCE_S, CarbonServer, ask, decoded, violations
from drover import Cluster

NOW = "2025-06-16T16:20:00Z"
ZONE = "SYN-US-NE-ISNE"
INTENSITY = f"/api/v1/carbon/zones/{ZONE}/intensity"
FORECAST = f"/api/v1/carbon/zones/{ZONE}/forecast"
READERS = 200


@pytest.fixture(name="server", scope="module")
def make_server():
    with CarbonServer("--synthetic", "--now", NOW) as server:
        yield server


QUESTIONS = [
    ("GET", "/api/v1/carbon/zones", "/api/v1/carbon/zones?limit=3", None),
    ("GET", "/api/v1/carbon/zones/{zone}/intensity", f"{INTENSITY}?from=2025-06-16T14:00:00Z&to=2025-06-16T19:00:00Z", None),
    ("GET", "/api/v1/carbon/zones/{zone}/intensity", INTENSITY, None),
    ("GET", "/api/v1/carbon/zones/{zone}/forecast", f"{FORECAST}?hours=30", None),
    ("GET", "/emissions/bylocation", "/emissions/bylocation?location=SYN-DE", None),
    ("GET", "/emissions/bylocations", "/emissions/bylocations?location=SYN-DE&locations=SYN-FR", None),
    ("GET", "/emissions/bylocations/best", "/emissions/bylocations/best?location=SYN-DE&location=SYN-FR", None),
    ("GET", "/emissions/forecasts/current", "/emissions/forecasts/current?location=SYN-DE&windowSize=90", None),
    ("POST", "/emissions/forecasts/batch", "/emissions/forecasts/batch", [{"location": "SYN-DE", "requestedAt": "2025-06-01T12:01:00Z"}]),
    ("GET", "/emissions/average-carbon-intensity",
     "/emissions/average-carbon-intensity?location=SYN-DE&startTime=2025-06-16T13:20:00Z&endTime=2025-06-16T15:00:00Z", None),
    ("POST", "/emissions/average-carbon-intensity/batch", "/emissions/average-carbon-intensity/batch",
     [{"location": "SYN-DE", "startTime": "2025-06-16T13:20:00Z", "endTime": "2025-06-16T15:00:00Z"}]),
    ("GET", "/locations", "/locations", None),
    ("POST", "/", "/", {"duration": 6}),
    ("GET", "/openapi.json", "/openapi.json", None),
    ("GET", "/healthz", "/healthz", None),
]


def test_every_route_answers_as_the_document_says(server):
    document = server.json("/openapi.json")
    asked = set()
    for method, path, target, body in QUESTIONS:
        reply = server.ask(method, target, json.dumps(body) if body is not None else None)
        answer = decoded(reply)
        described = document["paths"][path][method.lower()]["responses"]["200"]
        assert not violations(document, described["content"]["application/json"]["schema"], answer), (target, answer)
        unsaid = {name.lower() for name in described.get("headers", {})} - reply[1].keys() - {"drover-imputed"}
        assert not unsaid, (target, unsaid, reply[1])
        asked.add((method.lower(), path))
    assert asked == {(method, path) for path, methods in document["paths"].items() for method in methods}


def test_the_document_checker_notices_what_is_wrong(server):
    document = server.json("/openapi.json")
    schema = {"$ref": "#/components/schemas/Forecast"}
    forecast = server.json(FORECAST)
    assert not violations(document, schema, forecast)
    for name, value in (("step_s", "3600"), ("issued", "yesterday"), ("kind", "mean"), ("more", 1), ("mean_g_per_kwh", [-1])):
        assert violations(document, schema, {**forecast, name: value}), name
    del forecast["model"]
    assert violations(document, schema, forecast)


def test_it_tells_the_synthetic_grid(server):
    known = server.json(f"{INTENSITY}?from=2025-06-16T15:30:00Z&to=2025-06-16T18:00:00Z")
    assert known["values_g_per_kwh"][1:] == [192.5, None], "the golden value of 16:00, and nothing of 17:00 yet"
    assert known["synthetic"] is True
    assert server.get("/emissions/bylocation?location=SYN-DE")[1]["drover-synthetic"] == "true"
    assert "SYNTHETIC" in server.line


def test_pages_are_whole(server):
    whole = server.json("/api/v1/carbon/zones")["zones"]
    assert len(whole) == 20
    parts, cursor = [], ""
    while cursor is not None:
        page = server.json(f"/api/v1/carbon/zones?limit=7&cursor={cursor}")
        parts += page["zones"]
        cursor = page["next"]
    assert parts == whole


def test_conditional_requests(server):
    connection = server.connection()
    for target in (INTENSITY, FORECAST, "/locations", "/openapi.json", "/api/v1/carbon/zones"):
        status, headers, body = ask(connection, "GET", target)
        assert status == 200 and body and headers["etag"].startswith('"')
        again = ask(connection, "GET", target, headers={"If-None-Match": headers["etag"]})
        assert (again[0], again[2]) == (304, b""), again
        assert again[1]["etag"] == headers["etag"]
        assert ask(connection, "GET", target, headers={"If-None-Match": '"another"'})[2] == body
        assert ask(connection, "HEAD", target)[1]["etag"] == headers["etag"]
        gzip = ask(connection, "GET", target, headers={"Accept-Encoding": "gzip, br"})
        assert gzip[2] == body and "content-encoding" not in gzip[1], "a strong tag names bytes"


@pytest.mark.parametrize("target, status, parameter", [
    (f"{FORECAST}?hours=745", 400, "hours"),
    (f"{FORECAST}?at=2025-06-16T18:00:00Z", 400, "at"),
    (f"{INTENSITY}?from=1990-01-01T00:00:00Z&to=2025-01-01T00:00:00Z", 400, "to"),
    ("/api/v1/carbon/zones/SYN-US-NE-ISN/intensity", 404, "zone"),
    ("/emissions/bylocation", 400, "location"),
    ("/emissions/bylocations?" + "&".join(f"location=Z{n}" for n in range(51)), 400, "location"),
    ("/emissions/bylocation?location=SYN-DE&time=2025-13-01", 400, "time"),
    ("/emissions/forecasts/current?location=SYN-DE&windowSize=a", 400, "windowSize"),
])
def test_refusals_name_the_parameter(server, target, status, parameter):
    reply = server.get(target)
    problem = decoded(reply, status)
    assert reply[1]["content-type"] == "application/problem+json"
    assert problem["status"] == status and parameter in problem["errors"] and problem["detail"].startswith(parameter)


def test_over_long_requests_are_refused_in_json(server):
    assert decoded(server.get("/locations?x=" + "y" * 9000), 414)["detail"] == "the URL is longer than 8192 bytes"
    assert "1048576 bytes" in decoded(server.ask("POST", "/", "x" * ((1 << 20) + 1)), 413)["detail"]
    assert decoded(server.get("/nowhere"), 404)["detail"] == "there is no GET /nowhere"
    assert server.post("/emissions/forecasts/batch", [{}] * 101, 400)["errors"]["body"] == ["has 101 items; 1 to 100 are answered at once"]
    assert server.json("/healthz")["status"] == "ok"


def test_any_query_is_answered_in_json(server):
    """What no client would send: the connection stays usable and every answer is JSON."""
    random.seed(20250616)
    names = ["location", "time", "toTime", "startTime", "endTime", "windowSize", "from", "to", "at", "hours", "model", "limit", "cursor", "%00", "a%"]
    values = ["SYN-DE", "", "%ff%fe", "%", "%zz", "-1", "9" * 30, "2025-06-16T00:00:00%2B05:00", "9999-12-31T23:59:59Z", "0000-01-01T00Z", "+", "&&=", "'\"<>"]
    paths = [path for method, path, _, _ in QUESTIONS if method == "GET"]
    connection = server.connection()
    for _ in range(600):
        query = "&".join(f"{random.choice(names)}={random.choice(values)}" for _ in range(random.randrange(5)))
        path = random.choice(paths).replace("{zone}", random.choice([ZONE, "x", "%2e%2e", "%ff", "a%20b"]))
        status, headers, body = ask(connection, "GET", f"{path}?{query}")
        assert status in (200, 204, 400, 404, 409, 501), (path, query, status, body)
        assert status == 204 or json.loads(body) is not None
        assert status < 400 or headers["content-type"] == "application/problem+json"


def test_bytes_that_are_no_http_end_that_connection_only(server):
    for garbage in (b"\0" * 100, b"GET\r\n\r\n", b"\xff\xfe /x HTTP/9\r\n\r\n", b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 200 + b"\r\n"):
        with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S) as client:
            client.sendall(garbage)
            client.shutdown(socket.SHUT_WR)
            while client.recv(65536):
                pass
    assert server.json("/healthz")["status"] == "ok"


def test_two_hundred_readers_at_once(server):
    """All hold their connections at the same time, each asks several things on its own, and every answer is the right one."""
    targets = [f"{INTENSITY}?from=2025-06-15T00:00:00Z&to=2025-06-16T00:00:00Z", f"{FORECAST}?hours=48", "/locations",
               "/emissions/bylocations/best?location=SYN-DE&location=SYN-FR&time=2025-06-15T00:00:00Z&toTime=2025-06-16T00:00:00Z",
               "/emissions/forecasts/current?location=SYN-GB&windowSize=120", "/api/v1/carbon/zones?limit=5"]
    right = {target: server.get(target)[2] for target in targets}
    together = threading.Barrier(READERS, timeout=PATIENCE_S)
    faults = []

    def read(number):
        try:
            connection = server.connection()
            connection.connect()
            together.wait()  # from here on 200 connections are open
            for turn in range(8):
                target = targets[(number + turn) % len(targets)]
                status, _, body = ask(connection, "GET", target)
                if (status, body) != (200, right[target]):
                    faults.append((target, status, body[:200]))
            together.wait()
            connection.close()
        except Exception as error:  # pylint: disable=broad-except
            faults.append(error)
            together.abort()

    threads = [threading.Thread(target=read, args=(number,)) for number in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S * 4)
    assert not faults, faults[:3]
    assert not any(thread.is_alive() for thread in threads)


def test_a_store_is_served_and_what_is_imported_shows(tmp_path):
    def import_rows(*rows):
        (tmp_path / "direct.csv").write_text("datetime_utc,DE\n" + "".join(f"{row}\n" for row in rows))
        subprocess.run([DROVER, "carbon", "import", tmp_path / "direct.csv", "--store", tmp_path / "c.db"], check=True, capture_output=True, timeout=60)

    import_rows("2022-03-01T00Z,412.5", "2022-03-01T01Z,", "2022-03-01T02Z,398")
    with CarbonServer("--store", tmp_path / "c.db", "--now", "2022-03-01T04:30:00Z") as server:
        window = "/api/v1/carbon/zones/DE/intensity?from=2022-03-01T00:00:00Z&to=2022-03-01T05:00:00Z"
        known = server.json(window)
        assert known["values_g_per_kwh"] == [412.5, None, 398, None, None]
        assert known["synthetic"] is False
        assert server.json("/api/v1/carbon/zones/DE/intensity")["age_s"] == 5400
        import_rows("2022-03-01T02Z,398", "2022-03-01T03Z,401.25")
        assert server.json(window)["values_g_per_kwh"] == [412.5, None, 398, 401.25, None]
        assert server.get("/emissions/bylocation?location=DE&time=2022-03-01T01:00:00Z")[0] == 204
        assert server.json("/emissions/forecasts/current?location=DE")[0]["generatedAt"] == "2022-03-01T04:00:00Z"


def test_a_token_is_asked_for_and_never_told(tmp_path):
    token = tmp_path / "token"
    token.write_text("correct-horse-battery\n")
    token.chmod(0o600)
    with CarbonServer("--synthetic", "--now", NOW, "--token-file", token) as server:
        refused = server.get("/locations")
        assert decoded(refused, 401)["status"] == 401 and refused[1]["www-authenticate"] == "Bearer"
        for wrong in ("correct-horse-batter", "correct-horse-battery1", "", "Basic x"):
            assert server.get("/locations", {"Authorization": f"Bearer {wrong}"})[0] == 401
        assert server.get("/locations", {"Authorization": "Bearer correct-horse-battery"})[0] == 200
        assert server.get("/healthz")[0] == 200
    assert "horse" not in server.log + server.line


@pytest.mark.parametrize("options, words", [
    (["--synthetic", "--listen", "0.0.0.0:0"], "--listen: '0.0.0.0' is not a loopback address"),
    (["--synthetic", "--listen", "localhost"], "--listen: 'localhost' is not an address and port"),
    (["--store", "none.db"], "there is no carbon store none.db"),
    (["--synthetic", "--now", "later"], "--now"),
    (["--synthetic", "--token-file", "none"], "--token-file"),
    (["--synthetic", "--tls-cert", "a.pem"], "--tls-cert requires --tls-key"),
    (["--synthetic", "--tls-cert", "a.pem", "--tls-key", "b.pem"], "a.pem"),
    (["--synthetic", "--scope", "all"], "--scope"),
    ([], "--store DB or --synthetic"),
])
def test_wrong_options_say_what_to_do(options, words, tmp_path):
    done = subprocess.run([DROVER, "carbon", "serve", *options], capture_output=True, text=True, timeout=60, cwd=tmp_path, check=False)
    assert done.returncode in (2, 3) and words in done.stderr, done


def test_https_needs_no_client_certificate(tmp_path):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", tmp_path / "key.pem", "-out", tmp_path / "cert.pem"],
                   check=True, capture_output=True, timeout=60)
    with CarbonServer("--synthetic", "--now", NOW, "--tls-cert", tmp_path / "cert.pem", "--tls-key", tmp_path / "key.pem") as server:
        told = subprocess.run(["curl", "-sS", "--cacert", tmp_path / "cert.pem", f"https://127.0.0.1:{server.port}/healthz"],
                              capture_output=True, text=True, timeout=60, check=True)
        assert json.loads(told.stdout)["status"] == "ok"


def test_the_controller_answers_the_same_for_its_operator(tmp_path):
    """About the cluster's carbon data and by the cluster's clock; nobody else is let in."""
    clock = "clock: {mode: simulated, start: 2025-06-16T16:20:00Z}\n"
    with Cluster(tmp_path, nodes=["n1"], name="carbon-api", extra=clock) as cluster:
        address = json.loads((cluster.dir / "controller.json").read_text())["address"]

        def curl(target, *options, who="operator"):
            ca = cluster.dir / "ca"
            done = subprocess.run(["curl", "-sS", "--cacert", ca / "ca.crt", "--cert", ca / f"{who}.crt", "--key", ca / f"{who}.key",
                                   "-w", "\n%{http_code}", *options, f"https://{address}{target}"],
                                  capture_output=True, text=True, timeout=60, check=True)
            body, _, status = done.stdout.rpartition("\n")
            return int(status), json.loads(body)

        status, document = curl("/openapi.json")
        assert status == 200
        for method, path, target, body in QUESTIONS:
            status, answer = curl(target, "-X", method, *(["-d", json.dumps(body)] if body is not None else []))
            schema = document["paths"][path][method.lower()]["responses"]["200"]["content"]["application/json"]["schema"]
            assert status == 200 and not violations(document, schema, answer), (target, status, answer)
        assert curl(INTENSITY)[1]["at"] == "2025-06-16T16:00:00Z"
        assert curl("/locations", who="controller")[0] == 403
