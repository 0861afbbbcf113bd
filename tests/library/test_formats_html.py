"""Web pages as Markdown: what a reader of the page sees, and nothing of what surrounds it."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from knowledge.library.parsing import parse
from knowledge.library.sources.formats import Format, Unfit, convert
from knowledge.models import Document, Kind

PAGE = """<!doctype html>
<html><head><title>Lark terms</title><style>p { color: red }</style>
<script>document.write("Everything is allowed.")</script></head>
<body>
<div id="onetrust-banner-sdk"><p>We value your privacy.</p><button>Accept all</button></div>
<header><a class="logo" href="/">Lark</a>
<nav><ul><li><a href="/">Home</a></li><li><a href="/prices">Prices</a></li></ul></nav></header>
<main>
<h1>Terms of service</h1>
<p>Last updated 3 May 2026</p>
<h2 id="use">4. Use</h2>
<p>4.2 You may not resell <em>Output</em>, except as permitted in <a href="#plans">Plans</a>.</p>
<ol><li>You must:<ol type="a"><li>keep records;</li><li>delete them.</li></ol></li>
<li value="5">You may leave.</li></ol>
<h2 id="plans">5. Plans</h2>
<table><thead><tr><th>Plan</th><th>Period</th></tr></thead>
<tbody><tr><td rowspan="2">Free</td><td>30 days</td></tr><tr><td>or less | more</td></tr></tbody>
</table>
<dl><dt>Output</dt><dd>means what the service writes.</dd><dt>Input</dt><dd>What you send.</dd></dl>
<p style="display: none">You may resell Output.</p>
</main>
<footer><p>© Lark. Our <a href="/privacy">privacy policy</a> and cookies.</p></footer>
</body></html>
"""

MARKDOWN = """\
# Terms of service

Last updated 3 May 2026

## 4. Use {#use}

