// The documents of the workspace, what rests on them, and what falls with them.
import { html, useEffect, useRef, useState } from "../libraries/preact.js";
import { get, post, withQuery } from "../api.js";
import { query, route, to } from "../router.js";
import { useLoaded, Waiting, Wrong } from "../loading.js";
import { Button, Callout, Empty, Field, More } from "../elements/basic.js";
import { Dialog, Progress, say } from "../elements/overlays.js";
import { Table } from "../elements/table.js";
import { Opened } from "../sources/document.js";
import { LinkTo } from "../sources/linking.js";
import { Falling } from "../sources/ripple.js";
import { Rests } from "../sources/rests.js";

const VIEWS = [["", "Documents"], ["rests", "What rests on what"], ["ripple", "What if one falls"]];
const NARROW = [["from", "From"], ["to", "To"], ["person", "Names the person"], ["since", "Since", "1962, 1962-10 or 1962-10-26"], ["until", "Until", "likewise"], ["volume", "Volume"]];
const DELAY = 250; // milliseconds between the last key and asking
const MOST_ROWS = 300;

/** A field that is kept in the address, a moment after the last key. */
function Kept({ name, label, hint, ...rest }) {
  const now = route.value.query.get(name) ?? "";
  const [text, setText] = useState(now);
  useEffect(() => setText(now), [now]);
  useEffect(() => {
    if (text === now) return undefined;
    const wait = setTimeout(() => query({ [name]: text }), DELAY);
    return () => clearTimeout(wait);
  }, [text]);
  return html`<${Field} label=${label} hint=${hint} value=${text} onInput=${(e) => setText(e.currentTarget.value)} ...${rest} />`;
}

/** Words with those that were searched marked: places count characters. */
function Snippet({ text, matches }) {
  const chars = Array.from(text);
  const out = [];
  let at = 0;
  for (const [start, end] of matches) {
    out.push(chars.slice(at, start).join(""), html`<mark>${chars.slice(start, end).join("")}</mark>`);
    at = end;
  }
  return html`<span>${out}${chars.slice(at).join("")}</span>`;
}

function Found({ crisis, result }) {
  if (!result.passages.length) return html`<p>Nothing holds these words. Fewer words find more${result.model ? "" : "; so may a search by meaning"}.</p>`;
  return html`<p class="soft small">${result.model ? `${result.total} passages compared, by meaning (${result.model})` : `${result.total} ${result.total === 1 ? "passage" : "passages"}`}${result.passages.length < result.total && !result.model ? `; the best ${result.passages.length} first` : ""}.</p>
    <ol class="found">${result.passages.map((one) => html`<li><a href=${to(crisis, "sources", { passage: /^[a-z]+\d+$/.test(one.place) && one.place !== "heading" ? `${one.document.key}/${one.place}` : one.document.key })}>${one.document.heading || one.document.key}</a>
      <span class="soft small"> ${one.document.key} · ${one.place}${one.page && ` · page ${one.page}`}${one.document.best_date ? ` · ${one.document.best_date.slice(0, 10)}` : ""}</span><br /><${Snippet} text=${one.snippet} matches=${one.matches} /></li>`)}</ol>`;
}

