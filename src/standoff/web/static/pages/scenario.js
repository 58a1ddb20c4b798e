// A crisis as it is written: its files as text or as forms, what is wrong, what has changed.
import { html, useEffect, useRef, useState } from "../libraries/preact.js";
import { openSearchPanel } from "../libraries/codemirror.js";
import { get, post } from "../api.js";
import { go, query, route, to } from "../router.js";
import { useLoaded, Waiting, Wrong } from "../loading.js";
import { Badge, Button, Callout, Field } from "../elements/basic.js";
import { Dialog, say } from "../elements/overlays.js";
import { Problems } from "../elements/problems.js";
import { Compare } from "../editor/compare.js";
import { Conflict } from "../editor/conflict.js";
import { counted } from "../editor/diff.js";
import { Forms } from "../editor/forms.js";
import { Work } from "../editor/work.js";

const STATUS = {
  saved: ["good", "Saved"],
  keeping: ["", "Keeping…"],
  kept: ["", "Not saved, kept as a draft"],
  saving: ["", "Saving…"],
  away: ["bad", "The server is gone"],
  refused: ["bad", "Not kept"],
  conflict: ["warn", "Written elsewhere too"],
};
const ORDER = ["away", "refused", "conflict", "saving", "keeping", "kept", "saved"];

export default function Scenario() {
  const { crisis } = route.value;
  const { value, error, again } = useLoaded((stop) => get(`/api/scenario/${encodeURIComponent(crisis)}`, { signal: stop }), [crisis]);
  const [work, setWork] = useState(null);
  useEffect(() => {
    if (!value) return undefined;
    const made = new Work(value);
    let gone = false;
    made.restore(value).finally(() => !gone && setWork(made));
    return () => {
      gone = true;
      made.close();
    };
  }, [value]);
  if (error && !work) return html`<main class="page"><${Wrong} error=${error} again=${again} /></main>`;
  if (!work) return html`<main class="page"><${Waiting} /></main>`;
  return html`<${Desk} work=${work} />`;
}

