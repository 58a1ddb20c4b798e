"""How long a slider of the workbench takes: ``python bench/workbench.py [CRISIS]``.

A real `standoff serve`, a real browser (Debian's chromium), the assessment's page. From the moment
at which a slider is moved (the pause that the page leaves before it asks is inside) until the frame
after the one that holds the new numbers, in milliseconds: for settings that were never asked, and
for the same again. Also until the first numbers stand on a fresh page. Asked for: 300 ms from what
is kept, 2 s otherwise.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from playwright.sync_api import Locator, Page

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from strategies.browsers import Watched, chromium, settled, watched
from strategies.workbenches import served

# The column is marked while it waits; its mark goes when the new numbers stand in the page.
MOVE = """async (slider, value) => {
  const column = document.querySelector('.columns > div');
  let waited = false;
  const painted = new Promise((done) => {
    new MutationObserver((_, watch) => {
      if (column.classList.contains('aging')) waited = true;
      else if (waited) {
        watch.disconnect();
        requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())));
      }
    }).observe(column, { attributes: true, attributeFilter: ['class'] });
  });
  const start = performance.now();
  slider.value = String(value);
  slider.dispatchEvent(new Event('input', { bubbles: true }));
  return await painted - start;
}"""


def moved(page: Page, slider: Locator, value: float) -> float:
    """Milliseconds from moving a slider to the new numbers."""
    took = float(slider.evaluate(MOVE, value))
    settled(page)
    return took


def told(name: str, took: list[float], limit: float) -> None:
    a = np.array(took)
    late = int((a > limit).sum())
    print(
        f"{name:<44} median {np.median(a):6.0f} ms, nine in ten below {np.percentile(a, 90):6.0f}, "
        f"most {a.max():6.0f}; {late} of {len(a)} above {limit:.0f}",
        flush=True,
    )


def measure(held: Watched, crisis: str, times: int) -> None:
    page = held.context.new_page()
    start = time.perf_counter()
    page.goto(held.server.link)
    held.go(page, f"/crisis/{crisis}/assessment")
    settled(page)
    print(f"first numbers on a fresh server: {time.perf_counter() - start:.1f} s", flush=True)
    start = time.perf_counter()
    page.reload()
    settled(page)
    print(f"the same page again: {time.perf_counter() - start:.2f} s", flush=True)
    groups = {"odds beforehand": 0, "what the analyst is unsure of": 1}
    for name, place in groups.items():
        slider = page.locator("details.more", has=page.locator(".assumption")).nth(place)
        slider = slider.get_by_role("slider").first
        low, high = (float(slider.get_attribute(end) or 0) for end in ("min", "max"))
        values = [float(v) for v in np.linspace(low, high, times + 2)[1:-1]]
        told(f"{name}, never asked", [moved(page, slider, v) for v in values], 2000)
        told(f"{name}, asked before", [moved(page, slider, v) for v in values], 300)
        page.get_by_role("button", name="All as written").click()
        page.wait_for_timeout(500)
        settled(page)
    held.none_wrong()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("crisis", nargs="?", default="cuba-1962")
    parser.add_argument("--times", type=int, default=12)
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder)) as server,
        chromium() as browser,
        watched(browser, server) as held,
    ):
        measure(held, asked.crisis, asked.times)


if __name__ == "__main__":
    main()
