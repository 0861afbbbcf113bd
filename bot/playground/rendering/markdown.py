"""Standard Markdown, as the `markdown` block shows it: no HTML, no images, safe links only."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

from bot.playground.rendering.emoji import with_emoji
from bot.playground.rendering.links import safe_url


class _Renderer(RendererHTML):
    """Opens every link in a window of its own, and knows emoji by their names."""

    def link_open(
        self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
    ) -> str:
        if not safe_url(str(tokens[index].attrGet("href"))):  # an empty one is not asked about
            del tokens[index].attrs["href"]
        tokens[index].attrSet("target", "_blank")
        tokens[index].attrSet("rel", "noopener noreferrer nofollow")
        return self.renderToken(tokens, index, options, env)

    def text(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        tokens[index].content = with_emoji(tokens[index].content)
        return super().text(tokens, index, options, env)


def _reader() -> MarkdownIt:
    reader = MarkdownIt("js-default", {"html": False}, renderer_cls=_Renderer).disable("image")
    reader.validateLink = lambda url: safe_url(url) is not None  # type: ignore[method-assign]
    return reader


READER = _reader()


def markdown(text: str) -> Markup:
    """Return Markdown as HTML."""
    return Markup(READER.render(text))  # noqa: S704 - the reader escapes all but its own tags
