"""Options written once as a dataclass, taken by commands as one value."""

from dataclasses import dataclass, field
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from repclip.cli.grouped import grouped


@dataclass(frozen=True)
class Load:
    kg: Annotated[float, typer.Option("--load", min=0)] = 1.0
    note: Annotated[str | None, typer.Option("--note")] = None

    def __post_init__(self) -> None:
        if self.note == "":
            raise typer.BadParameter("--note is empty")


@dataclass(frozen=True)
class Rest:
    note: Annotated[str | None, typer.Option("--rest-note")] = None


def run(*args: str) -> tuple[int, str]:
    app = typer.Typer()

    @app.command()
    @grouped
    def carry(  # pyright: ignore[reportUnusedFunction]  (typer keeps it)
        what: Annotated[str, typer.Argument()], *, load: Load, far: bool = False, rest: Rest
    ) -> None:
        """Carry a thing."""
        typer.echo((what, load, far, rest))

    result = CliRunner().invoke(app, args)
    return result.exit_code, result.output


@pytest.mark.parametrize(
    ("args", "got"),
    [
        (("ball",), ("ball", Load(), False, Rest())),
        (("ball", "--load", "2.5", "--far"), ("ball", Load(kg=2.5), True, Rest())),
        (("--note", "left", "--rest-note", "right", "ball"), ("ball", Load(note="left"), False, Rest("right"))),
    ],
)
def test_a_group_has_what_was_typed_and_its_own_defaults(args: tuple[str, ...], got: object) -> None:
    assert run(*args) == (0, f"{got}\n")


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (("ball", "--load", "-1"), "'--load'"),
        (("ball", "--note", ""), "--note is empty"),
        (("ball", "--load"), "requires an argument"),
        ((), "Missing argument"),
    ],
)
def test_what_cannot_be_is_refused_as_any_option_is(args: tuple[str, ...], why: str) -> None:
    code, said = run(*args)
    assert (code, why in said) == (2, True), said


def test_a_default_that_is_made_anew_is_no_options() -> None:
    @dataclass(frozen=True)
    class Many:
        kg: Annotated[list[float], typer.Option("--load")] = field(default_factory=list[float])

    def carry(many: Many) -> None:
        """Carry a thing."""

    carry.__annotations__["many"] = Many
    with pytest.raises(TypeError, match="Many has a default that is made anew"):
        grouped(carry)


def test_help_has_each_option_and_what_the_command_says() -> None:
    code, said = run("--help")
    assert code == 0
    for text in ("Carry a thing.", "--load", "--note", "--rest-note", "--far", "1.0"):
        assert text in said
