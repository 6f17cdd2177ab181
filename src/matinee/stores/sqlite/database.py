"""One SQLite file, read by many threads and written by one at a time across processes."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Literal

import msgspec

from matinee.stores.faults import StoreError, fault
from matinee.stores.sqlite.migrations import Migrations, migrate, verify
from matinee.stores.sqlite.searching import holds

__all__ = ["Database", "listed"]

_BUSY_S = 30.0  # only for writers that do not queue on the lock file, such as the sqlite3 shell
_CHECKPOINT_PAGES = 16_384  # 64 MiB of log before it is folded into the file
_CACHE_KIB = 32 * 1024
_PATIENCE_MS = 100  # with those who read older states, when the log is emptied: writers wait


class Database:
    """A file in WAL mode with its schema up to date.

    Readers never wait for writers. Writers of all processes queue on `flock` of a file beside
    the database, which lets twice as many through as SQLite's own polling for its lock.
    """

    def __init__(
        self, path: Path, *, migrations: Migrations, synchronous: Literal["FULL", "NORMAL"]
    ) -> None:
        """Open the file, making it when missing.

        Raises:
            ValueError: it is damaged, newer than this program, no database of ours, or cannot
                be written.
        """
        self.path = path
        self._synchronous = synchronous
        self._readers: deque[sqlite3.Connection] = deque()
        # Threads share the lock file's descriptor, so among them flock keeps no order.
        self._writing = Lock()
        self._queue = _lock_file(path)
        self._open = True
        try:
            self._writer = _connect(path)
        except sqlite3.DatabaseError as error:
            os.close(self._queue)
            raise _unusable(path, error) from error
        try:
            with self._turn():
                verify(self._writer, migrations, path=path)  # first: WAL mode changes the file
                self._writer.execute("PRAGMA journal_mode = WAL")
            self._settle(self._writer)
            with self.writing() as connection:
                migrate(connection, migrations, path=path)
        except sqlite3.DatabaseError as error:
            self.close()
            raise _unusable(path, error) from error
        except StoreError as error:
            self.close()
            msg = f"cannot open {error}"
            raise ValueError(msg) from error
        except ValueError:
            self.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection that sees one state of the file until the block ends.

        Raises:
            StoreError: the file cannot be read, for a reason outside this program.
        """
        with self._told():
            try:
                connection = self._readers.pop()
            except IndexError:
                connection = self._reader()
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")  # nothing was written; it lets the snapshot go
                if self._open:
                    self._readers.append(connection)
                else:
                    connection.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Run the block in one write transaction: all of it durable at its end, or nothing.

        Raises:
            StoreError: the file cannot be written, for a reason outside this program.
        """
        with self._told(), self._turn():
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

    def overwritten(self, words: Sequence[str] | None) -> bool:
        """Make sure that what was deleted is nowhere in the files; False: not yet, ask again.

        The write-ahead log is folded into the file and cut to nothing, which has to wait for
        whoever reads an older state. Deleted rows are overwritten as they go, but a page that was
        split once may hold a copy that no row points to: where one of the words is still found,
        the whole file is written anew; so it is for None, where nobody knows the words any more.
        """
        with self._told(), self._turn():
            if not self._emptied():
                return False
            if words is not None and not self._holds(words):
                return True
            self._writer.execute("VACUUM")
            return self._emptied()

    def _emptied(self) -> bool:
        """Try once to fold the write-ahead log into the file and to cut it to nothing."""
        self._writer.execute(f"PRAGMA busy_timeout = {_PATIENCE_MS}")
        try:
            busy, _, _ = self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            self._writer.execute(f"PRAGMA busy_timeout = {int(_BUSY_S * 1000)}")
        return not busy

    def _holds(self, words: Sequence[str]) -> bool:
        """Search the file, in another process: see `matinee.stores.sqlite.searching`."""
        return bool(words) and holds(self.path, words)

    def close(self) -> None:
        """Close every connection; what is lent out is closed when it comes back."""
        with self._writing:
            if not self._open:
                return
            self._open = False
            while self._readers:
                self._readers.pop().close()
            self._writer.close()
            os.close(self._queue)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            told = fault(error, self.path)
            if told is None:
                raise
            raise told from error

    @contextmanager
    def _turn(self) -> Iterator[None]:
        with self._writing:
            if not self._open:
                msg = f"{self.path} was closed; open the stores again"
                raise ValueError(msg)
            fcntl.flock(self._queue, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._queue, fcntl.LOCK_UN)

    def _reader(self) -> sqlite3.Connection:
        if not self._open:
            msg = f"{self.path} was closed; open the stores again"
            raise ValueError(msg)
        connection = _connect(self.path)
        self._settle(connection)
        connection.execute("PRAGMA query_only = ON")
        return connection

    def _settle(self, connection: sqlite3.Connection) -> None:
        # Pragmas take no parameters; these are our own words and numbers.
        connection.execute(f"PRAGMA synchronous = {self._synchronous}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")  # what goes is overwritten, not unlinked


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)


def _lock_file(path: Path) -> int:
    try:
        return os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        msg = (
            f"cannot write in {path.parent}: {error.strerror};"
            " let this user write there, or choose another home folder"
        )
        raise ValueError(msg) from error


def _unusable(path: Path, error: sqlite3.DatabaseError) -> ValueError:
    remedy = "restore the last export into another home folder"
    return ValueError(f"cannot open {fault(error, path) or f'{path}: {error}; {remedy}'}")


def listed(values: Sequence[str] | Sequence[int]) -> str:
    """Return values as one parameter for `IN (SELECT value FROM json_each(?))`.

    So one prepared statement serves lists of any length.
    """
    return msgspec.json.encode(values).decode()
