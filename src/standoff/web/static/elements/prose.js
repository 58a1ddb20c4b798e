// Prose as it is written in files: headings, paragraphs, lists, code, strong and emphasized words.
// Made into elements, never into markup: whatever the text says, it stays text.
import { html } from "../libraries/preact.js";

const SPANS = /(`[^`]+`|\*\*[^*]+\*\*|\*[^*\s][^*]*\*|\[[^\]]+\]\([^)\s]+\))/;

/** One line of prose. Links show their words alone: nothing here leads away. */
export function Inline({ text }) {
  return html`${text.split(SPANS).map((part) => {
    if (/^`.+`$/s.test(part)) return html`<code>${part.slice(1, -1)}</code>`;
    if (/^\*\*.+\*\*$/s.test(part)) return html`<strong>${part.slice(2, -2)}</strong>`;
    if (/^\*.+\*$/s.test(part)) return html`<em>${part.slice(1, -1)}</em>`;
    const link = /^\[([^\]]+)\]\(([^)\s]+)\)$/s.exec(part);
    return link ? link[1] : part;
  })}`;
}

/** Blocks of a text: [{ kind, text | items | rows }]. */
export function blocks(text) {
  const found = [];
  const lines = text.split("\n");
  for (let i = 0; i < lines.length; ) {
    const line = lines[i];
    if (/^```/.test(line)) {
      const end = lines.findIndex((other, j) => j > i && /^```/.test(other));
      const stop = end < 0 ? lines.length : end;
      found.push({ kind: "code", text: lines.slice(i + 1, stop).join("\n") });
      i = stop + 1;
    } else if (!line.trim()) i += 1;
    else if (/^#{1,6}\s/.test(line)) {
      found.push({ kind: "heading", text: line.replace(/^#+\s*/, "") });
      i += 1;
    } else if (/^\|/.test(line)) {
      const rows = [];
      for (; i < lines.length && /^\|/.test(lines[i]); i += 1)
        if (!/^\|[\s:|-]+\|?\s*$/.test(lines[i])) rows.push(lines[i].replace(/^\||\|\s*$/g, "").split("|").map((cell) => cell.trim()));
      found.push({ kind: "table", rows });
    } else if (/^\s*([-*]|\d+\.)\s/.test(line)) {
      const items = [];
      const numbered = /^\s*\d/.test(line);
      for (; i < lines.length && lines[i].trim(); i += 1) {
        const item = /^\s*(?:[-*]|\d+\.)\s+(.*)$/.exec(lines[i]);
        if (item) items.push(item[1]);
        else items[items.length - 1] += ` ${lines[i].trim()}`;
      }
      found.push({ kind: numbered ? "numbered" : "list", items });
    } else {
      const held = [];
      for (; i < lines.length && lines[i].trim() && !/^(#{1,6}\s|```|\|)/.test(lines[i]) && !(held.length && /^\s*([-*]|\d+\.)\s/.test(lines[i])); i += 1) held.push(lines[i].trim());
      found.push({ kind: "paragraph", text: held.join(" ") });
    }
  }
  return found;
}

export function Prose({ text }) {
  return html`<div class="prose">${blocks(text).map(({ kind, text: words, items, rows }) => {
    if (kind === "heading") return html`<h3><${Inline} text=${words} /></h3>`;
    if (kind === "code") return html`<pre tabindex="0">${words}</pre>`;
    if (kind === "table") return html`<div class="table-scroll" tabindex="0" role="region" aria-label=${rows[0].join(", ")}><table class="table"><thead><tr>${rows[0].map((cell) => html`<th scope="col"><${Inline} text=${cell} /></th>`)}</tr></thead>
      <tbody>${rows.slice(1).map((row) => html`<tr>${row.map((cell) => html`<td><${Inline} text=${cell} /></td>`)}</tr>`)}</tbody></table></div>`;
    const list = items?.map((item) => html`<li><${Inline} text=${item} /></li>`);
    if (kind === "list") return html`<ul>${list}</ul>`;
    if (kind === "numbered") return html`<ol>${list}</ol>`;
    return html`<p><${Inline} text=${words} /></p>`;
  })}</div>`;
}
