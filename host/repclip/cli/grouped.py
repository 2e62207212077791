"""Options that go together: written once as a dataclass, and taken by several commands as one value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from inspect import Parameter, Signature, signature
from typing import get_type_hints

__all__ = ["grouped"]


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """A command as typer wants it: each parameter that is a dataclass becomes its fields, each an option of its own."""
    return _Grouped(command)


class _Grouped:
    """Looks like a function with all of the options, and calls the one with the groups."""

    def __init__(self, command: Callable[..., None]) -> None:
        self.__name__ = command.__name__
        self.__doc__ = command.__doc__
        self._command = command
        self._groups: dict[str, type] = {}
        flat: list[Parameter] = []
        for name, parameter in signature(command, eval_str=True).parameters.items():
            if isinstance(parameter.annotation, type) and is_dataclass(parameter.annotation):
                self._groups[name] = parameter.annotation
                flat += _options(name, parameter.annotation)
            else:
                flat.append(parameter.replace(kind=Parameter.KEYWORD_ONLY))
        self.__signature__ = Signature(flat)
        self.__annotations__ = {one.name: one.annotation for one in flat}

    def __call__(self, **given: object) -> None:
        for name, group in self._groups.items():
            given[name] = group(**{one.name: given.pop(_flat(name, one.name)) for one in fields(group)})
        self._command(**given)


def _options(name: str, group: type) -> list[Parameter]:
    if any(one.default_factory is not MISSING for one in fields(group)):
        raise TypeError(f"{group.__name__} has a default that is made anew each time: an option has one value")
    hints = get_type_hints(group, include_extras=True)
    return [
        Parameter(
            _flat(name, one.name),
            Parameter.KEYWORD_ONLY,
            default=Parameter.empty if one.default is MISSING else one.default,
            annotation=hints[one.name],
        )
        for one in fields(group)
    ]


def _flat(group: str, name: str) -> str:
    """Groups may have fields of the same name: what is typed is another."""
    return f"{group}_{name}"
