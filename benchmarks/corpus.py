"""A folder of made-up guidelines of any size, always the same: for measuring speed, not quality."""

from __future__ import annotations

import random
from pathlib import Path

SECTION_PASSAGES = 5
DOCUMENT_SECTIONS = 20

_WHO = """Engineers|Contractors|Analysts|Product teams|The support desk|Research groups|Interns|
Team leads|Release managers|Data stewards|Anybody on call|Vendors of ours|Regional offices"""
_MUST = (
    """may|must not|may only|must|should not|need approval to|are free to|shall never|must always"""
)
_DO = """copy|export|annotate|publish|train a model on|fine-tune with|summarise|translate|archive|
share|delete|resell|log|benchmark|compare|redistribute|upload|anonymise|sample|print|forward|index"""
_WHAT = """customer tickets|vendor output|call recordings|source code|invoices|evaluation sets|
prompt libraries|weights of open models|labelled images|survey answers|salary data|build logs|
design drafts|partner contracts|telemetry|medical notes|chat transcripts|synthetic dialogues|
access keys|crash dumps|meeting notes|marketing copy|location traces|voice samples"""
_WHERE = """in the staging cluster|on a personal laptop|through a hosted interface|
in a public repository|with a subcontractor|inside the data room|on removable media|
in a shared notebook|over the weekend|
within the European region|on rented hardware|in a customer's tenant|during an incident"""
_UNLESS = """unless the owner of the data agreed in writing|once the security review is signed|
for at most ninety days|and record it in the register|provided that nothing names a person|
after the vendor has been approved|and tell compliance within two days|except for internal tests|
as long as access is limited to the team|until the contract ends|with the ticket number attached"""


def write_guidelines(folder: Path, passages: int, seed: int = 1) -> None:
    """Write Markdown guidelines with exactly that many passages into a new folder."""
    folder.mkdir(parents=True)
    chance = random.Random(seed)  # noqa: S311 - a made-up text, no secret
    per_document = SECTION_PASSAGES * DOCUMENT_SECTIONS
    for number, start in enumerate(range(0, passages, per_document)):
        count = min(per_document, passages - start)
        text = _document(number, count, chance)
        (folder / f"made-{number:04}.md").write_text(text, encoding="utf-8")


def change_one_section(folder: Path) -> None:
    """Reword one paragraph of the first document."""
    path = min(folder.iterdir())
    text = path.read_text(encoding="utf-8")
    before, marker, after = text.partition("## 1. ")
    heading, _, rest = after.partition("\n\n")
    body = f"{before}{marker}{heading}\n\nFrom now on the works council is heard first. {rest}"
    path.write_text(body, encoding="utf-8")


def questions(count: int, seed: int = 2) -> tuple[str, ...]:
    """Return that many made-up questions about the made-up guidelines."""
    chance = random.Random(seed)  # noqa: S311
    return tuple(
        f"Can we {_one(_DO, chance)} {_one(_WHAT, chance)} {_one(_WHERE, chance)}?"
        for _ in range(count)
    )


def _document(number: int, count: int, chance: random.Random) -> str:
    """Return one guideline with that many passages."""
    parts = [f"---\nid: made-{number:04}\ntitle: Made guideline {number}\nkind: guideline\n---\n"]
    for place in range(count):
        if place % SECTION_PASSAGES == 0:
            section = place // SECTION_PASSAGES + 1
            parts.append(f"## {section}. {_one(_WHAT, chance).capitalize()} {number}.{section}\n")
        parts.append(f"{_sentence(chance)} {_sentence(chance)}\n")
    return "\n".join(parts)


def _sentence(chance: random.Random) -> str:
    """Return one rule of about twenty words."""
    parts = (_WHO, _MUST, _DO, _WHAT, _WHERE, _UNLESS)
    return " ".join(_one(part, chance) for part in parts) + "."


def _one(choices: str, chance: random.Random) -> str:
    """Return one of the phrases."""
    return chance.choice([choice.strip() for choice in choices.split("|")])
