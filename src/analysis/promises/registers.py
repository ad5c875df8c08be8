"""The entries of the TOML files people write: a class an entry, and a kind a field, each with the problem of what is not of it.

A value is taken only as what it is (`"5"` is no number, `true` is no 1), and a decimal stays exactly as it is written.
Everything wrong with an entry is reported at once. Nothing here knows what an entry is about.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    WrapValidator,
    create_model,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from .catalogue import FIRST, LANGUAGES, in_every_language
from .problems import ID, Reader, closest

LONGEST_ID = 60  # characters; ids become names of files, and a file's name has an end
_CODES = {"missing": "missing_field", "model_type": "not_a_table"}  # of an entry as such; kinds have codes of their own


_NO_TEXTS = ("not_a_year", "not_a_plain_number", "not_a_flag", "not_a_date", "not_whole_number")  # codes of what is written without quotation marks


def else_reported(code: str, **detail: object) -> WrapValidator:
    """Whatever is wrong within a value is one problem about the whole of it, with this code."""

    def check(value: Any, of_kind: Callable[[Any], Any]) -> Any:
        try:
            return of_kind(value)
        except ValidationError:
            raise PydanticCustomError(code, code, detail) from None

    return WrapValidator(check)


def one_of(*choices: str, code: str = "not_a_choice") -> BeforeValidator:
    """A word that is one of these."""

    def check(value: Any) -> Any:
        if value not in choices:
            raise PydanticCustomError(code, code, {"choices": ", ".join(choices)})
        return value

    return BeforeValidator(check)


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError
    return text


def each_once(named: tuple[Any, ...]) -> tuple[Any, ...]:
    """What a list names, nothing of it twice."""
    if len(set(named)) < len(named):
        raise ValueError
    return named


def at_least(least: int) -> AfterValidator:
    """A number not below this one."""

    def check(number: Any) -> Any:
        if number < least:
            raise PydanticCustomError("too_low", "too_low", {"least": least})
        return number

    return AfterValidator(check)


def as_id(text: str) -> str:
    """A text that is an id: of a few letters, and short enough that files can be called by it."""
    if not ID.fullmatch(text) or text == "combined":
        raise PydanticCustomError("bad_id", "bad_id")
    if len(text) > LONGEST_ID:
        raise PydanticCustomError("too_long", "too_long", {"most": LONGEST_ID})
    return text


def _languages(words: dict[str, str]) -> dict[str, str]:
    """A text in every language there is."""
    if not words or not words.keys() <= {*LANGUAGES}:
        raise ValueError
    return in_every_language(words)


LISTED = BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)  # a list of the file as what cannot be changed

_ONCE = BeforeValidator(lambda value: {FIRST: value} if isinstance(value, str) else value)  # a text that is the same in every language

Text = Annotated[str, AfterValidator(_not_blank), else_reported("not_a_text")]
Id = Annotated[Text, AfterValidator(as_id)]
Number = Annotated[int | Decimal, else_reported("not_a_plain_number")]
Whole = Annotated[int, Field(gt=0), else_reported("not_whole_number")]
Year = Annotated[int, Field(ge=1900, le=2200), else_reported("not_a_year")]
Date = Annotated[date, else_reported("not_a_date")]
Flag = Annotated[bool, else_reported("not_a_flag")]
Names = Annotated[tuple[Text, ...], LISTED, AfterValidator(each_once), else_reported("not_a_list")]
OneOrMore = Annotated[Names, BeforeValidator(lambda value: [value] if isinstance(value, str) else value)]
Bilingual = Annotated[dict[str, Text], _ONCE, AfterValidator(_languages), else_reported("not_bilingual")]
Words = Annotated[dict[str, str], else_reported("not_words")]


class Entry(BaseModel):
    """One entry of a register: the fields declared, each of its kind, and no others."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    @model_validator(mode="wrap")
    @classmethod
    def _in_our_codes(cls, raw: Any, of_kind: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return of_kind(raw)
        except ValidationError as error:
            raise ValidationError.from_exception_data(cls.__name__, [cls._coded(**each) for each in error.errors(include_url=False)]) from None

    @classmethod
    def _coded(cls, type: str, loc: tuple[int | str, ...], input: Any, ctx: Mapping[str, Any] = {}, **_: Any) -> InitErrorDetails:
        """One thing wrong, with our code for it and what the code's words are filled with."""
        code, detail = _CODES.get(type, type), dict(ctx)
        if type == "missing":
            detail = {"name": loc[-1]}
        elif type == "extra_forbidden":
            near = closest(str(loc[-1]), cls.written_names())
            code, detail = ("unknown_field_near", {"near": near}) if near else ("unknown_field", {"known": ", ".join(cls.written_names())})
        elif type.endswith("_type"):
            code = _CODES.get(type, "not_nested")
        return InitErrorDetails(type=PydanticCustomError(code, code, detail), loc=loc, input=input)

    @classmethod
    def written_names(cls) -> list[str]:
        """The fields' names as they are written in the file."""
        return [field.alias or name for name, field in cls.model_fields.items()]


def table_of(kind: type[Entry]) -> BeforeValidator:
    """A table that is such an entry, kept as a table of what stands in it and of nothing else."""
    return BeforeValidator(lambda raw: kind.model_validate(raw).model_dump(exclude_unset=True))


E = TypeVar("E", bound=Entry)


def read_entry(kind: type[E], raw: Any, entry: str, reader: Reader) -> E:
    """One entry. What is wrong with it is reported; what is right is kept all the same, with None for a field it must have, to be checked further."""
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        found = error.errors(include_url=False)
    for each in found:
        _report(each["type"], each["loc"], each["input"], each.get("ctx", {}), entry, reader)
    wrong = {each["loc"][0] for each in found if each["loc"]}
    right = {name: value for name, value in raw.items() if name not in wrong} if isinstance(raw, dict) else {}
    lacking: dict[str, Any] = {name: (Any, None) for name, field in kind.model_fields.items() if field.is_required() and (field.alias or name) not in right}
    return create_model(kind.__name__, __base__=kind, **lacking).model_validate(right)


def _report(code: str, place: tuple[int | str, ...], found: Any, detail: Mapping[str, Any], entry: str, reader: Reader) -> None:
    """One thing wrong as a problem with its place: `("doubt", 1, "reason")` is the field `reason` of the second `[[doubt]]`."""
    for at, number in enumerate(place):
        if isinstance(number, int):
            table = ", ".join(filter(None, [entry, f"[[{place[at - 1]}]] {number + 1}"]))
            return _report(code, place[at + 1 :], found, detail, table, reader)
    if code == "missing_field":
        place, found = place[:-1], ""
    elif code in ("unknown_field", "unknown_field_near"):
        place, found = place[:-1], place[-1]
    if code in _NO_TEXTS and isinstance(found, str):
        found = f'"{found}"'  # with the quotation marks that make a text of 2018
    reader.say(code, entry, found, ".".join(map(str, place)), **detail)


def read_entries(kind: type[E], raw: Mapping[str, Any], name: str, reader: Reader) -> dict[str, E]:
    """All entries of one array of tables by id; an id used twice is a problem, and an entry without one is only reported."""
    found: dict[str, E] = {}
    tables = raw.get(name, [])
    for number, table in enumerate(tables if isinstance(tables, list) else [tables], 1):
        written = table.get("id") if isinstance(table, dict) else None
        entry = f"{name} {written if isinstance(written, str) else f'no. {number}'}"
        read = read_entry(kind, table, entry, reader)
        if isinstance(written, str):
            if written in found:
                reader.say("repeated_id", entry, written)
            found[written] = read
    return found
