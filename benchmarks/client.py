"""One HTTP client of a benchmark, run as a process of its own so that clients do not share one interpreter.

It reads its job as a line of JSON, says that it is connected, waits for a line, asks for its paths one after another
over one connection, and writes what it saw as a line of JSON. It imports nothing of the registry.
"""

from __future__ import annotations

import http.client
import json
import sys
import time


def main():
    job = json.loads(sys.stdin.readline())
    paths = job["paths"]
    connection = http.client.HTTPConnection("127.0.0.1", job["port"], timeout=120)
    connection.connect()
    print("ready", flush=True)
    sys.stdin.readline()
    latencies, failures = [], {}
    used, begun = time.process_time(), time.perf_counter()
    for place in range(job["requests"]):
        asked = time.perf_counter()
        if asked - begun > job["seconds"]:
            break
        connection.request("GET", paths[(job["start"] + place) % len(paths)])
        answer = connection.getresponse()
        answer.read()
        latencies.append(time.perf_counter() - asked)
        if answer.status != 200:
            failures[answer.status] = failures.get(answer.status, 0) + 1
    seen = {
        "latencies": latencies,
        "failures": failures,
        "seconds": time.perf_counter() - begun,
        "cpu": time.process_time() - used,
    }
    print(json.dumps(seen), flush=True)


if __name__ == "__main__":
    main()
