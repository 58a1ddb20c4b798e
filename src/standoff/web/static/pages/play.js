// Playing: start a game, wait for the others, sit at the table, look back.
import { html, useEffect } from "../libraries/preact.js";
import { get } from "../api.js";
import { go, route, to } from "../router.js";
import { useLoaded, Waiting, Wrong } from "../loading.js";
import { Button } from "../elements/basic.js";
import { Lobby } from "../play/lobby.js";
import { ByCode, Games, Start } from "../play/start.js";
import { at, drop, held } from "../play/seats.js";
import { Seat } from "../play/table.js";

export default function Play() {
  const { code, crisis } = route.value;
  if (code) return html`<${Game} key=${code} code=${code} />`;
  return html`<main class="page"><header><div><h1>${crisis ? "Play this crisis" : "Games"}</h1>
      <p class="soft">Take a seat, against the model or against others. Each seat sees only what its side saw.</p></div></header>
    <div class="columns"><section class="section">${crisis ? html`<${Start} crisis=${crisis} />` : html`<h2>All games</h2><${Games} /><p>To start one, open a <a href="/">crisis</a> and choose Play.</p>`}</section>
      <aside class="section"><h2>Join a game</h2><${ByCode} />
        ${crisis && html`<h2 class="after">Games of this crisis</h2><${Games} crisis=${crisis} />`}</aside></div>
  </main>`;
}

function Game({ code }) {
  const { query } = route.value;
  const { value: game, error, again } = useLoaded((stop) => get(`/api/play/${code}`, { signal: stop }), [code]);
  const mine = held(code);
  const lobby = query.get("view") === "lobby";
  const asked = query.get("seat") ?? "";
  const only = Object.keys(mine).length === 1 ? Object.keys(mine)[0] : "";
  useEffect(() => {
    if (!lobby && !asked && only) go(at(code, only), { replace: true });
  }, [lobby, asked, only]);
  if (error && !game) return html`<main class="page"><h1>Game ${code}</h1><${Wrong} error=${error} again=${again} /></main>`;
  if (!game) return html`<main class="page"><${Waiting} /></main>`;
  const seated = !lobby && asked && mine[asked];
  const lost = () => {
    drop(code, asked);
    go(at(code, "", "lobby"));
    again();
  };
  return html`<main class="page"><header><div><h1>${game.title || game.crisis}</h1><p class="soft small">Game <code>${code}</code></p></div>
      <div class="buttons no-print">${seated && html`<${Button} small onClick=${() => go(at(code, "", "lobby"))}>Seats and link<//>`}
        ${game.host && html`<a class="button small" href=${to(game.crisis, "play")}>Another game</a>`}</div></header>
    ${seated ? html`<${Seat} key=${asked} game=${game} seat=${asked} onLost=${lost} />` : html`<${Lobby} game=${game} again=${again} />`}
  </main>`;
}
