// A document as it was read: its passages by name, notes, pages, persons; words picked to be linked.
import { html, useEffect, useMemo, useRef, useState } from "../libraries/preact.js";
import { get, withQuery } from "../api.js";
import { route, to } from "../router.js";
import { useLoaded, Waiting, Wrong } from "../loading.js";
import { Badge, Button, Callout, More } from "../elements/basic.js";
import { parts, restingOn, STATES } from "./places.js";

/** The pieces of a passage: words, and what hangs on an offset in them (notes, pages). */
function pieces(chars, document, passage, marked) {
  const hooks = [
    ...document.notes.filter((n) => n.at !== null && n.at > passage.start && n.at <= passage.end).map((n) => ({ at: n.at, note: n })),
    ...document.pages.filter((p) => p.medium === "print" && p.at > passage.start && p.at < passage.end).map((p) => ({ at: p.at, page: p })),
  ];
  const cuts = new Set([passage.start, passage.end, ...hooks.map((h) => h.at)]);
  for (const span of marked) for (const at of [span.start, span.end]) if (at > passage.start && at < passage.end) cuts.add(at);
  const order = [...cuts].sort((a, b) => a - b);
  const found = [];
  for (let i = 0; i < order.length; i += 1) {
    for (const hook of hooks) if (hook.at === order[i]) found.push(hook);
    if (i + 1 === order.length) break;
    const inside = marked.find((span) => span.start <= order[i] && order[i + 1] <= span.end);
    found.push({ words: chars.slice(order[i], order[i + 1]).join(""), state: inside?.state });
  }
  return found;
}

function Passage({ chars, document, passage, address, resting, here, onLink }) {
  const marked = resting.flatMap(({ place, part }) => {
    const sentence = /\/s(\d+)$/.exec(place);
    const span = sentence ? passage.sentences[Number(sentence[1]) - 1] : passage;
    return span ? [{ start: span.start, end: span.end, state: part.state }] : [];
  });
  const kind = passage.kind === "heading" ? "heading" : "";
  return html`<div class=${`passage ${here ? "here" : ""}`} id=${`at-${passage.locator}`} data-place=${passage.locator} tabindex="-1" aria-current=${here ? "true" : undefined}>
    <a class="place numeric" href=${address(passage.locator)} aria-label=${`Passage ${passage.locator}${passage.page ? `, page ${passage.page}` : ""}`}>${passage.locator}</a>
    <p class=${`words ${kind}`} data-words>${pieces(chars, document, passage, marked).map((piece) =>
      piece.note ? html`<a class="mark-note" data-aside href=${`#note-${piece.note.id}`} aria-label=${`Note ${piece.note.label}`}>${piece.note.label || "*"}</a>`
      : piece.page ? html`<span class="mark-page" data-aside>[${piece.page.label}]</span>`
      : piece.state ? html`<mark class=${piece.state}>${piece.words}</mark>` : piece.words)}</p>
    <${Button} kind="plain" small aria-label=${`Link passage ${passage.locator} to…`} onClick=${() => onLink({ place: passage.locator, words: "" })}>Link…<//>
    ${resting.length > 0 && html`<${Resting} list=${resting} />`}
  </div>`;
}

function Resting({ list }) {
  return html`<ul class="resting small">${list.map(({ target, part }) => html`<li><${Badge} kind=${STATES[part.state][0]}>${STATES[part.state][1]}<//>${" "}
      ${target.label ? html`<b>${target.label}</b> ` : ""}<code>${target.target}</code>${part.mark !== "reported" && html` <${Badge} kind="warn">${part.mark}<//>`}${part.grade && html` <${Badge}>${part.grade}<//>`}${part.why && html` <span class="soft">${part.why}</span>`}</li>`)}</ul>`;
}

