from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from bot import settings
from bot.settings import Settings, SettingsRefused

GOOD = {
    "data": ("/srv/mayi", Path("/srv/mayi")),
    "database_url": ("sqlite:////srv/m.db", "sqlite:////srv/m.db"),
    "chroma_url": ("http://chroma:8000", "http://chroma:8000"),
    "timezone": ("Europe/Berlin", ZoneInfo("Europe/Berlin")),
    "approvals": ("2", 2),
    "compliance": ("ada, ben,", ("ada", "ben")),
    "glossary": ("/srv/words.yaml", Path("/srv/words.yaml")),
    "retention_days": ("30", 30),
    "entity": ("acme", "acme"),
    "groups": ("legal,ml", frozenset({"legal", "ml"})),
    "embedder": ("openai", "openai"),
    "judge": ("openai", "openai"),
    "openai_api_key": ("sk-one", SecretStr("sk-one")),
    "openai_base_url": ("https://models.example/v1", "https://models.example/v1"),
    "openai_model": ("gpt-6-luna", "gpt-6-luna"),
    "openai_api": ("chat", "chat"),
    "openai_effort": ("unsaid", "unsaid"),
    "openai_prices": ("0.40, 1.60", (0.4, 1.6)),
    "openai_daily_dollars": ("2.5", 2.5),
    "openai_daily_tokens": ("1000", 1000),
    "judge_avoid_own_vendor": ("true", True),
    "slack_bot_token": ("xoxb-one", SecretStr("xoxb-one")),
    "slack_app_token": ("xapp-one", SecretStr("xapp-one")),
    "slack_signing_secret": ("8f74", SecretStr("8f74")),
    "slack_api_url": ("http://localhost:3000/api/", "http://localhost:3000/api/"),
    "slack_mode": ("http", "http"),
    "compliance_channel": ("C0123456789", "C0123456789"),
    "case_days": ("5", 5),
    "listen": ("0.0.0.0:80", "0.0.0.0:80"),
    "workers": ("64", 64),
    "log_format": ("json", "json"),
    "log_level": ("info", "INFO"),
}

BAD = {
    "database_url": "mysql://ada:secret@host/db",
    "timezone": "Mars/Phobos",
    "approvals": "3",
    "retention_days": "0",
    "embedder": "word2vec",
    "judge": "somebody",
    "openai_base_url": "ftp://ada:secret@models.example",
    "openai_api": "telepathy",
    "openai_effort": "heroic",
    "openai_prices": "-1, 2",
    "openai_daily_dollars": "-1",
    "openai_daily_tokens": "many",
    "judge_avoid_own_vendor": "perhaps",
    "chroma_url": "chroma:8000",
    "slack_api_url": "slack.com",
    "slack_mode": "carrier pigeon",
    "compliance_channel": "#compliance",
    "case_days": "0",
    "listen": "8080",
    "workers": "0",
    "log_format": "poetry",
    "log_level": "LOUD",
}


def test_every_setting_has_an_example_of_a_good_value() -> None:
    assert GOOD.keys() == Settings.model_fields.keys()


@pytest.mark.parametrize("name", GOOD)
def test_a_variable_sets_what_its_name_says(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text, value = GOOD[name]
    monkeypatch.setenv(settings.variable(name), text)

    assert getattr(settings.load(), name) == value


@pytest.mark.parametrize("name", GOOD)
def test_the_example_shown_in_a_refusal_would_be_taken(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(settings.variable(name), settings.example(name))

    settings.load()


@pytest.mark.parametrize("name", BAD)
def test_a_bad_value_is_refused_with_the_variable_and_the_mend(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(settings.variable(name), BAD[name])

    with pytest.raises(SettingsRefused) as caught:
        settings.load()

    (problem,) = caught.value.problems
    assert problem.place == settings.variable(name)
    assert f"{settings.variable(name)}=" in problem.mend


def test_a_refused_database_address_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAYI_DATABASE_URL", BAD["database_url"])

    with pytest.raises(SettingsRefused) as caught:
        settings.load()

    assert "secret" not in str(caught.value)


def test_several_bad_values_are_all_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in BAD.items():
        monkeypatch.setenv(settings.variable(name), text)

    with pytest.raises(SettingsRefused) as caught:
        settings.load()

    assert {problem.place for problem in caught.value.problems} == set(map(settings.variable, BAD))


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("MAYI_ENTITY=filed\nMAYI_APPROVALS=2\n")
    monkeypatch.setenv("MAYI_ENTITY", "said")

    loaded = settings.load()

    assert (loaded.entity, loaded.approvals) == ("said", 2)


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAYI_TIMEZONE", "")

    assert settings.load().timezone == ZoneInfo("UTC")


def test_without_settings_the_data_goes_where_the_platform_keeps_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("MAYI_DATA")

    loaded = settings.load()

    assert loaded.data.is_absolute()
    assert loaded.data.name == "mayi"
    assert loaded.retention == timedelta(days=730)


def test_a_file_that_is_no_text_is_refused() -> None:
    Path(".env").write_bytes(b"MAYI_ENTITY=\xff\xfe\n")

    with pytest.raises(SettingsRefused, match=r"\.env"):
        settings.load()


def test_names_that_no_setting_has_are_found_in_environment_and_file() -> None:
    Path(".env").write_text("MAYI_TIMEZON=UTC\nOTHER=1\n")

    unknown = settings.unknown_variables({"MAYI_APROVALS": "2", "MAYI_DATA": "/x", "PATH": ""})

    assert unknown == ("MAYI_APROVALS", "MAYI_TIMEZON")


def test_a_secret_may_lie_in_a_file_named_like_its_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "slack_bot_token").write_text("xoxb-of-the-file\n", encoding="utf-8")
    (tmp_path / "mayi_database_url").write_text("postgresql://db/mayi\n", encoding="utf-8")
    (tmp_path / "slack_app_token").write_text("xapp-of-the-file\n", encoding="utf-8")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-of-the-environment")

    loaded = settings.load(secrets=tmp_path)

    assert loaded.slack_bot_token == SecretStr("xoxb-of-the-file")
    assert loaded.database_url == "postgresql://db/mayi"
    assert loaded.slack_app_token == SecretStr("xapp-of-the-environment")


def test_a_secret_that_cannot_be_read_is_refused_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "slack_bot_token").write_bytes(b"\xff\xfe")

    with pytest.raises(SettingsRefused, match=r'cannot be read: .*"slack_bot_token"'):
        settings.load(secrets=tmp_path)
