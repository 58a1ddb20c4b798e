// The tree as a picture: nodes by number, steps as edges, and hands, wheel and keys to move it.
import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from "../libraries/preact.js";
import { MARKS, percent } from "../elements/basic.js";
import { beside } from "./layout.js";
import { FAR, FAR_SMALL, View } from "./view.js";

const CLICK = 5; // pixels that a pointer may move and still have clicked
const DOTS = 300; // nodes above which words and shapes give way to dots earlier
const LETTERS = 28;
const short = (text, most = LETTERS) => (text.length > most ? `${text.slice(0, most - 1).trimEnd()}…` : text);

const from = (item) => item.up.x + 9;
const line = (item) => `M${from(item)} ${item.up.y}C${item.up.x + 44} ${item.up.y} ${item.up.x + 26} ${item.y} ${item.up.x + 64} ${item.y}H${item.x - 10}`;
const farLine = (item) => `M${item.up.x} ${item.up.y}L${item.up.x + 64} ${item.y}H${item.x}`;
const inside = (item, cut) =>
  item.x > cut.x0 - 310 && item.x < cut.x1 + 310 && Math.max(item.y, item.up?.y ?? item.y) > cut.y0 && Math.min(item.y, item.up?.y ?? item.y) < cut.y1;

/** What a screen reader says of a node. */
export function spoken(item, forest, given) {
  const { node } = item;
  const parts = [`${forest.label(node)}${node.parent >= 0 ? `, ${percent(forest.odds(node, given))}` : ""}`, node.actor === -2 ? `ends: ${forest.here(node)}` : `then ${forest.here(node)}`];
  if (item.more) parts.push(`${item.hidden} nodes folded below`);
  return parts.join("; ");
}

function Shape({ node }) {
  if (node.actor >= 0) return html`<path class=${`fill-${node.actor % 6}`} d=${`M0 0${MARKS[node.actor % 6]}`} />`;
  if (node.actor === -1) return html`<path class="chance" d="M-6 0H6M-3-5.2L3 5.2M-3 5.2L3-5.2" />`;
  return html`<path class="end" d="M-2-7h4v14h-4z" />`;
}

function Near({ scene, forest, cut, given, marked, selected, base }) {
  const items = scene.items.filter((item) => inside(item, cut) || item === selected);
  const gone = (node) => given === "record" && node.now <= 0;
  const way = marked.way;
  return html`
    <g role="presentation">${items.filter((item) => item.up && way.has(item.node.id)).map((item) => html`<path key=${item.node.id} class="way" d=${line(item)} />`)}
      ${items.filter((item) => item.up).map((item) => html`<path key=${item.node.id} d=${line(item)} stroke-width=${(0.8 + 5 * forest.odds(item.node, given)).toFixed(2)}
        class=${`edge${item.node.told ? "" : " untold"}${gone(item.node) ? " gone" : ""}`} />`)}</g>
    <${Sets} scene=${scene} forest=${forest} cut=${cut} />
    ${items.map((item) => {
      const { node } = item;
      const now = marked.present.has(node.id);
      const classes = ["node", gone(node) && "gone", item === selected && "selected", marked.hits.has(node.id) && "hit"].filter(Boolean).join(" ");
      return html`<g key=${node.id} id=${`${base}-${node.id}`} data-node=${node.id} class=${classes} transform=${`translate(${item.x} ${item.y})`}
        role="treeitem" aria-level=${item.depth + 1} aria-setsize=${item.of} aria-posinset=${item.place} aria-selected=${item === selected ? "true" : "false"}
        aria-expanded=${node.children ? (item.shown > 0 ? "true" : "false") : undefined} aria-label=${spoken(item, forest, given)}>
        ${item.up && html`<text class=${`step${node.told ? "" : " untold"}`} x=${item.up.x - item.x + 66} y="-4"><tspan class="share">${percent(forest.odds(node, given))}</tspan> ${short(forest.label(node))}</text>`}
        ${marked.hits.has(node.id) && html`<circle class="hit-ring" r="11" />`}
        ${now && html`<circle class="now-ring" r="10" />${scene.row > 20 && html`<text class="now" x="13" y="-14">now${marked.present.size > 1 && forest.knowsNow ? ` ${percent(node.now)}` : ""}</text>`}`}
        ${item === selected && html`<circle class="ring" r="13" />`}
        <${Shape} node=${node} />
        ${node.actor === -2 && html`<text class="ending" x="9" y="4">${short(forest.here(node), 38)}</text>`}
        ${item.more && html`<g class="folded" transform="translate(12 0)"><rect x="0" y="-8" width=${14 + 7 * String(item.hidden).length} height="16" rx="8" /><text x=${7 + 3.5 * String(item.hidden).length} y="4" text-anchor="middle">+${item.hidden}</text></g>`}
      </g>`;
    })}`;
}

