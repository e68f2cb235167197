"""``prove --format coq``: what stands between the command line and the export to Rocq."""

from __future__ import annotations

from pathlib import Path

from ..errors import UserError
from .shell import complain


def rocq_files(id: str, record: str, out: Path) -> dict[str, bytes]:
    """A proof record in Rocq, with the library that it stands on, and how to compile them."""
    from ..records.reading import parse
    from ..records.replay import verify
    from ..rocq.export import COVERED, export
    from ..rocq.folder import files

    if id not in COVERED:
        raise UserError(f"--format coq: {id} is not exported to Rocq; these are: {', '.join(COVERED)}")
    exported = export(verify(parse(record)))
    for what, reason in exported.left_out:
        complain(f"not in {exported.name}.v: {what}: {reason}")
    return files(exported, out)


def older_library(out: Path) -> list[Path]:
    """The files of a library that lie where it was once written; ``UserError`` where one of them cannot go."""
    from ..rocq.folder import older_library

    try:
        return older_library(out)
    except OSError as error:
        raise UserError(f"--out {out}: {error.filename}: {error.strerror}") from None


def without_older_library(out: Path) -> None:
    """Remove it, before the new one is written."""
    try:
        for path in older_library(out):
            path.unlink()
    except OSError as error:
        raise UserError(f"--out {out}: {error.filename}: {error.strerror}") from None
