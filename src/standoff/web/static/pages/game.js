// The game: its tree, folded to what can be looked at, through anybody's eyes; and each node's reasons.
import { html, useEffect, useMemo, useRef, useState } from "../libraries/preact.js";
import { query, route, to } from "../router.js";
import { settingsNow } from "../assumptions.js";
import { Waiting, Wrong } from "../loading.js";
import { Actor, Badge, Button, Field, More, Select } from "../elements/basic.js";
import { say } from "../elements/overlays.js";
import { parted, useForest, useJob } from "../tree/asked.js";
import { Drawing } from "../tree/drawing.js";
import { layOut } from "../tree/layout.js";
import { List } from "../tree/list.js";
import { Panel } from "../tree/panel.js";

const MOST = ["60", "120", "400", "1000", "2000", "5000"];
const DEPTHS = [["", "all"], ["2", "2"], ["4", "4"], ["6", "6"], ["8", "8"], ["12", "12"]];
const REACHES = [["", "any"], ["0.001", "1 in 1,000"], ["0.01", "1 in 100"], ["0.05", "1 in 20"]];
const EMPTY = new Set();

const numbers = (text) => (text ?? "").split(".").filter((one) => /^\d{1,9}$/.test(one)).map(Number);
const number = (text) => (/^\d{1,9}$/.test(text ?? "") ? Number(text) : null);
const grouped = (x) => x.toLocaleString("en-US");

/** The state of the page, as the address says it. */
function useAddress() {
  const asked = route.value.query;
  return {
    as: asked.get("as") ?? "", root: number(asked.get("root")) ?? 0, most: /^[1-9]\d{0,3}$/.test(asked.get("most") ?? "") ? asked.get("most") : "", depth: asked.get("depth") ?? "", reach: asked.get("reach") ?? "",
    given: asked.get("given") === "record" ? "record" : "prior", node: number(asked.get("node")), opened: numbers(asked.get("open")), shut: numbers(asked.get("shut")),
    find: asked.get("find") ?? "", look: asked.get("look") ?? (innerWidth < 640 ? "table" : "tree"), asOf: asked.get("as_of") ?? "", job: asked.get("game"),
  };
}

