"""The points of a sweep: the settings that a file speaks of, one for each combination of swept values.

``[setting]`` holds what all points share, ``[sweep]`` a list of values for each key that varies, also for a parameter
of a law, as in ``layer.N = [10, 100]``.  The last key varies fastest.

>>> document = Document("a.toml", '[setting]\\nd = 2\\nN = 5\\n[sweep]\\nM = [1, 2]\\nlayer.N = [7, 8, 9]\\n')
>>> points = read_grid(document)
>>> len(points), points[4].at
(6, {'M': 2, 'layer.N': 8})
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

from ..errors import UserError
from ..simulate import Setting, load_layer
from .document import Document, shown
from .locate import Path as Place

MOST_POINTS = 10_000


@dataclass(frozen=True)
class Point:
    """A point of the grid: the swept values by key, and the setting there."""

    at: dict[str, Any]
    setting: Setting


def read_grid(document: Document) -> list[Point]:
    """All points; ``UserError`` with file, line and key for a setting that is not one."""
    shared = shared_of(document)
    axes = list(_axes(document, document.table("sweep"), ()))
    count = prod(len(values) for _, values in axes)
    if count > MOST_POINTS:
        raise document.error(("sweep",), f"makes {count} points; at most {MOST_POINTS} are run")
    found = []
    for places in product(*(range(len(values)) for _, values in axes)):
        where: dict[str, Place] = {}
        at: dict[str, Any] = {}
        for (keys, values), place in zip(axes, places, strict=True):
            at[".".join(keys)] = values[place]
            where[keys[0]] = ("sweep", *keys, place)
        try:
            found.append(Point(at, setting_at(shared, at)))
        except UserError as error:
            raise _located(document, str(error), where) from None
    return found


def shared_of(document: Document) -> dict[str, Any]:
    """What all points share."""
    return with_contents(document.table("setting"), document, ("setting",))


def setting_at(shared: Mapping[str, Any], at: Mapping[str, Any]) -> Setting:
    """The setting with these values in place of those that are shared."""
    data = dict(shared)
    for name, value in at.items():
        key, *inner = name.split(".")
        data[key] = _with(data.get(key, DEFAULTS.get(key)), inner, value)
    return Setting.of(data)


DEFAULTS = {field.name: field.default for field in fields(Setting) if isinstance(field.default, str)}


def _with(table: Any, inner: list[str], value: Any) -> Any:
    """A table with one parameter changed; a law that is only named is a table with its name."""
    if not inner:
        return value
    table = {"name": table} if isinstance(table, str) else table if isinstance(table, Mapping) else {}
    return {**table, inner[0]: _with(table.get(inner[0]), inner[1:], value)}


Axis = tuple[tuple[str, ...], list[Any]]


def _axes(document: Document, table: Mapping[str, Any], inside: tuple[str, ...]) -> Iterator[Axis]:
    for key, values in table.items():
        keys, place = (*inside, key), ("sweep", *inside, key)
        if isinstance(values, dict):
            yield from _axes(document, values, keys)
        elif isinstance(values, list) and values:
            yield keys, values if inside else [with_contents({key: each}, document, place)[key] for each in values]
        else:
            raise document.error(place, f"must be a list of the values to be taken, not {shown(values)}")


def with_contents(table: Mapping[str, Any], document: Document, place: Place) -> dict[str, Any]:
    """A table in which a layer that is named by its file stands with its weights, so that a result can be made again.

    A relative path starts from the folder of the document.
    """
    data = dict(table)
    layer = data.get("layer")
    if isinstance(layer, Mapping) and layer.get("name") == "file" and isinstance(layer.get("path"), str):
        try:
            data["layer"] = load_layer(Path(document.name).parent / layer["path"]).written
        except UserError as error:
            raise document.error((*place, "layer") if place == ("setting",) else place, f"names {error}") from None
    return data


def _located(document: Document, message: str, swept: Mapping[str, Place]) -> UserError:
    """A setting's complaint, which begins with its key or quotes it, with the line where that key stands."""
    found = re.match(r"(?:unknown key '([^']*)'|the key (\w+) is missing|(\w+))", message)
    key = next((part for part in found.groups() if part), "") if found else ""
    place = swept.get(key, ("setting", key))
    if place[0] == "setting" and document.get("setting", key) is None:
        place = ("setting",)
    return UserError(f"{document.where(place)}: {place[0]}: {message}")
