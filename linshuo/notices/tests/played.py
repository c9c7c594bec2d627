"""A server on this machine that plays 企业微信, 钉钉 and an SMS gateway; and one that is down."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Heard:
    """One request that came in."""

    path: str
    query: dict[str, str]
    body: Any

    @property
    def text(self) -> str:
        """What a robot was told to say."""
        return str(self.body["text"]["content"])


@dataclass
class Played:
    """What came in, and what is answered from now on."""

    host: str = ""
    heard: list[Heard] = field(default_factory=list)
    status: int = 200
    answer: bytes = b'{"errcode": 0, "errmsg": "ok"}'
    location: str = ""

    @property
    def wecom(self) -> str:
        return f"http://{self.host}/cgi-bin/webhook/send?key=693a91f6-7xxx"

    @property
    def dingtalk(self) -> str:
        return f"http://{self.host}/robot/send?access_token=5ad2f1"

    @property
    def sms(self) -> str:
        return f"json://{self.host}/sms?:to={{phone}}&:message=text"


@contextmanager
def playing() -> Iterator[Played]:
    """The server, for as long as the block runs."""
    played = Played()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            parts = urlsplit(self.path)
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            query = {key: values[0] for key, values in parse_qs(parts.query).items()}
            played.heard.append(Heard(parts.path, query, json.loads(raw)))
            self.send_response(played.status)
            if played.location:
                self.send_header("Location", played.location)
            self.send_header("Content-Length", str(len(played.answer)))
            self.end_headers()
            self.wfile.write(played.answer)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    played.host = f"127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield played
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def nobody_listens() -> int:
    """A port of this machine on which nothing answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@dataclass
class Calls:
    """How often somebody called at a port."""

    port: int = 0
    n: int = 0


@contextmanager
def refusing() -> Iterator[Calls]:
    """A mail server that takes nobody's mail."""
    calls = Calls()
    server = socket.create_server(("127.0.0.1", 0))
    calls.port = server.getsockname()[1]

    def answer() -> None:
        while True:
            try:
                caller, _address = server.accept()
            except OSError:
                return
            with caller:
                calls.n += 1
                caller.sendall(b"421 out of order\r\n")

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield calls
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()
