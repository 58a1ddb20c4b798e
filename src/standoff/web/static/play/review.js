// After a game: the path taken, what each side believed, what each choice cost, what the record did.
import { html, useState } from "../libraries/preact.js";
import { post } from "../api.js";
import { go, to } from "../router.js";
import { useLoaded, Waiting, Wrong } from "../loading.js";
import { Actor, Badge, Button, Callout, Field, More, percent } from "../elements/basic.js";
import { Dialog, say } from "../elements/overlays.js";
import { Table } from "../elements/table.js";
import { Beliefs } from "./beliefs.js";
import { placeOf } from "./lobby.js";
import { asSeat } from "./seats.js";

const CHOSE = { person: "a person chose", model: "the model chose", response: "the model chose, at its best", chance: "chance", facilitator: "the facilitator decided" };
const LITTLE = 0.02; // of the stake: a choice that costs less is as good as the best
const stakes = (x) => (x === null || x === undefined ? "–" : x < 0.005 ? "0" : x.toFixed(2));

export function Review({ game, seat }) {
  const { value: review, error, again } = useLoaded((stop) => asSeat(game.code, seat, "GET", "review", undefined, { signal: stop }), [game.code, seat]);
  const [naming, setNaming] = useState(false);
  if (error) return html`<${Wrong} error=${error} again=${again} />`;
  if (!review) return html`<${Waiting}>Looking back<//>`;
  const who = (actor) => html`<${Actor} index=${placeOf(game, actor)}>${game.actors[actor] ?? actor}<//>`;
  const players = Object.keys(review.payoffs);
  const asTable = async () => {
    try {
      const answer = await asSeat(game.code, seat, "GET", "log", undefined, { raw: true });
      const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(await answer.blob()), download: `game-${game.code}.csv` });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    } catch (refused) {
      say(refused.message, { kind: "bad" });
    }
  };
  const same = review.points.filter((p) => p.as_recorded !== null);
  return html`<section class="review" aria-labelledby="review-head">
    <div class="review-head"><h2 id="review-head">${review.ending ? `The end: ${review.ending}` : "So far"}</h2>
      <div class="buttons no-print"><${Button} small onClick=${asTable}>Export as CSV<//>
        ${game.host && html`<${Button} small onClick=${() => setNaming(true)}>Use as record…<//>`}</div></div>
    <${Table} caption="The sides" hideCaption rows=${players} rowKey=${(p) => p} columns=${[
      { key: "player", title: "Side", draw: who },
      { key: "type", title: "What it secretly was", draw: (p) => game.types[p]?.[review.types[p]] ?? "no secret" },
      { key: "cost", title: "What its choices cost", number: true, draw: (p) => (p in review.cost ? stakes(review.cost[p]) : "played by the model") },
    ]} />
    <p class="small soft">Costs are in stakes of the side that chose (the stake is the difference between two outcomes that the crisis names): how much less a choice was to be expected to bring
      than the best one then open, as that side could judge it, with everybody playing on as the model does (precision ${review.precision.toFixed(1)}).${" "}
      ${same.length > 0 && `The record speaks of ${same.length} of these choices; ${same.filter((p) => p.as_recorded).length} went as it says.`}</p>
    <section class="section"><h2>What each side believed</h2>
      <p class="small soft">Of the others' secrets, before each choice, had it reasoned as the model does from what it had seen.</p>
      <${Beliefs} game=${game} points=${review.points} /></section>
    <section class="section"><h2>The path taken</h2>
      <ol class="path">${review.points.map((p, i) => html`<li class="card" key=${i}>
        <p class="small soft">${i + 1}. Round ${p.round}: ${p.turn}</p>
        <p><strong>${who(p.actor)}: ${p.text}</strong> <span class="soft small">${CHOSE[p.who]}</span></p>
        <p class="buttons">${p.cost !== null && (p.cost < LITTLE ? html`<${Badge} kind="good">as good as any<//>` : html`<${Badge} kind="warn">cost ${stakes(p.cost)}<//>`)}
          ${p.record.length > 0 && html`<${Badge} kind=${p.as_recorded ? "good" : ""}>${p.as_recorded ? "as in the record" : "other than in the record"}<//>`}</p>
        ${p.record.length > 0 && !p.as_recorded && html`<p class="small">The record: ${p.record.join(", or ")}.</p>`}
        <${More} summary="What was open"><${Table} caption=${`What was open at step ${i + 1}`} hideCaption rows=${p.alternatives} rowKey=${(a) => a.act} selected=${p.act} columns=${[
          { key: "text", title: "Choice", draw: (a) => html`${a.text}${a.act === p.act && html` <${Badge}>made<//>`}` },
          { key: "odds", title: p.who === "chance" || p.cost === null ? "Odds" : "The model would", number: true, draw: (a) => percent(a.odds) },
          ...(p.cost === null ? [] : [{ key: "behind", title: "Behind the best", number: true, draw: (a) => stakes(a.behind) }]),
        ]} /><//></li>`)}</ol></section>
    <${Dialog} title="Use this game as a record" open=${naming} onClose=${() => setNaming(false)}>${naming && html`<${AsRecord} game=${game} onClose=${() => setNaming(false)} />`}<//>
  </section>`;
}

function AsRecord({ game, onClose }) {
  const [name, setName] = useState(`${game.crisis}-${game.code}`.slice(0, 64));
  const [wrong, setWrong] = useState("");
  const form = /^[a-z0-9][a-z0-9_-]{0,63}$/.test(name) ? "" : "Small letters, digits, - and _; it begins with a letter or digit.";
  const make = async (event) => {
    event.preventDefault();
    try {
      const made = await post(`/api/play/${game.code}/record`, { as: name });
      say(`Made ${made.id}.`);
      go(to(made.id, "assessment"));
    } catch (refused) {
      setWrong(refused.message);
    }
  };
  return html`<form onSubmit=${make}><p>A copy of the crisis whose record is what the observer's desk saw of this game: open it, and see what the desk should have believed.</p>
    <${Callout}><p class="small">Moves that the desk did not see are left out.</p><//>
    <${Field} label="Name of the copy" wrong=${form || wrong}>${(shared) => html`<input class="input" ...${shared} value=${name} onInput=${(e) => { setName(e.currentTarget.value); setWrong(""); }} />`}<//>
    <div class="buttons form-end"><${Button} type="submit" kind="primary" disabled=${Boolean(form)}>Make it<//><${Button} onClick=${onClose}>Cancel<//></div></form>`;
}
