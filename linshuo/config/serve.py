"""`linshuo run`: the web server and the worker as one thing that starts and stops together."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import FrameType

#: Seconds a child is given to finish what it is doing.
GRACE = 15.0
#: A child that lived this long is started again when it dies; one that dies sooner ends the run.
LONG_ENOUGH = 10.0


@dataclass
class Child:
    """One process of the house: a name to speak of, and how it is started."""

    name: str
    command: list[str]
    started: float = 0.0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start it in a process group of its own, so that Ctrl-C reaches the supervisor alone."""
        self.started = time.monotonic()
        # Where there is setpriv (Linux), the kernel ends the child if the supervisor is killed.
        leash = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
        self.process = subprocess.Popen([*leash, *self.command], start_new_session=True)

    def signal(self, number: int) -> None:
        """Send a signal to it and to what it has started."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, number)


class Supervisor:
    """Keeps children running until it is told to stop; one that cannot run ends them all."""

    def __init__(self, children: Iterable[Child], *, grace: float = GRACE) -> None:
        self.children = list(children)
        self._grace = grace
        self._stop = threading.Event()

    def run(self, ready: Callable[[], bool] = lambda: False, announce: str = "") -> int:
        """Start the children, print `announce` once `ready()` says so, and stay until the end.

        Returns 0 after SIGINT or SIGTERM, else the code of the child that could not run.
        """
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._asked_to_stop)
        code = 0
        try:
            for child in self.children:
                child.start()
            while not code and not self._stop.wait(0.2):
                if announce and ready():
                    print(announce, flush=True)
                    announce = ""
                code = self._restart_dead()
        finally:
            self._end()
        return code

    def stop(self) -> None:
        """End the run from another thread."""
        self._stop.set()

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self._stop.set()

    def _restart_dead(self) -> int:
        for child in self.children:
            code = child.process.poll() if child.process else None
            if code is None:
                continue
            if time.monotonic() - child.started < LONG_ENOUGH:
                print(f"The {child.name} stopped at once (code {code}); stopping the rest.",
                      file=sys.stderr)  # fmt: skip
                return code if code > 0 else 1
            print(f"The {child.name} stopped (code {code}); starting it again.", file=sys.stderr)
            child.start()
        return 0

    def _end(self) -> None:
        deadline = time.monotonic() + self._grace
        for child in self.children:
            child.signal(signal.SIGTERM)
        for child in self.children:
            if child.process is None:
                continue
            try:
                child.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.signal(signal.SIGKILL)
                child.process.wait()


def web(host: str, port: int, workers: int) -> Child:
    """The web server: WSGI, one thread a process, which served most requests when measured."""
    return Child(
        "web server",
        [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws",
            "--host", host, "--port", str(port), "--workers", str(workers),
            "--blocking-threads", "1", "--respawn-failed-workers", "--log-level", "warning",
            "--workers-kill-timeout", "10", "linshuo.config.wsgi:application",
        ],
    )  # fmt: skip


def reloading_web(host: str, port: int) -> Child:
    """Django's own server, which starts again when the code changes; for developers."""
    at = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return Child("web server", [sys.executable, "-m", "django", "runserver", at])


def worker() -> Child:
    """The worker with the clock in it."""
    return Child("worker", [sys.executable, "-m", "linshuo.config.cli", "worker"])


def port_is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def answers(host: str, port: int) -> bool:
    """Whether a web server speaks HTTP there; what it says does not matter."""
    to = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    ask = http.client.HTTPConnection(to, port, timeout=5)
    try:
        ask.request("HEAD", "/healthz")
        ask.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        ask.close()
    return True
