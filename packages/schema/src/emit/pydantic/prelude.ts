/** What the models of a module are made of; printed at its top. `FLAG` is how a boolean is sent. */
export const prelude: string = String.raw`import re
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator


def _integer(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("an integer is required, not a boolean")
    if isinstance(value, str) and not re.fullmatch(r"[+-]?\d+\n?", value):
        raise ValueError("an integer is required")
    return int(value) if isinstance(value, str) else value


def _number(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("a number is required, not a boolean")
    if isinstance(value, str) and not re.fullmatch(
        r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\n?", value
    ):
        raise ValueError("a number is required")
    return float(value) if isinstance(value, str) else value


def _flag(value: Any) -> Any:
    if value in (True, False, "0", "1") and not isinstance(value, float):
        return value in (True, "1")
    raise ValueError("a boolean is required, or 0 or 1")


def _text(value: Any) -> Any:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return str(value) if is_number else value


def _list(value: Any) -> Any:
    return value if value is None or isinstance(value, (list, tuple)) else [value]


def _joined(value: Any) -> Any:
    if not isinstance(value, (list, tuple)):
        return value
    return ",".join("" if item is None else str(item) for item in value)


Flag = Annotated[bool, BeforeValidator(_flag)]
"""A boolean; the server also takes 0 and 1."""


class _Model(BaseModel):
    model_config = ConfigDict(
        coerce_numbers_to_str=True,
        defer_build=True,
        populate_by_name=True,
        protected_namespaces=(),
    )


class _Open(_Model):
    model_config = ConfigDict(extra="allow")


class _Parameters(_Model):
    _requires: ClassVar[dict[str, str]] = {}

    @model_validator(mode="after")
    def _has_required(self) -> "_Parameters":
        for name, needed in self._requires.items():
            if name in self.model_fields_set and getattr(self, needed) is None:
                raise ValueError(f"{needed} is needed by {name}")
        return self

    def to_params(self) -> dict[str, Any]:
        """The parameters that are set, by the names that the API has for them."""
        return self.model_dump(by_alias=True, exclude_unset=True, exclude_none=True)


class _ClosedParameters(_Parameters):
    model_config = ConfigDict(extra="forbid")


class _OpenParameters(_Parameters):
    model_config = ConfigDict(extra="allow")`

/** A form of PVE and PMG has no other boolean than a digit. */
export const digitPrelude: string = prelude.replace(
  'Flag = Annotated[bool, BeforeValidator(_flag)]',
  'Flag = Annotated[bool, BeforeValidator(_flag), PlainSerializer(int, return_type=int)]',
)
