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
from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, SettingsError

from knowledge.errors import Problem, Refused

PREFIX = "MAYI_"
ENV_FILE = Path(".env")
SECRETS = Path("/run/secrets")
"""Where Docker, Compose and Kubernetes lay secrets: a file for each, named like its variable."""

EmbedderName = Literal["minilm", "openai", "none"]
JudgeName = Literal["reader", "openai"]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


class SettingsRefused(Refused):
    """A MAYI_… variable, in the environment or in .env, holds something it cannot."""


def _absolute(path: Path) -> Path:
    """Return the path from the root on, `~` resolved."""
    return path.expanduser().absolute()


def _listening(address: str) -> str:
    """Return the address if it is HOST:PORT."""
    host, colon, port = address.rpartition(":")
    if not (host and colon and port.isdecimal() and int(port) < 65536):  # noqa: PLR2004 - ports
        raise ValueError("write it as HOST:PORT")
    return address


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
    chroma_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s/]+$",
        description="Address of a Chroma server for the index, where several replicas share one.",
        examples=["http://chroma:8000"],
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
        description=(
            "Who is compliance, comma-separated: names, Slack ids, handles of Slack's user groups; "
            "empty is everybody."
        ),
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
    judge: JudgeName = Field(
        default="reader",
        description="Who judges: `reader`, offline, or `openai`, a model to which questions go.",
        examples=["openai"],
    )
    embedder: EmbedderName = Field(
        default="minilm",
        description="What finds rules by meaning: `minilm`, here; `openai`, to which rules and"
        " questions go; `none`.",
        examples=["openai"],
    )
    openai_api_key: SecretStr | None = Field(
        default=None,
        repr=False,
        validation_alias="OPENAI_API_KEY",
        description="Key of the model's server; a key alone sends nothing.",
        examples=["sk-..."],
    )
    openai_base_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s/]+",
        validation_alias="OPENAI_BASE_URL",
        description="Address of another server that speaks OpenAI's API: Azure, vLLM, Ollama.",
        examples=["http://localhost:11434/v1"],
    )
    openai_model: str = Field(
        default="gpt-6.1-terra",
        min_length=1,
        description="Name of the model that judges.",
        examples=["gpt-6-luna"],
    )
    openai_api: Literal["responses", "chat"] = Field(
        default="responses",
        description="How it is asked: `responses`, or `chat` where a server has only completions.",
        examples=["chat"],
    )
    openai_effort: Literal["none", "low", "medium", "high", "unsaid"] = Field(
        default="none",
        description="How long it thinks before it replies: `none`, `low`, `medium`, `high`;"
        " `unsaid` where a server cannot be told.",
        examples=["low"],
    )
    openai_prices: Annotated[tuple[float, float], NoDecode] = Field(
        default=(1.0, 5.0),
        description="US dollars for a million tokens read and written; as your contract says.",
        examples=["0.40, 1.60"],
    )
    openai_daily_dollars: float = Field(
        default=5.0,
        ge=0,
        description="US dollars that models may cost in a day; then the reader answers.",
        examples=["20"],
    )
    openai_daily_tokens: int = Field(
        default=5_000_000,
        ge=0,
        description="Tokens that models may take in a day; then the reader answers.",
        examples=["1000000"],
    )
    judge_avoid_own_vendor: bool = Field(
        default=False,
        description="Keep questions about a vendor from that vendor's models; the reader answers.",
        examples=["true"],
    )
    slack_bot_token: SecretStr | None = Field(
        default=None,
        repr=False,
        validation_alias="SLACK_BOT_TOKEN",
        description="The app's bot token; `mayi serve` needs it.",
        examples=["xoxb-..."],
    )
    slack_app_token: SecretStr | None = Field(
        default=None,
        repr=False,
        validation_alias="SLACK_APP_TOKEN",
        description="The app-level token of Socket Mode, which needs no address of ours.",
        examples=["xapp-..."],
    )
    slack_signing_secret: SecretStr | None = Field(
        default=None,
        repr=False,
        validation_alias="SLACK_SIGNING_SECRET",
        description="The signing secret of HTTP mode, in which Slack calls us.",
        examples=["8f742231b10e8888abcd99yyyzzz85a5"],
    )
    slack_api_url: str = Field(
        default="https://slack.com/api/",
        pattern=r"^https?://[^\s]+/$",
        validation_alias="SLACK_API_URL",
        description="Where Slack's methods are called.",
        examples=["https://slack-gov.com/api/"],
    )
    slack_mode: Literal["socket", "http"] = Field(
        default="socket",
        description="How Slack reaches us: `socket`, or `http` at `MAYI_LISTEN`.",
        examples=["http"],
    )
    compliance_channel: str | None = Field(
        default=None,
        pattern=r"^[CG][A-Z0-9]+$",
        description="Id of the channel in which cases are worked on.",
        examples=["C0123456789"],
    )
    case_days: int = Field(
        default=2,
        ge=1,
        le=90,
        description="Working days in which compliance means to answer a case.",
        examples=["5"],
    )
    listen: Annotated[str, AfterValidator(_listening)] = Field(
        default="127.0.0.1:8080",
        description="Address and port of health, metrics and HTTP mode.",
        examples=["0.0.0.0:8080"],
    )
    workers: int = Field(
        default=8,
        ge=1,
        le=256,
        description="How many questions one process answers at once.",
        examples=["64"],
    )
    log_format: Literal["text", "json"] = Field(
        default="text",
        description="Form of the lines that `mayi serve` logs: `text` or `json`.",
        examples=["json"],
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

    @field_validator("openai_prices", mode="before")
    @classmethod
    def _read_prices(cls, value: object) -> object:
        """Take "0.40, 1.60" as two prices; neither may be below nothing."""
        prices = split_names(value) if isinstance(value, str) else value
        if isinstance(prices, tuple) and any(float(price) < 0 for price in prices):
            raise ValueError("a price is not below 0")
        return prices

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


_SECRET = frozenset(
    {
        "database_url",
        "openai_api_key",
        "openai_base_url",
        "slack_app_token",
        "slack_bot_token",
        "slack_signing_secret",
    }
)
_OTHERS = {
    name: str(field.validation_alias)
    for name, field in Settings.model_fields.items()
    if field.validation_alias is not None
}
"""The fields whose variables have the names that everybody uses for them."""


def split_names(text: str) -> tuple[str, ...]:
    """Return the comma-separated names of a text, without blanks and empty ones."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def load(env_file: Path | None = ENV_FILE, secrets: Path = SECRETS) -> Settings:
    """Return the settings of the environment, `.env` and files of secrets, the first one winning.

    Raises:
        SettingsRefused: with every variable that cannot be taken.
    """
    try:
        return Settings(_env_file=env_file, _secrets_dir=secrets if secrets.is_dir() else None)
    except ValidationError as error:
        raise SettingsRefused(*(_problem(detail) for detail in error.errors())) from None
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(env_file, error) from None
    except SettingsError as error:
        raise _unreadable(secrets, f"{error}: {error.__cause__}") from None


def _unreadable(place: Path | None, why: object) -> SettingsRefused:
    mend = "Let this account read what is there, and let it be text; or remove it"
    return SettingsRefused(Problem(place=str(place), what=f"cannot be read: {why}", mend=mend))


def _problem(detail: Mapping[str, Any]) -> Problem:
    """Say in one line what is wrong with a variable, without what may hold a password."""
    name = _field(str(detail["loc"][0]))
    shown = "what it is" if name in _SECRET else repr(str(detail["input"])[:80])
    return Problem(
        place=variable(name),
        what=f"cannot be {shown} ({_reason(detail)})",
        mend=f"Set it like {variable(name)}={example(name)}",
    )


def _reason(detail: Mapping[str, Any]) -> str:
    """Return the validator's reason as part of a sentence."""
    reason = str(detail["msg"]).removeprefix("Value error, ").rstrip(".")
    return reason[:1].lower() + reason[1:]


def _field(name: str) -> str:
    """Return the field that a name or a variable of another's stands for."""
    return next((field for field, of in _OTHERS.items() if of == name), name)


def variable(name: str) -> str:
    """Return the environment variable of a field: MAYI_ and its name, or one known elsewhere."""
    return _OTHERS.get(name) or PREFIX + name.upper()


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
