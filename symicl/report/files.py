"""All files of a report or none: everything is written aside first and then renamed into place."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path

from ..errors import UserError


def write_all(out: Path, contents: Mapping[str, bytes], folders: Collection[str] = ()) -> list[Path]:
    """Write the files into the folder ``out``, which is made where it does not exist, and into ``folders`` inside it.

    The files are first written into a hidden folder inside ``out`` (so that renaming never crosses a file system) and
    flushed to the disk; then each takes its place in one step.  No other file is touched.  ``UserError`` names the
    path that cannot be written.
    """
    for name in contents:
        folder, _, own = name.rpartition("/")
        if own in ("", ".", "..") or Path(own).name != own or (own != name and folder not in folders):
            raise UserError(f"{name!r} is no name of a file in {out}")
    for folder in folders:
        if (out / folder).is_symlink():
            raise UserError(f"{out / folder}: leads out of the folder; remove it, or choose another folder")
    try:
        out.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".symicl-", dir=out))
    except OSError as error:
        raise UserError(f"{out}: cannot be written to ({error.strerror}); choose a folder that can") from error
    try:
        for name, content in contents.items():
            _write(aside / name, content)
        for name in contents:
            (out / name).parent.mkdir(exist_ok=True)
            os.replace(aside / name, out / name)
    except OSError as error:
        raise UserError(f"{error.filename2 or error.filename}: cannot be written ({error.strerror})") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return [out / name for name in contents]


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
