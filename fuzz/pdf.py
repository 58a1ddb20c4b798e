"""Fuzz the reader of PDF, pypdf within it: ``python fuzz/pdf.py -max_total_time=180``."""

import atheris

with atheris.instrument_imports(include=["pypdf"]):
    import pypdf  # noqa: F401 - loaded here so that it is instrumented

from harness import main, reader

if __name__ == "__main__":
    main(reader(".pdf"), "pdf")
