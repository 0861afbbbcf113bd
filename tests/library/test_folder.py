"""What is taken of a folder, what is refused, and what people are told about it."""

import os
import time
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.errors import SourceRefused
from knowledge.library.parsing import parse
from knowledge.library.sources import files
from knowledge.library.sources.folder import read_folder
from knowledge.library.sources.metadata import Unreadable, read_yaml
from knowledge.models import Agreement, Kind

RULE = "# Keys\n\nNever share keys.\n"


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path / "rules")


class Folder:
    """A folder of guidelines that is written file by file."""

    def __init__(self, path):
        self.path = path
        path.mkdir()

    def put(self, name, content=RULE):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return self

    def read(self):
        return read_folder(self.path)

    def document(self):
        (document,) = self.read().documents
        return document

    def refusal(self):
        with pytest.raises(SourceRefused) as refused:
            self.read()
        lines = str(refused.value).split("\n")
        assert len(lines) == len(refused.value.problems)
        assert all(line.isprintable() and len(line) < 400 for line in lines)
        return lines


# ---------------------------------------------------------------- documents


def test_front_matter_says_what_the_document_is(folder):
    document = folder.put(
        "openai.md",
        "---\nid: openai-services\ntitle: Services Agreement\nkind: contract\nvendor: OpenAI\n"
        "entity: Example GmbH\naudience: [legal, ml]\nowner: Ada\neffective: 2026-03-31\n"
        "review_every: 6 months\nlayout: whatever\n---\n# Terms\n\nPay on time.\n",
    ).document()

    assert (document.id, document.title, document.kind) == (
        "openai-services",
        "Services Agreement",
        Kind.CONTRACT,
    )
    assert (document.vendor, document.entity, document.owner) == ("OpenAI", "Example GmbH", "Ada")
    assert document.audience == {"legal", "ml"}
    assert (document.effective, document.review_every) == (date(2026, 3, 31), 180)
    assert document.text == "# Terms\n\nPay on time.\n"


def test_a_file_without_front_matter_is_named_by_its_name_and_first_heading(folder):
    document = folder.put("deep/er/API keys.markdown").document()

    assert (document.id, document.title, document.kind) == ("API-keys", "Keys", Kind.GUIDELINE)
    assert document.path == "deep/er/API keys.markdown"


def test_fields_come_from_sources_yaml_and_front_matter_wins(folder):
    folder.put(
        "sources.yaml",
        "documents:\n  - path: a.md\n    id: a-terms\n    title: From the list\n"
        "    kind: terms\n    vendor: OpenAI\n    audience: legal\n",
    )

    document = folder.put("a.md", "---\ntitle: Its own\n---\n" + RULE).document()

    assert (document.title, document.id, document.vendor) == ("Its own", "a-terms", "OpenAI")
    assert document.audience == {"legal"}


def test_front_matter_may_lack_its_first_line_of_hyphens(folder):
    text = "name: Access Policy\nsatisfies:\n  TSC:\n    - CC6.1\n---\n# Scope\n\na. All staff.\n"

    document = folder.put("access.md", text).document()

    assert (document.title, document.text) == ("Access Policy", "# Scope\n\na. All staff.\n")


@pytest.mark.parametrize(
    "text",
    [
        "---\n\nA rule, then a line.\n\n---\nMore.\n",
        "---\nNo fields: here, {\n",
        "Note: this\n\n---\nx\n",
    ],
)
def test_lines_of_hyphens_around_prose_are_no_front_matter(folder, text):
    assert folder.put("a.md", text).document().text == text


def test_words_that_yaml_takes_for_something_else_stay_words(folder):
    text = "---\nid: no\ntitle: 007\nowner: on\nvendor: ~\n---\nKeep it.\n"

    document = folder.put("a.md", text).document()

    assert (document.id, document.title, document.owner) == ("no", "007", "on")
    assert document.vendor is None


@pytest.mark.parametrize(
    "content",
    [
        "Größe “ok”.\n".encode(),
        b"\xef\xbb\xbf" + "Größe “ok”.\n".encode(),
        "Größe “ok”.\n".encode("utf-16"),
        b"\xfe\xff" + "Größe “ok”.\r\n".encode("utf-16-be"),
        "Größe “ok”.\r\n".encode("utf-32"),
    ],
)
def test_unicode_is_read_whatever_its_byte_order_mark(folder, content):
    source = folder.put("a.md", content).read()

    assert source.documents[0].text == "Größe “ok”.\n"
    assert source.warnings == ()


def test_windows_text_is_read_with_a_warning(folder):
    source = folder.put("a.md", "One\nGröße “ok”\n".encode("cp1252")).read()

    assert source.documents[0].text == "One\nGröße “ok”\n"
    assert source.warnings == ("a.md:2: not UTF-8, read as Windows-1252; save it as UTF-8",)


