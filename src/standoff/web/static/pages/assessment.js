// Belief, what comes next, endings, options, answers: and how they move when an assumption does.
import { html, useEffect, useMemo, useRef, useState } from "../libraries/preact.js";
import { del, get, post, solve, withQuery } from "../api.js";
import { query, route, to } from "../router.js";
import { tab } from "../settings.js";
import { change, command, pinnedNow, python, same, settingsNow, writeSettings } from "../assumptions.js";
import { useLoaded, Waiting, Wrong } from "../loading.js";
import { Actor, Badge, Button, Callout, Field, More, Odds, percent, Select } from "../elements/basic.js";
import { Chart } from "../elements/chart.js";
import { Dialog, Progress, say } from "../elements/overlays.js";
import { Table } from "../elements/table.js";
import { Sliders } from "./sliders.js";

const stakes = (x) => (x === null || x === undefined ? "–" : Math.abs(x) < 0.005 ? "0.00" : `${x > 0 ? "+" : x < 0 ? "−" : ""}${Math.abs(x).toFixed(2)}`);

const AGAIN = 2_000; // milliseconds until a server that could not be reached is asked again

/** A number that is no probability; nothing is minus nothing. */
const number = (x) => x.toFixed(2).replace(/^-(?=0\.00$)/, "").replace("-", "−");

/** Headline numbers under some settings: asked for again when they change, the last one wins. */
function useQuick(crisis, settings, asOf, slot) {
  const [state, setState] = useState({ busy: true });
  const [turn, setTurn] = useState(0);
  const key = writeSettings(settings);
  useEffect(() => {
    const stop = new AbortController();
    setState((held) => ({ ...held, busy: true, error: null }));
    const body = { crisis, slot, settings };
    if (asOf) body.as_of = asOf;
    let wait = 0;
    post("/api/quick", body, { signal: stop.signal }).then(
      (value) => setState({ value, busy: false }),
      (error) => {
        if (stop.signal.aborted || error.code === "superseded") return;
        setState((held) => ({ ...held, busy: false, error }));
        if (error.code === "unreachable") wait = setTimeout(() => setTurn((held) => held + 1), AGAIN);
      },
    );
    return () => {
      stop.abort();
      clearTimeout(wait);
    };
  }, [crisis, key, asOf, turn]);
  return { ...state, again: () => setTurn(turn + 1) };
}

function Belief({ quick, before, about, onWhy }) {
  return html`<section class="section"><h2>What they may be</h2>
    <div class="cards">${Object.entries(quick.belief).map(([actor, types]) => html`<div class="card">
      <h3><${Actor} index=${about.index(actor)}>${about.label(actor)}<//></h3>
      ${Object.entries(types).map(([type, held]) => html`<div class="line"><span>${about.label(`${actor}.${type}`)}</span>
        <${Odds} label=${about.label(`${actor}.${type}`)} value=${held.probability} low=${held.range90[0]} high=${held.range90[1]}
          before=${before?.belief[actor]?.[type]?.probability} onClick=${() => onWhy({ kind: "belief", id: `${actor}.${type}`, held })} /></div>`)}
    </div>`)}</div>
  </section>`;
}

function Next({ quick, before, about, onWhy }) {
  const earlier = useMemo(() => new Map((before?.next ?? []).flatMap((n) => n.moves.map((m) => [m.id, m.probability]))), [before]);
  return html`<section class="section"><h2>What comes next</h2><div class="cards">${quick.next.map((next) => html`<div class="card">
    <h3><${Actor} index=${about.index(next.actor)}>${about.label(next.actor)}<//></h3>
    <p class="soft small">${about.label(`${next.actor}.${next.turn}`)}</p>
    ${next.moves.map((move) => html`<div class="line"><span>${move.label}</span>
      <${Odds} label=${move.label} value=${move.probability} low=${move.range90[0]} high=${move.range90[1]} before=${earlier.get(move.id)} onClick=${() => onWhy({ kind: "move", id: move.id, held: move, actor: next.actor })} /></div>`)}
  </div>`)}</div></section>`;
}

