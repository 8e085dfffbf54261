"""Opens connections to a Redis one after the other on some threads, asks each one thing, and prints what became of them as JSON.

usage: connections.py ADDRESS UNTIL_FILE
"""

import json
import os
import socket
import sys
import threading

THREADS = 4


def ask(address):
    with socket.create_connection((address, 6379), timeout=20) as one:
        one.sendall(b"PING\r\n")
        answer = one.recv(64)
        assert answer == b"+PONG\r\n", answer


def work(address, until, outcomes):
    while not os.path.exists(until):
        try:
            ask(address)
            outcomes.append("")
        except (OSError, AssertionError) as error:
            outcomes.append(repr(error))


def main():
    address, until = sys.argv[1:]
    outcomes = []
    threads = [threading.Thread(target=work, args=(address, until, outcomes)) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({"connections": len(outcomes), "errors": [one for one in outcomes if one][:10]}))


if __name__ == "__main__":
    main()
