// Fields over values in a text: each shows what is written and, once it is left, writes what it says.
import { html, useEffect, useId, useRef, useState } from "../libraries/preact.js";
import { Button, Field, Select } from "../elements/basic.js";

const SOON = 900; // milliseconds

/** A value as text: `null` where nothing is written. */
export const textOf = (value) => (value === null || value === undefined ? "" : Array.isArray(value) ? value.join(", ") : typeof value === "object" ? "" : String(value));

/** One value. `onCommit` is told the new text, null where the field was emptied. */
export function Cell({ label, value, long = false, hint, options, disabled, onCommit }) {
  const held = textOf(value);
  const [shown, setShown] = useState(held);
  const list = useId();
  const box = useRef(null);
  useEffect(() => setShown(held), [held]);
  useEffect(() => {
    if (!long || !box.current) return;
    box.current.style.height = "auto";
    box.current.style.height = `${Math.min(box.current.scrollHeight + 4, 320)}px`;
  }, [shown]);
  useEffect(() => {
    // Written soon, not only when the field is left: a page may be closed before that. An emptied
    // field waits, since taking a key out and in again would move it.
    if (shown === held || !shown.trim()) return undefined;
    const wait = setTimeout(commit, SOON);
    return () => clearTimeout(wait);
  }, [shown, held]);
  const commit = () => {
    const text = long && held.endsWith("\n") && shown && !shown.endsWith("\n") ? `${shown}\n` : shown;
    if (text !== held) onCommit(text.trim() === "" ? null : text);
  };
  return html`<${Field} label=${label} hint=${hint}>${(shared) =>
    long
      ? html`<textarea class="input" ...${shared} ref=${box} rows="2" disabled=${disabled} value=${shown} data-clean=${shown === held} onInput=${(e) => setShown(e.currentTarget.value)} onBlur=${commit}></textarea>`
      : html`<input class="input" ...${shared} disabled=${disabled} value=${shown} data-clean=${shown === held} list=${options ? list : undefined} autocomplete="off"
          onInput=${(e) => setShown(e.currentTarget.value)} onBlur=${commit} onKeyDown=${(e) => e.key === "Enter" && commit()} />
        ${options && html`<datalist id=${list}>${options.map((o) => html`<option value=${o} />`)}</datalist>`}`}<//>`;
}

/** Several names: one is written as text, more as a list. */
export function NamesCell({ onCommit, ...rest }) {
  return html`<${Cell} ...${rest} onCommit=${(text) => {
    const names = (text ?? "").split(",").map((n) => n.trim()).filter(Boolean);
    onCommit(names.length === 0 ? null : names.length === 1 ? names[0] : names);
  }} />`;
}

export const KINDS = {
  value: ["one number", ["number"]],
  uniform: ["even between", ["low", "high"]],
  triangular: ["triangle", ["low", "likeliest", "high"]],
  pert: ["smooth (PERT)", ["low", "likeliest", "high"]],
  normal: ["normal", ["mean", "standard deviation"]],
  lognormal: ["lognormal", ["median", "deviation of the log"]],
  beta: ["beta", ["a", "b"]],
};
const WORDS = ["because", "source", "label"];

/** Which distribution is written: its key, or `value` for a bare number, or "" for something else. */
export function kindOf(data) {
  if (data === null || typeof data !== "object") return data === "rest" ? "rest" : "value";
  return Object.keys(data).find((key) => key in KINDS || key === "choice") ?? "";
}

const short = (x) => String(Number(x.toPrecision(3)));

/** Numbers of another distribution that say about the same. */
export function guessed(kind, numbers) {
  const known = numbers.map(Number).filter(Number.isFinite);
  let [low, high] = known.length ? [Math.min(...known), Math.max(...known)] : [0, 1];
  if (low === high) [low, high] = low ? [low - Math.abs(low) / 4, low + Math.abs(low) / 4] : [0, 1];
  const middle = known.length === 3 ? known[1] : (low + high) / 2;
  const all = {
    value: short(middle), uniform: [low, high], triangular: [low, middle, high], pert: [low, middle, high],
    normal: [middle, (high - low) / 4], lognormal: [Math.abs(middle) || 1, 0.3], beta: [2, 2],
  }[kind];
  return Array.isArray(all) ? all.map(short) : all;
}

/** A distribution at a path: its kind, its numbers, and why. */
export function Distribution({ path, data, name, disabled, edit, rest = false, because = true }) {
  const kind = kindOf(data);
  const bare = data === null || typeof data !== "object";
  const inside = bare ? data : data[kind];
  const numbers = kind === "choice" || kind === "" || kind === "rest" ? [] : Array.isArray(inside) ? inside : [inside];
  const at = bare ? path : `${path}.${kind}`;
  const options = [...Object.entries(KINDS).map(([key, [words]]) => [key, words]), ...(rest ? [["rest", "the rest"]] : []), ...(kind === "choice" ? [["choice", "a choice"]] : [])];
  const turn = (to) => {
    if (to === kind || to === "choice") return;
    const value = to === "rest" ? "rest" : guessed(to, numbers);
    if (to === "rest" || (bare && to === "value")) edit([{ path, value }]);
    else if (bare) edit([{ path, value: { [to]: value } }]);
    else edit([{ path: at, key: to }, { path: `${path}.${to}`, value }]);
  };
  const say = (word, text) => edit([bare ? (text === null ? { path, value: data } : { path, value: { value: data, [word]: text } }) : { path: `${path}.${word}`, value: text }]);
  return html`<div class="form-row" role="group" aria-label=${name}>
    ${kind !== "" && html`<${Select} label="Kind" value=${kind} disabled=${disabled} onChange=${turn} options=${options} />`}
    ${kind in KINDS && numbers.map((number, i) => html`<${Cell} label=${`${KINDS[kind][1][i] ?? i + 1}`} value=${number} disabled=${disabled}
      onCommit=${(text) => edit([{ path: Array.isArray(inside) ? `${at}.${i}` : at, value: text ?? "" }])} />`)}
    ${kind === "choice" && Object.entries(inside ?? {}).map(([option, odds]) => html`<${Cell} label=${`odds of ${option}`} value=${odds} disabled=${disabled} onCommit=${(text) => edit([{ path: `${at}.${option}`, value: text ?? "" }])} />`)}
    ${because && kind !== "rest" && html`<div class="form-whole"><${Cell} label="Because" long value=${bare ? "" : data.because} disabled=${disabled} onCommit=${(text) => say("because", text)} /></div>`}
  </div>`;
}

export const isDistribution = (key) => !WORDS.includes(key) && key !== "by";

/** A button that takes an item out, with its name for who doesn't see where it stands. */
export const Remove = ({ name, onClick, disabled }) => html`<${Button} small kind="danger" disabled=${disabled} aria-label=${`Take out ${name}`} onClick=${onClick}>Take out<//>`;
