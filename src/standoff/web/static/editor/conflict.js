// Somebody else has written the file meanwhile: both texts, and what to do with them.
import { html, useState } from "../libraries/preact.js";
import { Button, Callout } from "../elements/basic.js";
import { Dialog } from "../elements/overlays.js";
import { Compare, merged } from "./compare.js";

export function Conflict({ work }) {
  const name = work.asking.value;
  const held = name && work.files.get(name);
  work.turn.value; // drawn again when a text changes
  return html`<${Dialog} title=${`Two texts of ${name ?? ""}`} open=${Boolean(held?.clash)} onClose=${() => { work.asking.value = null; }}>
    ${held?.clash && html`<${Choice} key=${held.clash.revision} held=${held} />`}
  <//>`;
}

function Choice({ held }) {
  const [choice, setChoice] = useState(null);
  const { theirs } = held.clash;
  const mine = held.text;
  return html`<${Callout} kind="warn"><p>This file was written elsewhere (another tab, an editor, a colleague) after you opened it. Nothing of either text is lost: choose.</p><//>
    <div class="buttons">
      <${Button} onClick=${() => held.resolve(theirs, false)}>Take theirs<//>
      <${Button} onClick=${() => held.resolve(mine, true)}>Keep mine<//>
      ${choice === null
        ? html`<${Button} onClick=${() => setChoice(new Map())}>Merge by hand<//>`
        : html`<${Button} kind="primary" onClick=${() => held.resolve(merged(theirs, mine, choice), false)}>Use this merge<//>`}
    </div>
    <p class="small soft">${choice === null ? "Taking theirs can be undone. Keeping yours writes it over theirs." : "For each difference say whose lines stand. The result goes into the editor, where you can go on and then save."}</p>
    <${Compare} before=${theirs} after=${mine} names=${["Theirs", "Yours"]} choice=${choice} onChoose=${choice && ((i, which) => setChoice(new Map(choice).set(i, which)))} />`;
}
