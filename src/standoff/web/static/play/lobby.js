// Before everybody sits: the code and the link to give away, who sits where, free seats to take.
import { html, useEffect, useState } from "../libraries/preact.js";
import { post } from "../api.js";
import { go } from "../router.js";
import { Actor, Badge, Button, Callout } from "../elements/basic.js";
import { say } from "../elements/overlays.js";
import { at, drop, held, sit } from "./seats.js";

const AGAIN = 2000; // milliseconds between two looks at who sits where

/** The mark of an actor: its place among all of the crisis, so that it is the same on every page. */
export const placeOf = (game, actor) => Math.max(0, Object.keys(game.actors).indexOf(actor));

function Copy({ text }) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      say("Copied.");
    } catch {
      say("This browser does not let pages copy: select the link instead.", { kind: "warn" });
    }
  };
  return html`<${Button} small onClick=${copy}>Copy<//>`;
}

export function Invite({ game }) {
  const here = `${location.origin}/join/${game.code}`;
  const links = game.join.length ? game.join : game.host ? [] : [here];
  return html`<div class="invite card">
    <p class="soft small">Code</p><p class="big-code" aria-label=${`Code ${[...game.code].join(" ")}`}>${game.code}</p>
    ${links.map((link, i) => html`<p class=${i ? "small soft" : ""}>${i ? "or " : ""}<a href=${link}>${link}</a> ${i === 0 && html`<${Copy} text=${link} />`}</p>`)}
    ${game.host && !game.join.length && html`<p>Only this machine is served. In another browser here, open <a href=${here}>${here}</a>.
      To play over a network, start the workbench with <code>standoff serve --host 0.0.0.0 --password …</code></p>`}
    <p class="soft small">Whoever has the link gets into this game, and into nothing else of the workbench.</p>
  </div>`;
}

export function Lobby({ game, again }) {
  const [wrong, setWrong] = useState("");
  const mine = held(game.code);
  useEffect(() => {
    const timer = setInterval(() => !document.hidden && again(), AGAIN);
    return () => clearInterval(timer);
  });
  const take = async (seat) => {
    try {
      await sit(game.code, seat);
      go(at(game.code, seat));
    } catch (refused) {
      setWrong(refused.message);
      again();
    }
  };
  const free = async (seat) => {
    try {
      await post(`/api/play/${game.code}/free`, { seat });
      drop(game.code, seat);
      again();
    } catch (refused) {
      say(refused.message, { kind: "bad" });
    }
  };
  const open = game.seats.filter((s) => !s.taken && s.seat !== "facilitator").length;
  return html`<div class="columns"><section aria-label="Seats">
      <p class="soft">${game.summary}</p>
      <h2>Seats</h2>
      <p role="status" class="small soft">${open === 0 ? "Everybody is there." : `${open} ${open === 1 ? "seat is" : "seats are"} free.`}</p>
      ${wrong && html`<${Callout} kind="bad"><p>${wrong}</p><//>`}
      ${game.seats.map((s) => html`<div class="line" key=${s.seat}>
        <span>${s.seat === "facilitator" ? "Facilitator: sees all" : html`<${Actor} index=${placeOf(game, s.seat)}>${s.name}<//>`}
          ${" "}${mine[s.seat] ? html`<${Badge} kind="good">you<//>` : s.taken ? html`<${Badge}>taken<//>` : html`<${Badge} kind="warn">free<//>`}</span>
        <span class="buttons">
          ${mine[s.seat] ? html`<${Button} kind="primary" small onClick=${() => go(at(game.code, s.seat))}>Go to the table<//>`
            : !s.taken && (s.seat !== "facilitator" || game.host) && html`<${Button} small onClick=${() => take(s.seat)} aria-label=${`Take the seat of ${s.name}`}>Take this seat<//>`}
          ${game.host && s.taken && html`<${Button} kind="plain" small onClick=${() => free(s.seat)} aria-label=${`Free the seat of ${s.name}`}>Free it<//>`}
        </span></div>`)}
      ${game.seats.length === 0 && html`<p>Nobody plays in this game; the model played it alone.</p>`}
    </section>
    <aside aria-label="Invitation"><h2>Let others in</h2><${Invite} game=${game} /></aside></div>`;
}
