// The note as it will print, under the same settings as the assessment; prose around its numbers.
import { html, useEffect, useRef, useState } from "../libraries/preact.js";
import { del, follow, get, solve, withQuery } from "../api.js";
import { query, route, to } from "../router.js";
import { settingsNow, writeSettings } from "../assumptions.js";
import { standard, tab } from "../settings.js";
import { Waiting, Wrong } from "../loading.js";
import { Badge, Button, Menu, Select } from "../elements/basic.js";
import { Progress } from "../elements/overlays.js";
import { Remarks } from "./remarks.js";

const FORMATS = [["pdf", "PDF"], ["docx", "Word"], ["html", "HTML"], ["md", "Markdown"], ["text", "Plain text"], ["json", "JSON"]];
const DEPTHS = [["quick", "Headline sections (seconds)"], ["whole", "Everything: changes of form, tipping, the other side (a minute)"]];

export default function Note() {
  const { crisis, query: asked } = route.value;
  const settings = settingsNow();
  const asOf = asked.get("as_of") ?? "";
  const job = asked.get("note");
  const depth = asked.get("depth") ?? "quick";
  const short = asked.get("short") === "1";
  const scale = standard.value;
  const [state, setState] = useState({});
  const [shown, setShown] = useState(""); // the address of what the frame shows
  const [own, setOwn] = useState({}); // the analyst's remarks: their revision, and how many
  const stop = useRef(null);
  const what = [crisis, writeSettings(settings), asOf, depth, scale].join("|");

  const run = async () => {
    stop.current?.abort();
    const mine = (stop.current = new AbortController());
    setState({ job: { stage: "asking", done: 0, total: 0 }, what });
    const parts = depth === "whole" ? { form: true, tipping: true, concepts: true, other_side: true } : {};
    const body = { crisis, settings, standard: scale, slot: `note/${tab}`, ...parts };
    if (asOf) body.as_of = asOf;
    try {
      const done = await solve(body, (now) => { query({ note: now.id }); setState({ job: now, what }); }, mine.signal);
      setState({ id: done.id, what });
    } catch (error) {
      if (error.name !== "AbortError") setState({ error, what });
    }
  };
  useEffect(() => {
    if (state.what === what) return;
    if (job && state.what === undefined) {
      // After a reload: what was asked for is still there, or still running.
      const mine = (stop.current = new AbortController());
      setState({ job: { id: job, stage: "looking it up", done: 0, total: 0 }, what });
      get(`/api/jobs/${job}`, { signal: mine.signal })
        .then((held) => (held.state === "done" ? held : follow(job, (now) => setState({ job: now, what }), mine.signal)))
        .then((done) => setState({ id: done.id, what }), (error) => error.name !== "AbortError" && run());
      return;
    }
    run();
  }, [what]);
  useEffect(() => () => stop.current?.abort(), []);

  const said = { short: short || undefined, remarks: own.count ? crisis : undefined, at: own.count ? own.revision : undefined };
  const address = state.id && own.revision !== undefined && withQuery(`/api/note/${state.id}.html`, said);
  return html`<main class="page">
    <header><div><h1>Note</h1><p class="soft small">As it will print.${Object.keys(settings).length > 0 && html` <${Badge} kind="warn">${Object.keys(settings).length} assumptions moved<//> <a href=${to(crisis, "assessment", { set: asked.get("set"), as_of: asOf })}>change them</a>`}</p></div>
      <div class="buttons no-print">
        <${Button} small aria-pressed=${short} onClick=${() => query({ short: short ? undefined : "1" })}>Short<//>
        ${state.id && html`<${Menu} label="Export" kind="primary" small>${FORMATS.map(([format, name]) => html`<a class="button plain small" download href=${withQuery(`/api/note/${state.id}.${format}`, { ...said, download: true })}>${name}</a>`)}<//>
        <a class="button small" href=${address} target="_blank" rel="noopener">Open alone</a>`}
      </div></header>
    <div class="note-choices no-print">
      <${Select} label="Words for odds" value=${scale} onChange=${(v) => { standard.value = v; }} options=${[["icd203", "ICD 203 (United States)"], ["phia", "PHIA yardstick (United Kingdom)"]]} />
      <${Select} label="How much" value=${depth} onChange=${(v) => query({ depth: v === "quick" ? undefined : v })} options=${DEPTHS} />
    </div>
    ${state.error && html`<${Wrong} error=${state.error} again=${run} />`}
    ${state.job && !state.id && !state.error && html`<${Progress} label=${state.job.stage || "Solving"} done=${state.job.done} total=${state.job.total} onStop=${() => state.job.id && del(`/api/jobs/${state.job.id}`).catch(() => undefined)} />`}
    ${state.id && html`<div class="no-print"><${Remarks} crisis=${crisis} job=${state.id} onKept=${(revision, count) => setOwn({ revision, count })} /></div>`}
    ${address && shown !== address && html`<${Waiting}>Writing the note<//>`}
    ${address && html`<iframe class="note-frame" title="The note" src=${address} onLoad=${() => setShown(address)}></iframe>`}
  </main>`;
}
