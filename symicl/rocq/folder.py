"""The folder that ``symicl prove ID --format coq`` writes: proofs, the library in a folder of its own, how to compile.

The library does not lie beside the proofs: ``moments.v`` and ``Moments.v`` would be one file on a disk that does not
tell small letters from capitals.

>>> print(project(["optimum.v"]).partition("library/")[0].strip())
-I .
-Q library Symicl
-arg -w
-arg none
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from ..errors import UserError
from .export import Exported
from .verify_build import library

PROJECT, BESIDE = "_CoqProject", "library"
NAME = re.compile(r"[A-Za-z]\w*\.v", re.ASCII)


def files(exported: Exported, out: Path) -> dict[str, bytes]:
    """What is written into the folder ``out``, by name; also the proofs that lie there are compiled."""
    proofs = {f"{file.name}.v": file.text.encode() for file in exported.files}
    there = {name for name in _listed(out) if NAME.fullmatch(name)} - set(library())
    texts = {f"{BESIDE}/{name}": text for name, text in library().items()}
    return {**proofs, PROJECT: project(sorted({*proofs, *there})).encode(), **texts}


def project(proofs: Iterable[str]) -> str:
    """What coq_makefile reads: the library by its logical name, and the files.

    ``-I .`` says that the folder itself has no logical name; it would be called Top otherwise, the library within it.
    """
    head = ["-I .", f"-Q {BESIDE} Symicl", "-arg -w", "-arg none"]
    return "\n".join([*head, *(f"{BESIDE}/{name}" for name in library()), *proofs]) + "\n"


def older_library(out: Path) -> list[Path]:
    """The files of a library beside the proofs, where it was once written; nothing is lost without them.

    ``UserError`` where one is not the package's own, or where the folder of the library holds another Rocq file:
    what compiles would not be what is written now.
    """
    found = [out / name for name in _listed(out) if name in library()]
    for path in found:
        if path.read_bytes() != library()[path.name]:
            raise UserError(
                f"--out {out}: {path} has the name of a file of the library, which is written into {out / BESIDE} now; "
                "remove it, or choose another folder"
            )
    for name in _listed(out / BESIDE):
        if name.endswith(".v") and name not in library():
            raise UserError(
                f"--out {out}: {out / BESIDE / name} is no file of the library; remove it, or choose another folder"
            )
    return found


def _listed(folder: Path) -> list[str]:
    """The names in a folder, as they are written there."""
    return sorted(os.listdir(folder)) if folder.is_dir() else []
