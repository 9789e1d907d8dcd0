"""The service's audit file, written to by a thread of its own, so that no request waits for a disk."""

from __future__ import annotations

import atexit
import json
import os
import queue
import threading
from collections.abc import Iterable
from typing import Any, Callable, Union

from mem0_usage.harmless import LOG, count, harmless

Record = dict[str, Any]
# Asked for each write, since the service begins a new file each day.
AuditPath = Callable[[], Union[str, "os.PathLike[str]"]]

# What may wait for the disk: requests, most of which make one or two records.
WAITING_MAX = 10_000
# How long the end of the process may be held up by records that still wait.
FLUSH_SECONDS_MAX = 2.0


class AuditFile:
    """Appends records, each by one write() with O_APPEND: a line is never torn by another writer of the file."""

    def __init__(self) -> None:
        self._path: AuditPath | None = None
        self._waiting: queue.Queue[Callable[[], Iterable[Record]]] = queue.Queue(WAITING_MAX)
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    @property
    def is_known(self) -> bool:
        """Whether there is a file to write to; without one nothing is recorded."""
        return self._path is not None

    def use(self, path: AuditPath) -> None:
        self._path = path

    def append(self, records: Callable[[], Iterable[Record]]) -> None:
        """Returns at once. `records` is called by the writing thread; too many at a time are lost, and counted."""
        if not self.is_known:
            return
        try:
            self._waiting.put_nowait(records)
        except queue.Full:
            if count("records_lost") == 1:
                LOG.warning("The audit file cannot be written fast enough; records of usage are lost.")
        self._start()

    def flush(self, seconds_max: float) -> bool:
        """Waits until everything before this call is written, or `seconds_max` have passed; False in that case."""
        if self._thread is None:
            return True
        is_reached = threading.Event()

        def reach() -> Iterable[Record]:
            is_reached.set()
            return ()

        try:
            self._waiting.put(reach, timeout=seconds_max)
        except queue.Full:
            return False
        self._start()
        return is_reached.wait(seconds_max)

    def _start(self) -> None:
        # A thread does not survive a fork of the process, so it is looked at each time.
        if self._thread is not None and self._thread.is_alive():
            return
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="mem0-usage", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            self._write(self._waiting.get())

    @harmless()
    def _write(self, make_records: Callable[[], Iterable[Record]]) -> None:
        records = list(make_records())
        if not records or self._path is None:
            return
        written = 0
        try:
            file = os.open(self._path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
            try:
                for record in records:
                    _append_line(file, record)
                    written += 1
            finally:
                os.close(file)
        except OSError as error:
            if count("records_lost", len(records) - written) == len(records) - written:
                LOG.warning("The audit file cannot be written (%s); records of usage are lost.", error.strerror)
        count("records_written", written)


def _append_line(file: int, record: Record) -> None:
    # Half a surrogate pair, which JSON can hold and UTF-8 cannot, becomes the escape that JSON has for it.
    line = (json.dumps(record, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")
    if os.write(file, line) < len(line):
        # A full disk: what was begun is ended, so that the next line is whole.
        os.write(file, b"\n")
        raise OSError(0, "short write")


AUDIT_FILE = AuditFile()


def flush_usage(seconds_max: float = FLUSH_SECONDS_MAX) -> bool:
    """Waits until what was recorded is written; False if that takes longer than `seconds_max`. Done at exit as well."""
    return AUDIT_FILE.flush(seconds_max)


atexit.register(flush_usage)
