"""What the workspace says no with."""

from __future__ import annotations

from bot.playground.records import Json


class Refusal(Exception):  # noqa: N818 - Slack's word for it is `error`, the event is a refusal
    """A call is refused. `error` is Slack's word, `details` what else its answer holds."""

    def __init__(self, error: str, **details: object) -> None:
        """Keep the word and the details."""
        super().__init__(error)
        self.error = error
        self.details = details

    def answer(self) -> Json:
        """Return the refusal as Slack answers it."""
        return {"ok": False, "error": self.error, **self.details}


def refusal_of(error: str, complaints: list[str]) -> Refusal:
    """Return a refusal that lists what is wrong with the arguments, as Slack does."""
    return Refusal(error, response_metadata={"messages": [f"[ERROR] {one}" for one in complaints]})