export default function Game() {
  const { crisis } = route.value;
  const settings = settingsNow();
  const at = useAddress();
  const { own, also } = parted(settings);
  const job = useJob(crisis, own, at.asOf, at.job);
  const held = useForest(job.id, { ...at, also, wanted: at.node });
  const { forest, version } = held;
  const handle = useRef(null);
  const search = useRef(null);
  const shutKey = at.shut.join(".");
  const scene = useMemo(() => forest && layOut(forest, forest.root, new Set(shutKey ? shutKey.split(".").map(Number) : []), at.given), [forest, version, shutKey]);
  const hits = useMemo(() => (forest && at.find ? forest.find(at.find) : []), [forest, version, at.find]);
  const marked = useMemo(() => ({
    ...(forest ? forest.record() : { way: EMPTY, present: EMPTY }), hits: hits.length ? new Set(hits) : EMPTY,
  }), [forest, version, hits]);
  const selected = at.node !== null && scene?.byId.has(at.node) ? at.node : forest?.root;

  const select = async (id) => {
    if (!scene.byId.has(id)) {
      // Folded: what stands above it is loaded and unfolded first.
      const found = await held.reveal(id).catch((error) => { say(error.message, { kind: "bad" }); return null; });
      if (found === null) return;
      if (!found) {
        query({ root: undefined, node: id });
        return;
      }
      const above = [];
      for (let one = forest.get(id); one; one = forest.get(one.parent)) above.push(one.id);
      query({ node: id, shut: at.shut.filter((one) => !above.slice(1).includes(one)).join(".") });
      return;
    }
    query({ node: id });
  };
  const toggle = async (id) => {
    const item = scene.byId.get(id);
    if (!item || !item.node.children) return;
    if (at.shut.includes(id)) query({ node: id, shut: at.shut.filter((one) => one !== id).join(".") });
    else if (item.node.kids.length >= item.node.children) query({ node: id, shut: [...at.shut, id].join(".") });
    else {
      try {
        await held.open(id);
        query({ node: id, open: [...at.opened.filter((one) => one !== id), id].slice(-40).join(".") });
      } catch (error) {
        say(error.message, { kind: "bad" });
      }
    }
  };
  const present = () => (forest.game.present.length ? select(forest.game.present[0]) : say("The record leads nowhere in this game.", { kind: "warn" }));
  const afresh = (changes) => query({ open: undefined, shut: undefined, ...changes });

  const wrong = job.error ?? held.error;
  return html`<main class="page wide game-page">
    <header><div><h1>Game</h1><p class="soft small">${forest ? html`${grouped(scene.items.length)} of ${grouped(forest.game.nodesInAll)} nodes shown${at.most ? ", the likeliest first" : ""}${forest.game.histories > forest.game.nodesInAll ? `; ${grouped(forest.game.histories)} histories with the types` : ""}.` : "\u00a0"}
      ${Object.keys(settings).length > 0 && html` <${Badge} kind="warn">${Object.keys(settings).length === 1 ? "one assumption" : `${Object.keys(settings).length} assumptions`} moved<//> <a href=${to(crisis, "assessment", { set: route.value.query.get("set"), as_of: at.asOf })}>change them</a>`}
      ${held.busy && forest && html` <span role="status">· working</span>`}</p></div>
      <div class="buttons no-print" role="group" aria-label="Show as">
        <${Button} small aria-pressed=${at.look !== "table"} onClick=${() => query({ look: "tree" })}>Tree<//>
        <${Button} small aria-pressed=${at.look === "table"} onClick=${() => query({ look: "table" })}>Table<//>
      </div></header>
    ${wrong && html`<${Wrong} error=${wrong} again=${job.error ? job.again : held.again} />`}
    ${!forest && !wrong && html`<${Waiting}>Solving the game<//>`}
    ${forest && html`
      <${Controls} at=${at} forest=${forest} afresh=${afresh} />
      <div class="columns game-columns">
        <section aria-label="The tree">
          <div class="game-bar no-print">
            <${Search} at=${at} forest=${forest} hits=${hits} selected=${selected} onSelect=${select} box=${search} />
            <div class="buttons"><${Button} small onClick=${present}>To the present<//>
            ${at.root !== 0 && html`<${Button} small onClick=${() => query({ root: undefined, node: at.root })}>Whole tree<//>`}
            ${at.look !== "table" && html`<${Button} small onClick=${() => handle.current.fit()}>Fit<//><${Button} small aria-label="Zoom in" onClick=${() => handle.current.zoom(1.4)}>+<//><${Button} small aria-label="Zoom out" onClick=${() => handle.current.zoom(1 / 1.4)}>−<//>`}</div>
          </div>
          <div class=${held.busy ? "aging" : ""}>${at.look === "table"
            ? html`<${List} scene=${scene} forest=${forest} given=${at.given} marked=${marked} selectedId=${selected} onSelect=${select} onOpen=${toggle} />`
            : html`<${Drawing} scene=${scene} sceneKey=${held.key} forest=${forest} given=${at.given} marked=${marked} selectedId=${selected} onSelect=${select} onOpen=${toggle}
                onSearch=${() => search.current?.querySelector("input")?.focus()} onPresent=${present} handle=${handle} label=${`The game's tree, ${scene.items.length} nodes`} />`}</div>
          <${Legend} forest=${forest} look=${at.look} />
        </section>
        <aside aria-label="The chosen node" class="game-panel"><${Panel} job=${job.id} forest=${forest} id=${selected} as=${at.as} also=${also} crisis=${crisis} given=${at.given} root=${at.root} onSelect=${select}
          onRoot=${(id) => afresh({ root: id || undefined, node: id })} /></aside>
      </div>`}
  </main>`;
}

function Controls({ at, forest, afresh }) {
  const eyes = [["", "everybody"], ...forest.game.players.flatMap((p) => [[p.id, p.label], ...p.types.map((t, i) => [`${p.id}.${t}`, `${p.label}: ${p.labels[i]}`])])];
  const most = !at.most || MOST.includes(at.most) ? MOST : [...MOST, at.most];
  const line = forest.game.nodesInAll > 400;
  const depths = DEPTHS.some(([key]) => key === at.depth) ? DEPTHS : [...DEPTHS, [at.depth, at.depth]];
  const reaches = REACHES.some(([key]) => key === at.reach) ? REACHES : [...REACHES, [at.reach, at.reach]];
  return html`<div class="game-controls no-print">
    <${Select} label="See as" value=${at.as} options=${eyes} onChange=${(v) => afresh({ as: v })} />
    <${Select} label="Odds" value=${at.given} options=${[["prior", "before anything was seen"], ["record", "given the record"]]} onChange=${(v) => afresh({ given: v === "prior" ? undefined : v })} />
    <${Select} label="Show" value=${at.most} options=${[["", line ? "the record's line" : "the whole tree"], ...most.map((m) => [m, `the ${grouped(Number(m))} likeliest`])]} onChange=${(v) => afresh({ most: v })} />
    <${Select} label="Levels" value=${at.depth} options=${depths} disabled=${line && !at.most} onChange=${(v) => afresh({ depth: v })} />
    <${Select} label="Likelier than" value=${at.reach} options=${reaches} disabled=${line && !at.most} onChange=${(v) => afresh({ reach: v })} />
  </div>`;
}

function Search({ at, forest, hits, selected, onSelect, box }) {
  const [text, setText] = useState(at.find);
  useEffect(() => setText(at.find), [at.find]);
  useEffect(() => {
    if (text === at.find) return undefined;
    const wait = setTimeout(() => query({ find: text }), 150);
    return () => clearTimeout(wait);
  }, [text]);
  const place = hits.indexOf(selected);
  const step = (by) => hits.length && onSelect(hits[(place < 0 ? (by > 0 ? 0 : hits.length - 1) : place + by + hits.length) % hits.length]);
  const known = at.find && !hits.length ? forest.known(at.find) : [];
  return html`<div class="game-search" ref=${box}>
    <input class="input" type="search" aria-label="Find moves and endings" placeholder="Find moves and endings ( / )" value=${text} onInput=${(e) => setText(e.currentTarget.value)}
      onKeyDown=${(e) => { if (e.key === "Enter") { e.preventDefault(); step(e.shiftKey ? -1 : 1); } }} />
    ${at.find && html`<span class="small" role="status">${hits.length ? html`${place >= 0 ? `${place + 1} of ` : ""}${hits.length} found` : known.length ? `In no node that is shown: “${known[0]}” is folded away` : forest.game.view ? "Nothing that these eyes see is called that" : "Nothing of the game is called that"}</span>
      ${hits.length > 0 && html`<${Button} small aria-label="Previous found" onClick=${() => step(-1)}>↑<//><${Button} small aria-label="Next found" onClick=${() => step(1)}>↓<//>`}`}
  </div>`;
}

function Legend({ forest, look }) {
  const { view, players } = forest.game;
  return html`<div class="game-legend small"><span class="buttons">${players.map((p, i) => html`<${Actor} index=${i}>${p.label}<//>`)}
      <span class="actor"><svg viewBox="-8 -8 16 16" aria-hidden="true" class="chance"><path d="M-6 0H6M-3-5.2L3 5.2M-3 5.2L3-5.2" /></svg>chance</span>
      <span class="actor"><svg viewBox="-8 -8 16 16" aria-hidden="true" class="end"><path d="M-2-7h4v14h-4z" /></svg>an end</span>
      <span class="actor"><svg viewBox="-8 -8 16 16" aria-hidden="true" class="way"><path d="M-8 0H8" /></svg>the record so far</span>
      <span class="actor"><svg viewBox="-8 -8 16 16" aria-hidden="true" class="alike"><path d="M-8 0H8" /></svg>${view ? "look alike to these eyes" : "cannot be told apart by whoever moves"}</span></span>
    ${look !== "table" && html`<${More} summary="Keys and hands"><p>Drag to move; the wheel moves too, with Ctrl it zooms. A thicker line is a likelier step. A click on +N loads what is folded; a double click folds and unfolds.</p>
      <p><kbd>→</kbd> <kbd>←</kbd> to what follows and back, <kbd>↑</kbd> <kbd>↓</kbd> along the same level, <kbd>Enter</kbd> opens or folds, <kbd>F</kbd> fits, <kbd>+</kbd> <kbd>−</kbd> zoom, <kbd>C</kbd> centers, <kbd>P</kbd> goes to the present, <kbd>/</kbd> searches.</p><//>`}
  </div>`;
}
