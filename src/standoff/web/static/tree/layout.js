// Where each node stands: levels from left to right, subtrees as close as they go, and what joins
// nodes that look alike. A node stands on the row of the child that history took, or else of the
// likeliest, so that the main line of a game can be read straight on.
import { hierarchy } from "../libraries/d3-hierarchy.js";

export const COLUMN = 310;
const MANY = 150; // leaves above which rows stand closer
const FEW = 16; // leaves up to which they stand wider

/** { items, byId, box, sets }: items top down as they are read, each { node, x, y, depth, up, shown, hidden, more, place, of }. */
export function layOut(forest, root, shut, given) {
  const start = forest.get(root);
  const top = hierarchy(start, (node) => (shut.has(node.id) ? [] : node.kids.map((id) => forest.get(id))));
  const leaves = top.leaves().length;
  const row = leaves > MANY ? 18 : leaves > FEW ? 26 : 40;
  rows(top, row, forest, given);
  const byId = new Map();
  const items = [];
  top.eachBefore((at) => {
    const siblings = at.parent ? at.parent.children : [at];
    const item = {
      node: at.data, x: COLUMN * at.depth, y: at.y, depth: at.depth, up: at.parent ? byId.get(at.parent.data.id) : null,
      hidden: at.data.below, place: siblings.indexOf(at) + 1, of: siblings.length,
    };
    byId.set(at.data.id, item);
    items.push(item);
  });
  for (let i = items.length - 1; i > 0; i -= 1) {
    const up = items[i].up;
    up.shown = (up.shown ?? 0) + 1 + (items[i].shown ?? 0);
  }
  const box = { x0: Infinity, x1: -Infinity, y0: Infinity, y1: -Infinity };
  for (const item of items) {
    item.shown ??= 0;
    item.hidden -= item.shown;
    item.more = shut.has(item.node.id) || item.node.kids.length < item.node.children; // not all of its own children are shown
    box.x0 = Math.min(box.x0, item.x - 16);
    box.x1 = Math.max(box.x1, item.x + (item.node.actor === -2 ? 20 + 7 * Math.min(38, forest.here(item.node).length) : item.hidden ? 80 : 20));
    box.y0 = Math.min(box.y0, item.y - row);
    box.y1 = Math.max(box.y1, item.y + row);
  }
  return { items, byId, box, row, sets: alike(items, Boolean(forest.game.view)) };
}

/** Give each node of a hierarchy its `y`. Subtrees are moved together until, at some level, they
 *  stand a row apart: `top` and `bottom` are the outline of one, level by level, from its own row. */
function rows(top, row, forest, given) {
  const way = new Set(forest.game.way);
  const weight = (kid) => (way.has(kid.data.id) ? 2 : forest.odds(kid.data, given));
  top.eachAfter((at) => {
    at.offset = 0;
    if (!at.children) {
      // The words of an ending stand where the next level would be.
      at.top = at.data.actor === -2 ? [0, 0] : [0];
      at.bottom = [...at.top];
      return;
    }
    const main = at.children.reduce((best, kid) => (weight(kid) > weight(best) ? kid : best));
    const place = at.children.indexOf(main);
    at.top = [0, ...main.top];
    at.bottom = [0, ...main.bottom];
    for (const kid of at.children.slice(place + 1)) below(at, kid, row);
    for (const kid of at.children.slice(0, place).reverse()) above(at, kid, row);
  });
  top.y = 0;
  top.eachBefore((at) => {
    if (at.parent) at.y = at.parent.y + at.offset;
  });
}

const apart = (row, level) => (level === 0 ? row : 1.2 * row);

function below(at, kid, row) {
  for (let i = 0; i < kid.top.length && i + 1 < at.bottom.length; i += 1) kid.offset = Math.max(kid.offset, at.bottom[i + 1] + apart(row, i) - kid.top[i]);
  kid.bottom.forEach((y, i) => {
    at.bottom[i + 1] = kid.offset + y;
    at.top[i + 1] ??= kid.offset + kid.top[i];
  });
}

function above(at, kid, row) {
  for (let i = 0; i < kid.bottom.length && i + 1 < at.top.length; i += 1) kid.offset = Math.min(kid.offset, at.top[i + 1] - apart(row, i) - kid.bottom[i]);
  kid.top.forEach((y, i) => {
    at.top[i + 1] = kid.offset + y;
    at.bottom[i + 1] ??= kid.offset + kid.bottom[i];
  });
}

/** Nodes that somebody can't tell apart: the mover, or the one through whose eyes the tree is seen. */
function alike(items, viewed) {
  const groups = new Map();
  for (const item of items) {
    const key = viewed ? item.node.seen : item.node.cell;
    if (key < 0 || item.node.actor === -2) continue;
    const name = `${key}/${item.depth}`;
    if (!groups.has(name)) groups.set(name, { key, members: [] });
    groups.get(name).members.push(item);
  }
  return [...groups.values()].filter((g) => g.members.length > 1)
    .map((g) => ({ ...g, members: g.members.sort((a, b) => a.y - b.y), actor: g.members[0].node.actor }));
}

/** The next node of the same depth, up (-1) or down (1). */
export function beside(scene, item, way) {
  const row = scene.items.filter((one) => one.depth === item.depth).sort((a, b) => a.y - b.y);
  return row[row.indexOf(item) + way];
}
