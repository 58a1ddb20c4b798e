// Buttons, fields, badges, callouts, odds: what pages are put together from.
import { html, useId, useRef, useEffect, useState } from "../libraries/preact.js";

export function Button({ kind = "", small = false, children, ...rest }) {
  return html`<button type="button" class=${`button ${kind} ${small ? "small" : ""}`} ...${rest}>${children}</button>`;
}

export function Field({ label, hint, wrong, children, ...rest }) {
  const id = useId();
  const describedby = [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(" ") || undefined;
  const shared = { id, "aria-describedby": describedby, "aria-invalid": wrong ? "true" : undefined };
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${typeof children === "function" ? children(shared) : html`<input class="input" ...${shared} ...${rest} />`}
    ${hint && html`<span class="hint" id=${`${id}-hint`}>${hint}</span>`}
    ${wrong && html`<span class="wrong" id=${`${id}-wrong`} role="alert">${wrong}</span>`}
  </div>`;
}

/** A choice of a few: `options` is [[value, label], ...]. */
export function Select({ label, options, value, onChange, hint, ...rest }) {
  return html`<${Field} label=${label} hint=${hint}>
    ${(shared) => html`<select class="input" ...${shared} ...${rest} value=${value} onChange=${(e) => onChange(e.currentTarget.value)}>
      ${options.map(([key, text]) => html`<option value=${key} selected=${key === value}>${text}</option>`)}
    </select>`}
  <//>`;
}

/** A number that can be moved. `baseline` is what the scenario says; what differs is said. */
export function Slider({ label, value, baseline, low, high, step, format = String, onInput, onChange, onReset, hint, disabled }) {
  const id = useId();
  const track = useRef(null);
  useEffect(() => {
    const mark = track.current?.querySelector(".baseline");
    // Inline styles in markup are forbidden by the policy; through the object model they aren't.
    if (mark) mark.style.left = `${high > low ? (100 * (baseline - low)) / (high - low) : 0}%`;
  });
  const moved = baseline !== undefined && Math.abs(value - baseline) > 1e-12;
  return html`<div class="slider">
    <label for=${id}>${label}</label>
    <output for=${id} class=${`numeric ${moved ? "moved" : ""}`}>${format(value)}${moved ? ` (${format(baseline)})` : ""}</output>
    <div class="track" ref=${track}>
      <input id=${id} type="range" min=${low} max=${high} step=${step ?? "any"} value=${value} disabled=${disabled}
        aria-valuetext=${format(value) + (moved ? `, as written ${format(baseline)}` : "")}
        onInput=${(e) => onInput?.(Number(e.currentTarget.value))} onChange=${(e) => onChange?.(Number(e.currentTarget.value))} />
      ${moved && html`<span class="baseline" aria-hidden="true"></span>`}
    </div>
    <div class="ends"><span>${format(low)}</span>${moved && onReset
      ? html`<button type="button" class="button plain small" onClick=${onReset} aria-label=${`Reset ${label}`}>as written</button>`
      : hint && html`<span>${hint}</span>`}<span>${format(high)}</span></div>
  </div>`;
}

export const Badge = ({ kind = "", children, ...rest }) => html`<span class=${`badge ${kind}`} ...${rest}>${children}</span>`;

export const Callout = ({ kind = "", children, ...rest }) =>
  html`<div class=${`callout ${kind}`} role=${kind === "bad" ? "alert" : undefined} ...${rest}>${children}</div>`;

export const Empty = ({ children, over = false, ...rest }) => html`<div class=${`empty ${over ? "over" : ""}`} ...${rest}>${children}</div>`;

export const percent = (p) => (p === null || p === undefined ? "–" : `${p > 0 && p < 0.01 ? "<1" : p < 1 && p > 0.99 ? ">99" : Math.round(100 * p)}%`);

/** A probability with its range; `before` is the pinned baseline's. A button where `onClick` is given. */
export function Odds({ value, low, high, before, label, onClick }) {
  const bar = useRef(null);
  useEffect(() => {
    const [range, point, was] = ["i", "b", "u"].map((name) => bar.current?.querySelector(name));
    if (range) Object.assign(range.style, { left: `${100 * low}%`, width: `${100 * Math.max(0, high - low)}%` });
    if (point) point.style.left = `${100 * value}%`;
    if (was) was.style.left = `${100 * before}%`;
  });
  const known = value !== null && value !== undefined;
  const ranged = low !== undefined && low !== null;
  const change = before === undefined || before === null || !known ? 0 : value - before;
  const inner = html`<span><span class="value">${percent(value)}</span>${ranged && html` <span class="range">${percent(low)} to ${percent(high)}</span>`}
      ${Math.abs(change) >= 0.005 && html` <span class=${`delta ${change > 0 ? "up" : "down"}`}>${Math.abs(Math.round(100 * change))}<span class="visually-hidden"> points ${change > 0 ? "up" : "down"}</span></span>`}</span>
    <span class="bar" ref=${bar} aria-hidden="true">${ranged && html`<i></i>`}${known && html`<b></b>`}${before !== undefined && before !== null && html`<u></u>`}</span>`;
  return onClick
    ? html`<button type="button" class="odds" onClick=${onClick} aria-label=${`${label ?? ""} ${percent(value)}: what it rests on`}>${inner}</button>`
    : html`<span class="odds" aria-label=${label ? `${label} ${percent(value)}${ranged ? `, ${percent(low)} to ${percent(high)}` : ""}` : undefined} role=${label ? "img" : undefined}>${inner}</span>`;
}

/** Outlines of actors' marks around a point: put "M x y" before one. */
export const MARKS = [
  "m-6.5 0a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0z",
  "m0-7l7 7-7 7-7-7z",
  "m-6-6h12v12h-12z",
  "m0-6.5l7 12.5h-14z",
  "m0-7l6.6 4.8-2.5 8h-8.2l-2.5-8z",
  "m-3-7h6v4h4v6h-4v4h-6v-4h-4v-6h4z",
];

/** An actor's mark: a color and a shape, so that neither is needed alone. */
export const Mark = ({ index }) =>
  html`<svg viewBox="0 0 16 16" aria-hidden="true" class="mark" fill=${`var(--actor-${index % 6})`}><path d=${`M8 8${MARKS[index % 6]}`} /></svg>`;

export const Actor = ({ index, children }) => html`<span class="actor"><${Mark} index=${index} />${children}</span>`;

/** Folded detail. */
export const More = ({ summary, open = false, children }) => html`<details class="more" open=${open}><summary>${summary}</summary>${children}</details>`;

/** A menu of buttons: closes on Escape, on a choice, and when the reader looks elsewhere. */
export function Menu({ label, children, kind = "", small = false }) {
  const [open, setOpen] = useState(false);
  const box = useRef(null);
  useEffect(() => {
    if (!open) return undefined;
    // Below its right edge, unless the page ends there.
    const items = box.current.querySelector(".items");
    const over = 8 - items.getBoundingClientRect().left;
    if (over > 0) items.style.right = `${-over}px`;
    const away = (e) => !box.current?.contains(e.target) && setOpen(false);
    const escape = (e) => {
      if (e.key !== "Escape") return;
      setOpen(false);
      box.current?.querySelector("button")?.focus();
    };
    addEventListener("pointerdown", away);
    addEventListener("keydown", escape);
    return () => {
      removeEventListener("pointerdown", away);
      removeEventListener("keydown", escape);
    };
  }, [open]);
  return html`<div class="menu" ref=${box}>
    <${Button} kind=${kind} small=${small} aria-expanded=${open} aria-haspopup="true" onClick=${() => setOpen(!open)}>${label} <span aria-hidden="true">▾</span><//>
    ${open && html`<div class="items" onClick=${() => setOpen(false)}>${children}</div>`}
  </div>`;
}