function Endings({ quick, before, onWhy }) {
  const earlier = new Map((before?.endings ?? []).map((e) => [e.id, e.probability]));
  const rows = [...quick.endings].sort((a, b) => b.probability - a.probability);
  return html`<section class="section"><h2>How it may end</h2><${Table} caption="Endings with their odds" hideCaption rows=${rows} rowKey=${(e) => e.id} columns=${[
    { key: "label", title: "Ending", sort: true },
    { key: "probability", title: "Odds", sort: true, draw: (e) => html`<${Odds} label=${e.label} value=${e.probability} low=${e.range90[0]} high=${e.range90[1]} before=${earlier.get(e.id)} onClick=${() => onWhy({ kind: "ending", id: e.id, held: e })} />` },
    { key: "words", title: "In words" },
  ]} /></section>`;
}

function Options({ quick, before, about, onWhy }) {
  if (!quick.options.length) return null;
  const earlier = new Map((before?.options ?? []).flatMap((o) => o.options.map((x) => [`${o.type}/${x.id}`, x.value])));
  return html`<section class="section"><h2>Options</h2>
    <p class="soft small">Worth in units of the actor's stake, relative to the best; the range holds 90 per cent of what the analyst was unsure of.</p>
    ${quick.options.map((of) => {
      const types = [...new Set(of.options.flatMap((o) => Object.keys(o.by_opposing_type)))];
      return html`<h3><${Actor} index=${about.index(of.actor)}>${about.label(of.actor)}${of.type ? `, ${about.label(`${of.actor}.${of.type}`)}` : ""}<//></h3>
      <${Table} caption=${about.label(`${of.actor}.${of.turn}`)} rows=${of.options} rowKey=${(o) => o.id} columns=${[
        { key: "label", title: "Option", draw: (o) => html`<button type="button" class="linklike" onClick=${() => onWhy({ kind: "option", id: o.id, held: o, actor: of.actor })}>${o.label}</button>` },
        { key: "value", title: "Worth", number: true, sort: true, draw: (o) => {
          const was = earlier.get(`${of.type}/${o.id}`);
          return html`${stakes(o.value)}<br /><span class="soft small">${o.range90 ? `${stakes(o.range90[0])} to ${stakes(o.range90[1])}` : ""}</span>${was !== undefined && Math.abs(was - o.value) >= 0.005 ? html`<br /><span class="delta ${o.value > was ? "up" : "down"}">${Math.abs(o.value - was).toFixed(2)}</span>` : ""}`;
        } },
        ...types.map((t) => ({ key: t, title: `against “${about.label(t)}”`, number: true, draw: (o) => stakes(o.by_opposing_type[t]) })),
        { key: "best_share", title: "Best in", number: true, draw: (o) => percent(o.best_share) },
      ]} />`;
    })}
  </section>`;
}

function Answers({ quick, before, worded, assessment, onWhy }) {
  const texts = new Map([...(assessment?.judgements ?? []), ...(assessment?.questions ?? [])].map((j) => [j.id, j]));
  const rows = Object.entries(quick.answers).map(([id, answer]) => ({ id, ...answer, held: texts.get(id), text: texts.get(id)?.text ?? worded[id] ?? id.replaceAll("-", " ") }));
  if (!rows.length) return null;
  return html`<section class="section"><h2>Judgements and questions</h2>
    ${!assessment && html`<p class="soft small">Work out the whole assessment for what moves them.</p>`}
    <${Table} caption="Answers" hideCaption rows=${rows} rowKey=${(r) => r.id} columns=${[
      { key: "text", title: "Statement", sort: true, draw: (r) => html`<button type="button" class="linklike" onClick=${() => onWhy({ kind: "answer", id: r.id, held: r.held, answer: r })}>${r.text}</button>` },
      { key: "value", title: "Answer", draw: (r) => r.kind === "probability" || r.kind === "observed"
        ? html`<${Odds} label=${r.text} value=${r.value} low=${r.range90?.[0]} high=${r.range90?.[1]} before=${before?.answers[r.id]?.value} />`
        : html`<span class="numeric">${number(r.value)}</span>${r.range90 && html`<br /><span class="soft small numeric">${number(r.range90[0])} to ${number(r.range90[1])}</span>`}` },
      { key: "kind", title: "Kind", sort: true },
    ]} /></section>`;
}

