// Dialogs, messages at the edge, progress.
import { html, signal, useEffect, useRef, useId } from "../libraries/preact.js";
import { Button } from "./basic.js";

export function Dialog({ title, open, onClose, children, footer }) {
  const box = useRef(null);
  const id = useId();
  useEffect(() => {
    if (open && !box.current.open) box.current.showModal();
    if (!open && box.current.open) box.current.close();
  }, [open]);
  return html`<dialog class="dialog" ref=${box} aria-labelledby=${id} onClose=${onClose} onClick=${(e) => e.target === box.current && onClose()}>
    ${open && html`<header><h2 id=${id}>${title}</h2><${Button} kind="plain" small onClick=${onClose} aria-label="Close">✕<//></header>
    <div class="body">${children}</div>
    ${footer && html`<footer>${footer}</footer>`}`}
  </dialog>`;
}

const toasts = signal([]);
let last = 0;

/** Say something at the edge of the page; `action` is [label, function]. Bad news stays until read. */
export function say(text, { kind = "", action = null } = {}) {
  const id = (last += 1);
  toasts.value = [...toasts.value, { id, text, kind, action }].slice(-4);
  if (kind !== "bad") setTimeout(() => unsay(id), action ? 12_000 : 6_000);
}

const unsay = (id) => {
  toasts.value = toasts.value.filter((t) => t.id !== id);
};

export function Toasts() {
  return html`<div class="toasts" role="status" aria-live="polite">${toasts.value.map(
    (t) => html`<div class=${`toast ${t.kind}`} key=${t.id}><span>${t.text}</span><span class="buttons">
      ${t.action && html`<${Button} small onClick=${() => { unsay(t.id); t.action[1](); }}>${t.action[0]}<//>`}
      <${Button} kind="plain" small aria-label="Dismiss" onClick=${() => unsay(t.id)}>✕<//></span></div>`,
  )}</div>`;
}

/** How far long work has come: `done` of `total` steps, or just that it runs; can be stopped. */
export function Progress({ label, done, total, onStop }) {
  const bar = useRef(null);
  const known = total > 0;
  useEffect(() => {
    if (bar.current) bar.current.style.width = known ? `${(100 * done) / total}%` : "";
  });
  return html`<div class="progress" role="group" aria-label=${label}>
    <div class="buttons"><span class="small">${label}${known ? `: ${done} of ${total}` : ""}</span>${onStop && html`<${Button} small onClick=${onStop}>Stop<//>`}</div>
    <div class=${`bar ${known ? "" : "unknown"}`} role="progressbar" aria-label=${label} aria-valuemin="0" aria-valuemax=${known ? total : undefined} aria-valuenow=${known ? done : undefined}><i ref=${bar}></i></div>
  </div>`;
}
