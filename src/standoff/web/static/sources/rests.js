// What rests on which passages, and whether the words still stand.
import { html, useState } from "../libraries/preact.js";
import { post } from "../api.js";
import { query, route, to } from "../router.js";
import { Badge, Button, Callout, Select } from "../elements/basic.js";
import { say } from "../elements/overlays.js";
import { KINDS, STATES } from "./places.js";

export function Rests({ crisis, links, linkable, onChanged }) {
  const state = route.value.query.get("state") ?? "";
  const [busy, setBusy] = useState(false);
  const shown = links.targets.filter((t) => !state || (state === "unsupported" ? t.unsupported : t.passages.some((p) => p.state === state)));
  const moved = links.links.moved ?? 0;
  const again = async () => {
    setBusy(true);
    try {
      const done = await post(`/api/links/${crisis}/reanchor`, { revision: linkable.revision });
      say(done.remarks.length ? done.remarks.join("; ") : "Nothing had to be written.");
    } catch (error) {
      say(error.message, { kind: "bad" });
    }
    setBusy(false);
    onChanged();
  };
  const told = (counts) => Object.keys(STATES).filter((s) => counts[s]).map((s) => html`<${Badge} kind=${STATES[s][0]}>${counts[s]} ${STATES[s][1]}<//> `);
  return html`<section aria-label="What rests on what">
    ${!links.checked && html`<${Callout}><p>The library holds no documents yet, so nothing could be checked. Add some under Documents.</p><//>`}
    <p>Links: ${Object.values(links.links).some(Boolean) ? told(links.links) : html`<span class="soft">none yet</span>`} Citations: ${told(links.citations)}</p>
    ${moved > 0 && (linkable?.shipped
      ? html`<p class="small soft">Moved links of a shipped crisis stay as they are; duplicate it to renew them.</p>`
      : html`<p><${Button} small disabled=${busy || !linkable} onClick=${again}>Write ${moved} moved ${moved === 1 ? "link" : "links"} as the words stand now<//></p>`)}
    <${Select} label="Show" value=${state} onChange=${(v) => query({ state: v })} options=${[["", "Everything"], ["unsupported", "What nothing supports"], ...Object.entries(STATES).map(([key, [, name]]) => [key, name])]} />
    ${Object.entries(KINDS).map(([kind, name]) => {
      const list = shown.filter((t) => t.kind === kind);
      return list.length > 0 && html`<h2 class="group">${name}</h2>${list.map((t) => html`<div class="resting-on" key=${t.target}>
        <div>${t.label ? html`<b>${t.label}</b> ` : ""}<code class="small">${t.target}</code> ${t.unsupported ? html`<${Badge} kind="bad">✕ unsupported<//>` : html`<span class="soft small">${t.supporting} supporting, ${t.roots} independent</span>`}</div>
        <ul class="small">${t.passages.map((p) => html`<li><${Badge} kind=${STATES[p.state][0]}>${STATES[p.state][1]}<//> <a href=${to(crisis, "sources", { passage: p.passage })}>${p.passage}</a>
          ${p.words && html` “${p.words}”`}${p.grade && html` <${Badge}>${p.grade}<//>`}${p.mark !== "reported" && html` <${Badge} kind="warn">${p.mark}<//>`}${p.link === null && html` <span class="soft">citation</span>`}${p.why && html`<span class="soft">: ${p.why}</span>`}</li>`)}</ul></div>`)}`;
    })}
    ${shown.length === 0 && html`<p class="soft">Nothing is so.</p>`}
  </section>`;
}
