"""Between the last write and the acknowledgement the disk is waited for: seen from outside."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from matinee.stores import open_stores
from matinee.testing.stores_samples import furnish

_APPEND = """
import os, sys
from pathlib import Path
from matinee.stores import open_stores
from matinee.testing.stores_samples import NOW, event
stores = open_stores(Path(sys.argv[1]))
os.write(2, b"BEGIN\\n")
for k in range(3):
    assert stores.log.append([event(f"e{k}")], now=NOW).count("stored") == 1
    os.write(2, f"ACK {k}\\n".encode())
stores.decisions.write("page-1", "ann", NOW, b"a record")  # the file's first write is synced
os.write(2, b"DECIDE\\n")
stores.decisions.write("page-2", "ann", NOW, b"a record")
os.write(2, b"END\\n")
stores.close()
"""


def traced(home: Path, log: Path) -> list[str]:
    """Return the calls that write, sync or acknowledge, in order, as one word each."""
    calls = "trace=fsync,fdatasync,sync_file_range,write,pwrite64,pwritev"
    command = ["strace", "-f", "-y", "-s", "16", "-e", calls, "-o", log, sys.executable]
    ran = subprocess.run([*command, "-c", _APPEND, home], check=False, capture_output=True)
    if ran.returncode and b"ptrace" in ran.stderr:
        pytest.skip(f"strace may not trace here: {ran.stderr.decode().splitlines()[0]}")
    assert ran.returncode == 0, ran.stderr
    seen = []
    for line in log.read_text(errors="replace").splitlines():
        if found := re.search(r'write\(2<.*?, "(BEGIN|ACK|DECIDE|END)', line):
            seen.append(found[1])
        elif found := re.search(r"(f(?:data)?sync)\(\d+<[^>]*/(\S+\.db\S*?)>\)\s*= 0", line):
            seen.append(f"sync {found[2]}")
        elif found := re.search(r"pwrite\w*\(\d+<[^>]*/(\S+\.db\S*?)>", line):
            seen.append(f"write {found[1]}")
    return seen[seen.index("BEGIN") + 1 : seen.index("END")]


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_every_append_is_synced_after_its_last_write_and_before_it_is_acknowledged(
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    with closing(open_stores(home)) as stores:
        furnish(stores)
    seen = traced(home, tmp_path / "strace.log")
    assert seen.count("ACK") == 3
    for _ in range(3):
        place = seen.index("ACK")
        before, seen = seen[:place], seen[place + 1 :]
        assert "write matinee.db-wal" in before
        assert before[-1] == "sync matinee.db-wal"
    decided = seen[seen.index("DECIDE") :]
    assert "write decisions.db-wal" in decided
    assert "sync decisions.db-wal" not in decided  # no page waits for a disk
