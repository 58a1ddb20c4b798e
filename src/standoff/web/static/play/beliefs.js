// Small multiples: what one side believed of another's secret, choice by choice, and the same as a table.
import { html } from "../libraries/preact.js";
import { Actor, MARKS, More, percent } from "../elements/basic.js";
import { Table } from "../elements/table.js";
import { placeOf } from "./lobby.js";

const WIDE = 320;
const HIGH = 130;
const LEFT = 36;
const FOOT = 20;

/** [[believer, actor, [type, ...], [{step, odds or null}, ...]], ...] */
function series(points) {
  const found = new Map();
  points.forEach((point, i) => {
    for (const [believer, of] of Object.entries(point.beliefs))
      for (const [actor, odds] of Object.entries(of)) {
        const key = `${believer} ${actor}`;
        if (!found.has(key)) found.set(key, [believer, actor, Object.keys(odds), points.map((_, k) => ({ step: k + 1, odds: null }))]);
        found.get(key)[3][i].odds = odds;
      }
  });
  return [...found.values()];
}

function Panel({ steps, kinds, title }) {
  const x = (i) => LEFT + ((WIDE - LEFT - 10) * i) / Math.max(1, steps.length - 1);
  const y = (p) => 8 + (HIGH - FOOT - 8) * (1 - p);
  const every = Math.ceil(steps.length / 8);
  return html`<svg viewBox=${`0 0 ${WIDE} ${HIGH}`} role="img" aria-label=${title}>
    ${[0, 0.5, 1].map((p) => html`<line class="grid" x1=${LEFT} x2=${WIDE - 10} y1=${y(p)} y2=${y(p)} /><text x=${LEFT - 5} y=${y(p) + 4} text-anchor="end">${100 * p}%</text>`)}
    ${steps.map((s, i) => i % every === 0 && html`<text x=${x(i)} y=${HIGH - 4} text-anchor="middle">${s.step}</text>`)}
    ${kinds.map((kind, k) => {
      const known = steps.map((s, i) => (s.odds ? [x(i), y(s.odds[kind] ?? 0)] : null)).filter(Boolean);
      const color = `var(--actor-${(k + 2) % 6})`;
      return html`<g fill=${color}><polyline fill="none" stroke=${color} points=${known.map((p) => p.map((v) => v.toFixed(1)).join(",")).join(" ")} />
        ${known.map(([a, b]) => html`<path d=${MARKS[(k + 2) % 6]} transform=${`translate(${a.toFixed(1)} ${b.toFixed(1)}) scale(0.62)`} />`)}</g>`;
    })}</svg>`;
}

export function Beliefs({ game, points }) {
  const all = series(points);
  const name = (actor) => game.actors[actor] ?? actor;
  const said = (actor, kind) => game.types[actor]?.[kind] ?? kind;
  if (!all.length) return html`<p class="soft">Nobody has a secret that somebody else could wonder about.</p>`;
  return html`<div class="beliefs">${all.map(([believer, actor, kinds, steps]) => html`<figure key=${`${believer} ${actor}`}>
      <figcaption><${Actor} index=${placeOf(game, believer)}>${name(believer)}<//> of ${name(actor)}</figcaption>
      <${Panel} steps=${steps} kinds=${kinds} title=${`What ${name(believer)} believed of ${name(actor)}, by step; the table says the same`} />
      <p class="kinds small">${kinds.map((kind, k) => html`<${Actor} index=${(k + 2) % 6}>${said(actor, kind)}<//>`)}</p>
      <${More} summary="As a table"><${Table} caption=${`What ${name(believer)} believed of ${name(actor)}`} hideCaption rows=${steps} rowKey=${(s) => s.step} columns=${[
        { key: "step", title: "Before step", number: true },
        ...kinds.map((kind) => ({ key: kind, title: said(actor, kind), number: true, draw: (s) => (s.odds ? percent(s.odds[kind]) : "what it saw can't be, says the model") })),
      ]} /><//></figure>`)}</div>`;
}
