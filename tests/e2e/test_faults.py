"""What fails outside the program: told in one line, nothing acknowledged that is not kept."""

from __future__ import annotations

import json
import resource
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from house import furnish
from matinee.stores import open_stores
from matinee.types import ProfileId
from served import Connection, Server, now, served

_UNSHARE = ["unshare", "--mount", "sh", "-c"]


def may_mount() -> bool:
    """Whether this user may mount file systems that nobody else sees."""
    if shutil.which("unshare") is None:
        return False
    tried = [*_UNSHARE, "mount -t tmpfs -o size=64k tmpfs /mnt"]
    return subprocess.run(tried, check=False, capture_output=True).returncode == 0


needs_mounts = pytest.mark.skipif(not may_mount(), reason="no right to mount file systems here")


def matinee(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "matinee", *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)


def refused(ran: subprocess.CompletedProcess[str], *words: str) -> None:
    """One line on standard error that says these words, and exit code 2."""
    assert (ran.returncode, len(ran.stderr.splitlines())) == (2, 1), ran.stderr
    assert [word for word in words if word not in ran.stderr] == [], ran.stderr


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with closing(open_stores(tmp_path / "home")) as stores:
        furnish(stores, profiles=2)
    return tmp_path / "home"


@pytest.fixture
def server(home: Path) -> Iterator[Server]:
    with served(home, "[server]\nworkers = 1\n") as server:
        yield server


def searches(name: str, count: int, *, size: int = 5) -> list[dict[str, Any]]:
    return [
        {
            "event_id": f"{name}-{n}",
            "kind": "search_query",
            "profile_id": "p0",
            "at": now().iso,
            "query": "q" * size,
        }
        for n in range(count)
    ]


def held(home: Path) -> int:
    with closing(open_stores(home)) as stores:
        return stores.log.counts([ProfileId("p0")])[0]


def test_a_second_server_of_a_folder_is_refused_and_readers_are_not(
    home: Path, server: Server
) -> None:
    refused(matinee("serve", "--home", home, "--port", 0), "another server serves", str(home))
    assert matinee("events", "count", "--home", home).returncode == 0
    assert server.connect().get("/healthz") == {"status": "alive"}


def test_a_folder_can_be_served_again_after_its_server_was_killed(home: Path) -> None:
    with served(home, "[server]\nworkers = 1\n") as server:
        server.process.kill()
        server.process.wait()
    with served(home, "[server]\nworkers = 1\n") as server:
        assert server.connect().get("/healthz") == {"status": "alive"}


@pytest.mark.parametrize("more", [(), ("--no-serve",)])
def test_a_served_folder_cannot_be_started_over(
    home: Path, server: Server, more: tuple[str, ...]
) -> None:
    before = {path.name for path in home.iterdir()}
    refused(matinee("demo", "--fresh", "--home", home, "--port", 0, *more), "another server")
    assert before <= {path.name for path in home.iterdir()}  # the server may add its own


def test_a_taken_port_is_told_before_anything_is_prepared(tmp_path: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        ran = matinee("demo", "--home", tmp_path / "new", "--port", port)
    refused(ran, f"port {port}", "--port")
    assert list((tmp_path / "new").iterdir()) == []


def post(connection: Connection, events: list[dict[str, Any]]) -> tuple[int, Any]:
    return connection.ask("POST", "/v1/events", {"events": events})


def test_events_are_not_acknowledged_while_their_file_cannot_grow(
    home: Path, server: Server
) -> None:
    connection = server.connect()
    before, during = searches("before", 3), searches("during", 500, size=900)
    assert post(connection, before)[0] == 200
    written = (home / "matinee.db-wal").stat().st_size
    hard = resource.prlimit(connection.worker, resource.RLIMIT_FSIZE)[1]
    resource.prlimit(connection.worker, resource.RLIMIT_FSIZE, (written, hard))
    status, problem = post(connection, during)
    assert (status, problem["status"]) == (503, 503)
    assert "later" in problem["detail"]
    resource.prlimit(connection.worker, resource.RLIMIT_FSIZE, (hard, hard))
    assert post(connection, before)[1]["duplicates"] == 3
    assert post(connection, during)[1]["stored"] == 500
    assert connection.get("/v1/profiles/p0")["events"] == held(home)


@contextmanager
def on_a_small_disk(home: Path, megabytes: int) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Serve a copy of a folder that lies on a disk of its own; yield where we see it."""
    place = home.parent / "small"
    place.mkdir()
    steps = (
        f"mount -t tmpfs -o size={megabytes}m tmpfs {place} && cp -r {home}/. {place} &&"
        f" exec {sys.executable} -m matinee serve --workers 1 --port 0 --home {place}"
    )
    with subprocess.Popen([*_UNSHARE, steps], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process, Path(f"/proc/{process.pid}/root{place}")
        finally:
            process.terminate()


@needs_mounts
def test_a_full_disk_answers_507_and_keeps_what_was_acknowledged(home: Path) -> None:
    with on_a_small_disk(home, 12) as (process, seen):
        assert process.stdout is not None
        port = int(process.stdout.readline().split()[0].rstrip("/").rpartition(":")[2])
        ballast = seen / "ballast"
        ballast.write_bytes(bytes(5 * 2**20))
        connection = Connection(port)
        batches = [searches(f"batch{k}", 500, size=900) for k in range(20)]
        answers = [post(connection, batch)[0] for batch in batches]
        assert set(answers) == {200, 507}
        assert answers.index(507) == answers.count(200)
        connection.get("/v1/profiles?limit=1")
        ballast.unlink()
        kept = [post(connection, batch)[1] for batch in batches[: answers.count(200)]]
        assert {answer["duplicates"] for answer in kept} == {500}
        refused_before = batches[answers.index(507)]
        assert post(connection, refused_before)[1]["stored"] == 500
        connection.close()


@needs_mounts
@pytest.mark.parametrize("command", ["serve --port 0", "events count", "init"])
def test_a_read_only_folder_is_told_in_one_line(home: Path, command: str) -> None:
    steps = (
        f"mount --bind {home} {home} && mount -o remount,ro,bind {home} &&"
        f" exec {sys.executable} -m matinee {command} --home {home}"
    )
    ran = subprocess.run([*_UNSHARE, steps], check=False, capture_output=True, text=True)
    refused(ran, str(home), "Read-only file system", "let this user write")


@needs_mounts
def test_the_doctor_looks_on_in_a_read_only_folder(home: Path) -> None:
    steps = (
        f"mount --bind {home} {home} && mount -o remount,ro,bind {home} &&"
        f" exec {sys.executable} -m matinee doctor --json - --home {home}"
    )
    ran = subprocess.run([*_UNSHARE, steps], check=False, capture_output=True, text=True)
    findings = {one["check"]: one for one in json.loads(ran.stdout)["findings"]}
    assert (ran.returncode, findings["folder"]["ok"]) == (1, False)
    assert findings["matinee.db"]["detail"].startswith("whole")
