// The tree as a table: the same nodes in the order of reading, for screen readers and small screens.
import { html, useEffect, useRef, useState } from "../libraries/preact.js";
import { Badge, percent } from "../elements/basic.js";

const PAGE = 200;

export function List({ scene, forest, given, marked, selectedId, onSelect, onOpen }) {
  const [most, setMost] = useState(PAGE);
  const place = scene.items.findIndex((item) => item.node.id === selectedId);
  const shown = Math.max(most, place + 1);
  const rows = scene.items.slice(0, shown);
  const box = useRef(null);
  useEffect(() => {
    box.current?.querySelector('tr[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [selectedId]);
  return html`<div class="table-scroll tree-list" tabindex="0" role="region" aria-label="The tree as a table" ref=${box}><table class="table">
    <caption class="visually-hidden">Nodes of the tree, each below the one that it follows</caption>
    <thead><tr><th scope="col">What happened</th><th scope="col">Who is next</th><th scope="col" class="number">Odds</th><th scope="col" class="number wide-only">Reached</th><th scope="col" class="number wide-only">Given the record</th></tr></thead>
    <tbody>${rows.map((item) => {
      const { node } = item;
      return html`<tr key=${node.id} data-node=${node.id} aria-selected=${node.id === selectedId} class=${given === "record" && node.now <= 0 ? "gone" : ""}>
        <td><span class="indent" style=${{ "--depth": String(item.depth) }}>
          ${node.children > 0 ? html`<button type="button" class="button plain small fold" aria-expanded=${item.shown > 0} aria-label=${`${item.shown > 0 ? "Fold" : "Open"} ${forest.label(node)}`} onClick=${() => onOpen(node.id)}>${item.shown > 0 ? "▾" : "▸"}</button>` : html`<span class="fold"></span>`}
          <span><span class="visually-hidden">Level ${item.depth + 1}: </span><button type="button" class="linklike" aria-pressed=${node.id === selectedId} onClick=${() => onSelect(node.id)}>${forest.label(node)}</button>
          ${marked.present.has(node.id) && html` <${Badge} kind="warn">now<//>`}${marked.hits.has(node.id) && html` <${Badge} kind="good">found<//>`}
          ${item.more && html` <span class="soft small">+${item.hidden} folded</span>`}</span></span></td>
        <td>${node.actor === -2 ? html`<strong>${forest.here(node)}</strong>` : forest.here(node)}</td>
        <td class="number">${item.up || node.parent >= 0 ? percent(forest.odds(node, given)) : ""}</td>
        <td class="number wide-only">${percent(node.reach)}</td><td class="number wide-only">${percent(node.now)}</td></tr>`;
    })}</tbody></table>
    ${shown < scene.items.length && html`<p><button type="button" class="button small" onClick=${() => setMost(shown + PAGE)}>Show ${Math.min(PAGE, scene.items.length - shown)} more of ${scene.items.length}</button></p>`}
  </div>`;
}
