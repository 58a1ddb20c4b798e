// A Vega-Lite chart, drawn by Vega when it comes into view; Vega itself is loaded with the first.
import { html, useEffect, useRef, useState } from "../libraries/preact.js";
import { isDark } from "../settings.js";

let vega = null;

const DARK = { ink: "#e8e6e1", grey: "#a9a7a0" };

/** The specification in the page's ink: the charts are written in one ink, which is replaced. */
function inked(spec, dark) {
  const text = JSON.stringify(spec).replace("/vega-lite/v5.json", "/vega-lite/v6.json"); // the charts keep to what both have
  if (!dark) return JSON.parse(text);
  return JSON.parse(text.replaceAll('"#1b1b1b"', `"${DARK.ink}"`).replaceAll('"#767676"', `"${DARK.grey}"`));
}

export function Chart({ spec, caption, title }) {
  const canvas = useRef(null);
  const [wrong, setWrong] = useState("");
  const dark = isDark.value;
  useEffect(() => {
    let view = null;
    let gone = false;
    const draw = async () => {
      try {
        vega ??= await import("../libraries/vega.js");
        if (gone) return;
        const made = await vega.embed(canvas.current, inked(spec, dark), {
          actions: false, renderer: "svg", ast: true, expr: vega.expressionInterpreter, defaultStyle: false, tooltip: false,
        });
        if (gone) made.finalize();
        else view = made;
        // The figure has a name of its own; Vega gives its parts roles without names.
        canvas.current?.querySelector("svg")?.setAttribute("aria-hidden", "true");
      } catch (error) {
        setWrong(String(error.message ?? error));
      }
    };
    const seen = new IntersectionObserver((entries) => {
      if (!entries.some((e) => e.isIntersecting)) return;
      seen.disconnect();
      draw();
    }, { rootMargin: "300px" });
    seen.observe(canvas.current);
    return () => {
      gone = true;
      seen.disconnect();
      view?.finalize();
    };
  }, [spec, dark]);
  return html`<figure class="figure">
    <div class="canvas" ref=${canvas} role="img" aria-label=${title ?? spec.description ?? caption}></div>
    ${wrong && html`<p class="soft small">The chart could not be drawn: ${wrong}</p>`}
    ${caption && html`<figcaption>${caption}</figcaption>`}
  </figure>`;
}
