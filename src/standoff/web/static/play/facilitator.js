// The seat that sees all: lets nature and the model go on, decides what happens, takes back.
import { html, useEffect, useState } from "../libraries/preact.js";
import { Actor, Button, More, percent, Select } from "../elements/basic.js";
import { Dialog } from "../elements/overlays.js";
import { placeOf } from "./lobby.js";
import { Review } from "./review.js";
import { Known, News } from "./table.js";

const PACES = [["", "by hand"], ["3", "every 3 seconds"], ["10", "every 10 seconds"], ["30", "every 30 seconds"], ["60", "every minute"]];

export function Facilitator({ game, view, does }) {
  const [pace, setPace] = useState("");
  const [asked, setAsked] = useState(null); // what is to be confirmed
  const [looking, setLooking] = useState(false);
  const waits = view.waits_for === "facilitator";
  useEffect(() => {
    if (!pace || !waits) return undefined;
    const timer = setTimeout(() => does("step"), 1000 * Number(pace));
    return () => clearTimeout(timer);
  }, [pace, view]);
  const confirmed = async () => {
    const { what, body } = asked;
    setAsked(null);
    await does(what, body);
  };
  const types = Object.entries(view.types);
  return html`<section class="self card" aria-label="Where play stands"><p class="who">You are the <strong>facilitator</strong>: you see all.</p>
      <p class="when">${view.date} <span class="soft">round ${view.round} of ${view.rounds}</span></p></section>
    <div class="columns"><div>
      <section class="turn card" aria-label="What comes next"><h2>${view.over ? `Play has ended: ${view.ending}` : view.turn}</h2>
        ${!view.over && (waits ? html`<div class="buttons form-end"><${Button} kind="primary" onClick=${() => does("step")}>Go on<//>
            <span class="soft small">Nature, or the model, makes the next move.</span></div>
            <p class="small soft">Or decide what happens:</p>
            <div class="moves">${view.injectable.map((m) => html`<button type="button" class="button move" key=${m.act} onClick=${() => setAsked({ what: "inject", body: { act: m.act }, text: `${m.text}.` })}>
              <span>${m.text}</span><span class="numeric soft small">${percent(view.odds[m.act])}</span></button>`)}</div>`
          : html`<p role="status">Waiting for <${Actor} index=${placeOf(game, view.waits_for)}>${game.actors[view.waits_for] ?? view.waits_for}<//>.</p>`)}
        <div class="buttons form-end">
          <${Button} disabled=${view.news.every((l) => l.kind === "draw")} onClick=${() => setAsked({ what: "undo", text: "The last choice is taken back; players who saw it have seen it." })}>Take back…<//></div>
        ${!view.over && waits && html`<${Select} label="Pace" value=${pace} options=${PACES} onChange=${setPace} />`}
      </section>
      <section class="section"><h2>All that happened</h2><${News} game=${game} view=${view} /></section>
      ${!view.over && html`<${More} summary="The review so far">
        ${looking ? html`<${Review} key=${view.news.length} game=${game} seat="facilitator" />` : html`<${Button} small onClick=${() => setLooking(true)}>Show it<//>`}<//>`}
    </div><aside aria-label="What nobody else sees">
      ${types.length > 0 && html`<section class="section"><h2>What they secretly are</h2><dl class="known">${types.map(([actor, kind]) => html`<div key=${actor}><dt><${Actor} index=${placeOf(game, actor)}>${game.actors[actor] ?? actor}<//></dt><dd>${game.types[actor]?.[kind] ?? kind}</dd></div>`)}</dl></section>`}
      <${Known} view=${view} /></aside></div>
    <${Dialog} title=${asked?.what === "undo" ? "Take it back?" : "Make this happen?"} open=${asked !== null} onClose=${() => setAsked(null)}
      footer=${html`<${Button} autofocus onClick=${() => setAsked(null)}>Not yet<//><${Button} kind="primary" onClick=${confirmed}>Do it<//>`}><p>${asked?.text}</p><//>`;
}
