"""Real server processes of the registry, on free ports of the loopback address."""

from __future__ import annotations

import os
import socket
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

from tests.helpers.processes import ROOT, Forked, finished


def environment(settings):
    """Return the environment in which a command works on the registry of `settings`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REGISTRY_")}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "REGISTRY_INSTANCE": str(settings.instance),
        "REGISTRY_SEARCH_INDEX": str(settings.search_index),
        "REGISTRY_DATABASE_URL": settings.effective_database_url,
        "REGISTRY_SECRET_KEY": "only-for-tests",
    }


def command(settings, *arguments, **more):
    """Run `registry` with these arguments and more settings in its environment; return the finished process."""
    return finished({**environment(settings), **more}, arguments=arguments)


def script(settings, code, **more):
    """Run Python code in a process of its own; return the finished process."""
    return finished({**environment(settings), **more}, code=code)


def free_port():
    """Return a port of the loopback address on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def server(settings, **more):
    """Run a server; yield its address when it is ready, and end it afterwards."""
    with serving(settings, **more) as (address, _):
        yield address


@contextmanager
def serving(settings, **more):
    """Run a server with more settings in its environment; yield its address and its process."""
    port = free_port()
    process = Forked(
        {**environment(settings), **more},
        arguments=["serve", "--port", str(port)],
        errors=settings.instance / "server.log",
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(1500):
            try:
                if get(f"{address}/readyz")[0] == 200:
                    break
            except OSError:
                pass
            assert process.poll() is None, "the server ended"
            time.sleep(0.02)
        yield address, process
    finally:
        process.kill()
        process.wait()


def get(address, **headers):
    """Return (status, text) of a page."""
    request = urllib.request.Request(address, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
