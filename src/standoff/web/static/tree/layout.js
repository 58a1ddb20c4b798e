// Where each node stands: levels from left to right, every leaf a row of its own, and what joins
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

/** Give each node of a hierarchy its `y`. */
function rows(top, row, forest, given) {
  const way = new Set(forest.game.way);
  let next = 0;
  let last = null;
  top.eachBefore((at) => {
    if (at.children) return;
    // A little more room between the children of different nodes.
    if (last) next += at.parent === last.parent ? row : 1.3 * row;
    at.y = next;
    last = at;
  });
  top.eachAfter((at) => {
    if (!at.children) return;
    const weight = (kid) => (way.has(kid.data.id) ? 2 : forest.odds(kid.data, given));
    at.y = at.children.reduce((best, kid) => (weight(kid) > weight(best) ? kid : best)).y;
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
