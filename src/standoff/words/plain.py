"""The text of an HTML page, block by block, for the linter."""

from __future__ import annotations

from html.parser import HTMLParser

_SILENT = {"style", "script", "svg", "title", "head"}
_BLOCKS = {
    "p", "div", "section", "article", "header", "footer", "h1", "h2", "h3", "h4", "ul", "ol", "li",
    "table", "figure", "figcaption", "caption", "dl", "dt", "dd", "aside", "main", "thead", "tbody",
}  # fmt: skip


class _Reader(HTMLParser):
    """Collects text; table rows become `| a | b |`, headings `# a`, footnotes keep `[n]`."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self.silent += 1
        elif tag == "tr":
            self.parts.append("\n|")
        elif tag in _BLOCKS:
            self.parts.append("\n\n")
            if tag in ("h1", "h2", "h3", "h4"):
                self.parts.append("# ")
        elif tag == "br":
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in ("td", "th"):
            self.parts.append(" |")
        elif tag in _BLOCKS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(" ".join(data.split()).join(_edges(data)))


def _edges(data: str) -> list[str]:
    """A leading and a trailing space where the data had one."""
    left = " " if data[:1].isspace() else ""
    right = " " if data[-1:].isspace() and data.strip() else ""
    return [left, right]


def plain_text(html: str) -> str:
    """The text of a page, one block a paragraph, tables as rows between bars."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "".join(reader.parts)
