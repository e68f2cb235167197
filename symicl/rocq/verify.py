"""A folder of proofs in Rocq: looked at, compiled, and asked what it assumes.

Nothing is written into the folder.  What is compiled is the text that was looked at (``verify_text``), what is asked is
asked from a file of our own, in which nothing of the folder is imported: a statement is shown in the notations of the
library and of Mathematical Components, and a name that the folder defines is shown with its file.
"""

from __future__ import annotations

import re
import secrets
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from .. import __version__
from ..errors import UserError
from .verify_build import SECONDS, Answer, Coqc, Done, compiled_library, library, said
from .verify_refusal import rejected
from .verify_rules import LIBRARY, PROOFS, Source, read
from .verify_text import RefusedSource, bare

CLOSED = "Closed under the global context"
FILES, BYTES = 500, 32 << 20
#: shows what the entries of a matrix are, numbers or random numbers, which Mathematical Components does not
MATRICES = "\n".join(
    f"Notation \"''{kind}[' R ]_ {shown}\" := (matrix R {shape}) "
    f"(only printing, format \"''{kind}[' R ]_ {shown}\") : type_scope."
    for kind, shown, shape in (
        ("M", "( m ,  n )", "m n"),
        ("M", "n", "n n"),
        ("cV", "n", "n 1"),
        ("rV", "n", "1 n"),
    )
)
#: theorems of the library that are shown too: what is assumed has a model
OF_THE_LIBRARY = (
    ("Model", "moments_consistent"),
    ("Model", "prompts_consistent"),
    ("RandomModel", "random_prompts_consistent"),
)
#: what a definition of a proof must not be called: the names that statements are made of
TAKEN = ("mathcomp.", f"{LIBRARY}.", "Coq.Init.", "Coq.ssr.")


@dataclass(frozen=True)
class Stated:
    """A theorem: its file and name, the statement as Rocq prints it, and what ``Print Assumptions`` says."""

    file: str
    name: str
    statement: str
    assumptions: str

    @property
    def of_the_library(self) -> bool:
        """Whether it is not the folder's own."""
        return self.file.startswith("library/")


@dataclass(frozen=True)
class Checked:
    """A folder that was verified: by which coqc, the time of each file (none: it was compiled before), its theorems.

    ``definitions`` are those of the folder, each as Rocq prints it, under the name that statements call it by.
    """

    version: str
    seconds: Mapping[str, float | None]
    theorems: tuple[Stated, ...]
    definitions: Mapping[str, str]

    def definitions_in(self, theorem: Stated) -> list[str]:
        """The definitions that a statement speaks of, and those that these speak of."""
        found: dict[str, str] = {}
        texts = [theorem.statement]
        for text in texts:
            for name in re.findall(r"\w+\.[\w']+", text):
                if name in self.definitions and name not in found:
                    found[name] = self.definitions[name]
                    texts.append(found[name])
        return list(found.values())


def verify_folder(
    folder: Path,
    tell: Done = lambda name, seconds: None,
    seconds: float = SECONDS,
    texts: Mapping[str, str] | None = None,
) -> Checked:
    """Check every file of a folder with coqc, each within ``seconds``; ``tell`` hears of each file when it is done.

    ``texts`` are the files' texts where they were read before (``proofs_in``).
    ``UserError`` where there is nothing to check; ``RefusedSource`` (a ``ProofError``) names the file and the step
    that is not accepted; ``MissingTool`` where there is no coqc.
    """
    texts = proofs_in(folder) if texts is None else texts
    sources = _ordered({Path(name).stem: read(name, bare(name, text)) for name, text in texts.items()})
    if not any(source.named("Theorem") for source in sources):
        raise RefusedSource(f"{folder}: no Theorem in {', '.join(texts)}, so nothing is proved")
    coqc = Coqc()
    times: dict[str, float | None] = {}

    def done(name: str, taken: float | None) -> None:
        times[name] = taken
        tell(name, taken)

    with compiled_library(coqc, done, seconds) as compiled, tempfile.TemporaryDirectory(prefix="symicl-rocq-") as d:
        if not times:
            done("library", None)
        bench = Bench(coqc, Path(d), compiled, seconds)
        bench.refuse_taken_names(sources)
        for source in sources:
            done(source.name, bench.compile(source, texts[source.name]))
        theorems, definitions = bench.ask(sources)
    _insist(theorems)
    return Checked(coqc.version, times, theorems, definitions)