def test_other_files_are_left_out_with_one_warning_and_hidden_ones_in_silence(folder):
    for name in ("a.png", "b.xlsx", ".git/c.md", ".d.md"):
        folder.put(name)

    source = folder.put("keys.md").read()

    assert [document.id for document in source.documents] == ["keys"]
    assert source.warnings == ("2 files are of no kind that is read, and left out: a.png, b.xlsx",)


def test_an_index_page_of_mere_front_matter_is_left_out(folder):
    source = folder.put("index.md", "---\nlayout: list\n---\n").put("keys.md").read()

    assert [document.id for document in source.documents] == ["keys"]
    assert source.warnings == ("index.md: left out, as nothing stands below its front matter",)


# ---------------------------------------------------------------- what is refused, and where


# ---------------------------------------------------------------- plans

KNOWN = ("api", "team", "enterprise")


def test_a_vendors_document_may_say_on_which_plans_it_applies(folder):
    folder.put("a.md", f"---\nvendor: OpenAI\nplans: [API, Team]\n---\n{RULE}")
    folder.put("b.md", f"---\nvendor: OpenAI\nplans: enterprise\n---\n{RULE}")
    folder.put("c.html", "<h1>Keys</h1><p>Never share keys.</p>")
    folder.put("sources.yaml", "documents:\n- path: c.html\n  vendor: OpenAI\n  plans: [team]\n")

    read = read_folder(folder.path, plans=KNOWN).documents

    assert {one.id: one.plans for one in read} == {
        "a": {"api", "team"},
        "b": {"enterprise"},
        "c": {"team"},
    }


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "a.md",
            f"---\nvendor: OpenAI\nplans: [api, entreprise]\n---\n{RULE}",
            'a.md:1: "entreprise" is no plan that we know. Write one of api, enterprise, team,',
        ),
        ("a.md", f"---\nplans: [api]\n---\n{RULE}", "a.md:1: a.md names plans, but is no vendor"),
        (
            "a.md",
            f"---\nvendor: OpenAI\nplans: {{a: b}}\n---\n{RULE}",
            "a.md:3: the field plans is not a list of words",
        ),
        (
            "sources.yaml",
            "documents:\n- path: good.md\n  vendor: OpenAI\n  plans: [gratis]\n",
            'sources.yaml:2: "gratis" is no plan that we know',
        ),
    ],
)
def test_a_plan_that_nobody_could_name_is_refused_with_those_that_are_known(
    folder, name, content, said
):
    folder.put("good.md").put(name, content)

    with pytest.raises(SourceRefused) as refused:
        read_folder(folder.path, plans=KNOWN)

    assert str(refused.value).startswith(said)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "a.md: the document is empty"),
        (" \n\n", "a.md: the document is empty"),
        (b"%PDF\x00\x01", "a.md: this is a binary file"),
        (b"abc\x81\n", "a.md:1: the file is neither UTF-8 nor Windows-1252"),
        (b"\xff\xfea\x00\x00", "a.md: the file says it is UTF-16, but is broken"),
        (b"\xff\xfea\x00\x00\x00", "a.md: this is a binary file"),
        ("\x01\x02\x03" * 20, "a.md: this is a binary file"),
        ("---\nkind: law\n---\nx\n", 'a.md:2: the field kind "law" is none of guideline, terms'),
        ("---\nkind: terms\n---\nx\n", "a.md:1: a.md is of kind terms, but names no vendor"),
        ("---\nid: a b\n---\nx\n", 'a.md:2: the field id "a b" holds characters'),
        ("---\nid: ../b\n---\nx\n", 'a.md:2: the field id "../b" holds characters'),
        ("---\n\neffective: 31.3.2026\n---\nx\n", 'a.md:3: the field effective "31.3.2026"'),
        ("---\neffective: 2026-02-30\n---\nx\n", 'a.md:2: the field effective "2026-02-30"'),
        ("---\nreview_every: soon\n---\nx\n", 'a.md:2: the field review_every "soon"'),
        ("---\ntitle: [a, {b: c}]\n---\nx\n", "a.md:2: the field title is not a line of words"),
        ('---\ntitle: "a\\0b"\n---\nx\n', "a.md:2: the field title"),
        ('---\ntitle: "\\ud800"\n---\nx\n', "a.md:2: the field title"),
        ('---\ntitle: "\\U7fffffff"\n---\nx\n', "a.md:2: the front matter cannot be read"),
        (
            "---\ntitle: a\ntitle: b\n---\nx\n",
            'a.md:3: the front matter cannot be read: the key "ti',
        ),
        ("---\ntitle: &a b\n---\nx\n", "a.md:2: the front matter cannot be read: YAML anchors"),
        ("---\ntitle: *a\n---\nx\n", "a.md:2: the front matter cannot be read: YAML anchors"),
        ("---\ntitle: !!python/object:os.system x\n---\nx\n", "a.md:2: the front matter cannot"),
        ("---\ntitle: a: b\n---\nx\n", "a.md:2: the front matter cannot be read: it is not valid"),
        (
            "---\ntitle: x\x07\n---\nx\n",
            "a.md:2: the front matter cannot be read: it holds a control",
        ),
        (
            "---\na: " + "[" * 500 + "\n---\nx\n",
            "a.md:2: the front matter cannot be read: it is nes",
        ),
    ],
)
def test_a_bad_document_is_refused_with_its_place_and_the_mend(folder, content, said):
    (line,) = folder.put("a.md", content).put("good.md").refusal()

    assert line.startswith(said)
    assert line.endswith(".")


