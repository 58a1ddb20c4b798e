// Two texts side by side, by lines: what is the same is folded, what differs is colored and marked.
import { html, useState } from "../libraries/preact.js";
import { Button } from "../elements/basic.js";
import { blocks, linesOf } from "./diff.js";

const AROUND = 2; // lines shown around what differs

const Lines = ({ lines, first, sign, kind }) => lines.map((line, i) => html`<div class=${`diff-line ${kind}`}><span class="diff-number">${first + i + 1}</span><span class="diff-sign" aria-hidden="true">${sign}</span><code>${line || " "}</code></div>`);

/** `names` are what both are called. With `choice` (a Map of block -> "theirs", "mine" or "both") each
 *  difference can be chosen: `onChoose(block, which)`. */
export function Compare({ before, after, names, choice, onChoose }) {
  const [a, b] = [linesOf(before), linesOf(after)];
  const list = blocks(a, b);
  if (!list.some((one) => !one.same)) return html`<p class="soft">Both texts are the same.</p>`;
  return html`<div class="diff" role="group" aria-label=${`${names[0]} and ${names[1]}, line by line`}>
    <div class="diff-heads" aria-hidden="true"><strong>${names[0]}</strong><strong>${names[1]}</strong></div>
    ${list.map((one, i) => (one.same ? html`<${Same} a=${a} one=${one} head=${i === 0} tail=${i === list.length - 1} />` : html`<div class="diff-block">
      <div class="diff-side"><span class="visually-hidden">${names[0]}:</span><${Lines} lines=${a.slice(...one.a)} first=${one.a[0]} sign="−" kind="gone" />${one.a[0] === one.a[1] && html`<div class="diff-line soft">nothing here</div>`}</div>
      <div class="diff-side"><span class="visually-hidden">${names[1]}:</span><${Lines} lines=${b.slice(...one.b)} first=${one.b[0]} sign="+" kind="new" />${one.b[0] === one.b[1] && html`<div class="diff-line soft">nothing here</div>`}</div>
      ${onChoose && html`<div class="diff-choice buttons" role="group" aria-label="Which of the two">${[["theirs", "Theirs"], ["mine", "Mine"], ["both", "Both"]].map(
        ([key, label]) => html`<${Button} small aria-pressed=${(choice.get(i) ?? "mine") === key} onClick=${() => onChoose(i, key)}>${label}<//>`,
      )}</div>`}
    </div>`))}
  </div>`;
}

function Same({ a, one, head, tail }) {
  const [open, setOpen] = useState(false);
  const lines = a.slice(...one.a);
  const from = head ? 0 : AROUND;
  const to = tail ? 0 : AROUND;
  const hidden = lines.length - from - to;
  if (open || hidden <= 1) return html`<${Lines} lines=${lines} first=${one.a[0]} sign=" " kind="same" />`;
  return html`${from > 0 && html`<${Lines} lines=${lines.slice(0, from)} first=${one.a[0]} sign=" " kind="same" />`}
    <button type="button" class="diff-fold" onClick=${() => setOpen(true)}>${hidden} lines that are the same</button>
    ${to > 0 && html`<${Lines} lines=${lines.slice(lines.length - to)} first=${one.a[1] - to} sign=" " kind="same" />`}`;
}

/** The text that choices make. */
export function merged(before, after, choice) {
  const [a, b] = [linesOf(before), linesOf(after)];
  return blocks(a, b).flatMap((one, i) => {
    if (one.same) return a.slice(...one.a);
    const which = choice.get(i) ?? "mine";
    return [...(which === "mine" ? [] : a.slice(...one.a)), ...(which === "theirs" ? [] : b.slice(...one.b))];
  }).join("\n");
}
