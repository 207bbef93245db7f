"""What every command has: `--json`, also for its wrong use; and the options and arguments that several share."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

# What typer's own --help is made of, and what it raises for a wrong use; it has no public names for them.
from typer._click.exceptions import ClickException
from typer._coercion import bool_flag_type_descriptor
from typer.core import TyperCommand, TyperGroup, TyperOption

from allmytracks.accounts.rules_reasons import AGAINST, IN_FAVOUR, WITHDRAWING, R, Reason
from infra.ops.errors import Exit

JSON = "infra.ops.json"

Limit = Annotated[int, typer.Option(min=1, help="At most so many.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask first; needed where there is no terminal.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")]


class Command(TyperCommand):
    """A command with the option `--json`."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.params.append(
            TyperOption(
                param_decls=["--json"],
                type_descriptor=bool_flag_type_descriptor(),
                is_flag=True,
                default=False,
                expose_value=False,
                callback=_keep_json,
                help="Write one JSON document, and refusals as JSON on the standard error.",
            )
        )


def _keep_json(context: typer.Context, _parameter: object, value: bool) -> None:  # noqa: FBT001 - typer calls it so
    context.meta[JSON] = bool(value)


class Root(TyperGroup):
    """All commands. A wrong use of them is text with the usage, or with `--json` a refusal as any other."""

    # What is not of interest here goes on as it came.
    def main(self, args: Sequence[str] | None = None, **settings: Any) -> Any:  # type: ignore[override]
        """Runs a command, and ends the process."""
        if "--json" not in (sys.argv[1:] if args is None else args):
            return super().main(args, **settings)
        try:
            sys.exit(super().main(args, **{**settings, "standalone_mode": False}))
        except ClickException as error:
            refusal = {"code": "usage", "message": error.format_message(), "status": 0}
            typer.echo(json.dumps(refusal, ensure_ascii=False), err=True)
            sys.exit(error.exit_code)
        except typer.Abort:
            sys.exit(Exit.FAILED)


class Commands(typer.Typer):
    """A group of commands; `root` is that of all."""

    def __init__(self, title: str, *, root: bool = False) -> None:
        super().__init__(
            cls=Root if root else None,
            no_args_is_help=True,
            help=title,
            rich_markup_mode=None,
            pretty_exceptions_enable=False,
        )

    def command(self, name: str | None = None, **settings: Any) -> Callable[[Any], Any]:
        """Adds a command."""
        return super().command(name, cls=Command, **settings)


def segment(text: str) -> str:
    """An id as part of a path: whatever was typed, it stays one. Raises typer.BadParameter."""
    if not text.replace("_", "").replace("-", "").isalnum():
        raise typer.BadParameter(f"{text} is no id")
    return text


def instant(text: str, option: str) -> str:
    """An instant as the API takes it; a date means its beginning (UTC). Raises typer.BadParameter."""
    try:
        if len(text) == len("2026-11-01"):
            return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC).isoformat()
        given = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{option}: {text} is neither a date nor an instant") from None
    if given.tzinfo is None:
        raise typer.BadParameter(f"{option} needs its zone, as in 2026-11-01T08:00:00Z")
    return given.isoformat()


def instant_with_zone(text: str | None, option: str) -> str:
    """An instant as the API takes it, not a mere date. Raises typer.BadParameter."""
    if text is None or len(text) == len("2026-11-01"):
        raise typer.BadParameter(f"give {option} with its zone, as in 2026-12-01T00:00:00Z")
    return instant(text, option)


def _one_of(reasons: Sequence[R]) -> Callable[[R], R]:
    def checked(reason: R) -> R:
        if reason not in reasons:
            raise typer.BadParameter(f"{reason.value} is not a reason for this; give one of: {', '.join(reasons)}")
        return reason

    return checked


def reason_option(reasons: Iterable[str], about: str) -> Any:
    """`--reason`, its values in the help: as a placeholder they would be wider than a screen."""
    return typer.Option("--reason", metavar="<reason>", help=f"{about} One of: {', '.join(reasons)}.")


def one_reason_of(reasons: Sequence[StrEnum], about: str) -> Any:
    """`--reason`, which must be one of those that the act can have."""
    return typer.Option(
        "--reason", metavar="<reason>", callback=_one_of(reasons), help=f"{about} One of: {', '.join(reasons)}."
    )


AgainstReason = Annotated[Reason, one_reason_of(AGAINST, "On record, and told to the member.")]
WithdrawingReason = Annotated[Reason, one_reason_of(WITHDRAWING, "On record.")]
InFavourReason = Annotated[Reason, one_reason_of(IN_FAVOUR, "On record, and told to the member.")]