/** What a number rests on: as much as the page has, and where the rest is. */
function Why({ why, assessment, about, crisis, onSolve }) {
  const { kind, id, held, actor } = why;
  const drivers = (assessment?.sensitivity ?? []).find((s) => s.id === id || s.id === `endings.${id}`)?.drivers?.filter((d) => !d.noise).slice(0, 8) ?? [];
  const evidence = kind === "belief" ? (assessment?.evidence ?? []) : [];
  const [who, type] = kind === "belief" ? id.split(".") : [];
  const byType = kind === "move" ? Object.entries(held?.by_type ?? {}) : [];
  return html`
    ${kind === "belief" && html`<p>Before any evidence: <strong>${percent(held.prior)}</strong>. After it: <strong>${percent(held.probability)}</strong>.</p>
      ${evidence.length > 0 && html`<${Table} caption="How much likelier each item is if this is so than if it is not" rows=${evidence} columns=${[
        { key: "text", title: "What was seen", draw: (e) => e.text },
        { key: "date", title: "Day" },
        { key: "lr", title: "Times as likely", number: true, draw: (e) => e.likelihood_ratio?.[who]?.[type]?.toFixed(2) ?? "–" },
        { key: "source", title: "Source", draw: (e) => html`<span class="small">${e.source.join(", ")}</span>` },
      ]} />`}`}
    ${kind === "move" && html`<${Table} caption="By the type of who moves" rows=${byType} columns=${[
      { key: "t", title: "Type", draw: ([t]) => about.label(`${actor}.${t}`) }, { key: "p", title: "Odds", number: true, draw: ([, p]) => percent(p) },
    ]} />`}
    ${kind === "indicator" && html`<p>Seen with odds of ${percent(held.probability)} by the end of the next round. It tells ${held.bits.toFixed(3)} bits about what ${about.label(held.about)} is: how much less unsure one would be, on average, for looking.</p>
      <${Table} caption="Belief now, and if it is seen" rows=${Object.entries(held.if_seen)} columns=${[
        { key: "t", title: "Type", draw: ([t]) => about.label(`${held.about}.${t}`) },
        { key: "now", title: "Now", number: true, draw: ([t]) => percent(assessment?.belief[held.about]?.[t]?.probability) },
        { key: "p", title: "If seen", number: true, draw: ([, p]) => percent(p) },
      ]} />`}
    ${kind === "option" && html`<${Table} caption="What makes it worth so much, by objective (in stakes, relative to the best option)" rows=${Object.entries(held.by_objective)} columns=${[
      { key: "o", title: "Objective", draw: ([o]) => about.label(`${actor}.${o}`) }, { key: "v", title: "Part", number: true, draw: ([, v]) => stakes(v) },
    ]} /><p>Chosen now instead of the best in hindsight it loses ${held.regret.toFixed(3)} stakes on average.</p>`}
    ${kind === "answer" && held && html`
      ${held.claim && html`<p>Asked as <code>${held.claim ?? held.query}</code></p>`}${held.query && html`<p>Asked as <code>${held.query}</code></p>`}
      ${held.twin && html`<p>The claim differs from the statement: ${held.twin}</p>`}
      ${held.warning && html`<${Callout} kind="warn"><p>${held.warning}</p><//>`}
      ${held.confidence && html`<p>Confidence <strong>${held.confidence.level}</strong>: ${held.confidence.evidence_why} ${held.confidence.range_why} ${held.confidence.responsiveness_why}</p>`}
      ${held.rests_on?.length > 0 && html`<h3>Rests on</h3><ul>${held.rests_on.map((x) => html`<li>${about.label(x)}</li>`)}</ul>`}
      ${held.source?.length > 0 && html`<p class="small">Sources: ${held.source.map((s) => html`<a href=${to(crisis, "sources", { passage: s })}>${s}</a> `)}</p>`}`}
    ${drivers.length > 0 && html`<${Table} caption="Which assumptions move it most" rows=${drivers} columns=${[
      { key: "label", title: "Assumption" },
      { key: "low", title: "If low", number: true, draw: (d) => percent(d.at_low) },
      { key: "high", title: "If high", number: true, draw: (d) => percent(d.at_high) },
    ]} />`}
    ${!assessment && html`<p>Which evidence and which assumptions it rests on is part of the whole assessment. <${Button} small onClick=${onSolve}>Work it out<//></p>`}
    <p><a href=${to(crisis, "game")}>See it in the game</a> · <a href=${to(crisis, "scenario")}>See it in the scenario</a></p>`;
}

/** Where the browser keeps its clipboard from us (on a network without encryption), the text is selected. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    say("Copied.");
  } catch {
    getSelection().selectAllChildren(document.getElementById("shown"));
    say("The browser does not let this page copy: it is selected, copy it by hand.", { kind: "warn" });
  }
}

function Show({ crisis, settings, asOf }) {
  const [how, setHow] = useState(null);
  const text = how === "command" ? command(crisis, settings, asOf) : python(crisis, settings, asOf);
  return html`<${Button} small onClick=${() => setHow("command")}>Show as command<//><${Button} small onClick=${() => setHow("python")}>Show as Python<//>
    <${Dialog} title=${how === "command" ? "As a command" : "As Python"} open=${how !== null} onClose=${() => setHow(null)}
      footer=${html`<${Button} kind="primary" onClick=${() => copy(text)}>Copy<//>`}>
      <pre tabindex="0" id="shown">${text}</pre>
    <//>`;
}