function Documents({ crisis, about, turn }) {
  const asked = route.value.query;
  const narrow = Object.fromEntries(NARROW.map(([name]) => [name, asked.get(name) ?? ""]));
  const words = asked.get("q") ?? "";
  const meaning = asked.get("meaning") === "1";
  const { value, error, again } = useLoaded(
    (stop) => (words ? get(withQuery("/api/sources/search", { ...narrow, q: words, most: 30, meaning: meaning || undefined }), { signal: stop }) : get(withQuery("/api/sources", narrow), { signal: stop })),
    [words, meaning, JSON.stringify(narrow), turn],
  );
  const narrowed = NARROW.filter(([name]) => narrow[name]).length;
  const rows = value?.documents ?? [];
  return html`<section aria-label="Documents">
    <div class="source-search"><${Kept} name="q" label="Search" type="search" hint=${'Words, "phrases", OR, -without'} />
      ${about?.meaning ? html`<label class="choice small"><input type="checkbox" checked=${meaning} onChange=${(e) => query({ meaning: e.currentTarget.checked ? "1" : undefined })} /> also what means the same</label>` : html`<span class="soft small">For search by meaning: <code>pip install 'standoff[meaning]'</code></span>`}</div>
    <${More} summary=${`Narrow${narrowed ? ` (${narrowed})` : ""}`} open=${narrowed > 0}><div class="narrow">${NARROW.map(([name, label, hint]) => html`<${Kept} name=${name} label=${label} hint=${hint} />`)}</div>
      ${narrowed > 0 && html`<p><${Button} small onClick=${() => query(Object.fromEntries(NARROW.map(([name]) => [name, undefined])))}>All documents<//></p>`}<//>
    ${error && html`<${Wrong} error=${error} again=${again} />`}
    ${!value && !error && html`<${Waiting} />`}
    ${!error && value?.passages && html`<${Found} crisis=${crisis} result=${value} />`}
    ${!error && value?.documents && (rows.length
      ? html`<${Table} caption=${`${rows.length} ${rows.length === 1 ? "document" : "documents"}${rows.length > MOST_ROWS ? `; the first ${MOST_ROWS} are shown` : ""}`} rows=${rows.slice(0, MOST_ROWS)} rowKey=${(d) => `${d.key}@${d.rendering}`} columns=${[
        { key: "best_date", title: "Date", sort: true, draw: (d) => html`<span class="numeric">${d.best_date?.slice(0, 10) ?? ""}</span>` },
        { key: "heading", title: "Document", sort: true, draw: (d) => html`<a href=${to(crisis, "sources", { passage: d.key })}>${d.heading || d.key}</a><br /><span class="soft small">${d.key} · ${d.rendering} · ${d.paragraphs} paragraphs</span>` },
        { key: "kind", title: "Kind", sort: true }, { key: "from", title: "From", sort: true }, { key: "to", title: "To", sort: true },
      ]} />`
      : html`<p>${narrowed ? "No document is so." : "The library of this workspace holds no documents yet."}</p>`)}
  </section>`;
}

export default function Sources() {
  const { crisis, query: asked } = route.value;
  const view = asked.get("view") ?? "";
  // Typed by hand, the sign # of a citation ends the address and what follows is its fragment.
  const given = asked.get("passage") ?? "";
  const passage = given && !given.includes("#") && location.hash.length > 1 ? given + decodeURIComponent(location.hash) : given;
  const [turn, setTurn] = useState(0);
  const [linking, setLinking] = useState(null);
  const [over, setOver] = useState(false);
  const [reading, setReading] = useState("");
  const picker = useRef(null);
  const about = useLoaded((stop) => get("/api/sources/about", { signal: stop }), []).value;
  const linkable = useLoaded((stop) => get(`/api/links/${crisis}/linkable`, { signal: stop }), [crisis, turn]);
  const links = useLoaded((stop) => get(`/api/links/${crisis}`, { signal: stop }).catch((error) => {
    if (error.status === 404) return { checked: true, links: {}, citations: {}, targets: [] }; // it cites nothing
    throw error;
  }), [crisis, turn]);
  const changed = () => setTurn((n) => n + 1);

  const add = async (file, replace = false) => {
    if (about && file.size > about.largest) {
      say(`${file.name} has ${Math.ceil(file.size / 1e6)} MB; ${Math.floor(about.largest / 1e6)} MB can be sent. Larger files: standoff sources add FILE.`, { kind: "bad" });
      return;
    }
    setReading(file.name);
    try {
      const made = await post(withQuery("/api/sources/document", { name: file.name.slice(-120), replace: replace || undefined }), file);
      const counts = {};
      for (const one of made.report.changes) counts[one.what] = (counts[one.what] ?? 0) + 1;
      const first = made.report.changes[0];
      say(`${file.name}: ${Object.entries(counts).map(([what, n]) => `${n} ${what}`).join(", ")}.`, first ? { action: ["Open", () => query({ passage: first.key, view: undefined }, { replace: false })] } : {});
    } catch (error) {
      say(error.message, { kind: "bad", action: error.status === 409 && !replace ? ["Replace", () => add(file, true)] : null });
    }
    setReading("");
    changed();
  };
  const bring = async (list) => {
    setOver(false);
    for (const file of list) await add(file);
  };
  const ripple = (documents) => query({ view: "ripple", passage: undefined, document: documents.join(",") }, { replace: false });
  return html`<main class="page"
      onDragOver=${(e) => { if ([...e.dataTransfer.types].includes("Files")) { e.preventDefault(); setOver(true); } }}
      onDragLeave=${(e) => { if (!e.currentTarget.contains(e.relatedTarget)) setOver(false); }}
      onDrop=${(e) => { e.preventDefault(); bring([...e.dataTransfer.files]); }}>
    <header><div><h1>Sources</h1><p class="soft">The documents of this workspace, what rests on their words, and what falls with them.</p></div>
      <div class="buttons no-print"><${Button} onClick=${() => picker.current.click()}>Add documents…<//>
        <input class="visually-hidden" tabindex="-1" aria-hidden="true" ref=${picker} type="file" multiple accept=${about?.endings.join(",")} onChange=${(e) => { bring([...e.currentTarget.files]); e.currentTarget.value = ""; }} /></div></header>
    <div class="tabs no-print" role="tablist" aria-label="Views of the sources">${VIEWS.map(([key, name]) => html`<button type="button" role="tab" aria-selected=${key === view} onClick=${() => query({ view: key, passage: undefined, document: undefined }, { replace: false })}>${name}</button>`)}</div>
    ${reading && html`<${Progress} label=${`Reading ${reading}`} done=${0} total=${0} />`}
    ${linkable.error && html`<${Callout} kind="warn"><p>The scenario can't be read as it is, so nothing can be linked: ${linkable.error.message}</p><//>`}
    <div class="view">${passage
      ? html`<p class="no-print"><${Button} small onClick=${() => query({ passage: undefined }, { replace: false })}>← ${VIEWS.find(([key]) => key === view)?.[1] ?? "Documents"}<//></p>
        <${Opened} key=${turn} crisis=${crisis} passage=${passage} links=${links.value} linkable=${linkable.value}
          onLink=${(listed, held) => (picked) => linkable.value && setLinking({ listed, held, ...picked })} onRipple=${ripple} />`
      : view === "rests"
        ? links.error ? html`<${Wrong} error=${links.error} again=${links.again} />` : links.value ? html`<${Rests} crisis=${crisis} links=${links.value} linkable=${linkable.value} onChanged=${changed} />` : html`<${Waiting} />`
        : view === "ripple"
          ? html`<${Falling} crisis=${crisis} document=${asked.get("document") ?? ""} asOf=${asked.get("as_of") ?? ""} />`
          : html`<${Documents} crisis=${crisis} about=${about} turn=${turn} />
            <div class="drop no-print"><${Empty} over=${over}>${over ? "Let go to read it." : "Drop TEI, text, Markdown or PDF files here to add them to the library."}<//></div>`}</div>
    <${Dialog} title="Link to…" open=${linking !== null} onClose=${() => setLinking(null)}>
      ${linking && linkable.value && html`<${LinkTo} crisis=${crisis} asked=${linking} linkable=${linkable.value} onClose=${() => setLinking(null)}
        onDone=${(made, rests) => {
          if (made) {
            setLinking(null);
            say(`${rests} rests on it now.${made.remarks.length ? ` ${made.remarks.join("; ")}.` : ""}`);
          }
          linkable.again();
          links.again();
        }} />`}
    <//>
  </main>`;
}
