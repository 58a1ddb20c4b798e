// Lines and columns of the server (from 1, a character is a code point) and offsets of the editor
// (UTF-16), one into the other. What lies beyond the text is put at its nearest place.

export function offsetAt(doc, line, column) {
  const row = doc.line(Math.min(Math.max(line, 1), doc.lines));
  const before = [...row.text].slice(0, Math.max(column - 1, 0)).join("");
  return row.from + before.length;
}

/** Where a problem begins and ends, within its line; never empty where the line has something. */
export function rangeOf(doc, problem) {
  const row = doc.line(Math.min(Math.max(problem.line, 1), doc.lines));
  const letters = [...row.text];
  const first = Math.min(Math.max(problem.column - 1, 0), letters.length);
  const from = row.from + letters.slice(0, first).join("").length;
  const to = from + letters.slice(first, first + Math.max(problem.width, 1)).join("").length;
  return { from: from === to && from > row.from ? from - 1 : from, to };
}

export function placeOf(doc, offset) {
  const row = doc.lineAt(offset);
  return { line: row.number, column: [...row.text.slice(0, offset - row.from)].length + 1 };
}
