"""What the commands share: exit codes, errors of one line, JSON on stdout, progress on a terminal."""

from __future__ import annotations

import gc
import json
import math
import os
import shutil
import sys
import textwrap
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import click

from ..errors import ProofError, SymiclError

INTERRUPTED = 130


class Commands(click.Group):
    """A group whose ``main`` ends with symicl's exit codes and prints trouble as one line on stderr."""

    def main(self, args: Any = None, prog_name: str | None = None, **extra: Any) -> NoReturn:  # type: ignore[override]
        extra.pop("standalone_mode", None)
        # A run is short and makes many small expressions that stay: collecting them again and again only costs time.
        gc.disable()
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")
        code = self._run(lambda: super(Commands, self).main(args, "symicl", standalone_mode=False, **extra))
        # Nor need Python go through them one by one when it ends.
        gc.freeze()
        sys.exit(code)

    def _run(self, work: Callable[[], Any]) -> int:
        try:
            code = work()
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.ctx.get_help() if error.ctx else error.format_message(), err=True)
            return 2
        except click.ClickException as error:
            complain(_usage(error))
            return error.exit_code
        except SymiclError as error:
            complain(str(error) if isinstance(error, ProofError) else one_line(str(error)))
            picture(error)
            return error.exit_code
        except (KeyboardInterrupt, click.Abort):
            complain("interrupted")
            return INTERRUPTED
        return code if isinstance(code, int) else 0

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a reader who stops reading, as ``head`` does, is no trouble."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        return result


def _usage(error: click.ClickException) -> str:
    message = one_line(error.format_message())
    ctx = getattr(error, "ctx", None)
    if ctx is None or not isinstance(error, click.UsageError):
        return message
    return f"{message.rstrip('.')} (see `{ctx.command_path} --help`)"


def complain(message: str) -> None:
    """One message on stderr."""
    click.echo(f"symicl: {message}", err=True)


def picture(error: SymiclError) -> None:
    """On a terminal, the user's word once more with a caret under the place that is wrong."""
    drawing = getattr(error, "picture", None)
    if drawing and sys.stderr.isatty():
        click.echo(drawing, err=True)


def one_line(message: str) -> str:
    """The message without line breaks and other characters that a terminal would obey."""
    return " ".join("".join(c if c.isprintable() else " " for c in message).split())


def emit_json(value: Any) -> None:
    """The value as JSON on stdout; numbers that JSON cannot write become null."""
    click.echo(json.dumps(_plain(value), ensure_ascii=False, allow_nan=False))


def _plain(value: Any) -> Any:
    if isinstance(value, dict) or hasattr(value, "items"):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, (str, int)) else str(value)


def progress(message: str) -> None:
    """A line on stderr that the next one overwrites; nothing where stderr is no terminal."""
    if sys.stderr.isatty():
        click.echo(f"\r\x1b[K{message}", err=True, nl=False)


def table(rows: Sequence[tuple[str, ...]]) -> str:
    """Columns of text, as wide as they need to be; on a terminal the last one is wrapped."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    indent = sum(widths[:-1]) + 2 * len(widths[:-1])
    room = shutil.get_terminal_size().columns - indent - 2 if sys.stdout.isatty() else 0
    lines = []
    for row in rows:
        last = textwrap.wrap(row[-1], room) if room >= 20 else [row[-1]]
        head = "".join(cell.ljust(width + 2) for cell, width in zip(row[:-1], widths, strict=False))
        lines.append(head + f"\n{' ' * indent}".join(last))
    return "\n".join(line.rstrip() for line in lines)