/** Dashed arcs join nodes that look alike; the name stands at the middle one. */
function Sets({ scene, forest, cut }) {
  const view = forest.game.view;
  const sets = scene.sets.filter((s) => s.members[0].x > cut.x0 && s.members[0].x < cut.x1 && s.members.at(-1).y > cut.y0 && s.members[0].y < cut.y1);
  return html`<g role="presentation">${sets.map((s) => {
    const path = s.members.map((item, i) => {
      if (i === 0) return `M${item.x} ${item.y}`;
      const before = s.members[i - 1];
      return `Q${item.x + Math.min(40, 10 + (item.y - before.y) / 8)} ${(item.y + before.y) / 2} ${item.x} ${item.y}`;
    }).join("");
    const [a, b] = s.members;
    const color = s.actor >= 0 && !view ? `line-${s.actor % 6}` : "";
    return html`<path key=${s.key} class=${`alike ${color}`} data-set=${s.key} d=${path} />
      <text class="alike-name" x=${a.x + Math.min(24, 8 + (b.y - a.y) / 16)} y=${(a.y + b.y) / 2}>${setName(s.key, s.actor, forest)}</text>`;
  })}</g>`;
}

/** What an information set is called: by its owner and its number in the game. */
export function setName(key, actor, forest) {
  if (forest.game.view) return `looks alike ${key}`;
  return actor >= 0 ? `${forest.game.players[actor].id} ${key}` : `set ${key}`;
}

/** From afar: few paths for all steps, and dots for nodes. Only the selected one can be told. */
function Far({ scene, forest, given, marked, selected, base }) {
  const drawn = useMemo(() => {
    const edges = new Map();
    const dots = new Map();
    const add = (to, key, text) => to.set(key, (to.get(key) ?? "") + text);
    for (const item of scene.items) {
      const { node } = item;
      const dull = given === "record" && node.now <= 0;
      if (item.up) {
        const width = Math.ceil(4 * forest.odds(node, given));
        add(edges, `${width}${dull ? " gone" : ""}`, farLine(item));
        if (marked.way.has(node.id)) add(edges, "way", farLine(item));
      }
      const kind = node.actor >= 0 ? `dot line-${node.actor % 6}` : node.actor === -1 ? "dot chance" : "dot end";
      add(dots, dull ? `${kind} gone` : kind, `M${item.x} ${item.y}h.01`);
      if (marked.hits.has(node.id)) add(dots, "dot hit", `M${item.x} ${item.y}h.01`);
    }
    return { edges: [...edges].sort(([a], [b]) => (a === "way" ? -1 : b === "way" ? 1 : 0)), dots: [...dots].sort(([a], [b]) => (a === "dot hit" ? -1 : b === "dot hit" ? 1 : 0)) };
  }, [scene, given, marked]);
  const present = scene.items.filter((item) => marked.present.has(item.node.id));
  return html`<g role="presentation" class="far">
      ${drawn.edges.map(([key, d]) => html`<path key=${key} class=${key === "way" ? "way" : `edge${key.endsWith("gone") ? " gone" : ""}`} stroke-width=${key === "way" ? 5 : 0.4 + 0.5 * parseInt(key, 10)} d=${d} />`)}
      ${drawn.dots.map(([key, d]) => html`<path key=${key} class=${key} d=${d} />`)}
      ${present.map((item) => html`<path key=${item.node.id} class="dot now" d=${`M${item.x} ${item.y}h.01`} />`)}
    </g>
    ${selected && html`<g id=${`${base}-${selected.node.id}`} data-node=${selected.node.id} class="node selected" role="treeitem" aria-level=${selected.depth + 1} aria-setsize=${selected.of} aria-posinset=${selected.place}
      aria-selected="true" aria-expanded=${selected.node.children ? (selected.shown > 0 ? "true" : "false") : undefined} aria-label=${spoken(selected, forest, given)}>
      <path class="dot chosen" d=${`M${selected.x} ${selected.y}h.01`} /></g>`}`;
}