def test_every_problem_is_reported_not_only_the_first(folder):
    folder.put("a.md", "---\nkind: law\neffective: soon\n---\nx\n").put("b.md", "")
    folder.put("sources.yaml", "documents:\n  - path: ../c.md\n  - path: d.md\n")

    lines = folder.refusal()

    assert [line.split(": ")[0] for line in lines] == [
        "sources.yaml:2",
        "a.md:2",
        "a.md:3",
        "b.md",
        "sources.yaml:3",
    ]


def test_two_documents_with_one_id_are_refused_naming_both(folder):
    (line,) = folder.put("a/keys.md").put("b/KEYS.md").refusal()

    assert line.startswith('b/KEYS.md: the id "KEYS" is that of a/keys.md too')


def test_a_large_document_is_refused(folder):
    (line,) = folder.put("a.md", b"word " * (files.LARGEST_DOCUMENT // 5 + 1)).refusal()

    assert line == "a.md: the file is larger than 5 MB. Split it into several documents."


def test_links_do_not_lead_out_of_the_folder(folder, tmp_path):
    (tmp_path / "secret.md").write_text("secret")
    (tmp_path / "others").mkdir()
    (tmp_path / "others/more.md").write_text("more")
    folder.put("keys.md")
    (folder.path / "more").symlink_to(tmp_path / "others")
    assert folder.read().warnings == ("more: a link to a folder, not followed",)

    (folder.path / "stolen.md").symlink_to(tmp_path / "secret.md")
    (folder.path / "gone.md").symlink_to(tmp_path / "nowhere.md")
    (folder.path / "sources.yaml").symlink_to(tmp_path / "secret.md")

    lines = folder.refusal()

    assert [line.split(".")[0] for line in lines] == ["sources", "gone", "stolen"]
    assert lines[2].startswith("stolen.md: the link leads out of the folder")


def test_a_pipe_is_never_opened(folder):
    os.mkfifo(folder.path / "pipe.md")

    (line,) = folder.put("keys.md").refusal()

    assert line.startswith("pipe.md: this is not a regular file")


@pytest.mark.parametrize("missing", ["nowhere", "rules/keys.md", "rules"])
def test_what_holds_no_guidelines_is_refused(folder, tmp_path, missing):
    folder.put("keys.txt") if missing == "rules" else folder.put("keys.md")

    with pytest.raises(SourceRefused, match=missing):
        read_folder(tmp_path / missing)


# ---------------------------------------------------------------- sources.yaml


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        ("nothing: here\n", "sources.yaml:1: it holds no list of documents"),
        ("", "sources.yaml:1: it holds no list of documents"),
        ("documents: []\nother: 1\n", 'sources.yaml:2: "other" is not a part of this file'),
        ("documents:\n- 1\n", "sources.yaml:2: the field entry"),
        ("documents:\n- {}\n", "sources.yaml:2: the entry names neither a path nor a url"),
        (
            "documents:\n- path: a.md\n  titel: x\n",
            "sources.yaml:3: the field titel is not a field",
        ),
        ("documents:\n- path: /etc/passwd\n", 'sources.yaml:2: the path "/etc/passwd" leads out'),
        ("documents:\n- path: ../a.md\n", 'sources.yaml:2: the path "../a.md" leads out'),
        ("documents:\n- path: ..\\a.md\n", "sources.yaml:2: the path"),
        ("documents:\n- path: C:/a.md\n", "sources.yaml:2: the path"),
        ("documents:\n- path: b.md\n", 'sources.yaml:2: there is no file "b.md"'),
        ("documents:\n- path: a.md\n- path: ./a.md\n", 'sources.yaml:3: the file "a.md" is listed'),
        ("documents:\n- path: a.md\n  kind: terms\n", "sources.yaml:2: a.md is of kind terms, but"),
        ("documents:\n- path: a.md\n  effective: x\n", 'sources.yaml:3: the field effective "x"'),
        ("documents:\n- url: u\n  id: a\n", 'a.md: the id "a" is that of sources.yaml too'),
        ("documents: [" * 2000, "sources.yaml:1: it is nested more than"),
        ("documents:\n- &x {path: a.md}\n- *x\n", "sources.yaml:2: YAML anchors"),
    ],
)
def test_a_bad_list_is_refused_with_its_line(folder, listed, said):
    (line, *_) = folder.put("a.md").put("sources.yaml", listed).refusal()

    assert line.startswith(said)