4.2 You may not resell *Output*, except as permitted in [Plans](#plans).

1. You must:

   a. keep records;

   b. delete them.

5. You may leave.

## 5. Plans {#plans}

| Plan | Period |
| --- | --- |
| Free | 30 days |
| Free | or less \\| more |

**Output** means what the service writes.

**Input**: What you send.
"""


def markdown(page):
    return convert(page if isinstance(page, bytes) else page.encode(), Format.HTML).text


def refusal(page):
    with pytest.raises(Unfit) as refused:
        markdown(page)
    return refused.value.what


def parsed(text):
    return parse(Document(id="t", title="T", kind=Kind.GUIDELINE, path="t.html", text=text))


def test_a_whole_page_becomes_its_document_alone():
    found = convert(PAGE.encode(), Format.HTML)

    assert found.text == MARKDOWN
    assert found.warnings == ("4 words left out: hidden on the page",)


def test_clauses_of_a_page_keep_their_names_and_lead_ins():
    passages = parsed(markdown(PAGE)).passages

    (record,) = [passage for passage in passages if "keep records" in passage.text]
    assert record.section_id == "t#use"
    assert record.lead_ins == ("You must:",)


# ---------------------------------------------------------------- what is not the document


@pytest.mark.parametrize(
    "part",
    [
        "<div class='x1'><p>We use cookies.</p><div><button>Accept</button></div></div>",
        "<div><p>Diese Seite nutzt Cookies.</p><a class='btn' href='#'>Akzeptieren</a></div>",
        "<div class='cookie-banner'>This site sets cookies.</div>",
        "<div role='dialog'>Subscribe to our letter.</div>",
        "<dialog>Subscribe to our letter.</dialog>",
        "<nav>Home Prices</nav>",
        "<div role='navigation'>Home Prices</div>",
        "<ol><li><a href='#a'>Use</a><li><a href='#b'>Fees</a><li><a href='#c'>End</a></ol>",
        "<a class='skip-link' href='#main'>Skip to the content</a>",
        "<p hidden>Sharing is allowed.</p>",
        "<p style='visibility:hidden'>Sharing is allowed.</p>",
        "<p style='font-size:0'>Sharing is allowed.</p>",
        "<p><del>Sharing is allowed.</del></p>",
        "<!-- Sharing is allowed. -->",
        "<template><p>Sharing is allowed.</p></template>",
        "<noscript>Sharing is allowed.</noscript>",
        "<svg><text>Sharing is allowed.</text></svg>",
        "<select><option>Sharing is allowed.</option></select>",
        "<footer>All rights reserved.</footer>",
        "<img src='http://example.com/x.png' alt='a picture'>",
    ],
)
def test_what_surrounds_a_document_goes(part):
    rule = "<p>Never share keys with anybody.</p>"

    assert markdown(f"<body>{part}{rule}</body>") == "Never share keys with anybody.\n"
    assert markdown(f"<body>{rule}{part}</body>") == "Never share keys with anybody.\n"


@pytest.mark.parametrize(
    "part",
    [
        "<section id='cookies'><h2>Cookies</h2><p>We set no cookies.</p></section>",
        "<div class='hidden md:block'><p>We set no cookies.</p></div>",
        "<details><summary>More</summary><p>We set no cookies.</p></details>",
        "<div hidden='until-found'><p>We set no cookies.</p></div>",
        "<form><p>We set no cookies.</p></form>",
        "<aside><p>We set no cookies.</p></aside>",
        "<article><header><p>We set no cookies.</p></header></article>",
        "<p style='opacity: 0.9'>We set no cookies.</p>",
        "<span><div>We set no cookies.</div></span>",
        "<center><font>We set no cookies.</font></center>",
    ],
)
def test_what_may_hold_a_rule_stays(part):
    page = f"<body><p>Never share keys.</p>{part}</body>"

    assert "We set no cookies." in markdown(page)


def test_a_title_in_the_header_of_the_page_stays():
    assert markdown("<header><h1>Terms</h1></header><p>Share no keys.</p>").startswith("# Terms")


def test_a_main_part_that_holds_little_is_not_taken_for_the_document():
    page = "<main><p>Welcome.</p></main><div><p>Never share keys with anybody at all.</p></div>"

    assert "Never share keys" in markdown(page)


# ---------------------------------------------------------------- lists and tables


def test_lists_count_as_browsers_show_them():
    page = (
        "<ol start='3'><li>three</li><li>four</li></ol><p>-</p>"
        "<ol reversed><li>two</li><li>one</li></ol><p>-</p>"
        "<ol type='I'><li>one</li><li value='4'>four</li></ol><p>-</p>"
        "<ol style='list-style-type: lower-roman'><li>one</li><li>two</li></ol>"
    )
    text = markdown(page)

    for marker in ("3. three", "4. four", "2. two", "1. one", "I. one", "IV. four", "ii. two"):
        assert f"\n{marker}\n" in f"\n{text}"


def test_nested_lists_stay_nested():
    text = markdown(
        "<ul><li>one<ul><li>two<ul><li>three</li></ul></li></ul></li><li>four</li></ul>"
    )

    assert text == "- one\n\n  - two\n\n    - three\n- four\n"


def test_lists_that_stand_in_lists_without_an_item_stay_below():
    text = markdown("<ul><li>one</li><ul><li>two</li></ul></ul>")

    assert text == "- one\n  - two\n"


def test_lists_in_cells_stay_on_one_line():
    page = "<table><tr><th>A</th><th>B</th></tr><tr><td><ul><li>x<li>y</ul></td><td>z</td></table>"

    assert markdown(page) == "| A | B |\n| --- | --- |\n| - x - y | z |\n"


def test_words_of_blocks_in_headings_and_terms_stay_apart():
    page = (
        "<h2><div>4.</div><div>Use</div></h2><dl><dt><p>In</p><p>Put</p></dt><dd>Yours.</dd></dl>"
    )

    assert markdown(page) == "## 4. Use\n\n**In Put**: Yours.\n"


def test_tables_that_only_place_things_give_their_contents():
    page = "<table><tr><td><h1>Terms</h1><p>Share no keys.</p></td><td></td></tr></table>"

    assert markdown(page) == "# Terms\n\nShare no keys.\n"


def test_a_table_in_a_table_is_read():
    inner = "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>"
    text = markdown(f"<table><tr><td>left</td><td>{inner}</td></tr></table>")

    assert text == "left\n\n| a | b |\n| --- | --- |\n| c | d |\n"


# ---------------------------------------------------------------- words that look like Markdown


@pytest.mark.parametrize(
    "words",
    [
        "# no title",
        "- no item",
        "> no quote",
        "```",
        "~~~",
        "<script>",
        "<!-- hid",
        "---",
        "***",
        "=",
    ],
)
def test_words_that_look_like_markdown_change_nothing_around_them(words):
    escaped = words.replace("<", "&lt;")
    text = markdown(f"<p>{escaped}</p><p>Never share keys.</p><p>Never lend them.</p>")

    found = [passage.text for passage in parsed(text).passages]
    assert found[-2:] == ["Never share keys.", "Never lend them."]
    assert all(not passage.headings for passage in parsed(text).passages)


def test_front_matter_of_a_page_is_words():
    assert "audience" in markdown("<p>---<br>audience: [x]<br>---</p>")


def test_invisible_characters_go():
    assert markdown("<p>Ne&shy;ver\u200b share\u202e keys\x07.&#xfb01;</p>") == (
        "Never share keys.fi\n"
    )


def test_only_links_that_lead_somewhere_stay():
    page = (
        "<p><a href='javascript:alert(1)'>one</a> <a href='/two'>two</a> <a href='#gone'>three</a> "
        "<a href='https://example.com/a'>four</a> <a href='https://example.com/)x'>five</a></p>"
    )

    assert markdown(page) == "one two three [four](https://example.com/a) five\n"


def test_line_breaks_stay_and_two_of_them_begin_a_paragraph():
    assert markdown("<p>one<br>(a) two<br> <br>three</p>") == "one\n(a) two\n\nthree\n"


def test_bold_markers_survive_with_the_spaces_outside():
    assert markdown("<p><b>Allowed. </b>Lending.</p>") == "**Allowed.** Lending.\n"


def test_code_stays_code():
    assert markdown("<pre>a\n```\nb</pre>") == "````\na\n```\nb\n````\n"


# ---------------------------------------------------------------- characters


@pytest.mark.parametrize(
    "content",
    [
        "<p>Größe “ok”</p>".encode(),
        "<p>Größe “ok”</p>".encode("cp1252"),
        "<p>Größe “ok”</p>".encode("utf-16"),
        b"\xef\xbb\xbf" + "<p>Größe “ok”</p>".encode(),
        '<meta charset="windows-1252"><p>Größe “ok”</p>'.encode("cp1252"),
        '<meta charset="no-such"><p>Größe “ok”</p>'.encode("cp1252"),
    ],
)
def test_characters_are_read_as_they_were_meant(content):
    assert markdown(content) == "Größe “ok”\n"


# ---------------------------------------------------------------- large and hostile pages


def test_a_page_of_five_megabytes_is_read_whole():
    part = "<h2>{0}. Part</h2><p>{0}.1 You may not do {0}.</p><ul><li>one</li><li>two</li></ul>"
    filler = f"<p>{'words and words ' * 60}</p>"
    page = "".join(part.format(number) + filler for number in range(4700))

    text = markdown(page)

    assert len(page) > 4_900_000
    assert text.count("You may not do") == 4700
    assert "4699.1 You may not do 4699." in text


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 400 + "x",
        "<div>" * 200_000,
        "<b>" * 100_000,
        "<ul><li>" * 300 + "x",
        "<table><td>" * 200 + "x",
    ],
)
def test_deep_nesting_is_refused(page):
    assert refusal(page) == "its elements are nested more than 150 deep"


def test_huge_spans_cost_nothing():
    page = "<table>" + "<tr><td rowspan=99999 colspan=99999>a</td><td>b</td></tr>" * 50 + "</table>"

    assert len(markdown(page)) < 1_000_000


@pytest.mark.parametrize("page", ["<p></p>", "<script>var x</script>", "<nav>Home</nav>"])
def test_pages_without_words_are_refused(page):
    assert refusal(page) == "it holds no words"


FRAGMENTS = st.sampled_from(
    re.split(
        r"(?<=>)",
        "<p></p><ul><li><ol type=a></ol><table><tr><td rowspan=2></table><dl><dt><dd><h2><b></b>"
        "<br><pre></pre><main><header><h1>",
    )
) | st.sampled_from(["&lt;", "|", "*", "#", "\n", "`", "1.", "(a)", "word", "<a href=#x>word</a>"])


@settings(max_examples=150, deadline=None)
@example(["<table>", "<main>", "1.", "<table>"])
@given(st.lists(FRAGMENTS, max_size=60))
def test_any_page_is_read_and_its_passages_are_of_the_text(fragments):
    text = markdown(" ".join([*fragments, "</pre><p>last"]))

    found = parsed(text)
    # In a table a browser puts what is no cell before it: the last words may stand outside <main>.
    outside = {"<main>", "<table>"} <= set(fragments)
    assert "last" in text or "<header>" in fragments or outside
    assert "".join(section.text for section in found.sections) == text
    assert all(passage.text in text for passage in found.passages)