/** Words that are selected in the text, without marks of notes and pages; null where there are none. */
function picked(box) {
  const selection = getSelection();
  if (!box || !selection || selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  if (!box.contains(range.commonAncestorContainer)) return null;
  const start = range.startContainer.nodeType === 1 ? range.startContainer : range.startContainer.parentElement;
  const first = start?.closest("[data-place]");
  if (!first) return null;
  const held = document.createElement("div");
  held.append(range.cloneContents());
  const blocks = held.querySelectorAll("[data-words]");
  for (const aside of held.querySelectorAll("[data-aside]")) aside.remove();
  const words = (blocks.length ? [...blocks].map((b) => b.textContent).join("\n\n") : held.textContent).trim();
  return words ? { place: first.dataset.place, words } : null;
}

/** Below the top bar and the pages' bar, which both stay. */
function goTo(place) {
  const found = document.getElementById(`at-${place.split("/")[0]}`);
  if (!found) return;
  found.scrollIntoView({ block: "center" });
  found.focus({ preventScroll: true });
}

const Line = ({ name, children }) => (children ? html`<dt>${name}</dt><dd>${children}</dd>` : null);
const people = (list) => list.map((p) => p.name || p.words).join("; ");

/** A passage, whichever way it is named: opened, or said how to get it. */
export function Opened({ crisis, passage, links, linkable, onLink, onRipple }) {
  const there = useLoaded(async (stop) => {
    const at = await get(withQuery(`/api/links/${crisis}/passage`, { passage }), { signal: stop });
    if (!at.document) return { at };
    return { at, shown: await get(withQuery("/api/sources/document", { key: `${at.document}@${at.rendering}` }), { signal: stop }) };
  }, [crisis, passage]);
  if (there.error) return html`<${Wrong} error=${there.error} again=${there.again} />`;
  if (!there.value) return html`<${Waiting}>Looking it up<//>`;
  if (!there.value.shown) return html`<${Missing} at=${there.value.at} />`;
  return html`<${Shown} key=${there.value.at.document} crisis=${crisis} at=${there.value.at} shown=${there.value.shown} links=${links} linkable=${linkable} onLink=${onLink} onRipple=${onRipple} />`;
}

function Missing({ at }) {
  return html`<h2>${at.title || at.passage}</h2>
    <${Callout} kind="warn"><p><b>${at.passage}</b> is not in the library of this workspace: Standoff keeps what the crisis cites, not the papers themselves.</p>
      <p>To read it here, get the file and drop it on the list of documents, or run <code>standoff sources add FILE</code>. TEI, text, Markdown and PDF with a text layer can be read. A file's documents are named after the file: call it <code>${parts(at.passage).source}</code> with its ending.</p>
      ${at.url && html`<p>It stands at <a href=${at.url} target="_blank" rel="noopener noreferrer">${at.url}</a>.</p>`}<//>`;
}

function Shown({ crisis, at, shown, links, linkable, onLink, onRipple }) {
  const { listed, document: held, citation } = shown;
  const chars = useMemo(() => Array.from(held.text), [held]); // offsets count characters, not UTF-16
  const own = parts(listed.key);
  const resting = useMemo(() => restingOn(links, linkable?.sources ?? [], own.source, own.id), [links, linkable, listed.key]);
  const box = useRef(null);
  const [selected, setSelected] = useState(null);
  const here = at.place.split("/")[0];
  useEffect(() => {
    const look = () => setSelected(picked(box.current));
    document.addEventListener("selectionchange", look);
    return () => document.removeEventListener("selectionchange", look);
  }, []);
  useEffect(() => { if (here) goTo(here); }, [here, listed.key]);
  const address = (place) => {
    const now = Object.fromEntries(route.value.query);
    return to(crisis, "sources", { ...now, passage: `${listed.key}/${place}` });
  };
  const every = [...resting.values()].flat();
  const count = every.length;
  const known = new Set(held.passages.map((p) => p.locator));
  const elsewhere = every.filter(({ place }) => !known.has(place.split("/")[0]));
  // As the crisis cites it: a source of one document may go by the place alone.
  const cited = [...new Set(every.map(({ part }) => part.passage.split("/")[0]))];
  return html`<article class="paper">
    <h2>${held.heading || listed.key}</h2>
    <div class="buttons"><${Badge}>${listed.key}<//>${listed.kind && html`<${Badge}>${listed.kind}<//>`}${count > 0 ? html`<${Badge} kind="good">${count} ${count === 1 ? "thing rests" : "things rest"} on it<//>` : html`<span class="soft small">Nothing in this crisis rests on it yet.</span>`}
      ${count > 0 && html`<${Button} small onClick=${() => onRipple(cited)}>What if it fell?<//>`}</div>
    ${at.state === "lost" && html`<${Callout} kind="bad"><p>${at.passage}: ${at.why}.</p><//>`}
    <dl class="facts">
      <${Line} name="Date">${held.dates[0]?.words || listed.best_date}<//><${Line} name="From">${people(held.senders)}<//><${Line} name="To">${people(held.recipients)}<//>
      <${Line} name="Signed">${people(held.speakers)}<//><${Line} name="Place">${held.place}<//><${Line} name="Marking">${held.marking}<//><${Line} name="Kept in">${held.archive}<//>
      <${Line} name="Pages">${listed.pages.join(", ")}<//><${Line} name="Cite as">${citation}<//><${Line} name="File">${listed.file}<//>
      <${Line} name="On the web">${held.address && html`<a href=${held.address} target="_blank" rel="noopener noreferrer">${held.address}</a>`}<//>
    </dl>
    ${held.remarks.map((remark) => html`<${Callout} kind="warn"><p>${remark}</p><//>`)}
    ${!held.text && html`<${Callout} kind="warn"><p>Only the heading and the names of images are there: nothing can be linked.</p><//>`}
    ${elsewhere.length > 0 && html`<h3>Cited as a whole, or at a place that it doesn't have</h3><${Resting} list=${elsewhere} />`}
    <div class="passages" ref=${box}>${held.passages.map((one) => html`<${Passage} key=${one.locator} chars=${chars} document=${held} passage=${one} address=${address}
      resting=${resting.get(one.locator) ?? []} here=${one.locator === here} onLink=${onLink(listed, held)} />`)}</div>
    <div class=${`picked no-print ${selected ? "some" : ""}`} role="status">
      <span class="small">${selected ? html`<b>${selected.place}</b> “${selected.words.length > 80 ? `${selected.words.slice(0, 80)}…` : selected.words}”` : "Select words of the text to link them."}</span>
      ${selected && html`<${Button} kind="primary" small onPointerDown=${(e) => e.preventDefault()} onClick=${() => onLink(listed, held)(selected)}>Link to…<//>`}
    </div>
    ${held.notes.length > 0 && html`<${More} summary=${`Notes (${held.notes.length})`} open><ol class="notes small">${held.notes.map((note) => html`<li id=${`note-${note.id}`}><b>${note.label || (note.is_source ? "Source" : "*")}</b> ${note.text}</li>`)}</ol><//>`}
    ${held.persons.length > 0 && html`<${More} summary=${`Persons (${held.persons.length})`}><ul class="small">${held.persons.map((p) => html`<li><a href=${to(crisis, "sources", { person: p.name || p.words })}>${p.name || p.words}</a>${p.gloss && html` <span class="soft">${p.gloss}</span>`}</li>`)}</ul><//>`}
    ${held.terms.length > 0 && html`<${More} summary=${`Terms (${held.terms.length})`}><ul class="small">${held.terms.map((t) => html`<li>${t.words} <span class="soft">${t.gloss}</span></li>`)}</ul><//>`}
  </article>`;
}
