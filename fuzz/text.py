"""Fuzz the reader of plain text: ``python fuzz/text.py -max_total_time=180``."""

from harness import main, reader

if __name__ == "__main__":
    main(reader(".txt"), "text")
