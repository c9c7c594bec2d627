"""Measuring: a server as it is run, a client with many hands, percentiles, memory.

The client is a process of its own with a thread for each hand. It shares the machine with the
server, as everything in a small office does; ratios to the constant page take that out.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
CLIENTS = 16


Hand = tuple[str, str]
"""Someone signed in: the cookie, and the prefix of their community."""


@dataclass(frozen=True)
class Load:
    """What one address answered under one kind of load. Times are in milliseconds."""

    rate: float
    p50: float
    p95: float
    bytes: int
    bad: int


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def timed(calls: Sequence[Callable[[], object]]) -> list[float]:
    """Milliseconds that each call took."""
    took = []
    for call in calls:
        began = time.perf_counter()
        call()
        took.append((time.perf_counter() - began) * 1000)
    return took


@contextlib.contextmanager
def server(port: int, workers: int = 2) -> Iterator[int]:
    """The web server as `linshuo run` starts it, once it answers; yields its process id."""
    from linshuo.config.serve import answers, port_is_free, web

    if not port_is_free(HOST, port):
        raise SystemExit(f"something else listens on port {port}: it would be measured instead")
    child = web(HOST, port, workers)
    child.start()
    assert child.process is not None
    try:
        for _ in range(300):
            if answers(HOST, port):
                break
            if child.process.poll() is not None:
                raise SystemExit(f"the server ended with code {child.process.returncode}")
            time.sleep(0.1)  # nothing to wait on: the server says nothing when it is ready
        yield child.process.pid
    finally:
        child.signal(signal.SIGTERM)
        child.process.wait(20)


def memory(pid: int) -> list[float]:
    """Resident megabytes of each process below `pid` that serves: its children, and theirs."""
    found = []
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            status = Path(f"/proc/{child}/status").read_text()
            resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
            found.append(int(resident.split()[1]) / 1024)
    return found


def load(
    port: int, paths: Sequence[str], hands: Sequence[Hand], seconds: float, again: bool = False
) -> Load:
    """Let each hand ask for the paths in turn for some seconds, from another process.

    `{prefix}` in a path stands for the prefix of the hand's own community. With `again`, each
    behaves as a browser that kept the page and asks whether it has changed; any answer but 200 is
    bad, and so is 304 to whoever did not ask that.
    """
    order = json.dumps([port, list(paths), list(hands), seconds, again])
    command = [sys.executable, "-m", "bench.meter"]
    done = subprocess.run(command, input=order, capture_output=True, text=True, check=True)
    return Load(**json.loads(done.stdout))


def _client(
    port: int, paths: list[str], hands: list[Hand], seconds: float, again: bool = False
) -> Load:
    took: list[float] = []
    sizes: list[int] = []
    bad: list[int] = []
    fine = {200, 304} if again else {200}
    begin = time.perf_counter() + 0.2
    end = begin + seconds

    def ask(turn: int, cookie: str, prefix: str) -> None:
        connection = http.client.HTTPConnection(HOST, port, timeout=60)
        always = {"Cookie": cookie, "Accept-Language": "zh-hans"}
        kept: dict[str, str] = {}
        while (now := time.perf_counter()) < end:
            path = paths[turn % len(paths)].replace("{prefix}", prefix)
            known = {"If-None-Match": kept[path]} if path in kept else {}
            connection.request("GET", path, headers=always | known)
            answer = connection.getresponse()
            body = answer.read()
            if again and answer.status == 200:
                kept[path] = answer.headers["ETag"]
            turn += 1
            if now < begin:
                continue  # a first page finds caches cold
            took.append((time.perf_counter() - now) * 1000)
            sizes.append(len(body))
            if answer.status not in fine:
                bad.append(answer.status)

    # Each begins at another place, so that nobody follows in another's steps through warm caches.
    stride = max(1, len(paths) // len(hands))
    threads = [
        threading.Thread(target=ask, args=(n * stride, *hand)) for n, hand in enumerate(hands)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Load(
        rate=len(took) / seconds,
        p50=percentile(took, 0.5),
        p95=percentile(took, 0.95),
        bytes=round(sum(sizes) / max(len(sizes), 1)),
        bad=len(bad),
    )


def machine() -> str:
    """The machine in a few words."""
    import platform

    release = Path("/etc/os-release")
    lines = release.read_text().splitlines() if release.exists() else []
    system = next((line for line in lines if line.startswith("PRETTY_NAME")), platform.system())
    cpu = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    model = next((line for line in cpu if line.startswith("model name")), "unknown CPU")
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} × {model.partition(':')[2].strip() or model}, {gigabytes:.0f} GB,"
        f" {system.partition('=')[2].strip(chr(34)) or system}, Python {platform.python_version()}"
    )


if __name__ == "__main__":
    print(json.dumps(vars(_client(*json.load(sys.stdin)))))
