"""A small server that speaks the protocol of clamd, as far as a registry asks."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import contextmanager

#: What every scanner reports, put together here so that no scanner reports this file.
MARKER = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"


@contextmanager
def scanner_server(most=10**9, answer=None):
    """Answer on a free port until the block ends; yield its address and the list of what it was sent."""
    received = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        host, port = listening.getsockname()
        thread = threading.Thread(target=_serve, args=(listening, received, most, answer), daemon=True)
        thread.start()
        yield f"{host}:{port}", received
        # Closing does not wake up who waits for a connection.
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(10)


def _serve(listening, received, most, answer):
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        with connection, connection.makefile("rb") as file:
            connection.sendall(_verdict(file, received, most, answer))


def _verdict(file, received, most, answer):
    command = b""
    while not command.endswith(b"\0"):
        command += file.read(1)
    if command != b"zINSTREAM\0":
        return b"UNKNOWN COMMAND\0"
    data = b""
    while length := struct.unpack("!I", file.read(4))[0]:
        if len(data) + length > most:
            return b"INSTREAM size limit exceeded. ERROR\0"
        data += file.read(length)
    received.append(data)
    if answer is not None:
        return answer
    return b"stream: Eicar-Signature FOUND\0" if MARKER in data else b"stream: OK\0"
