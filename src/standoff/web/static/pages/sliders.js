// Sliders for everything that can be set, by group; presets; what is pinned.
import { html, useEffect, useState } from "../libraries/preact.js";
import { query } from "../router.js";
import { change, changePrior, implied, same, writeSettings } from "../assumptions.js";
import { Badge, Button, Field, More, Slider } from "../elements/basic.js";

const DELAY = 120; // milliseconds between the last movement of a slider and asking

function digits(parameter) {
  const width = Math.abs(parameter.high - parameter.low);
  return width >= 50 ? 0 : width >= 5 ? 1 : width >= 0.5 ? 2 : 3;
}

function One({ parameter, parameters, settings }) {
  const held = settings[parameter.key];
  const follows = parameter.kind === "prior" ? implied(parameter, parameters, settings) : undefined;
  const now = held === undefined ? follows ?? parameter.median : Number(held);
  const move = (value) => (parameter.kind === "prior" ? changePrior(parameter.key, value, parameters.filter((p) => p.kind === "prior").map((p) => p.key)) : change(parameter.key, value));
  const [shown, setShown] = useState(now);
  useEffect(() => setShown(now), [now]);
  useEffect(() => {
    if (Math.abs(shown - now) < 1e-12) return undefined;
    const wait = setTimeout(() => move(Number(shown.toFixed(digits(parameter) + 1))), DELAY);
    return () => clearTimeout(wait);
  }, [shown]);
  const format = (x) => x.toFixed(digits(parameter));
  const step = Math.abs(parameter.high - parameter.low) / 200 || 0.01;
  return html`<div class="assumption">
    <${Slider} label=${parameter.label || parameter.key} value=${shown} baseline=${parameter.median} low=${Math.min(parameter.low, now)} high=${Math.max(parameter.high, now)} step=${step}
      format=${format} onInput=${setShown} onReset=${held === undefined ? undefined : () => change(parameter.key, undefined)} hint=${held !== undefined ? "fixed here" : follows !== undefined ? "follows" : parameter.distribution} />
    ${(parameter.because || parameter.source.length > 0) && html`<${More} summary=${html`<span class="small">why</span>`}><p class="small">${parameter.because} ${parameter.source.join(", ")}</p><//>`}
  </div>`;
}

export function Sliders({ parameters, settings, pinned, views }) {
  const [asked, setAsked] = useState("");
  const words = asked.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (p) => words.every((w) => `${p.key} ${p.label} ${p.group}`.toLowerCase().includes(w));
  const priors = parameters.filter((p) => p.kind === "prior" && fits(p));
  const precision = parameters.filter((p) => p.kind === "precision" && fits(p));
  const unsure = parameters.filter((p) => p.kind === "parameter" && !p.fixed && fits(p));
  const fixed = parameters.filter((p) => p.kind === "parameter" && p.fixed && fits(p));
  const set = Object.keys(settings).length;
  const block = (list) => list.map((p) => html`<${One} key=${p.key} parameter=${p} parameters=${parameters} settings=${settings} />`);
  return html`<section class="assumptions"><h2>Assumptions ${set > 0 && html`<${Badge} kind="warn">${set} moved<//>`}</h2>
    <div class="buttons">
      <${Button} small disabled=${!set} onClick=${() => query({ set: undefined })}>All as written<//>
      <${Button} small disabled=${same(settings, pinned)} onClick=${() => query({ pin: writeSettings(settings) })}>Pin this<//>
      <${Button} small disabled=${!Object.keys(pinned).length} onClick=${() => query({ pin: undefined })}>Unpin<//>
    </div>
    ${Object.keys(views).length > 0 && html`<p class="small">Presets: ${Object.entries(views).map(([name, values]) => html`<${Button} small aria-pressed=${same(settings, values)} onClick=${() => query({ set: same(settings, values) ? undefined : writeSettings(values) })}>${name.replaceAll("_", " ")}<//> `)}</p>`}
    <${Field} label="Find">${(shared) => html`<input class="input" type="search" ...${shared} value=${asked} onInput=${(e) => setAsked(e.currentTarget.value)} />`}<//>
    ${priors.length > 0 && html`<${More} summary="Odds beforehand" open>${block(priors)}<//>`}
    ${unsure.length > 0 && html`<${More} summary=${`What the analyst is unsure of (${unsure.length})`} open>${block(unsure)}<//>`}
    ${precision.length > 0 && html`<${More} summary="How sharply they choose">${block(precision)}<//>`}
    ${fixed.length > 0 && html`<${More} summary=${`Fixed numbers (${fixed.length})`} open=${words.length > 0}>${block(fixed)}<//>`}
  </section>`;
}
