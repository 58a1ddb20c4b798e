// What the checker found: place, what is wrong, what was expected, the nearest valid name.
import { html } from "../libraries/preact.js";
import { Badge, Button } from "./basic.js";

export function Problems({ problems, onGo }) {
  if (!problems.length) return html`<p class="soft"><${Badge} kind="good">nothing wrong<//></p>`;
  return html`<div role="list" aria-label="Problems">${problems.map((p) => {
    const place = p.position;
    const where = place ? `${place.line}:${place.column}` : "";
    return html`<div class="problem" role="listitem">
      <span class="where">${where && onGo ? html`<${Button} kind="plain" small aria-label=${`Go to line ${place.line}`} onClick=${() => onGo(p)}>${where}<//>` : where}</span>
      <span><${Badge} kind=${p.severity === "warning" ? "warn" : "bad"}>${p.severity}<//> ${p.message}</span>
      ${(p.found || p.expected || p.nearest) && html`<span class="detail small">${p.found && html`found <code>${p.found}</code> `}${p.expected && html`expected ${p.expected} `}${p.nearest && html`did you mean <code>${p.nearest}</code>?`}</span>`}
    </div>`;
  })}</div>`;
}