/** `marked`: sets of numbers { way, present, hits }. `handle.current` is given { fit, show, focus, zoom }. */
export function Drawing({ scene, sceneKey, forest, given, marked, selectedId, onSelect, onOpen, onSearch, onPresent, handle, label }) {
  const [cut, setCut] = useState(null);
  const view = useRef(null);
  view.current ??= new View(setCut);
  const box = useRef(null);
  const group = useRef(null);
  const scenes = useRef({});
  const live = useRef({});
  const base = "tree";
  const selected = scene.byId.get(selectedId) ?? scene.items[0];
  live.current = { scene, selected, onSelect, onOpen };
  view.current.far = scene.items.length > DOTS ? FAR : FAR_SMALL;

  useLayoutEffect(() => {
    view.current.group = group.current;
    view.current.put();
  });
  useEffect(() => {
    const sized = new ResizeObserver(([entry]) => {
      const v = view.current;
      const first = !v.width;
      [v.width, v.height] = [entry.contentRect.width, entry.contentRect.height];
      if (first) v.begin(live.current.scene.box, live.current.selected);
      else v.apply();
    });
    sized.observe(box.current);
    return () => sized.disconnect();
  }, []);
  useLayoutEffect(() => {
    const held = scenes.current;
    const v = view.current;
    if (held.key !== undefined && held.key !== sceneKey) v.begin(scene.box, selected);
    else if (held.scene && held.scene !== scene) {
      // What is looked at stays where it is while nodes are opened or folded around it.
      const before = held.scene.byId.get(selected.node.id);
      v.cut = null;
      if (before) v.move(v.k * (before.x - selected.x), v.k * (before.y - selected.y));
      v.apply();
    }
    scenes.current = { key: sceneKey, scene };
  }, [scene, sceneKey]);
  useEffect(() => {
    if (scenes.current.shown !== undefined && view.current.width) view.current.show(selected);
    scenes.current.shown = selected.node.id;
  }, [selected.node.id]);
  useEffect(() => {
    handle.current = {
      fit: () => view.current.fit(live.current.scene.box),
      zoom: (by) => view.current.zoom(by),
      center: () => view.current.center(live.current.selected),
      focus: () => box.current?.focus(),
    };
  }, []);
  useHands(box, view, live);

  const onKeyDown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const go = (item) => item && onSelect(item.node.id);
    const kids = scene.items.filter((item) => item.up === selected);
    const act = {
      ArrowRight: () => (kids.length ? go(kids.find((k) => k.node.id === scenes.current.last) ?? kids[0]) : selected.more && onOpen(selected.node.id)),
      ArrowLeft: () => { scenes.current.last = selected.node.id; go(selected.up); },
      ArrowUp: () => go(beside(scene, selected, -1)),
      ArrowDown: () => go(beside(scene, selected, 1)),
      Enter: () => onOpen(selected.node.id),
      " ": () => onOpen(selected.node.id),
      Home: () => go(scene.items[0]),
      f: () => view.current.fit(scene.box),
      "+": () => view.current.zoom(1.4),
      "=": () => view.current.zoom(1.4),
      "-": () => view.current.zoom(1 / 1.4),
      c: () => view.current.center(selected),
      p: onPresent,
      "/": onSearch,
    }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  const shared = { scene, forest, given, marked, selected, base };
  return html`<div class="tree-canvas" ref=${box} tabindex="0" role="tree" aria-label=${label} aria-activedescendant=${cut ? `${base}-${selected.node.id}` : undefined} onKeyDown=${onKeyDown}>
    <svg role="presentation" width="100%" height="100%" data-count=${scene.items.length} data-far=${cut?.far ? "true" : "false"}>
      <g ref=${group} role="presentation">${cut && (cut.far ? html`<${Far} ...${shared} />` : html`<${Near} ...${shared} cut=${cut} />`)}</g>
    </svg></div>`;
}

