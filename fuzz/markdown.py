"""Fuzz the reader of Markdown: ``python fuzz/markdown.py -max_total_time=180``."""

from harness import main, reader

if __name__ == "__main__":
    main(reader(".md"), "markdown")
