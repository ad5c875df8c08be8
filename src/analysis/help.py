"""The commands' help, in the language asked for anywhere on the line; its texts stand in the catalogues, read only where help is shown."""

import re

import click

from .promises.catalogue import FALLBACK, LANGUAGES, say_help

_LANG = "analysis.lang"  # where click keeps, for a command and those below it, which language the line asks for


class _Spoken(click.Command):
    """A command whose help has the texts of a catalogue: its own by its name, an option's by both names, or by its own alone where commands share it."""

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        lang = ctx.meta.get(_LANG, FALLBACK)
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


class Commands(_Spoken, click.Group):
    """The commands of a program."""

    command_class = _Spoken

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        asked = [lang for lang in re.findall(r"(?m)^--lang[=\n](.+)$", "\n".join(args)) if lang in LANGUAGES]
        ctx.meta[_LANG] = asked[-1] if asked else FALLBACK
        return super().parse_args(ctx, args)