/** The whole assessment: asked for by a button, found again after a reload by its id in the address. */
function useWhole(crisis, settings, asOf) {
  const job = route.value.query.get("job");
  const wanted = `${writeSettings(settings)}@${asOf}`;
  const stale = (route.value.query.get("of") ?? "@") !== wanted;
  const [state, setState] = useState({});
  const stop = useRef(null);
  const run = async (parts) => {
    stop.current?.abort();
    const mine = (stop.current = new AbortController());
    setState({ job: { stage: "asking", done: 0, total: 0 } });
    try {
      const done = await solve({ crisis, settings, ...(asOf ? { as_of: asOf } : {}), slot: `assessment/${tab}`, ...parts }, (now) => { query({ job: now.id, of: wanted === "@" ? undefined : wanted }); setState({ job: now }); }, mine.signal);
      setState({ value: await get(`/api/assessment/${done.id}`), id: done.id });
    } catch (error) {
      if (error.name !== "AbortError") setState({ error });
    }
  };
  useEffect(() => {
    if (!job || state.id === job || state.job) return undefined;
    const mine = (stop.current = new AbortController());
    setState({ job: { id: job, stage: "looking it up", done: 0, total: 0 } });
    import("../api.js").then(({ follow }) => get(`/api/jobs/${job}`, { signal: mine.signal })
      .then((held) => (held.state === "done" ? held : follow(job, (now) => setState({ job: now }), mine.signal)))
      .then((done) => get(`/api/assessment/${done.id}`, { signal: mine.signal }).then((value) => setState({ value, id: done.id })))
      .catch((error) => { if (error.name !== "AbortError") { setState({}); query({ job: undefined, of: undefined }); } }));
    return undefined;
  }, [job]);
  useEffect(() => () => stop.current?.abort(), []);
  return { ...state, current: stale ? undefined : state.value, run, halt: () => { if (state.job?.id) del(`/api/jobs/${state.job.id}`).catch(() => undefined); } };
}

function Charts({ job }) {
  const { value, error } = useLoaded((stop) => get(`/api/charts/${job}`, { signal: stop }), [job]);
  if (error) return html`<${Wrong} error=${error} />`;
  if (!value) return html`<${Waiting}>Drawing<//>`;
  return html`<div class="charts">${value.charts.map((c) => html`<${ChartOf} key=${c.id} job=${job} chart=${c} />`)}</div>`;
}

function ChartOf({ job, chart }) {
  const { value, error } = useLoaded((stop) => get(`/api/charts/${job}/${encodeURIComponent(chart.id)}`, { signal: stop }), [job, chart.id]);
  if (error) return html`<${Wrong} error=${error} />`;
  return html`<div class="card" id=${`chart-${chart.id}`}>${value ? html`<${Chart} spec=${value} title=${chart.title} caption=${chart.description} />` : html`<${Waiting}>${chart.title}<//>`}</div>`;
}

