"""Server and worker start together, stay together, and stop together."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from linshuo.config import serve
from linshuo.config.serve import Child, Supervisor

pytestmark = pytest.mark.once

STAY = "import time; time.sleep(600)"
LEAVE = "raise SystemExit(3)"
CHILD = [sys.executable, "-c", "import time; print('here', flush=True); time.sleep(20); print(1)"]
DEAF = (
    "import pathlib, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "pathlib.Path('{}').touch(); time.sleep(600)"
)


def child(script: str) -> Child:
    return Child("child", [sys.executable, "-c", script])


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    """The supervisor takes the signals over; give them back."""
    before = {n: signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def gone(child: Child) -> bool:
    return child.process is not None and child.process.poll() is not None


def test_child_that_cannot_run_ends_the_others(capfd: pytest.CaptureFixture[str]) -> None:
    stays, leaves = child(STAY), child(LEAVE)
    assert Supervisor([stays, leaves]).run() == 3
    assert gone(stays)
    assert "The child stopped at once (code 3)" in capfd.readouterr().err


def test_child_that_dies_later_is_started_again(capfd: pytest.CaptureFixture[str]) -> None:
    stays, victim = child(STAY), child(STAY)
    supervisor = Supervisor([stays, victim])
    pids = []

    def ready() -> bool:
        assert victim.process
        pids.append(victim.process.pid)
        if len(set(pids)) == 1:
            victim.started -= serve.LONG_ENOUGH
            victim.signal(signal.SIGKILL)
        else:
            supervisor.stop()
        return False

    assert supervisor.run(ready, "never said") == 0
    assert len(set(pids)) == 2
    assert gone(stays) and gone(victim)
    out = capfd.readouterr()
    assert "starting it again" in out.err
    assert "never said" not in out.out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_stops_all(number: int, capfd: pytest.CaptureFixture[str]) -> None:
    children = [child(STAY), child(STAY)]

    def ready() -> bool:
        os.kill(os.getpid(), number)
        return True

    assert Supervisor(children).run(ready, "the address") == 0
    assert all(gone(one) for one in children)
    assert "the address" in capfd.readouterr().out


def test_child_that_does_not_listen_is_ended(tmp_path: Path) -> None:
    mark = tmp_path / "deaf"
    deaf = child(DEAF.format(mark))
    supervisor = Supervisor([deaf], grace=0.2)

    def ready() -> bool:
        if mark.exists():
            supervisor.stop()
        return False

    assert supervisor.run(ready, "never said") == 0
    assert deaf.process
    assert deaf.process.returncode == -signal.SIGKILL


@pytest.mark.skipif(not shutil.which("setpriv"), reason="needs Linux's setpriv")
def test_children_do_not_outlive_a_supervisor_that_is_killed() -> None:
    script = f"from linshuo.config.serve import *; Supervisor([Child('x', {CHILD!r})]).run()"
    running = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert running.stdout
    assert running.stdout.readline() == "here\n"
    running.kill()
    running.wait()
    assert running.stdout.read() == ""  # the end, which comes when the child has gone
    running.stdout.close()


def test_port_that_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not serve.port_is_free("127.0.0.1", port)
        threading.Thread(target=lambda: taken.accept()[0].close(), daemon=True).start()
        assert not serve.answers("127.0.0.1", port)  # it listens, and does not speak HTTP
    assert serve.port_is_free("127.0.0.1", port)


def test_house_starts_answers_and_stops(tmp_path: Path) -> None:
    """`linshuo migrate`, `linshuo run`, a page, Ctrl-C: as whoever keeps the server does it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "LINSHUO_DATA": str(tmp_path / "data"),
        "LINSHUO_DATABASE_URL": "",
        "LINSHUO_TEST_DB": "",
        "LINSHUO_WORKERS": "1",
        "PORT": str(port),
    }
    linshuo = [sys.executable, "-m", "linshuo.config.cli"]
    subprocess.run([*linshuo, "migrate"], env=environment, capture_output=True, check=True)
    running = subprocess.Popen([*linshuo, "run"], env=environment, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)  # fmt: skip
    try:
        assert running.stdout
        assert f"http://127.0.0.1:{port}/" in running.stdout.readline()
        assert serve.answers("127.0.0.1", port)
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=30)
    finally:
        running.kill()
        running.wait()
    assert (running.returncode, err) == (0, "")
    assert serve.port_is_free("127.0.0.1", port)
