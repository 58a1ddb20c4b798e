"""What the pages are built on is what the recipe made, and nothing else."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

import standoff.web

STATIC = Path(standoff.web.__file__).parent / "static"
VENDOR = STATIC / "vendor"


def test_each_file_is_as_built() -> None:
    listed = json.loads((VENDOR / "vendor.json").read_text())
    assert {p.name for p in VENDOR.glob("*.js")} == set(listed)
    for name, about in listed.items():
        assert sha256((VENDOR / name).read_bytes()).hexdigest() == about["sha256"], name


def test_the_pages_import_the_files_that_are_there() -> None:
    imported = set()
    for shim in (STATIC / "libraries").glob("*.js"):
        (name,) = re.findall(r'"\.\./vendor/([^"]+)"', shim.read_text())
        imported.add(name)
    assert imported == {p.name for p in VENDOR.glob("*.js")}


def test_every_package_has_its_license_beside_it() -> None:
    listed = json.loads((VENDOR / "vendor.json").read_text())
    licenses = (VENDOR / "LICENSES.txt").read_text()
    packages = {(n, v) for about in listed.values() for n, v in about["packages"].items()}
    assert packages
    for name, version in packages:
        heading = re.search(
            rf"^{re.escape(name)} {re.escape(version)} \([^)]+\)\n-+\n(.+)$", licenses, re.M
        )
        assert heading and heading.group(1).strip(), name