/** Pan with a hand or the wheel, zoom with two fingers or Ctrl and the wheel, click to select. */
function useHands(box, view, live) {
  useEffect(() => {
    const at = box.current;
    const v = view.current;
    const down = new Map();
    let moved = 0;
    const place = (event) => {
      const edge = at.getBoundingClientRect();
      return [event.clientX - edge.left, event.clientY - edge.top];
    };
    const found = (px, py) => {
      const [x, y] = [(px - v.x) / v.k, (py - v.y) / v.k];
      const near = Math.max(12, 12 / v.k);
      let best = null;
      let least = near;
      for (const item of live.current.scene.items) {
        const right = item.more ? 60 : item.node.actor === -2 ? 200 : 14;
        const dx = x < item.x ? Math.max(0, item.x - x - (item.up && v.k >= v.far ? 200 : 0)) : Math.max(0, x - item.x - (v.k >= v.far ? right : 0));
        const distance = Math.hypot(dx, item.y - y);
        if (distance < least) [best, least] = [item, distance];
      }
      return best && { item: best, onPill: best.more && x > best.x + 10 };
    };
    const pointerdown = (event) => {
      if (event.button !== 0) return;
      down.set(event.pointerId, place(event));
      at.setPointerCapture(event.pointerId);
      moved = down.size > 1 ? Infinity : 0;
    };
    const pointermove = (event) => {
      const before = down.get(event.pointerId);
      if (!before) return;
      const now = place(event);
      const [dx, dy] = [now[0] - before[0], now[1] - before[1]];
      moved += Math.abs(dx) + Math.abs(dy);
      if (moved < CLICK) return;
      const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
      if (other) {
        const apart = (p) => Math.hypot(p[0] - other[0], p[1] - other[1]) || 1;
        v.zoom(apart(now) / apart(before), other[0], other[1]);
      } else v.move(dx, dy);
      down.set(event.pointerId, now);
    };
    const pointerup = (event) => {
      if (!down.delete(event.pointerId) || moved >= CLICK) return;
      const hit = found(...place(event));
      if (!hit) return;
      live.current.onSelect(hit.item.node.id);
      if (hit.item.more && (hit.onPill || hit.item.shown === 0)) live.current.onOpen(hit.item.node.id);
    };
    const dblclick = (event) => {
      const hit = found(...place(event));
      if (hit && !hit.item.more) live.current.onOpen(hit.item.node.id);
    };
    const wheel = (event) => {
      const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? v.height : 1;
      if (event.ctrlKey || event.metaKey) v.zoom(Math.exp(-0.004 * unit * event.deltaY), ...place(event));
      else {
        const [dx, dy] = event.shiftKey ? [-unit * event.deltaY, 0] : [-unit * event.deltaX, -unit * event.deltaY];
        if (!v.canMove(live.current.scene.box, dx, dy)) return; // the page scrolls on
        v.move(dx, dy);
      }
      event.preventDefault();
    };
    const gone = (event) => down.delete(event.pointerId);
    const all = { pointerdown, pointermove, pointerup, pointercancel: gone, dblclick };
    for (const [name, act] of Object.entries(all)) at.addEventListener(name, act);
    at.addEventListener("wheel", wheel, { passive: false });
    return () => {
      for (const [name, act] of Object.entries(all)) at.removeEventListener(name, act);
      at.removeEventListener("wheel", wheel);
    };
  }, []);
}
