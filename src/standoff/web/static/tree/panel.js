// What is known at one node: how it came about, who believes what, and why this move.
import { html } from "../libraries/preact.js";
import { get, withQuery } from "../api.js";
import { to } from "../router.js";
import { useLoaded, Waiting, Wrong } from "../loading.js";
import { Actor, Badge, Button, More, Odds, percent } from "../elements/basic.js";
import { Table } from "../elements/table.js";
import { setName } from "./drawing.js";

const stakes = (x) => (x === undefined ? "–" : Math.abs(x) < 0.005 ? "0" : `${x > 0 ? "+" : "−"}${Math.abs(x).toFixed(2)}`);

export function Panel({ job, forest, id, as, also, crisis, given, onSelect, onRoot, root }) {
  const { value, error, again } = useLoaded((stop) => get(withQuery(`/api/game/${job}/node/${id}`, { as, also }), { signal: stop }), [job, id, as, also]);
  const node = forest.get(id);
  if (error) return html`<${Wrong} error=${error} again=${again} />`;
  if (!value || !node) return html`<${Waiting}>Looking it up<//>`;
  const about = words(forest);
  const fresh = value.node === id;
  const viewer = as.split(".")[0];
  return html`<div class=${fresh ? "" : "aging"} data-panel=${value.node}>
    <h2>${value.ending ? value.ending : about.place(node)}</h2>
    <p class="soft small">${value.ending ? "An end" : html`<${Who} forest=${forest} node=${node} /> ${node.actor >= 0 ? "chooses" : "decides"}`}, round ${value.round}. Node ${id}.</p>
    <div class="line"><span>Reached, before anything was seen</span><${Odds} label="Reached beforehand" value=${node.reach} /></div>
    ${forest.knowsNow && html`<div class="line"><span>Runs through here, given the record</span><${Odds} label="Given the record" value=${node.now} /></div>`}
    <p class="buttons no-print">${root !== id && node.children > 0 && html`<${Button} small onClick=${() => onRoot(id)}>Begin the tree here<//>`}
      ${value.written && html`<${Written} crisis=${crisis} at=${value.written}>This turn in the scenario<//>`}</p>
    <${Past} value=${value} onSelect=${onSelect} />
    ${value.cell >= 0 && (!viewer || viewer === value.actor) && html`<${Alike} value=${value} node=${node} forest=${forest} onSelect=${onSelect} />`}
    <${Beliefs} value=${value} about=${about} viewer=${viewer} />
    <${Moves} value=${value} about=${about} viewer=${viewer} as=${as} given=${given} crisis=${crisis} onSelect=${onSelect} />
    ${!viewer && value.state.length > 0 && html`<${More} summary=${`How things stand (${value.state.length})`}><${Table} caption="How things stand" hideCaption rows=${value.state} columns=${[
      { key: "label", title: "What" }, { key: "value", title: "Is" },
    ]} /><//>`}
    ${viewer && html`<p class="soft small">Only what ${about.actor(viewer)} can know is shown here.</p>`}
  </div>`;
}

function words(forest) {
  const players = new Map(forest.game.players.map((p) => [p.id, p]));
  return {
    index: (actor) => Math.max(0, forest.game.players.findIndex((p) => p.id === actor)),
    actor: (actor) => players.get(actor)?.label ?? actor.replaceAll("_", " "),
    type: (actor, type) => {
      const held = players.get(actor);
      return held?.labels[held.types.indexOf(type)] ?? type.replaceAll("_", " ");
    },
    place: (node) => (node.turn >= 0 ? forest.game.turnLabels[node.turn] || "A draw" : "A draw"),
  };
}

function Who({ forest, node }) {
  if (node.actor < 0) return "Chance";
  return html`<${Actor} index=${node.actor}>${forest.game.players[node.actor].label}<//>`;
}

export function Written({ crisis, at, children }) {
  return html`<a class="button small" href=${to(crisis, "scenario", { file: at.file, line: at.line })}>${children} (line ${at.line})</a>`;
}

function Past({ value, onSelect }) {
  if (!value.acts.length) return html`<h3>How it came about</h3><p class="soft">This is the start.</p>`;
  return html`<h3>How it came about</h3><ol class="past">
    <li><button type="button" class="linklike" onClick=${() => onSelect(value.way[0])}>the start</button></li>
    ${value.acts.map((act, i) => html`<li key=${value.way[i + 1]}><button type="button" class="linklike" onClick=${() => onSelect(value.way[i + 1])}>${value.told[i] ? act : "something unclear to these eyes"}</button></li>`)}
  </ol>`;
}

