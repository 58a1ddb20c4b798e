// All crises: shipped ones and the reader's own, with what each is about.
import { html, useMemo, useRef, useState } from "../libraries/preact.js";
import { del, get, post } from "../api.js";
import { go, query, route, to } from "../router.js";
import { useLoaded, Waiting, Wrong } from "../loading.js";
import { Badge, Button, Empty, Field, Menu } from "../elements/basic.js";
import { Inline, Prose } from "../elements/prose.js";
import { Dialog, say } from "../elements/overlays.js";

const LARGEST = 5_000_000; // the server refuses more; said before it is sent

const days = (crisis) => (crisis.first === crisis.last ? crisis.first : `${crisis.first} to ${crisis.last}`);

function matches(crisis, words) {
  const text = [crisis.id, crisis.title, crisis.summary, ...crisis.actors].join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
}

function Card({ crisis, onAbout, onDuplicate, onDelete }) {
  const { size } = crisis;
  return html`<article class="card crisis-card" aria-labelledby=${`crisis-${crisis.id}`}>
    <h2 id=${`crisis-${crisis.id}`}><a href=${to(crisis.id, "assessment")}>${crisis.title || crisis.id}</a></h2>
    <p class="soft small"><code>${crisis.id}</code> ${crisis.shipped ? html`<${Badge}>shipped<//>` : html`<${Badge} kind="good">yours<//>`}
      ${crisis.problems > 0 && html` <${Badge} kind="bad">${crisis.problems} ${crisis.problems === 1 ? "problem" : "problems"}<//>`}</p>
    <p class="summary">${crisis.summary}</p>
    <p class="small soft">${crisis.actors.join(", ")}${crisis.first && html`<br />${days(crisis)}`}
      <br />${size.turns} turns in ${size.rounds} rounds, ${size.parameters} parameters, ${size.record} ${size.record === 1 ? "item" : "items"} of record</p>
    <div class="buttons">
      <a class="button primary small" href=${to(crisis.id, "assessment")}>Open</a>
      <${Button} small onClick=${() => onAbout(crisis)}>About<//>
      <${Menu} label="More" small>
        <a class="button plain small" href=${to(crisis.id, "scenario")}>${crisis.shipped ? "Read the scenario" : "Edit the scenario"}</a>
        <a class="button plain small" href=${to(crisis.id, "play")}>Play it</a>
        <${Button} kind="plain" small onClick=${() => onDuplicate(crisis)}>Duplicate…<//>
        ${!crisis.shipped && html`<${Button} kind="plain" small onClick=${() => onDelete(crisis)}>Move to the trash<//>`}
      <//>
    </div>
  </article>`;
}

function About({ id, onClose }) {
  const { value, error, again } = useLoaded((stop) => get(`/api/scenario/${id}`, { signal: stop }), [id]);
  if (error) return html`<${Wrong} error=${error} again=${again} />`;
  if (!value) return html`<${Waiting} />`;
  return html`<p>${value.about.summary}</p>
    <p><a class="button primary" href=${to(id, "assessment")} onClick=${onClose}>Open</a></p>
    ${value.to_try.length > 0 && html`<h3>Things to try</h3><ul>${value.to_try.map((line) => html`<li><${Inline} text=${line.replace("?: ", "? ")} /></li>`)}</ul>`}
    ${value.readme && html`<${Prose} text=${value.readme} />`}
    ${value.sources.length > 0 && html`<h3>Sources</h3><ul>${value.sources.map((s) => html`<li>${s.title} <span class="soft small">${s.kind}</span></li>`)}</ul>`}`;
}

function Duplicate({ crisis, taken, onClose, onDone }) {
  const [name, setName] = useState(() => {
    let n = 2;
    while (taken.has(`${crisis.id}-${n}`)) n += 1;
    return `${crisis.id}-${n}`;
  });
  const [wrong, setWrong] = useState("");
  const make = async (event) => {
    event.preventDefault();
    try {
      const made = await post("/api/library/duplicate", { crisis: crisis.id, as: name });
      say(`Copied as ${made.id}.`);
      onDone(made.id);
    } catch (error) {
      setWrong(error.message);
    }
  };
  const form = !/^[a-z0-9][a-z0-9_-]{0,63}$/.test(name) ? "Small letters, digits, - and _; it begins with a letter or digit." : "";
  return html`<form onSubmit=${make}>
    <${Field} label="Name of the copy" hint="It goes into your workspace, where you can change it." wrong=${form || wrong}>
      ${(shared) => html`<input class="input" ...${shared} value=${name} onInput=${(e) => { setName(e.currentTarget.value); setWrong(""); }} />`}
    <//>
    <div class="buttons form-end"><${Button} type="submit" kind="primary" disabled=${Boolean(form)}>Duplicate<//><${Button} onClick=${onClose}>Cancel<//></div>
  </form>`;
}

/** Files that were dropped or picked, as texts: YAML and Markdown, bounded. */
async function texts(list) {
  const files = {};
  for (const file of list) {
    if (!/\.(yaml|yml|md)$/i.test(file.name)) throw new Error(`${file.name} is no scenario: files end in .yaml, .yml or .md.`);
    if (file.size > LARGEST) throw new Error(`${file.name} is larger than ${LARGEST / 1_000_000} MB.`);
    files[file.name.replaceAll(/[^A-Za-z0-9_.-]/g, "-")] = await file.text();
  }
  return files;
}

export default function Library() {
  const { value, error, again } = useLoaded((stop) => get("/api/library", { signal: stop }), []);
  const [about, setAbout] = useState(null);
  const [copying, setCopying] = useState(null);
  const [over, setOver] = useState(false);
  const picker = useRef(null);
  const asked = route.value.query.get("q") ?? "";
  const words = asked.toLowerCase().split(/\s+/).filter(Boolean);
  const crises = value?.crises ?? [];
  const shown = useMemo(() => crises.filter((c) => matches(c, words)), [crises, asked]);
  const bring = async (list) => {
    setOver(false);
    try {
      const made = await post("/api/library/import", { files: await texts(list) });
      say(`Brought in as ${made.id}.`, { action: ["Open", () => go(to(made.id, "scenario"))] });
      again();
    } catch (wrong) {
      say(wrong.message, { kind: "bad" });
    }
  };
  const remove = async (crisis) => {
    try {
      const gone = await del(`/api/library/${crisis.id}`);
      say(`${crisis.id} is in the trash: ${gone.trash}`);
      again();
    } catch (wrong) {
      say(wrong.message, { kind: "bad" });
    }
  };
  return html`<main class="page"
      onDragOver=${(e) => { if ([...e.dataTransfer.types].includes("Files")) { e.preventDefault(); setOver(true); } }}
      onDragLeave=${(e) => { if (!e.currentTarget.contains(e.relatedTarget)) setOver(false); }}
      onDrop=${(e) => { e.preventDefault(); bring([...e.dataTransfer.files]); }}>
    <header><div><h1>Crises</h1><p class="soft">Open one to see its game, change an assumption and watch the answer move.</p></div>
      <div class="buttons"><input class="input search" type="search" aria-label="Search crises" placeholder="Search" value=${asked} onInput=${(e) => query({ q: e.currentTarget.value })} />
        <${Button} onClick=${() => picker.current.click()}>Import files…<//>
        <input class="visually-hidden" tabindex="-1" aria-hidden="true" ref=${picker} type="file" multiple accept=".yaml,.yml,.md" onChange=${(e) => { bring([...e.currentTarget.files]); e.currentTarget.value = ""; }} /></div></header>
    ${error && html`<${Wrong} error=${error} again=${again} />`}
    ${!value && !error && html`<${Waiting} />`}
    ${value && html`<div class="cards">${shown.map((crisis) => html`<${Card} key=${crisis.id} crisis=${crisis} onAbout=${setAbout} onDuplicate=${setCopying} onDelete=${remove} />`)}</div>`}
    ${value && shown.length === 0 && html`<p>Nothing is called that. <${Button} small onClick=${() => query({ q: "" })}>Show all<//></p>`}
    ${value && html`<div class="drop"><${Empty} over=${over}>${over ? "Let go to bring it in." : "Drop the files of a scenario here to bring it in, or duplicate one of those above."}<//></div>`}
    <${Dialog} title=${about?.title ?? ""} open=${about !== null} onClose=${() => setAbout(null)}>${about && html`<${About} id=${about.id} onClose=${() => setAbout(null)} />`}<//>
    <${Dialog} title=${`Duplicate ${copying?.id ?? ""}`} open=${copying !== null} onClose=${() => setCopying(null)}>
      ${copying && html`<${Duplicate} crisis=${copying} taken=${new Set(crises.map((c) => c.id))} onClose=${() => setCopying(null)}
        onDone=${(id) => { setCopying(null); again(); go(to(id, "scenario")); }} />`}
    <//>
  </main>`;
}