def proofs_in(folder: Path) -> dict[str, str]:
    """The texts of the files of proofs in a folder; those of the library beside them must be the package's own."""
    found = [path for place in (folder, folder / "library") for path in sorted(place.glob("*.v"))]
    if not found:
        raise UserError(f"{folder}: no Rocq file (*.v) in it; `symicl prove ID --format coq --out DIR` writes some")
    if len(found) > FILES:
        raise UserError(f"{folder}: {len(found)} Rocq files, and at most {FILES} are checked")
    proofs = {}
    for path in found:
        content = _content(path)
        known = library().get(path.name)
        if known is None and path.parent == folder:
            proofs[path.name] = _decoded(path, content)
        elif content != known:
            raise RefusedSource(
                f"{path}: not a file of the library of symicl {__version__}, but it stands in its place"
            )
    if not proofs:
        raise UserError(f"{folder}: the library alone, and no file of proofs")
    return proofs


def _content(path: Path) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > BYTES:
            raise UserError(f"{path}: not a file of at most {BYTES >> 20} MB")
        if not re.fullmatch(r"[A-Za-z]\w*\.v", path.name, re.ASCII):
            raise UserError(f"{path}: not a name for a Rocq file, which is made of letters, digits and _")
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}") from error


def _decoded(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: not UTF-8 text (byte {error.start})") from error


def _ordered(sources: dict[str, Source]) -> list[Source]:
    """The files, each after those that it needs."""
    for source in sources.values():
        for needed in source.needs:
            if needed not in sources:
                raise RefusedSource(f"{source.name}: needs {needed}.v, which is not in the folder")
    try:
        order = TopologicalSorter({stem: source.needs for stem, source in sources.items()}).static_order()
        return [sources[stem] for stem in order]
    except CycleError as error:
        raise RefusedSource(f"the files need each other in a circle: {' → '.join(error.args[1])}") from error


def _insist(theorems: tuple[Stated, ...]) -> None:
    """Refuse a theorem that assumes anything."""
    for theorem in theorems:
        if theorem.assumptions != CLOSED:
            raise RefusedSource(f"{theorem.file}: `{theorem.name}` is not proved from nothing: {theorem.assumptions}")


@dataclass(frozen=True)
class Bench:
    """A folder to compile in, beside the compiled library."""

    coqc: Coqc
    folder: Path
    compiled: Path
    seconds: float

    def __post_init__(self) -> None:
        self.proofs.mkdir()
        self.asking.mkdir()

    @property
    def proofs(self) -> Path:
        """Where the files of the folder are compiled."""
        return self.folder / "proofs"

    @property
    def asking(self) -> Path:
        """Where our own files are, so that none of the folder's can stand in their place."""
        return self.folder / "asking"

    def _run(self, place: Path, name: str, text: str) -> Answer:
        (place / name).write_text(text, "utf-8")
        return self.coqc.compile(place, name, {LIBRARY: self.compiled, PROOFS: self.proofs}, self.seconds)

    def compile(self, source: Source, text: str) -> float:
        """The time that a file took; ``RefusedSource`` with the step and what coqc says where it is not accepted."""
        answer = self._run(self.proofs, source.name, source.plain)
        if not answer.accepted:
            raise rejected(source, text, answer.printed)
        return answer.seconds

    def refuse_taken_names(self, sources: list[Source]) -> None:
        """Refuse a definition or a variable with the name of something that statements are made of."""
        named = [(name, source.name, line) for source in sources for _, name, line in source.stated()]
        named += [(name, source.name, line) for source in sources for name, line in source.variables]
        header = dict.fromkeys(text for source in sources for text in source.header if f"From {PROOFS} " not in text)
        asked = [f"Locate {name}." for name in dict.fromkeys(name for name, *_ in named)]
        answer = self._run(self.asking, "names.v", "\n".join([*(f"{text}." for text in header), *asked]))
        if not answer.accepted:
            raise RefusedSource(f"{sources[0].name}: {said(answer.printed)}")
        # what is followed by a "shorter name" is out of the reach of its last part alone
        reach = r"(?m)^(?:Constant|Inductive|Notation) (\S+)$(?!\n +\(shorter)"
        full = [name for name in re.findall(reach, answer.printed) if name.startswith(TAKEN)]
        taken = {name.rpartition(".")[2]: name for name in full}
        for name, file, line in named:
            if name in taken:
                raise RefusedSource(f"{file}:{line}: `{name}` would hide {taken[name]}")

    def ask(self, sources: list[Source]) -> tuple[tuple[Stated, ...], dict[str, str]]:
        """What every theorem states and assumes, and what the definitions are, by Rocq's own word."""
        theorems = [(s.name, f"{PROOFS}.{s.stem}", name) for s in sources for name in s.named("Theorem")]
        theorems += [(f"library/{file}.v", f"{LIBRARY}.{file}", name) for file, name in OF_THE_LIBRARY]
        defined = [f"{source.stem}.{name}" for source in sources for name in source.named("Definition")]
        full = [f"{module}.{name}" for _, module, name in theorems]
        questions = [*(f"Check @{name}" for name in full), *(f"Print Assumptions {name}" for name in full)]
        told = iter(self._answers(sources, [*questions, *(f"Print {PROOFS}.{name}" for name in defined)]))
        rows = zip(theorems, [next(told) for _ in full], [next(told) for _ in full], strict=True)
        stated = tuple(Stated(file, name, _statement(told), closed) for (file, _, name), told, closed in rows)
        return stated, {name: _definition(body) for name, body in zip(defined, told, strict=True)}

    def _answers(self, sources: list[Source], questions: list[str]) -> list[str]:
        """What Rocq prints for each question, asked where nothing of the folder is imported."""
        mark = secrets.token_hex(16)
        lines = [
            "From mathcomp Require Import all_ssreflect all_algebra.",
            f"From {LIBRARY} Require Import {' '.join(Path(name).stem for name in library())}.",
            *(f"Require {PROOFS}.{source.stem}." for source in sources),
            MATRICES,
            "Unset Printing Implicit Defensive. Set Printing Width 110. Set Printing Depth 100000.",
            "Local Open Scope ring_scope.",
            *(f'Goal True. idtac "{mark}". Abort.\n{question}.' for question in questions),
        ]
        answer = self._run(self.asking, "ask.v", "\n".join(lines))
        told = [part.strip() for part in answer.printed.split(mark)[1:]]
        if not answer.accepted or len(told) != len(questions):
            raise RefusedSource(f"what the theorems state cannot be asked: {said(answer.printed)}")
        return told


def _statement(told: str) -> str:
    """The statement in what ``Check`` prints, set flush left."""
    return _flush(told.partition("\n")[2])


def _flush(text: str) -> str:
    return "\n".join(line.removeprefix("     : ").removeprefix("       ").rstrip() for line in text.splitlines())


def _definition(told: str) -> str:
    """A definition in what ``Print`` prints, without its type.

    >>> _definition("a.two = \\nfun n : nat => 2\\n     : nat -> nat\\n\\nArguments a.two _%nat_scope")
    'a.two := fun n : nat => 2'
    """
    return told.partition("\n\nArguments ")[0].rpartition("\n     : ")[0].replace(" = \n", " := ", 1)
