// Where each node stands: a tidy tree from left to right, and what joins nodes that look alike.
import { hierarchy, tree } from "../libraries/d3-hierarchy.js";

export const COLUMN = 270;
const MANY = 150; // leaves above which rows stand closer
const FEW = 16; // leaves up to which they stand wider

/** { items, byId, box, sets }: items top down as they are read, each { node, x, y, depth, up, hidden, place, of }. */
export function layOut(forest, root, shut) {
  const start = forest.get(root);
  const top = hierarchy(start, (node) => (shut.has(node.id) ? [] : node.kids.map((id) => forest.get(id))));
  const leaves = top.leaves().length;
  const row = leaves > MANY ? 18 : leaves > FEW ? 26 : 40;
  tree().nodeSize([row, COLUMN]).separation((a, b) => (a.parent === b.parent ? 1 : 1.35))(top);
  top.count(); // leaves below, in `value`
  const byId = new Map();
  const items = [];
  top.eachBefore((at) => {
    const siblings = at.parent ? at.parent.children : [at];
    const item = {
      node: at.data, x: at.y, y: at.x, depth: at.depth, up: at.parent ? byId.get(at.parent.data.id) : null,
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
    box.x0 = Math.min(box.x0, item.x - 16);
    box.x1 = Math.max(box.x1, item.x + (item.node.actor === -2 ? 20 + 7 * Math.min(38, forest.here(item.node).length) : item.hidden ? 80 : 20));
    box.y0 = Math.min(box.y0, item.y - row);
    box.y1 = Math.max(box.y1, item.y + row);
  }
  return { items, byId, box, row, sets: alike(items, Boolean(forest.game.view)) };
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
