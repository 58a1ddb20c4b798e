// Before a game: who sits where, what is secret, how the model plays; and the games that are kept.
import { html, useState } from "../libraries/preact.js";
import { del, get, post } from "../api.js";
import { go, to } from "../router.js";
import { useLoaded, Waiting, Wrong } from "../loading.js";
import { Actor, Badge, Button, Field, Select } from "../elements/basic.js";
import { Dialog, say } from "../elements/overlays.js";
import { Table } from "../elements/table.js";
import { at, held, keep, sit } from "./seats.js";

const WHO = [["you", "you, here"], ["person", "another person"], ["model", "the model"], ["response", "the model, at its best against you"]];
const SHARP = [
  ["", "as the crisis says"], ["1", "loosely: it often takes the second best (precision 1)"],
  ["6", "sharply: it seldom errs (precision 6)"], ["10", "very sharply (precision 10)"],
];

export function Start({ crisis }) {
  const { value, error, again } = useLoaded((stop) => get(`/api/players/${crisis}`, { signal: stop }), [crisis]);
  const [who, setWho] = useState({});
  const [kinds, setKinds] = useState({});
  const [sharp, setSharp] = useState("");
  const [facilitator, setFacilitator] = useState(false);
  const [stepped, setStepped] = useState(false);
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState(null);
  if (error) return html`<${Wrong} error=${error} again=${again} />`;
  if (!value) return html`<${Waiting} />`;
  const plays = (player, index) => who[player] ?? (index === 0 ? "you" : "model");
  const players = value.players.map((p, i) => ({ ...p, index: i, who: plays(p.player, i) }));
  const mine = players.filter((p) => p.who === "you");
  const others = players.filter((p) => p.who === "person");
  const begin = async (event) => {
    event.preventDefault();
    setBusy(true);
    setWrong(null);
    try {
      const body = {
        crisis, people: [...mine, ...others].map((p) => p.player),
        policy: Object.fromEntries(players.filter((p) => p.who === "response").map((p) => [p.player, "response"])),
        types: Object.fromEntries(Object.entries(kinds).filter(([, kind]) => kind)),
        facilitator: facilitator || stepped, stepped,
      };
      if (sharp) body.precision = Number(sharp);
      const game = await post("/api/play", body);
      if (game.facilitator) keep(game.code, "facilitator", game.facilitator);
      for (const p of mine) await sit(game.code, p.player);
      const alone = mine.length === 1 && others.length === 0 && !game.facilitator;
      go(alone ? at(game.code, mine[0].player) : at(game.code, "", "lobby"));
    } catch (refused) {
      setWrong(refused);
      setBusy(false);
    }
  };
  return html`<form class="play-start" onSubmit=${begin}>
    <p class="soft">${value.summary}</p>
    ${players.map((p) => html`<fieldset class="card seat-choice" key=${p.player}>
      <legend><${Actor} index=${p.index}>${p.name}<//></legend>
      <${Select} label="Who plays" value=${p.who} options=${WHO} onChange=${(v) => setWho({ ...who, [p.player]: v })} />
      ${p.types.length > 0 && html`<${Select} label="What it secretly is" value=${kinds[p.player] ?? ""} hint="Whoever chooses it here knows it: leave it to chance if you play against it."
        options=${[["", "left to chance"], ...p.types.map((t) => [t.type, t.name])]} onChange=${(v) => setKinds({ ...kinds, [p.player]: v })} />`}
    </fieldset>`)}
    ${players.some((p) => p.who === "model" || p.who === "response") && html`<${Select} label="How the model plays" value=${sharp} options=${SHARP} onChange=${setSharp} />`}
    <label class="choice"><input type="checkbox" checked=${facilitator || stepped} disabled=${stepped} onChange=${(e) => setFacilitator(e.currentTarget.checked)} />
      <span>A facilitator, who sees all and may take back. <span class="soft">You hold that seat: don't, if you play yourself.</span></span></label>
    <label class="choice"><input type="checkbox" checked=${stepped} onChange=${(e) => setStepped(e.currentTarget.checked)} />
      <span>Nature and the model wait for the facilitator, who can decide what happens.</span></label>
    ${wrong && html`<${Wrong} error=${wrong} />`}
    <div class="buttons form-end"><${Button} type="submit" kind="primary" disabled=${busy}>${busy ? "Solving the game…" : "Start"}<//>
      ${mine.length + others.length === 0 && html`<span class="soft small">Nobody plays: the model plays it alone.</span>`}</div>
  </form>`;
}

/** Enter a game by the code that somebody told you. */
export function ByCode() {
  const [code, setCode] = useState("");
  const clean = code.trim().toLowerCase();
  const enter = (event) => {
    event.preventDefault();
    if (/^[a-z0-9]{6}$/.test(clean)) go(at(clean));
  };
  return html`<form class="by-code" onSubmit=${enter}><${Field} label="Code of a game">
      ${(shared) => html`<input class="input code" ...${shared} value=${code} maxlength="6" autocapitalize="off" autocomplete="off" spellcheck=${false} onInput=${(e) => setCode(e.currentTarget.value)} />`}<//>
    <${Button} type="submit" disabled=${!/^[a-z0-9]{6}$/.test(clean)}>Go to it<//></form>`;
}

export function Games({ crisis = "" }) {
  const { value, error, again } = useLoaded((stop) => get("/api/play", { signal: stop }), []);
  const [asked, setAsked] = useState(null);
  if (error) return html`<${Wrong} error=${error} again=${again} />`;
  if (!value) return html`<${Waiting} />`;
  const games = value.games.filter((g) => !crisis || g.scenario === crisis);
  const remove = async () => {
    try {
      await del(`/api/play/${asked.code}`);
      setAsked(null);
      say(`Game ${asked.code} is forgotten.`);
      again();
    } catch (refused) {
      say(refused.message, { kind: "bad" });
    }
  };
  if (!games.length) return html`<p class="soft">None yet.</p>`;
  return html`<${Table} caption="Games kept in this workspace" hideCaption rows=${games} rowKey=${(g) => g.code} columns=${[
      { key: "code", title: "Code", draw: (g) => html`<a href=${at(g.code)}><code>${g.code}</code></a>${Object.keys(held(g.code)).length > 0 && html` <${Badge}>you are in it<//>`}` },
      ...(crisis ? [] : [{ key: "scenario", title: "Crisis", sort: true, draw: (g) => html`<a href=${to(g.scenario, "play")}>${g.scenario}</a>` }]),
      { key: "started", title: "Started", sort: true, draw: (g) => new Date(g.started).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" }) },
      // Of a game that goes on, not even how much has happened: the host may sit in it.
      { key: "moves", title: "Steps", number: true, draw: (g) => (g.over ? g.moves : "") },
      { key: "ending", title: "", draw: (g) => (g.over ? `ended: ${g.ending.replaceAll("_", " ")}` : html`<${Badge} kind="good">goes on<//>`) },
      { key: "more", title: "", draw: (g) => html`<${Button} kind="plain" small aria-label=${`Forget game ${g.code}`} onClick=${() => setAsked(g)}>Forget…<//>` },
    ]} />
    <${Dialog} title=${`Forget game ${asked?.code ?? ""}?`} open=${asked !== null} onClose=${() => setAsked(null)}
      footer=${html`<${Button} onClick=${() => setAsked(null)}>Keep it<//><${Button} kind="danger" onClick=${remove}>Forget it<//>`}><p>Whoever plays in it is sent away, and its log is gone.</p><//>`;
}
