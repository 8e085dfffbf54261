"""Runs the real `drover carbon serve` and asks it over plain sockets, as any HTTP client would.

    with CarbonServer("--synthetic", "--now", "2025-06-16T16:20:00Z") as server:
        status, headers, body = server.get("/locations")
"""

import http.client
import json
import os
import re
import signal
import subprocess

DROVER = os.path.join(os.environ.get("DROVER_BIN", ""), "drover")
PATIENCE_S = 30


class CarbonServer:
    def __init__(self, *options):
        self.options = options
        self.process = None
        self.port = None
        self.line = ""

    def __enter__(self):
        self.process = subprocess.Popen([DROVER, "carbon", "serve", "--listen", "127.0.0.1:0", *map(str, self.options)],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.line = self.process.stdout.readline()
        told = re.match(r"serving https?://127\.0\.0\.1:(\d+)/ ", self.line)
        if not told:
            self.process.kill()
            raise AssertionError(f"does not serve: {self.line}{self.process.stderr.read()}")
        self.port = int(told.group(1))
        return self

    def __exit__(self, kind, error, trace):
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        self.log = self.process.stderr.read()
        if kind is None:
            assert code == 0, f"ended with {code}: {self.log}"

    def connection(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)

    def ask(self, method, target, body=None, headers=None):
        """Status, headers with lower-case names, body as bytes."""
        return ask(self.connection(), method, target, body, headers)

    def get(self, target, headers=None):
        return self.ask("GET", target, headers=headers)

    def json(self, target, status=200):
        return decoded(self.get(target), status)

    def post(self, target, value, status=200):
        return decoded(self.ask("POST", target, json.dumps(value), {"Content-Type": "application/json"}), status)


def ask(connection, method, target, body=None, headers=None):
    connection.request(method, target, body, headers or {})
    reply = connection.getresponse()
    return reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read()


def decoded(reply, status=200):
    assert reply[0] == status, reply
    return json.loads(reply[2])


def violations(document, schema, value, place="answer"):
    """What of `value` does not fit the schema: the part of JSON Schema that our document uses."""
    if "$ref" in schema:
        target = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        return violations(document, target, value, place)
    if "oneOf" in schema:
        fitting = [one for one in schema["oneOf"] if not violations(document, one, value, place)]
        return [] if len(fitting) == 1 else [f"{place}: fits {len(fitting)} of the alternatives"]
    names = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}
    kind = names[type(value)]
    if kind == "number" and value.is_integer():
        kind = "integer"
    allowed = schema.get("type", kind)
    allowed = [allowed] if isinstance(allowed, str) else allowed
    if kind not in allowed and not (kind == "integer" and "number" in allowed):
        return [f"{place}: {kind} is not {allowed}"]
    found = []
    if "enum" in schema and value not in schema["enum"] or "const" in schema and value != schema["const"]:
        found.append(f"{place}: {value!r} is not allowed")
    if "minimum" in schema and value is not None and value < schema["minimum"]:
        found.append(f"{place}: {value} is too small")
    if "pattern" in schema and not re.search(schema["pattern"], value):
        found.append(f"{place}: {value!r} does not match")
    if schema.get("format") == "date-time" and not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", value):
        found.append(f"{place}: {value!r} is not a time")
    if kind == "object":
        found += [f"{place}: {name} is missing" for name in schema.get("required", []) if name not in value]
        for name, inner in value.items():
            known = schema.get("properties", {}).get(name, schema.get("additionalProperties", {}))
            found += [f"{place}: {name} is not described"] if known is False else violations(document, known, inner, f"{place}.{name}")
    if kind == "array":
        for index, inner in enumerate(value):
            found += violations(document, schema.get("items", {}), inner, f"{place}[{index}]")
    return found
