// At the table: what a seat is, wants and knows, what comes in, and what it can do.
import { html, useEffect, useRef, useState } from "../libraries/preact.js";
import { Waiting, Wrong } from "../loading.js";
import { Actor, Badge, Button, Callout, More } from "../elements/basic.js";
import { Dialog, say } from "../elements/overlays.js";
import { Facilitator } from "./facilitator.js";
import { placeOf } from "./lobby.js";
import { Review } from "./review.js";
import { asSeat, spoken } from "./seats.js";

const PAUSE = 1500; // milliseconds before a connection that failed is tried again

/** { seen, error, does }: what the seat sees, kept up to date; `does` sends something and shows what follows. */
function useTable(code, seat, onLost) {
  const [state, setState] = useState({});
  const mark = useRef("");
  const take = (found) => {
    mark.current = found.mark;
    setState({ seen: found });
  };
  useEffect(() => {
    const stop = new AbortController();
    const listen = async () => {
      let broken = false;
      while (!stop.signal.aborted) {
        try {
          // After a break at once, so that the page says soon that all is well again.
          const what = broken ? "view" : `events?mark=${mark.current}`;
          const found = await asSeat(code, seat, "GET", what, undefined, { signal: stop.signal });
          if (!stop.signal.aborted && (broken || found.mark !== mark.current)) take(found);
          broken = false;
        } catch (error) {
          if (error.name === "AbortError") return;
          if (error.code === "no-seat") return void onLost();
          setState((held) => ({ ...held, error }));
          if (error.status === 404 || error.status === 401) return;
          broken = true;
          await new Promise((done) => setTimeout(done, PAUSE));
        }
      }
    };
    listen();
    return () => stop.abort();
  }, [code, seat]);
  const does = async (what, body) => {
    try {
      take(await asSeat(code, seat, "POST", what, body === undefined ? undefined : { ...body, mark: mark.current }));
      return true;
    } catch (error) {
      say(error.message, { kind: "bad" });
      return false;
    }
  };
  return { ...state, does };
}

export function Seat({ game, seat, onLost }) {
  const { seen, error, does } = useTable(game.code, seat, onLost);
  const view = seen?.view;
  useEffect(() => {
    if (!view) return undefined;
    const before = document.title.replace(/^Your turn · /, "");
    document.title = view.moves.length && seat !== "facilitator" ? `Your turn · ${before}` : before;
    return () => { document.title = before; };
  }, [view]);
  if (!view) return error ? html`<${Wrong} error=${error} />` : html`<${Waiting}>Going to the table<//>`;
  const gone = error && html`<${Callout} kind="warn"><p role="status">${error.message} The game is kept; this page tries again.</p><//>`;
  if (seat === "facilitator") return html`${gone}<${Heard} game=${game} view=${view} /><${Facilitator} game=${game} view=${view} does=${does} />
    ${view.over && html`<${Review} game=${game} seat=${seat} />`}`;
  return html`${gone}<${Heard} game=${game} view=${view} /><${Self} game=${game} view=${view} />
    ${view.over ? html`<${Review} game=${game} seat=${seat} /><section class="section"><h2>As it came to you</h2><${News} game=${game} view=${view} /></section>`
      : html`<div class="columns"><div><${Turn} view=${view} does=${does} /><section class="section"><h2>News</h2><${News} game=${game} view=${view} /></section></div>
        <aside aria-label="What you want and know"><${Wants} view=${view} /><${Known} view=${view} /></aside></div>`}`;
}

function Self({ game, view }) {
  return html`<section class="self card" aria-label="Who you are">
    <p class="who">You are <strong><${Actor} index=${placeOf(game, view.seat)}>${view.name}<//></strong>${view.type_text && html`<span>, and secretly: <strong>${view.type_text}</strong></span>`}.</p>
    <p class="when">${view.date} <span class="soft">round ${view.round} of ${view.rounds}</span></p></section>`;
}

