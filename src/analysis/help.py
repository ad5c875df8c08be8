"""The commands' help and what is said of a line that is none of them, in the language asked for anywhere on it.

The texts stand in the catalogues, read only where one is shown. Where no language is asked for, help is English, as the names of commands and options are,
and what is wrong is said in Danish, as all that a command says.
"""

import re
from typing import Any

import click

from .promises.catalogue import FALLBACK, FIRST, LANGUAGES, say_help
from .promises.problems import closest

_LANG = "analysis.lang"  # where click keeps, for a command and those below it, which language the line asks for; nothing where it asks for none


class Usage(click.ClickException):
    """Something asked for that does not exist, such as an unknown option or area: exit 2, and nothing but the line that says so."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo(self.message, err=True)


class _Spoken(click.Command):
    """A command whose help has the texts of a catalogue: its own by its name, an option's by both names, or by its own alone where commands share it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        asked = list(args)
        try:
            return super().parse_args(ctx, args)
        except click.exceptions.NoArgsIsHelpError:
            raise
        except click.UsageError as error:
            raise Usage(self._wrong(error, ctx, asked)) from None

    def _wrong(self, error: click.UsageError, ctx: click.Context, asked: list[str]) -> str:
        """What a line asks for that this command does not have, does not take or cannot do without, and what it would take."""
        key, detail = "wrong", {"found": " ".join(asked)}
        match error:
            case click.NoSuchOption():
                key, detail = "wrong_option", {"found": error.option_name, "near": closest(error.option_name, [n for each in self.params for n in each.opts])}
            case click.MissingParameter(param=click.Parameter() as missing):
                key, detail = "wrong_missing", {"found": missing.make_metavar(ctx) if isinstance(missing, click.Argument) else missing.opts[0]}
            case click.BadOptionUsage():
                flags = [name for each in self.params if isinstance(each, click.Option) and each.is_flag for name in each.opts]
                key, detail = "wrong_flag" if error.option_name in flags else "wrong_no_value", {"found": error.option_name}
            case click.BadParameter(param=click.Parameter() as given):
                found = self.make_parser(ctx).parse_args(args=asked)[0].get(given.name)
                key, detail = f"wrong_{given.type.name}", {"found": f"{given.opts[0]} {found}", **_allowed(given.type)}
        return _say_wrong(key, ctx, **detail)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        lang = ctx.meta.get(_LANG) or FALLBACK
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix=f"{say_help('usage', lang)} ")
        _write_text(formatter, say_help(str(self.name), lang))
        options = [
            (record[0], self._about(each, lang)) for each in self.get_params(ctx) if (record := each.get_help_record(ctx)) and isinstance(each, click.Option)
        ]
        _write_rows(formatter, say_help("options", lang), options)
        below = getattr(self, "commands", {})
        _write_rows(formatter, say_help("commands", lang), [(name, say_help(name, lang).split("\n")[0]) for name in sorted(below)])
        if self.epilog:
            _write_text(formatter, say_help("example", lang, command=self.epilog))

    def _about(self, option: click.Option, lang: str) -> str:
        """What an option means."""
        name, detail = max(option.opts, key=len), {"default": option.default, "most": getattr(option.type, "max", None)}
        try:
            return say_help(f"{self.name} {name}", lang, **detail)
        except KeyError:
            return say_help(name, lang, **detail)


def _write_text(formatter: click.HelpFormatter, text: str) -> None:
    formatter.write_paragraph()
    with formatter.indentation():
        formatter.write_text(text)


def _write_rows(formatter: click.HelpFormatter, heading: str, rows: list[tuple[str, str]]) -> None:
    if rows:
        with formatter.section(heading):
            formatter.write_dl(rows)


def _allowed(kind: click.ParamType) -> dict[str, Any]:
    """What a value of this kind may be, for the words about one that is not."""
    match kind:
        case click.Choice():
            return {"choices": ", ".join(kind.choices)}
        case click.IntRange():
            return {"least": kind.min, "most": kind.max}
    return {}


def _say_wrong(key: str, ctx: click.Context, near: str = "", **detail: Any) -> str:
    return say_help(f"{key}_near" if near else key, ctx.meta.get(_LANG) or FIRST, command=ctx.command_path, near=near, **detail)


class Commands(_Spoken, click.Group):
    """The commands of a program."""

    command_class = _Spoken

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        asked = [lang for lang in re.findall(r"(?m)^--lang[=\n](.+)$", "\n".join(args)) if lang in LANGUAGES]
        ctx.meta[_LANG] = asked[-1] if asked else None
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in self.commands:
            raise Usage(_say_wrong("wrong_command", ctx, found=args[0], near=closest(args[0], self.commands), known=", ".join(sorted(self.commands))))
        return super().resolve_command(ctx, args)