/** A value just past the one at which an answer turns, as the slider is set. */
const beyond = (p) => (p.unit === "levels" ? p.value : Number((p.value + Math.sign(p.value - p.median) * Math.max(1e-3, Math.abs(p.value - p.median) * 0.02)).toPrecision(4)));

function Tipping({ assessment, about }) {
  const answers = assessment.tipping?.answers ?? [];
  const rows = answers.flatMap((a) => (a.points ?? []).slice(0, 3).map((p) => ({ ...p, text: a.text ?? a.id })));
  if (!rows.length) return null;
  return html`<section class="section"><h2>What would turn it</h2><${Table} caption="Tipping points: the assumption that would turn each answer, all others at their medians" rows=${rows} columns=${[
    { key: "text", title: "Answer" },
    { key: "label", title: "Assumption", sort: true, draw: (p) => p.label || about.label(p.parameter) },
    { key: "median", title: "As written", number: true, draw: (p) => p.median.toFixed(2) },
    { key: "value", title: "Turns at", number: true, draw: (p) => p.level_name || p.value.toFixed(2) },
    { key: "distance", title: "Distance", number: true, sort: true, draw: (p) => `${p.distance.toFixed(1)} ${p.unit === "levels" ? "levels" : "sd"}` },
    { key: "becomes", title: "Becomes" },
    { key: "try", title: "", draw: (p) => html`<${Button} small aria-label=${`Set ${p.label || p.parameter} so that it turns`} onClick=${() => change(p.parameter, beyond(p))}>Try it<//>` },
  ]} /></section>`;
}

function Indicators({ assessment, about, onWhy }) {
  if (!assessment.indicators.length) return null;
  return html`<section class="section"><h2>Indicators</h2><${Table} caption="What to watch for, most telling first" rows=${assessment.indicators} columns=${[
    { key: "label", title: "If this is seen", draw: (i) => html`<button type="button" class="linklike" onClick=${() => onWhy({ kind: "indicator", id: i.id, held: i })}>${i.label}</button>` },
    { key: "about", title: "It tells about", draw: (i) => about.label(i.about) },
    { key: "bits", title: "Bits", number: true, sort: true, draw: (i) => i.bits.toFixed(3) },
    { key: "probability", title: "Odds of seeing it", number: true, sort: true, draw: (i) => percent(i.probability) },
    { key: "if_seen", title: "Belief then", draw: (i) => html`<span class="small">${Object.entries(i.if_seen).map(([t, p]) => html`${about.label(`${i.about}.${t}`)} ${percent(p)}<br />`)}</span>` },
  ]} /></section>`;
}

export default function Assessment() {
  const { crisis } = route.value;
  const settings = settingsNow();
  const pinned = pinnedNow();
  const asOf = route.value.query.get("as_of") ?? "";
  const page = useLoaded((stop) => get(`/api/scenario/${crisis}`, { signal: stop }), [crisis]);
  const parameters = useLoaded((stop) => get(`/api/parameters/${crisis}`, { signal: stop }), [crisis]);
  const names = useLoaded((stop) => get(`/api/labels/${crisis}`, { signal: stop }), [crisis]);
  const now = useQuick(crisis, settings, asOf, `now/${tab}`);
  const base = useQuick(crisis, pinned, asOf, `pin/${tab}`);
  const whole = useWhole(crisis, settings, asOf);
  const [why, setWhy] = useState(null);
  const labels = names.value?.labels ?? whole.value?.labels ?? {};
  const about = {
    label: (id) => labels[id] || id.split(".").pop().replaceAll("_", " "),
    index: (actor) => Math.max(0, (names.value?.actors ?? []).indexOf(actor)),
  };
  const moved = !same(settings, pinned);
  const before = moved ? base.value : undefined;
  if (page.error) return html`<main class="page"><header><h1>${crisis}</h1></header><${Wrong} error=${page.error} again=${page.again} /><p><a href="/">All crises</a></p></main>`;
  return html`<main class="page">
    <header><div><h1>${page.value?.about.title ?? crisis}</h1>
      <p class="soft small">${now.value ? html`As of ${now.value.as_of.replace("T", " ").slice(0, 16)}; ${now.value.variants} variants, worth ${Math.round(now.value.effective)}${now.value.failed ? `; ${now.value.failed} not solved` : ""}` : "\u00a0"}
        ${now.busy && html` <span role="status">· working</span>`}</p></div>
      <div class="buttons no-print"><${Show} crisis=${page.value?.about.shipped === false ? `.standoff/crises/${crisis}` : crisis} settings=${settings} asOf=${asOf} />
        <a class="button small" href=${to(crisis, "note", { set: route.value.query.get("set"), as_of: asOf, job: whole.id })}>Note</a></div></header>
    <div class="columns">
      <div class=${now.busy ? "aging" : ""}>
        ${now.error && html`<${Wrong} error=${now.error} again=${now.again} />`}
        ${!now.value && !now.error && html`<${Waiting}>Solving the game<//>`}
        ${now.value && html`
          ${moved && html`<p class="soft small">Orange marks and ▲▼ show the difference from ${Object.keys(pinned).length ? "what is pinned" : "the scenario as written"}.</p>`}
          <${Belief} quick=${now.value} before=${before} about=${about} onWhy=${setWhy} />
          <${Next} quick=${now.value} before=${before} about=${about} onWhy=${setWhy} />
          <${Endings} quick=${now.value} before=${before} onWhy=${setWhy} />
          <${Options} quick=${now.value} before=${before} about=${about} onWhy=${setWhy} />
          <${Answers} quick=${now.value} before=${before} worded=${names.value?.answers ?? {}} assessment=${whole.current} onWhy=${setWhy} />`}
        <section class="section"><h2>The whole assessment</h2>
          ${whole.error && html`<${Wrong} error=${whole.error} />`}
          ${whole.job && !whole.value && !whole.error && html`<${Progress} label=${whole.job.stage || "Solving"} done=${whole.job.done} total=${whole.job.total} onStop=${whole.halt} />`}
          ${!whole.job && !whole.value && html`<p>Two hundred variants, with what the answers hang on, what to watch for and what would turn them.</p>`}
          <div class="buttons"><${Button} kind="primary" disabled=${Boolean(whole.job)} onClick=${() => whole.run({ tipping: true })}>${whole.value ? "Work it out again" : "Work it out"}<//>
            <${Button} disabled=${Boolean(whole.job)} onClick=${() => whole.run({ tipping: true, form: true, concepts: true, other_side: true })}>With changes of form and the other side<//></div>
          ${whole.value && !whole.current && html`<${Callout} kind="warn"><p>This was worked out under other assumptions than those that are set now.</p><//>`}
          ${whole.value && html`${whole.value.warnings.map((w) => html`<${Callout} kind="warn"><p>${w}</p><//>`)}
            <${Charts} job=${whole.id} /><${Indicators} assessment=${whole.value} about=${about} onWhy=${setWhy} /><${Tipping} assessment=${whole.value} about=${about} />`}
        </section>
      </div>
      <aside class="no-print" aria-label="Assumptions">
        ${page.value?.about.as_of !== undefined && html`<${AsOf} value=${asOf} written=${page.value.about.as_of} first=${page.value.about.first} last=${page.value.about.last} />`}
        ${parameters.error && html`<${Wrong} error=${parameters.error} again=${parameters.again} />`}
        ${parameters.value && html`<${Sliders} parameters=${parameters.value.parameters} settings=${settings} pinned=${pinned} views=${page.value?.views ?? {}} />`}
      </aside>
    </div>
    <${Dialog} title=${why ? (why.kind === "answer" ? (why.held?.text ?? names.value?.answers[why.id] ?? why.id) : why.held?.label ?? about.label(why.id)) : ""} open=${why !== null} onClose=${() => setWhy(null)}>
      ${why && html`<${Why} why=${why} assessment=${whole.current} about=${about} crisis=${crisis} onSolve=${() => { setWhy(null); whole.run({ tipping: true }); }} />`}
    <//>
  </main>`;
}

function AsOf({ value, written, first, last }) {
  return html`<${Field} label="Seen from" hint=${`The record known by the end of that day; empty for the moment of the note${written ? `, ${written.replace("T", " ").slice(0, 16)}` : ""}.`}>
    ${(shared) => html`<input class="input" type="date" ...${shared} min=${first} max=${last} value=${value} onChange=${(e) => query({ as_of: e.currentTarget.value })} />`}
  <//>`;
}
