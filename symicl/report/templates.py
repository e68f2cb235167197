"""The Jinja environments: sandboxed, strict about unknown names, and escaping whatever is not marked as made by us."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from jinja2 import FunctionLoader, StrictUndefined, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from .escape import Tex, comment_safe, escape_html, escaped


def source(name: str) -> str:
    """The text of a template, also where symicl is installed as a wheel."""
    return resources.files("symicl.reports").joinpath(name).read_text("utf-8")


@lru_cache(maxsize=2)
def tex_environment(cjk: bool = False) -> ImmutableSandboxedEnvironment:
    """For TeX, in Chinese where ``cjk``: blocks are ``((* … *))``, values ``((( … )))``, comments ``((# … #))``."""
    environment = ImmutableSandboxedEnvironment(
        block_start_string="((*",
        block_end_string="*))",
        variable_start_string="(((",
        variable_end_string=")))",
        comment_start_string="((#",
        comment_end_string="#))",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
        finalize=lambda value: value if isinstance(value, Undefined) else escaped(value, cjk),
        loader=FunctionLoader(source),
    )
    environment.filters["comment"] = lambda text: Tex(comment_safe(text))
    return environment


@lru_cache(maxsize=1)
def html_environment() -> ImmutableSandboxedEnvironment:
    """For HTML, with Jinja's usual delimiters."""
    environment = ImmutableSandboxedEnvironment(
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
        loader=FunctionLoader(source),
    )
    environment.filters["words"] = escape_html
    return environment
