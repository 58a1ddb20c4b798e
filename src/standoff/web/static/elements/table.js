// A table that can be sorted. Columns: { key, title, number, sort, draw }.
import { html, useState } from "../libraries/preact.js";

export function Table({ caption, columns, rows, rowKey = (row, i) => i, onRow, selected, hideCaption = false }) {
  const [order, setOrder] = useState(null); // [key, 1 or -1]
  let shown = rows;
  if (order) {
    const column = columns.find((c) => c.key === order[0]);
    const by = column.sort === true ? (row) => row[column.key] : column.sort;
    shown = [...rows].sort((a, b) => {
      const [x, y] = [by(a), by(b)];
      if (x === y) return 0;
      if (x === null || x === undefined) return 1;
      if (y === null || y === undefined) return -1;
      return (x < y ? -1 : 1) * order[1];
    });
  }
  const turn = (key) => setOrder(order?.[0] === key ? (order[1] === 1 ? [key, -1] : null) : [key, 1]);
  return html`<div class="table-scroll" tabindex="0" role="region" aria-label=${caption}><table class="table">
    <caption class=${hideCaption ? "visually-hidden" : ""}>${caption}</caption>
    <thead><tr>${columns.map(
      (c) => html`<th scope="col" class=${c.number ? "number" : ""} aria-sort=${order?.[0] === c.key ? (order[1] === 1 ? "ascending" : "descending") : undefined}>
        ${c.sort ? html`<button type="button" class="sort" onClick=${() => turn(c.key)}>${c.title}${order?.[0] === c.key ? (order[1] === 1 ? " ↑" : " ↓") : ""}</button>` : c.title}
      </th>`,
    )}</tr></thead>
    <tbody>${shown.map((row, i) => {
      const key = rowKey(row, i);
      return html`<tr key=${key} aria-selected=${selected === undefined ? undefined : selected === key} onClick=${onRow && (() => onRow(row))}>
        ${columns.map((c) => html`<td class=${c.number ? "number" : ""}>${c.draw ? c.draw(row) : row[c.key]}</td>`)}
      </tr>`;
    })}</tbody>
  </table></div>`;
}