function Alike({ value, node, forest, onSelect }) {
  const name = forest.game.view ? `${value.actor} ${value.cell}` : setName(value.cell, node.actor, forest);
  if (!value.alike.length) return html`<p class="small soft">Information set <strong>${name}</strong>: whoever moves knows that it is here${forest.game.players[node.actor]?.types.length ? "; the other side's type apart" : ""}.</p>`;
  return html`<p class="small">Information set <strong>${name}</strong>: whoever moves can't tell this node from ${value.alike.length === 1 ? "one other" : `${value.alike.length} others`}:
    ${value.alike.slice(0, 8).map((id) => html` <${Button} kind="plain" small onClick=${() => onSelect(id)}>node ${id}<//>`)}</p>`;
}

function Beliefs({ value, about, viewer }) {
  const own = Object.entries(value.owner_believes).filter(([, beliefs]) => Object.keys(beliefs).length > 0);
  const shown = !viewer ? own : viewer === value.actor ? own : [];
  const all = viewer ? [] : Object.entries(value.belief);
  if (!shown.length && !all.length) return null;
  const block = (beliefs) => Object.entries(beliefs).map(([actor, types]) => html`<p class="small believed"><${Actor} index=${about.index(actor)}>${about.actor(actor)}<//></p>
    ${Object.entries(types).map(([type, p]) => html`<div class="line"><span>${about.type(actor, type)}</span><${Odds} label=${about.type(actor, type)} value=${p} /></div>`)}`);
  return html`<h3>Who believes what here</h3>
    ${all.length > 0 && html`<${More} open summary="Somebody who sees everything but the secrets">${block(Object.fromEntries(all))}<//>`}
    ${shown.map(([type, beliefs]) => html`<${More} open=${Boolean(viewer)} summary=${`${about.actor(value.actor)}${type ? `: ${about.type(value.actor, type)}` : ""}`}>${block(beliefs)}<//>`)}`;
}

/** Odds of each move by type, and its worth against the best, objective by objective. */
function Moves({ value, about, viewer, as, crisis, onSelect }) {
  if (!value.alternatives.length) return null;
  const known = !viewer || viewer === value.actor;
  const types = Object.keys(value.alternatives[0].odds).filter((t) => !as.includes(".") || viewer !== value.actor || as === `${viewer}.${t}`);
  if (!value.actor || !types.length || !known) {
    if (!known && value.actor) return html`<h3>Moves open</h3><p class="soft small">Why ${about.actor(value.actor)} chooses what it chooses is not for these eyes.</p>`;
    return html`<h3>What may happen</h3><ul>${value.alternatives.map((a) => html`<li><button type="button" class="linklike" onClick=${() => onSelect(a.child)}>${a.label}</button></li>`)}</ul>`;
  }
  return html`<h3>Why this move</h3>
    <p class="soft small">Worth in stakes, against the best move; objectives add up to it.</p>
    ${types.map((type) => {
      const rows = [...value.alternatives].sort((a, b) => b.odds[type] - a.odds[type]);
      const objectives = [...new Set(rows.flatMap((a) => Object.keys(a.by_objective[type] ?? {})))]
        .filter((name) => rows.some((a) => Math.abs(a.by_objective[type][name]) >= 0.005));
      return html`<${Table} key=${type} rows=${rows} rowKey=${(a) => a.child} caption=${type ? `${about.actor(value.actor)}: ${about.type(value.actor, type)}` : about.actor(value.actor)} columns=${[
        { key: "label", title: "Move", draw: (a) => html`<button type="button" class="linklike" onClick=${() => onSelect(a.child)}>${a.label}</button>${a.written && html` <a class="small soft" href=${to(crisis, "scenario", { file: a.written.file, line: a.written.line })}>line ${a.written.line}</a>`}` },
        { key: "odds", title: "Odds", number: true, sort: (a) => a.odds[type], draw: (a) => percent(a.odds[type]) },
        { key: "value", title: "Worth", number: true, sort: (a) => a.value[type], draw: (a) => html`${stakes(a.value[type])}${a.value[type] > -0.005 && html` <${Badge} kind="good">best<//>`}` },
        ...objectives.map((name) => ({ key: name, title: name.replaceAll("_", " "), number: true, draw: (a) => stakes(a.by_objective[type][name]) })),
      ]} />`;
    })}`;
}
