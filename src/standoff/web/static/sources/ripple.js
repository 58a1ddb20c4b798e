// What falls if a document falls: asked of the process that solves, with how far it is.
import { html, useEffect, useState } from "../libraries/preact.js";
import { ApiError, withQuery } from "../api.js";
import { query, to } from "../router.js";
import { Wrong } from "../loading.js";
import { Badge, Button, Callout, percent } from "../elements/basic.js";
import { Progress } from "../elements/overlays.js";
import { Table } from "../elements/table.js";

/** { value, said, error }, asked anew when one of these changes. */
function useRipple(crisis, document, asOf, turn) {
  const [state, setState] = useState({});
  useEffect(() => {
    setState({ said: { stage: "asking", done: 0, total: 0 } });
    const events = new EventSource(withQuery(`/api/ripple/${crisis}/events`, { document, as_of: asOf }));
    const end = (found) => { events.close(); setState(found); };
    events.addEventListener("said", (e) => setState({ said: JSON.parse(e.data) }));
    events.addEventListener("done", (e) => end({ value: JSON.parse(e.data) }));
    events.addEventListener("failed", (e) => end({ error: new ApiError(422, JSON.parse(e.data)) }));
    events.onerror = () => { if (events.readyState === EventSource.CLOSED) setState({ error: new ApiError(0, { message: "The connection was lost." }) }); };
    return () => events.close();
  }, [crisis, document, asOf, turn]);
  return state;
}

const number = (n, x) => (x === null || x === undefined ? "none" : n.unit === "probability" || n.unit === "share" ? percent(x) : x.toFixed(2));
const change = (n) => (n.difference === null || Math.abs(n.difference) < 0.0005 ? html`<span class="soft">as it was</span>`
  : html`<span class=${`delta ${n.difference > 0 ? "up" : "down"}`}>${n.unit === "probability" || n.unit === "share" ? `${(100 * Math.abs(n.difference)).toFixed(1)} points` : Math.abs(n.difference).toFixed(2)}<span class="visually-hidden"> ${n.difference > 0 ? "up" : "down"}</span></span>`);

function Each({ crisis, part }) {
  return html`<p class="soft small">The record is read again without each document in turn; nothing is solved anew. ${part.variants} variants.</p>
    <${Table} caption="What falls with each document" rows=${part.documents} rowKey=${(r) => r.document} columns=${[
      { key: "document", title: "Document", sort: true, draw: (r) => html`<a href=${to(crisis, "sources", { passage: r.document })}>${r.document}</a><br /><span class="soft small">${r.title}</span>` },
      { key: "cited", title: "Cited", number: true, sort: true },
      { key: "moved", title: "Moves most", sort: (r) => -Math.abs(r.moved?.difference ?? 0), draw: (r) => (r.moved ? html`${r.moved.text}: ${number(r.moved, r.moved.before)} → ${number(r.moved, r.moved.after)} ${change(r.moved)}` : html`<span class="soft">nothing</span>`) },
      { key: "forgotten", title: "Items lost", number: true, sort: (r) => r.forgotten.length, draw: (r) => r.forgotten.length },
      { key: "unsupported", title: "Left unsupported", draw: (r) => (r.unsupported.length ? html`<ul class="small tight">${r.unsupported.slice(0, 6).map((t) => html`<li><code>${t}</code></li>`)}${r.unsupported.length > 6 && html`<li class="soft">and ${r.unsupported.length - 6} more</li>`}</ul>` : "–") },
      { key: "detail", title: "In detail", draw: (r) => html`<${Button} small aria-label=${`What falls with ${r.document}`} onClick=${() => query({ document: r.document }, { replace: false })}>Show<//>` },
    ]} />`;
}

function One({ found }) {
  const moved = found.numbers.filter((n) => n.difference === null || Math.abs(n.difference) >= 0.0005);
  const list = (title, items, draw) => items.length > 0 && html`<h3>${title} (${items.length})</h3><ul>${items.map((one) => html`<li>${draw(one)}</li>`)}</ul>`;
  return html`<h2>Without ${found.dropped.join(", ")}</h2>
    ${found.unanswerable.length > 0 && html`<${Callout} kind="bad"><p>Can't be answered any more: ${found.unanswerable.join(", ")}.</p><//>`}
    ${moved.length === 0 ? html`<${Callout} kind="good"><p>No number moves: what rested on it was known otherwise too, or carries no weight yet.</p><//>`
      : html`<${Table} caption="Numbers that move" rows=${moved} rowKey=${(n) => n.id} columns=${[
        { key: "text", title: "Of" },
        { key: "before", title: "As it is", number: true, sort: true, draw: (n) => number(n, n.before) },
        { key: "after", title: "Without it", number: true, sort: true, draw: (n) => number(n, n.after) },
        { key: "difference", title: "Change", sort: (n) => Math.abs(n.difference ?? 0), draw: change },
      ]} />`}
    ${list("Items of the record that rested on nothing else", found.forgotten, (i) => html`${i.text} ${!i.counts && html`<${Badge}>not known at the moment<//>`}`)}
    ${list("Left without support", found.unsupported, (l) => (l.text === l.path ? html`<code>${l.path}</code>` : html`${l.text} <code class="small">${l.path}</code>`))}
    ${list("Weaker, on other passages still", found.weakened, (l) => html`${l.text} <span class="soft small">${l.left} left</span>`)}
    ${list("Choices", found.options.filter((o) => o.after !== o.before), (o) => html`${o.before_label} is best now; without it, ${o.after_label || "there is no choice"}.`)}`;
}

export function Falling({ crisis, document, asOf }) {
  const [turn, setTurn] = useState(0);
  const [stopped, setStopped] = useState(false);
  const [asked, setAsked] = useState(Boolean(document));
  useEffect(() => { if (document) setAsked(true); }, [document]);
  const back = document && html`<p><${Button} small onClick=${() => query({ document: undefined }, { replace: false })}>All documents<//></p>`;
  if (!asked || stopped)
    return html`<p>Which documents carry the assessment? Each is taken away in turn, with all that rests on it alone, and every number is read again.</p>
      <p><${Button} kind="primary" onClick=${() => { setAsked(true); setStopped(false); setTurn(turn + 1); }}>Take each document away in turn<//></p>`;
  return html`${back}<${Asked} crisis=${crisis} document=${document} asOf=${asOf} turn=${turn} onStop=${() => setStopped(true)} again=${() => setTurn(turn + 1)} />`;
}

function Asked({ crisis, document, asOf, turn, onStop, again }) {
  const { value, said, error } = useRipple(crisis, document, asOf, turn);
  if (error) return html`<${Wrong} error=${error} again=${again} />`;
  if (!value) return html`<${Progress} label=${said?.stage ?? "asking"} done=${said?.done ?? 0} total=${said?.total ?? 0} onStop=${onStop} />`;
  return value.documents ? html`<${Each} crisis=${crisis} part=${value} />` : html`<${One} found=${value} />`;
}
