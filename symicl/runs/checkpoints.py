"""Finished chunks on disk, so that a run which is ended at any moment loses at most the chunks in work.

The folder beside the result, ``NAME.json.parts``, holds ``job.json``, which says what job it is, and one file a chunk
with a checksum.  Every file is written under another name, flushed to the disk and then renamed, so that a file is
there as a whole or not at all; one that is damaged all the same is noticed by its checksum, and its chunk done again.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from ..errors import UserError
from .jobs import Answer, Chunk, Key

SUFFIX = ".parts"
JOB = "job.json"
LOCK = "lock"
NAME = re.compile(r"p(\d+)c(\d+)\.json")
OURS = re.compile(r"\.?(job|p\d+c\d+)\.json(\.\d+)?")


def digest(value: Any) -> str:
    """The SHA-256 of plain data, whatever the order of its keys.

    >>> digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1}) != digest({"a": 1})
    True
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is there as a whole or not at all, also after a loss of power."""
    other = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with other.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(other, path)
    except BaseException:
        other.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class Checkpoints:
    """The folder of one run; entered, it belongs to this process alone."""

    def __init__(self, result: Path, identity: Mapping[str, Any]) -> None:
        self.folder = result.with_name(result.name + SUFFIX)
        self.identity = dict(identity)
        self._kept: dict[Key, tuple[int, Answer]] = {}
        self._lock: IO[str] | None = None

    def open(self, *, resume: bool) -> int:
        """Make the folder, or go on with it; the number of chunks that are there.

        ``UserError`` where the folder belongs to another experiment or run, or cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._alone()
            if not resume:
                self._clear()
            self._same_job()
        except OSError as error:
            raise UserError(f"{self.folder}: cannot be written: {error.strerror or error}") from None
        for path in sorted(self.folder.iterdir()):
            self._read(path)
        return len(self._kept)

    def _alone(self) -> None:
        import fcntl

        lock = (self.folder / LOCK).open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise UserError(
                f"{self.folder}: another run is at work there; wait for it, or choose another --out"
            ) from None
        self._lock = lock

    def _same_job(self) -> None:
        path, ours = self.folder / JOB, digest(self.identity)
        if not path.exists():
            write_whole(path, json.dumps({"digest": ours, "identity": self.identity}, indent=1) + "\n")
            return
        try:
            found = json.loads(path.read_text("utf-8"))
            theirs, identity = found["digest"], found["identity"]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise UserError(f"{path}: damaged, so what was kept cannot be used; start anew with --overwrite") from None
        if theirs != ours or digest(identity) != ours:
            what = ", ".join(_differences(identity, self.identity)) or "its contents"
            raise UserError(
                f"{self.folder}: belongs to another experiment (other: {what}); "
                "choose another --out, or --overwrite to start anew"
            )

    def _read(self, path: Path) -> None:
        if not (found := NAME.fullmatch(path.name)):
            return
        try:
            content = json.loads(path.read_text("utf-8"))
            size, answer = content["size"], content["answer"]
            good = digest([size, answer]) == content["digest"] and isinstance(answer, dict)
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            good = False
        if good:
            self._kept[Key(int(found[1]), int(found[2]))] = size, answer
        else:
            path.unlink(missing_ok=True)

    def answer(self, chunk: Chunk) -> Answer | None:
        """The answer to a chunk that was done before, if it was of the same size."""
        size, answer = self._kept.get(chunk.key, (None, None))
        return answer if size == chunk.size else None

    def keep(self, chunk: Chunk, answer: Answer) -> None:
        """Write down an answer; ``UserError`` where that is not possible."""
        content = {"size": chunk.size, "answer": answer, "digest": digest([chunk.size, answer])}
        path = self.folder / f"p{chunk.key.point}c{chunk.key.place}.json"
        try:
            write_whole(path, json.dumps(content) + "\n")
        except OSError as error:
            raise UserError(f"{path}: cannot be written: {error.strerror or error}") from None

    def close(self, *, done: bool) -> None:
        """Leave the folder, and remove it when the result is written, or where nothing was kept in it."""
        if self._lock is None:
            return
        if done or not any(NAME.fullmatch(path.name) for path in self.folder.iterdir()):
            self._clear()
            with suppress(OSError):  # whatever else is there is not ours
                (self.folder / LOCK).unlink()
                self.folder.rmdir()
        self._lock.close()

    def _clear(self) -> None:
        """Remove the files that a run writes, also those that it began and did not finish."""
        for path in self.folder.iterdir():
            if OURS.fullmatch(path.name):
                path.unlink(missing_ok=True)


def _differences(theirs: Any, ours: Mapping[str, Any]) -> list[str]:
    """The names under which two identities differ."""
    if not isinstance(theirs, Mapping):
        return []
    return sorted(str(name) for name in {*theirs, *ours} if theirs.get(name) != ours.get(name))