function Desk({ work }) {
  const asked = route.value.query;
  const names = [...work.files.keys()].sort((a, b) => a.endsWith(".md") - b.endsWith(".md"));
  const name = names.includes(asked.get("file")) ? asked.get("file") : names[0];
  const view = asked.get("view") === "forms" ? "forms" : "text";
  const [comparing, setComparing] = useState(null);
  const [copying, setCopying] = useState(false);
  work.turn.value; // drawn again with every change
  const unsaved = work.unsaved.value;
  const jump = (file, line, column = 1) => {
    query({ view: undefined, file, line: undefined });
    requestAnimationFrame(() => requestAnimationFrame(() => work.jump(line, column)));
  };
  useEffect(() => {
    const key = (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s" || event.defaultPrevented) return;
      event.preventDefault();
      document.activeElement?.blur?.(); // a field that is being filled in is written first
      work.chain.then(() => setTimeout(() => work.chain.then(() => work.saveAll()), 0));
    };
    addEventListener("keydown", key);
    return () => removeEventListener("keydown", key);
  }, [work]);
  return html`<main class="page wide scenario">
    <header><div><h1>Scenario</h1><p class="soft small">${work.shipped ? "This crisis comes with Standoff: it can be read here. Duplicate it to change it." : "What you write is kept while you type. Save it for it to count in the other pages."}</p></div>
      <div class="buttons">
        <div class="buttons" role="group" aria-label="View"><${Button} small aria-pressed=${view === "text"} onClick=${() => query({ view: undefined })}>Text<//><${Button} small aria-pressed=${view === "forms"} onClick=${() => query({ view: "forms" })}>Forms<//></div>
        ${work.shipped ? html`<${Button} kind="primary" small onClick=${() => setCopying(true)}>Duplicate to edit<//>` : html`
          <${Button} small disabled=${!work.can("undo")} onClick=${() => work.step("undo")}>Undo<//>
          <${Button} small disabled=${!work.can("redo")} onClick=${() => work.step("redo")}>Redo<//>
          <${Button} small kind="primary" disabled=${unsaved.length === 0} title="Ctrl-S" onClick=${() => work.saveAll()}>Save<//>`}
      </div></header>
    <${Status} work=${work} />
    <${Notices} work=${work} onCompare=${setComparing} />
    <div class="columns">
      <section aria-label=${view === "forms" ? "Forms" : "Text"}>
        ${view === "forms" ? html`<${Forms} work=${work} onShow=${(file, line) => jump(file, line)} />` : html`<${Text} work=${work} names=${names} name=${name} />`}
      </section>
      <aside aria-label="Problems and changes"><${Found} work=${work} onGo=${(p) => jump(p.file, p.line, p.column)} /><${Since} work=${work} onCompare=${setComparing} /></aside>
    </div>
    <${Conflict} work=${work} />
    <${Dialog} title=${comparing?.title ?? ""} open=${comparing !== null} onClose=${() => setComparing(null)}>${comparing && comparing.files.map((f) => html`<h3><code>${f.name}</code></h3><${Compare} ...${f} />${f.use && html`<p><${Button} onClick=${() => { f.use(); setComparing(null); }}>Take this text<//></p>`}`)}<//>
    <${Dialog} title=${`Duplicate ${work.crisis}`} open=${copying} onClose=${() => setCopying(false)}>${copying && html`<${Duplicate} crisis=${work.crisis} />`}<//>
  </main>`;
}

function Text({ work, names, name }) {
  const host = useRef(null);
  work.turn.value; // which files are not saved
  const line = Number(route.value.query.get("line"));
  useEffect(() => {
    work.show(name, host.current);
    if (line > 0) work.jump(line);
    return () => work.hide();
  }, [name]);
  const turn = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = names[(names.indexOf(name) + step + names.length) % names.length];
    query({ file: next });
    event.currentTarget.querySelector(`[data-file="${next}"]`)?.focus();
  };
  return html`<div class="files"><div role="tablist" aria-label="Files" onKeyDown=${turn}>${names.map((one) => html`<button type="button" role="tab" id=${`tab-${one}`} data-file=${one} aria-selected=${one === name} aria-controls="editor" tabindex=${one === name ? 0 : -1} onClick=${() => query({ file: one, line: undefined })}>
      ${one}${work.files.get(one).changed ? html` <span aria-label="not saved" role="img">●</span>` : ""}</button>`)}</div>
      <${Button} small kind="plain" onClick=${() => { openSearchPanel(work.view); }}>Search<//></div>
    <div class="editor-host" id="editor" role="tabpanel" aria-labelledby=${`tab-${name}`} ref=${host}></div>
    <p class="soft small">Ctrl-Space completes, Ctrl-F searches, Ctrl-S saves. Tab indents; press Escape first to leave the editor with it.</p>`;
}

function Status({ work }) {
  const list = [...work.files.values()];
  if (work.shipped) return html`<p class="editor-status" role="status"><${Badge}>read only<//></p>`;
  const worst = list.reduce((a, b) => (ORDER.indexOf(b.status.value) < ORDER.indexOf(a.status.value) ? b : a), list[0]);
  const [kind, words] = STATUS[worst.status.value];
  return html`<p class="editor-status" role="status"><${Badge} kind=${kind}>${words}<//>
    ${worst.status.value === "away" && html`<span>Your text is kept in this browser and is sent again by itself. Is <code>standoff serve</code> still running?</span>`}
    ${worst.status.value === "refused" && html`<span>${worst.name}: ${worst.words}</span>`}
    ${worst.status.value === "conflict" && html`<span>${worst.name} was changed elsewhere after you opened it.</span> <${Button} small onClick=${() => { work.asking.value = worst.name; }}>See both texts<//>`}
  </p>`;
}

function Notices({ work, onCompare }) {
  const restored = work.restored.value;
  const others = work.others.value;
  const when = (at) => new Date(at).toLocaleString();
  return html`${restored.length > 0 && html`<${Callout}><p>What you had not saved is here again: ${restored.map((n) => html`<code>${n}</code> `)}</p>
      <div class="buttons"><${Button} small onClick=${() => { work.restored.value = []; }}>Go on with it<//>
      ${restored.map((n) => html`<${Button} small onClick=${() => work.revert(n)}>Back to the saved ${n}<//>`)}</div><//>`}
    ${others.map((o) => html`<${Callout} kind="warn"><p>${o.open ? html`Another tab is writing <code>${o.file}</code>, and has not saved.` : html`A text of <code>${o.file}</code> that was not saved was left in another tab (${when(o.at)}).`}</p>
      <div class="buttons"><${Button} small onClick=${() => onCompare({ title: "The text of the other tab", files: [{ name: o.file, before: o.text, after: work.files.get(o.file).text, names: ["The other tab", "Here"], use: work.shipped ? null : () => work.files.get(o.file).replace(o.text, "input.other") }] })}>Compare<//>
      ${!o.open && html`<${Button} small onClick=${() => work.throwAway(o)}>Throw it away<//>`}</div><//>`)}`;
}

function Found({ work, onGo }) {
  const { list, whole, busy, error } = work.problems.value;
  const many = work.files.size > 1;
  const shown = (list ?? []).map((p) => ({ ...p, message: many && p.file ? `${p.file}: ${p.message}` : p.message, position: p.line ? { file: p.file, line: p.line, column: p.column } : null }));
  return html`<section class="section first"><h2>Problems ${list && html`<${Badge} kind=${list.some((p) => p.severity === "error") ? "bad" : list.length ? "warn" : "good"}>${list.length}<//>`}</h2>
    <div class="buttons"><${Button} small disabled=${busy} onClick=${() => work.check(true)}>Check the whole game<//><span class="soft small" role="status">${busy ? "Looking…" : whole ? "The game was built too." : ""}</span></div>
    ${error && html`<${Wrong} error=${error} again=${() => work.check()} />`}
    <div class="problem-list">${list ? html`<${Problems} problems=${shown} onGo=${onGo} />` : !error && html`<${Waiting} />`}</div>
  </section>`;
}

function Since({ work, onCompare }) {
  const { value, error } = useLoaded((stop) => get(`/api/scenario/${encodeURIComponent(work.crisis)}/solved`, { signal: stop }), [work]);
  work.turn.value; // compared again with every change
  const now = work.yaml();
  if (error || !value) return null;
  const files = Object.keys({ ...value.files, ...now })
    .map((name) => ({ name, before: value.files[name] ?? "", after: now[name] ?? "", names: ["When it was last solved", "Now"] }))
    .filter((f) => f.before !== f.after);
  const sum = files.map((f) => counted(f.before, f.after)).reduce((a, b) => ({ added: a.added + b.added, removed: a.removed + b.removed }), { added: 0, removed: 0 });
  return html`<section class="section"><h2>Since the last solve</h2>
    ${!value.job ? html`<p class="soft">It has not been solved yet. <a href=${to(work.crisis, "assessment")}>Solve it</a></p>`
      : files.length === 0 ? html`<p>Nothing has changed. <a href=${to(work.crisis, "assessment")}>The assessment</a></p>`
        : html`<p>${sum.added} ${sum.added === 1 ? "line" : "lines"} new, ${sum.removed} gone in ${files.map((f) => html`<code>${f.name}</code> `)}</p>
          <div class="buttons"><${Button} small onClick=${() => onCompare({ title: "What has changed since the last solve", files })}>Show what changed<//><a class="button small" href=${to(work.crisis, "assessment")}>Solve again</a></div>
          ${work.unsaved.value.length > 0 && html`<p class="soft small">Save first: other pages use what is saved.</p>`}`}
  </section>`;
}

function Duplicate({ crisis }) {
  const [name, setName] = useState(`${crisis}-2`);
  const [wrong, setWrong] = useState("");
  const make = async (event) => {
    event.preventDefault();
    try {
      const made = await post("/api/library/duplicate", { crisis, as: name });
      say(`Copied as ${made.id}.`);
      go(to(made.id, "scenario"));
    } catch (error) {
      setWrong(error.message);
    }
  };
  const form = /^[a-z0-9][a-z0-9_-]{0,63}$/.test(name) ? "" : "Small letters, digits, - and _; it begins with a letter or digit.";
  return html`<form onSubmit=${make}><${Field} label="Name of the copy" hint="It goes into your workspace, where you can change it." wrong=${form || wrong} value=${name} onInput=${(e) => { setName(e.currentTarget.value); setWrong(""); }} />
    <div class="buttons form-end"><${Button} type="submit" kind="primary" disabled=${Boolean(form)}>Duplicate<//></div></form>`;
}
