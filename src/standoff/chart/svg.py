"""A Vega-Lite specification as SVG, without a browser."""

from __future__ import annotations

import hashlib
import json
import re
from html import escape

from standoff.chart.theme import Spec

_HEAD = re.compile(r"<svg\b[^>]*>")
_VIEW_BOX = re.compile(r'viewBox="[^"]*"')
_TAG = re.compile(r"<[a-zA-Z][^>]*>")
_SPOKEN = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')
_SIZE = re.compile(r'\b(width|height)="([\d.]+)"')


def svg(spec: Spec) -> str:
    """The chart as one SVG element with `role="img"`, a title and a description.

    vl-convert is loaded here: it takes two seconds at first, and most runs draw nothing.
    """
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(json.dumps(spec), allowed_base_urls=[])
    head = _HEAD.search(drawn)
    if head is None:
        raise ValueError("the chart engine gave no SVG")
    box = _VIEW_BOX.search(head[0])
    size = dict(_SIZE.findall(head[0]))
    title, description = _title(spec), str(spec.get("description", ""))
    # Several charts stand on one page: ids come from the content, so that the bytes are the same.
    name = hashlib.sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest()[:10]
    start = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" '
        f'aria-labelledby="t{name} d{name}" width="{size.get("width", "360")}" '
        f'height="{size.get("height", "240")}" {box[0] if box else ""}>'
        f'<title id="t{name}">{escape(title)}</title>'
        f'<desc id="d{name}">{escape(description)}</desc>'
    )
    # The chart is one picture with a name; the engine gives its parts roles without names, over
    # which a screen reader stumbles.
    body = _TAG.sub(lambda m: _SPOKEN.sub("", m[0]), drawn[head.end() :])
    # The engine numbers them on from the charts that it drew before: counted anew in each.
    place: dict[str, str] = {}
    for clip in re.findall(r'\bid="(clip\d+)"', body):
        place.setdefault(clip, f"{name}clip{len(place)}")
    body = re.sub(r'\bid="(clip\d+)"', lambda m: f'id="{place[m[1]]}"', body)
    body = re.sub(r"url\(#(clip\d+)\)", lambda m: f"url(#{place.get(m[1], m[1])})", body)
    return start + body


def _title(spec: Spec) -> str:
    title = spec.get("title", "")
    text = title.get("text", "") if isinstance(title, dict) else title
    return " ".join(text) if isinstance(text, list) else str(text)