def test_what_is_only_linked_is_announced_as_fetched_later(folder):
    listed = (
        "documents:\n- id: usage\n  title: Usage Policy\n  url: https://example.org/usage\n"
        "- archive: {service: OpenAI, terms: Privacy Policy}\n  title: Privacy\n"
    )

    source = folder.put("keys.md").put("sources.yaml", listed).read()

    assert source.warnings == (
        "sources.yaml:2: Usage Policy is fetched later",
        "sources.yaml:5: Privacy is fetched later",
    )


def test_an_enormous_list_is_refused_unread(folder):
    folder.put("keys.md").put("sources.yaml", b"documents: &a [" + b"x," * files.LARGEST_YAML)
    started = time.process_time()

    (line,) = folder.refusal()

    assert line.startswith("sources.yaml: the file is larger than 1 MB")
    assert time.process_time() - started < 1


# ---------------------------------------------------------------- agreements.yaml

TERMS = "---\nkind: terms\nvendor: OpenAI\n---\nPay.\n"


def test_agreements_say_which_documents_bind_in_which_order(folder):
    folder.put("msa.md", TERMS.replace("terms", "contract")).put("services.md", TERMS)
    folder.put("sources.yaml", "documents:\n- id: usage\n  title: Usage Policy\n  url: u\n")
    folder.put(
        "agreements.yaml",
        "agreements:\n- vendor: OpenAI\n  channel: api\n  entity: Example GmbH\n"
        "  documents: [msa, services, usage]\n  missing: [Order form]\n  since: 2026-03-01\n",
    )

    assert folder.read().agreements == (
        Agreement(
            vendor="OpenAI",
            channel="api",
            entity="Example GmbH",
            documents=("msa", "services"),
            missing=("Usage Policy", "Order form"),
            since=date(2026, 3, 1),
        ),
    )


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        ("- vendor: OpenAI\n  documents: [services, other]\n", ':3: there is no document "other"'),
        ("- vendor: OpenAI\n  documents: [keys]\n", ':3: "keys" is a guideline of our own'),
        ("- vendor: OpenAI\n  documents: [services, services]\n", ':3: "services" stands twice'),
        ("- vendor: OpenAI\n", ":2: the agreement with OpenAI names no document"),
        ("- documents: [services]\n", ":2: the field vendor is missing"),
        ("- vendor: OpenAI\n  documents: [services]\n  since: x\n", ':4: the field since "x"'),
        (
            "- {vendor: OpenAI, documents: [services]}\n"
            "- {vendor: openai, documents: [services]}\n",
            ":3: a second agreement with openai",
        ),
    ],
)
def test_a_bad_agreement_is_refused_with_its_line(folder, listed, said):
    folder.put("keys.md").put("services.md", TERMS)

    (line,) = folder.put("agreements.yaml", "agreements:\n" + listed).refusal()

    assert line.startswith("agreements.yaml" + said)


# ---------------------------------------------------------------- hostile words


@given(st.text(max_size=80), st.text(max_size=80))
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_words_are_taken_or_refused_in_plain_words(tmp_path, value, body):
    path = tmp_path / "rules"
    path.mkdir(exist_ok=True)
    text = f"---\ntitle: {value}\nid: {value}\naudience: [{value}]\n---\n{body}\n"
    (path / "a.md").write_bytes(text.encode("utf-8", "replace"))

    read = attempt(lambda: read_folder(path))

    if isinstance(read, SourceRefused):
        assert all(str(problem).isprintable() for problem in read.problems)
    else:
        (document,) = read.documents
        assert document.title.isprintable()
        assert "".join(section.text for section in parse(document).sections) == document.text


@given(st.text(alphabet="a:- {}[]&*!|>'\"\n#%@,?~\t0", max_size=60))
@settings(max_examples=300)
def test_any_yaml_is_read_or_refused(text):
    read = attempt(lambda: read_yaml(text))

    assert not isinstance(read, Unreadable) or read.line >= 1


def attempt(read):
    """Return what was read, or the refusal; any other exception fails the test."""
    try:
        return read()
    except (SourceRefused, Unreadable) as refused:
        return refused


def test_a_thousand_problems_are_counted_and_the_first_hundred_told(folder):
    listed = "documents:\n" + "- path: b.md\n" * 1000

    lines = folder.put("a.md").put("sources.yaml", listed).refusal()

    assert len(lines) == 101
    assert lines[-1].startswith(f"{folder.path}: 900 more problems of this kind were found")
