from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.playground import composing
from bot.playground.rendering.links import safe_url
from bot.playground.rendering.markdown import markdown
from bot.playground.rendering.mrkdwn import mrkdwn
from bot.playground.rendering.names import Names
from bot.playground.rendering.rich_text import rich_text
from tests.playground.markup import Read

NAMES = Names(
    people={"U1": "Maya Lindqvist", "U2": "May I"},
    channels={"C1": "general"},
    groups={"S1": "compliance"},
    me="U1",
)
LINK = '<a href="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>'


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("*bold*, _italic_, ~struck~", "<strong>bold</strong>, <em>italic</em>, <s>struck</s>"),
        ("*bold _and italic_*", "<strong>bold <em>and italic</em></strong>"),
        ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
        ("* no bold *", "* no bold *"),
        ("`*code*`", "<code>*code*</code>"),
        ("a\n```\nx &lt; y\n*z*\n```\nb", "a\n<pre>x &lt; y\n*z*</pre>\nb"),
        ("&gt; quoted\n&gt; on\nnot", "<blockquote>quoted\non</blockquote>not"),
        ("> quoted", "<blockquote>quoted</blockquote>"),
        ("a\n\nb", "a\n\nb"),
        ("- one\n- two", "- one\n- two"),
        ("&amp;amp; &lt;b&gt;", "&amp;amp; &lt;b&gt;"),
        (":tada: :nobody_knows: 10:30:00", "🎉 :nobody_knows: 10:30:00"),
        ("<https://a.example/?x&amp;y|go>", LINK.format("https://a.example/?x&amp;y", "go")),
        ("<https://a.example>", LINK.format("https://a.example", "https://a.example")),
        ("<mailto:a@b.example|mail>", LINK.format("mailto:a@b.example", "mail")),
        ("<@U2>", '<span class="mention">@May I</span>'),
        ("<@U1>", '<span class="mention me">@Maya Lindqvist</span>'),
        ("<@U9|somebody>", '<span class="mention">@somebody</span>'),
        ("<#C1>", '<span class="mention">#general</span>'),
        ("<#C9>", '<span class="mention">#C9</span>'),
        ("<!subteam^S1>", '<span class="mention">@compliance</span>'),
        ("<!here>", '<span class="mention me">@here</span>'),
        ("<!date^1^{date}|1 January 1970>", "1 January 1970"),
        ("<javascript:alert(1)|click>", "&lt;javascript:alert(1)|click&gt;"),
        ("<script>", "&lt;script&gt;"),
        ("<https://a.example|*b* &lt;i&gt;>", LINK.format("https://a.example", "*b* &lt;i&gt;")),
    ],
)  # fmt: skip
def test_slacks_markup_reads_as_slack_shows_it(written: str, shown: str) -> None:
    assert str(mrkdwn(written, NAMES)) == shown


@pytest.mark.parametrize(
    "address",
    ["https://a.example/x?y#z", "http://localhost:8000", "mailto:a@b.example"],
)
def test_an_address_of_the_web_or_of_mail_is_a_link(address: str) -> None:
    assert safe_url(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "https://a.example/\x00",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:msgbox(1)",
        "file:///etc/passwd",
        "//a.example",
        "https:",
        "https://[broken",
        "mailto:",
        "",
    ],
)
def test_no_other_address_is_a_link(address: str) -> None:
    assert safe_url(address) is None


def test_markdown_is_shown_without_html_and_pictures() -> None:
    read = Read(
        str(
            markdown(
                "# Title\n\n- *a* **b** ~~c~~ :tada:\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n"
                "<b>raw</b> ![picture](https://a.example/p.png) [go](javascript:alert(1)) "
                "[there](https://a.example)"
            )
        )
    )

    assert {"h1", "ul", "li", "em", "strong", "s", "table", "th", "td"} <= set(read.tags)
    assert not {"img", "b", "script"} & set(read.tags)
    assert read.links == ["https://a.example/p.png", "https://a.example"]
    assert "<b>raw</b>" in read.text
    assert "🎉" in read.text


