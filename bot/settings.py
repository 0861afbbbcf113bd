"""Every setting of ours: read once, validated once, from MAYI_… variables or a `.env` file.

Nothing outside `bot.wiring` and `bot.check` reads these; the rooms below are given values.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from dotenv import dotenv_values
from platformdirs import user_data_path
from pydantic import AfterValidator, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from knowledge.errors import Problem, Refused

PREFIX = "MAYI_"
ENV_FILE = Path(".env")

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


class SettingsRefused(Refused):
    """A MAYI_… variable, in the environment or in .env, holds something it cannot."""


def _absolute(path: Path) -> Path:
    """Return the path from the root on, `~` resolved."""
    return path.expanduser().absolute()


FilePath = Annotated[Path, AfterValidator(_absolute)]


class Settings(BaseSettings):
    """What this installation was told; a field is the variable MAYI_ and its name in capitals."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    data: FilePath = Field(
        default_factory=lambda: user_data_path("mayi", appauthor=False),
        description="Folder for the database, the index and the log.",
        examples=["/srv/mayi"],
    )
    database_url: str | None = Field(
        default=None,
        repr=False,
        pattern=r"^(sqlite|postgresql)(\+\w+)?://",
        description="SQLAlchemy address of the database; SQLite or PostgreSQL.",
        examples=["postgresql+psycopg://mayi@localhost/mayi"],
    )
    timezone: ZoneInfo = Field(
        default_factory=lambda: ZoneInfo("UTC"),
        description="The company's time zone: when a day begins and ends.",
        examples=["Europe/Berlin"],
    )
    approvals: Literal[1, 2] = Field(
        default=1,
        description="How many people a publication needs; with 2, another person approves it.",
        examples=["2"],
    )
    compliance: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Who may publish, approve and erase, comma-separated; empty is everybody.",
        examples=["ada, ben"],
    )
    glossary: FilePath | None = Field(
        default=None,
        description="A YAML file of your own products and jargon, added to ours.",
        examples=["glossary.yaml"],
    )
    retention_days: int = Field(
        default=730,
        ge=1,
        le=36500,
        description="How many days an answer is kept.",
        examples=["365"],
    )
    entity: str | None = Field(
        default=None,
        description="Company entity of the asker, where `--entity` names none.",
        examples=["acme-gmbh"],
    )
    groups: Annotated[frozenset[str], NoDecode] = Field(
        default=frozenset(),
        description="Groups of the asker, comma-separated, where `--groups` names none.",
        examples=["legal, ml"],
    )
    log_level: LogLevel = Field(
        default="WARNING",
        description="How much goes to the log: DEBUG, INFO, WARNING or ERROR.",
        examples=["INFO"],
    )

    @field_validator("compliance", "groups", mode="before")
    @classmethod
    def _split_at_commas(cls, value: object) -> object:
        """Take "ada, ben" as two names."""
        return split_names(value) if isinstance(value, str) else value

    @field_validator("approvals", mode="before")
    @classmethod
    def _read_number(cls, value: object) -> object:
        """Take "2" as 2: a choice of numbers is not converted otherwise."""
        return int(value) if isinstance(value, str) and value.strip().isdecimal() else value

    @field_validator("log_level", mode="before")
    @classmethod
    def _ignore_case(cls, value: object) -> object:
        """Take "info" as "INFO"."""
        return value.strip().upper() if isinstance(value, str) else value

    @property
    def index(self) -> Path:
        """Where the derived vector index lives; may be deleted at any time."""
        return self.data / "index"

    @property
    def log(self) -> Path:
        """The file that the details of unexpected errors go to."""
        return self.data / "mayi.log"

    @property
    def retention(self) -> timedelta:
        """How long an answer is kept."""
        return timedelta(days=self.retention_days)


def split_names(text: str) -> tuple[str, ...]:
    """Return the comma-separated names of a text, without blanks and empty ones."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def load(env_file: Path | None = ENV_FILE) -> Settings:
    """Return the settings of the environment and `.env`; the environment wins.

    Raises:
        SettingsRefused: with every variable that cannot be taken.
    """
    try:
        return Settings(_env_file=env_file)
    except ValidationError as error:
        raise SettingsRefused(*(_problem(detail) for detail in error.errors())) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsRefused(
            Problem(
                place=str(env_file), what=f"cannot be read: {error}", mend="Mend or remove the file"
            )
        ) from None


def _problem(detail: Mapping[str, Any]) -> Problem:
    """Say in one line what is wrong with a variable; an address may hold a password, so not it."""
    name = str(detail["loc"][0])
    shown = "what it is" if name == "database_url" else repr(str(detail["input"])[:80])
    return Problem(
        place=variable(name),
        what=f"cannot be {shown} ({_reason(detail)})",
        mend=f"Set it like {variable(name)}={example(name)}",
    )


def _reason(detail: Mapping[str, Any]) -> str:
    """Return the validator's reason as part of a sentence."""
    reason = str(detail["msg"]).removeprefix("Value error, ").rstrip(".")
    return reason[:1].lower() + reason[1:]


def variable(name: str) -> str:
    """Return the environment variable of a field."""
    return PREFIX + name.upper()


def example(name: str) -> str:
    """Return a value that the field would take."""
    return str((Settings.model_fields[name].examples or [""])[0])


def unknown_variables(
    environment: Mapping[str, str] | None = None, env_file: Path | None = ENV_FILE
) -> tuple[str, ...]:
    """Return the MAYI_… names set in the environment or `.env` that no setting has."""
    known = {variable(name) for name in Settings.model_fields}
    set_names = set(os.environ if environment is None else environment)
    if env_file is not None and env_file.is_file():
        set_names |= set(dotenv_values(env_file))
    return tuple(
        sorted(
            name
            for name in set_names
            if name.upper().startswith(PREFIX) and name.upper() not in known
        )
    )