function Turn({ view, does }) {
  const [chosen, setChosen] = useState(null);
  const [busy, setBusy] = useState(false);
  const heading = useRef(null);
  const first = useRef(true);
  const done = useRef(false);
  const mine = view.moves.length > 0;
  const key = mine ? `${view.round}/${view.turn}` : "";
  useEffect(() => {
    setChosen(null);
    // Not on the first sight of the page: the reader is at its top, where it begins.
    if (!first.current && mine) heading.current?.focus();
    first.current = false;
  }, [key]);
  const move = async () => {
    setBusy(true);
    done.current = true; // before: what follows may be on the page before the answer is here
    if (!(await does("choose", { act: chosen.act }))) done.current = false;
    setBusy(false);
    setChosen(null);
  };
  const closed = () => {
    setChosen(null);
    // Only now: until it has closed, the dialog holds the focus, and gives it to a button that is gone.
    if (done.current) heading.current?.focus();
    done.current = false;
  };
  return html`<section class=${`turn card ${mine ? "mine" : ""}`} aria-label=${mine ? "Your turn" : "Waiting"}>
    <h2 tabindex="-1" ref=${heading}>${mine ? html`Your turn: ${view.turn}` : "Waiting for the others"}</h2>
    ${mine ? html`<div class="moves">${view.moves.map((m) => html`<button type="button" class="button move" key=${m.act} onClick=${() => setChosen(m)}>${m.text}</button>`)}</div>`
      : html`<p class="soft">You will be told as soon as you see something, or when it is your turn.</p>`}
    <${Dialog} title="Is this your move?" open=${chosen !== null} onClose=${closed}
      footer=${html`<${Button} autofocus onClick=${() => setChosen(null)}>Not yet<//><${Button} kind="primary" disabled=${busy} onClick=${move}>Do it<//>`}>
      <p class="serif">${chosen?.text}</p><p class="soft small">It can't be taken back by you.</p><//>
  </section>`;
}

/** News by round, the latest round first; within a round as it came. */
export function News({ game, view }) {
  const rounds = [];
  for (const line of view.news) {
    if (rounds[0]?.round !== line.round) rounds.unshift({ round: line.round, lines: [] });
    rounds[0].lines.push(line);
  }
  if (!rounds.length) return html`<p class="soft">Nothing so far.</p>`;
  return rounds.map((r) => html`<section class="round" key=${r.round} aria-label=${`Round ${r.round}`}><h3>${r.round ? `Round ${r.round}` : "Before it begins"}</h3>
    <ol class="news">${r.lines.map((line) => html`<li class=${line.kind}>${line.actor
      ? html`<${Actor} index=${placeOf(game, line.actor)}>${game.actors[line.actor] ?? line.actor}<//>: ${spoken(line.text)}` : spoken(line.text)}${line.kind === "ending" && html` <${Badge}>the end<//>`}</li>`)}</ol></section>`);
}

/** Says what is new to who can't see the page. */
function Heard({ game, view }) {
  const known = useRef(view.news.length);
  const [said, setSaid] = useState("");
  useEffect(() => {
    const more = view.news.slice(Math.min(known.current, view.news.length));
    known.current = view.news.length;
    const lines = more.map((l) => `${l.actor ? `${game.actors[l.actor] ?? l.actor}: ` : ""}${spoken(l.text)}.`);
    if (view.over) lines.push(`Play has ended: ${view.ending}.`);
    else if (view.moves.length && view.seat !== "facilitator") lines.push(`It is your turn: ${view.turn}.`);
    if (lines.length) setSaid(lines.join(" "));
  }, [view]);
  return html`<div class="visually-hidden" role="log" aria-live="polite" aria-label="News">${said}</div>`;
}

function Share({ worth }) {
  const bar = useRef(null);
  useEffect(() => { bar.current.style.width = `${Math.round(100 * worth)}%`; });
  return html`<span class="share" aria-hidden="true"><i ref=${bar}></i></span>`;
}

function Wants({ view }) {
  return html`<section class="section wants"><h2>What you want</h2>
    ${view.endings.length > 0 && html`<p class="small soft">How play may end, from your best to your worst:</p>
      <ol class="endings">${view.endings.map((e) => html`<li key=${e.text}><span>${e.text}</span> <span class="numeric soft small">${Math.round(100 * e.worth)}</span><${Share} worth=${e.worth} /></li>`)}</ol>
      <p class="small soft">100 is your best, 0 your worst, by what play that leads there usually brings you.</p>`}
    <${More} summary="What counts for you"><ul>${view.objectives.map((o) => html`<li>${o}</li>`)}</ul><//></section>`;
}

export function Known({ view }) {
  const values = Object.entries(view.values);
  if (!values.length) return null;
  return html`<section class="section"><h2>How things stand</h2><p class="small soft">As far as you can see.</p>
    <dl class="known">${values.map(([label, value]) => html`<div key=${label}><dt>${label}</dt><dd>${spoken(value)}</dd></div>`)}</dl></section>`;
}