def test_rich_text_is_shown_with_its_lists_styles_and_mentions() -> None:
    item = {"type": "rich_text_section", "elements": [{"type": "text", "text": "deep"}]}
    block = {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "text", "text": "a<b", "style": {"bold": True, "code": True}},
                    {"type": "link", "url": "https://a.example", "text": "rule"},
                    {"type": "link", "url": "javascript:alert(1)", "text": "trap"},
                    {"type": "user", "user_id": "U1"},
                    {"type": "usergroup", "usergroup_id": "S1"},
                    {"type": "channel", "channel_id": "C1"},
                    {"type": "broadcast", "range": "here"},
                    {"type": "emoji", "name": "tada"},
                    {"type": "date", "timestamp": 0, "format": "{date}", "fallback": "long ago"},
                    {"type": "color", "value": "#ff0000"},
                    {"type": "hologram"},
                ],
            },
            {"type": "rich_text_list", "style": "ordered", "offset": 2, "elements": [item]},
            {"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": [item]},
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": "quoted"}]},
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x = 1"}]},
        ],
    }

    read = Read(str(rich_text(block, NAMES)))

    assert "<strong><code>a&lt;b</code></strong>" in read.html
    assert read.links == ["https://a.example"]
    assert read.all("ol") == [{"class": "indent-0", "start": "3"}]
    assert read.all("ul") == [{"class": "indent-1"}]
    assert {"blockquote", "pre"} <= set(read.tags)
    assert "@Maya Lindqvist@compliance#general@here🎉long ago#ff0000[hologram]" in read.text


FRAGMENTS = [
    "*",
    "_",
    "~",
    "`",
    "```",
    "<",
    ">",
    "&lt;",
    "&gt;",
    "|",
    "[",
    "](",
    ")",
    "!",
    "\\",
    "'",
    "a",
    ":tada:",
    "&#106;",
    "<!--",
    "</strong>",
    "<@U1>",
    "<https://a.example|",
    "<script>alert(1)</script>",
    "<img/src=x/onerror=alert(1)>",
    '"/onmouseover="alert(1)',
    "<svg/onload=alert(1)>",
    "javascript:alert(1)",
    "https://a.example/",
]
HOSTILE = st.lists(st.sampled_from([*FRAGMENTS, "\n", " ", "| a |\n|---|\n"]), max_size=12).map(
    "".join
)
HARMLESS = {"strong", "em", "s", "code", "pre", "blockquote", "span", "a"}
OF_MARKDOWN = {"p", "h1", "h2", "ul", "ol", "li", "hr", "table", "thead", "tbody", "tr", "th", "td"}


@given(HOSTILE | st.text())
def test_no_text_breaks_out_of_slacks_markup(text: str) -> None:
    read = Read(str(mrkdwn(text, NAMES)))

    assert set(read.tags) <= HARMLESS
    assert read.attributes <= {"href", "target", "rel", "class"}
    assert all(safe_url(link) for link in read.links)


@given(HOSTILE | st.text())
@example("[]()")
def test_no_text_breaks_out_of_markdown(text: str) -> None:
    read = Read(str(markdown(text)))

    assert set(read.tags) <= HARMLESS | OF_MARKDOWN | {"h3", "h4", "h5", "h6", "br"}
    assert read.attributes <= {"href", "target", "rel", "class", "title", "start", "style"}
    assert all(safe_url(link) for link in read.links)


# ---------------------------------------------------------------- what people type


def test_a_typed_name_becomes_a_mention_and_reads_the_same_again() -> None:
    people = {"U1": "May", "U2": "May I"}
    typed = "@may i is it <b>fine</b>? @mayor, a@May.example, @Nobody"

    marked = composing.marked(typed, people)

    assert marked == "<@U2> is it <b>fine</b>? @mayor, a@May.example, @Nobody"
    assert composing.marked("@May I", {}) == "@May I"


def test_what_was_sent_reads_as_it_was_typed() -> None:
    sent = (
        "<@U1> <@U9> &lt;b&gt; &amp;amp; <https://a.example/?x=1> <#C1|general> "
        "<!subteam^S1|@compliance> <!here>"
    )

    assert composing.typed(sent, {"U1": "May I"}) == (
        "@May I @U9 <b> &amp; https://a.example/?x=1 #general @compliance @here"
    )


def test_only_a_slash_and_a_word_at_the_beginning_are_a_command() -> None:
    assert composing.command("/mayi train on it?") == ("/mayi", "train on it?")
    assert composing.command(" /mayi ") == ("/mayi", "")
    assert composing.command("and/or") is None
    assert composing.command("// a comment") is None
