#!/usr/bin/env python3
"""How many requests `drover carbon serve` answers per second over many kept connections, and how long each waits.

    ./dev shell -- env DROVER_BIN=build/release/bin python3 tests/bench/carbon_api.py --connections 200 --seconds 5

Each connection asks again as soon as it has its answer. The client is several processes with an event loop each, and takes its share of the
machine: the figures are a lower bound. Every answer must have status 200 and the length of the first one.
"""

import argparse
import json
import multiprocessing
import pathlib
import selectors
import socket
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "e2e"))
from carbon_server import CarbonServer  # pylint: disable=wrong-import-position

ZONE = "/api/v1/carbon/zones/SYN-US-NE-ISNE"
QUESTIONS = {
    "latest value": f"{ZONE}/intensity",
    "a day of values": f"{ZONE}/intensity?from=2025-06-15T00:00:00Z&to=2025-06-16T00:00:00Z",
    "a year of values": f"{ZONE}/intensity?from=2024-06-15T00:00:00Z&to=2025-06-15T00:00:00Z",
    "forecast of 48 h": f"{ZONE}/forecast?hours=48",
}


class Reader:
    """One connection, one request under way."""

    def __init__(self, port, request, length):
        self.request = request
        self.length = length
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.received = 0
        self.sent_at = 0.0

    def ask(self):
        self.received = 0
        self.sent_at = time.perf_counter()
        self.socket.sendall(self.request)

    def take(self):
        """Whether the answer is complete."""
        chunk = self.socket.recv(1 << 20)
        if not chunk or (self.received == 0 and not chunk.startswith(b"HTTP/1.1 200 ")):
            raise ConnectionError(f"no answer: {chunk[:80]}")
        self.received += len(chunk)
        if self.received > self.length:
            raise ConnectionError("the answer is longer than the first one")
        return self.received == self.length


def run(port, target, connections, seconds, results):
    request = f"GET {target} HTTP/1.1\r\nHost: bench\r\n\r\n".encode()
    readers = [Reader(port, request, length_of(port, request)) for _ in range(connections)]
    selector = selectors.DefaultSelector()
    waits = []
    for reader in readers:
        selector.register(reader.socket, selectors.EVENT_READ, reader)
    begin = time.perf_counter()
    for reader in readers:
        reader.ask()
    under_way = connections
    while under_way:
        for key, _ in selector.select():
            if key.data.take():
                now = time.perf_counter()
                waits.append(now - key.data.sent_at)
                if now - begin < seconds:
                    key.data.ask()
                else:
                    under_way -= 1
    results.put((waits, time.perf_counter() - begin))


def length_of(port, request):
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(request)
        received = b""
        while b"\r\n\r\n" not in received:
            received += client.recv(65536)
        head = received[:received.index(b"\r\n\r\n") + 4]
        return len(head) + int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])


def measure(port, target, options):
    results = multiprocessing.Queue()
    share = options.connections // options.processes
    clients = [multiprocessing.Process(target=run, args=(port, target, share, options.seconds, results)) for _ in range(options.processes)]
    for client in clients:
        client.start()
    done = [results.get(timeout=options.seconds * 10 + 60) for _ in clients]
    for client in clients:
        client.join()
    waits = sorted(wait for part, _ in done for wait in part)
    return {"requests": len(waits), "per_second": round(sum(len(part) / span for part, span in done)),
            "p50_ms": round(waits[len(waits) // 2] * 1e3, 2), "p99_ms": round(waits[len(waits) * 99 // 100] * 1e3, 2),
            "max_ms": round(waits[-1] * 1e3, 2)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connections", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    with CarbonServer("--synthetic", "--now", "2025-06-16T16:20:00Z") as server:
        begin = time.perf_counter()
        server.json(f"{ZONE}/forecast")
        print(json.dumps({"question": "first forecast of a zone", "ms": round((time.perf_counter() - begin) * 1e3, 1)}))
        for name, target in QUESTIONS.items():
            print(json.dumps({"question": name, "connections": options.connections, **measure(server.port, target, options)}), flush=True)


if __name__ == "__main__":
    main()
