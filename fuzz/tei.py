"""Fuzz the reader of TEI: ``python fuzz/tei.py -max_total_time=180``."""

from harness import main, reader

if __name__ == "__main__":
    main(reader(".xml"), "tei")
