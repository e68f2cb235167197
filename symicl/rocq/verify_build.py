"""coqc, held within limits of time, memory and disk, and the library compiled by it, kept in the user's cache."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from graphlib import TopologicalSorter
from pathlib import Path

from ..errors import MissingTool, SymiclError

INSTALL = "apt-get install coq libcoq-mathcomp-algebra libcoq-mathcomp-algebra-tactics"
LIBRARY = Path(__file__).parent / "library"
SECONDS = 900
MEMORY, DISK = 8 << 30, 256 << 20
#: how much of what Rocq prints is read
PRINTED = 4 << 20
#: hears of a file that is done, with the time it took, or none where it was compiled before
Done = Callable[[str, float | None], None]


@dataclass(frozen=True)
class Answer:
    """What coqc did: whether it accepted, what it printed, and how long it took."""

    accepted: bool
    printed: str
    seconds: float


class Coqc:
    """The coqc of this machine; ``MissingTool`` where there is none, or no Mathematical Components beside it."""

    def __init__(self) -> None:
        found = shutil.which("coqc")
        if found is None:
            raise MissingTool(f"coqc is needed to check Rocq files and is not on this machine; {INSTALL}")
        self.path = found
        self.compiler = self._ask("--version")
        self.where = Path(self._ask("-where"))
        components = self.where / "user-contrib" / "mathcomp"
        for part in ("algebra", "algebra_tactics"):
            if not (components / part).is_dir():
                raise MissingTool(f"coqc has no Mathematical Components {part!r} in {components}; {INSTALL}")
        self.stamps = [(str(path), *_stamp(path)) for path in sorted(components.rglob("*.vo"))]

    @property
    def version(self) -> str:
        """Which coqc, in two words."""
        found = re.search(r"version (\S+)", self.compiler)
        return f"coqc {found[1]}" if found else "coqc"

    def _ask(self, option: str) -> str:
        try:
            done = subprocess.run(
                [self.path, option], capture_output=True, stdin=subprocess.DEVNULL, timeout=60, check=True, text=True
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise SymiclError(f"{self.path} {option} fails: {error}") from error
        return done.stdout.strip()

    def compile(self, work: Path, file: str, roots: Mapping[str, Path], seconds: float = SECONDS) -> Answer:
        """Compile a file of the folder ``work``, with folders of compiled files by their logical names."""
        # -q: no settings of the user's; no native compiler: it would start others
        command = [self.path, "-q", "-w", "none", "-native-compiler", "no", "-color", "no"]
        for name, folder in roots.items():
            command += ["-Q", str(folder), name]
        environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(work), "TMPDIR": str(work)}
        began = time.monotonic()
        with tempfile.TemporaryFile() as output:
            process = subprocess.Popen(
                [*command, file],
                cwd=work,
                env={**environment, "LC_ALL": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=partial(_limits, int(seconds) + 10),
            )
            try:
                code = process.wait(seconds)
            except subprocess.TimeoutExpired:
                code, note = -1, f"not finished after {seconds:g} seconds"
            else:
                note = "" if code >= 0 else f"ended by signal {signal.Signals(-code).name}"
            finally:
                _end(process)
            output.seek(0)
            printed = output.read(PRINTED).decode("utf-8", "replace")
        return Answer(code == 0, f"{printed}\n{note}".strip(), time.monotonic() - began)


def _limits(seconds: int) -> None:
    """What coqc may use; its time too, should nobody be left to end it."""
    bounds = {"AS": MEMORY, "FSIZE": DISK, "CORE": 0, "CPU": seconds}
    for name, most in bounds.items():
        kind = getattr(resource, f"RLIMIT_{name}")
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (most if hard < 0 else min(most, hard), hard))


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process with all that it started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


@cache
def library() -> dict[str, bytes]:
    """The files of the library, in the order in which they can be compiled."""
    files = {path.stem: path.read_bytes() for path in sorted(LIBRARY.glob("*.v"))}
    needs = {name: [n for n in files if _requires(text, n)] for name, text in files.items()}
    return {f"{name}.v": files[name] for name in TopologicalSorter(needs).static_order()}


def _requires(text: bytes, name: str) -> bool:
    return re.search(rb"(?m)^From Symicl Require (?:Import|Export)[^.]*\b" + name.encode() + rb"\b", text) is not None


def cache_folder() -> Path:
    """Where compiled files of this user are kept."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if os.path.isabs(base) else Path.home() / ".cache") / "symicl" / "rocq"


def key(coqc: Coqc) -> str:
    """Names a compiled library: its text, the coqc that made it, and the libraries below it."""
    digest = hashlib.sha256(repr((coqc.compiler, str(coqc.where), coqc.stamps)).encode())
    for name, text in library().items():
        digest.update(f"\0{name}\0{len(text)}\0".encode() + text)
    return digest.hexdigest()[:32]


@contextmanager
def compiled_library(coqc: Coqc, done: Done, seconds: float = SECONDS) -> Iterator[Path]:
    """A folder of the compiled library; ``done`` hears of each file that was compiled now, with its time.

    Where the cache cannot be written, the library is compiled into a folder that is gone afterwards.
    """
    try:
        home = cache_folder()
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = open(home / "lock", "a")  # noqa: SIM115 (closed below, which frees the lock)
    except OSError:
        with tempfile.TemporaryDirectory(prefix="symicl-rocq-") as folder:
            _build(coqc, Path(folder), done, seconds)
            yield Path(folder)
        return
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one process builds, the others wait for it
        kept = home / key(coqc)
        if not _whole(kept):
            shutil.rmtree(kept, ignore_errors=True)
            building = Path(tempfile.mkdtemp(prefix="building-", dir=home))
            try:
                _build(coqc, building, done, seconds)
                building.rename(kept)
            finally:
                shutil.rmtree(building, ignore_errors=True)
    yield kept


def _build(coqc: Coqc, folder: Path, done: Done, seconds: float) -> None:
    """Compile the library into a folder, with a list of what was made."""
    for name, text in library().items():
        (folder / name).write_bytes(text)
        answer = coqc.compile(folder, name, {"Symicl": folder}, seconds)
        if not answer.accepted:
            raise SymiclError(
                f"library/{name} does not compile with {coqc.version}: {said(answer.printed)}; "
                "it is written for Coq 8.16 and Mathematical Components 1.15"
            )
        done(f"library/{name}", answer.seconds)
    made = {path.name: _sha256(path) for path in sorted(folder.glob("*.vo"))}
    (folder / "made.json").write_text(json.dumps(made), "utf-8")


def _whole(folder: Path) -> bool:
    """Whether a folder holds every compiled file of the library as it was made."""
    try:
        made = json.loads((folder / "made.json").read_text("utf-8"))
        return set(made) == {f"{name}o" for name in library()} and all(
            _sha256(folder / name) == digest for name, digest in made.items()
        )
    except (OSError, ValueError):
        return False


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def said(printed: str, most: int = 400) -> str:
    """What coqc says of an error, in one short line.

    >>> said('File "./a.v", line 3, characters 0-4:\\nError: Tactic failure:\\n  no.\\n')
    'Tactic failure: no.'
    """
    text = printed.rpartition("Error:")[2] or printed
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= most else f"{line[:most]} …"
