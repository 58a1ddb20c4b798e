// What differs between two texts, by lines: Myers' shortest edit script, after the lines that both
// begin and end with are set aside. Texts that share next to nothing are taken as wholly different.

const MOST_STEPS = 1500; // differences in a row after which the rest counts as different

/** [{ same, a: [from, to], b: [from, to] }, ...]: lines from 0, in order, covering both texts. */
export function blocks(a, b) {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  const found = [];
  const add = (same, a0, a1, b0, b1) => {
    if (a0 === a1 && b0 === b1) return;
    const last = found.at(-1);
    if (last && last.same === same) {
      last.a[1] = a1;
      last.b[1] = b1;
    } else found.push({ same, a: [a0, a1], b: [b0, b1] });
  };
  add(true, 0, head, 0, head);
  for (const [same, a0, a1, b0, b1] of middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)))
    add(same, head + a0, head + a1, head + b0, head + b1);
  add(true, a.length - tail, a.length, b.length - tail, b.length);
  return found;
}

function middle(a, b) {
  const [n, m] = [a.length, b.length];
  if (!n || !m) return [[false, 0, n, 0, m]];
  const trace = [];
  let reach = new Map([[1, 0]]);
  for (let d = 0; d <= Math.min(n + m, MOST_STEPS); d += 1) {
    trace.push(new Map(reach));
    for (let k = -d; k <= d; k += 2) {
      let x = k === -d || (k !== d && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1)) ? reach.get(k + 1) ?? 0 : (reach.get(k - 1) ?? 0) + 1;
      let y = x - k;
      while (x < n && y < m && a[x] === b[y]) {
        x += 1;
        y += 1;
      }
      reach.set(k, x);
      if (x >= n && y >= m) return walked(trace, n, m);
    }
  }
  return [[false, 0, n, 0, m]];
}

/** The way back through what was reached, as blocks. */
function walked(trace, n, m) {
  const found = [];
  let [x, y] = [n, m];
  for (let d = trace.length - 1; d >= 0; d -= 1) {
    const reach = trace[d];
    const k = x - y;
    const down = k === -d || (k !== d && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1));
    const before = down ? k + 1 : k - 1;
    const px = d === 0 ? 0 : reach.get(before) ?? 0;
    const py = d === 0 ? 0 : px - before;
    const [sx, sy] = d === 0 ? [0, 0] : down ? [px, py + 1] : [px + 1, py];
    if (x > sx || y > sy) found.push([true, sx, x, sy, y]);
    if (d > 0) found.push([false, px, sx, py, sy]);
    [x, y] = [px, py];
  }
  return found.reverse();
}

/** Lines of a text as they are compared. */
export const linesOf = (text) => text.split("\n");

/** How many lines are new and gone: { added, removed }. */
export function counted(before, after) {
  let [added, removed] = [0, 0];
  for (const one of blocks(linesOf(before), linesOf(after))) {
    if (one.same) continue;
    removed += one.a[1] - one.a[0];
    added += one.b[1] - one.b[0];
  }
  return { added, removed };
}

/** The smallest single change that makes one text from another, for an editor's transaction. */
export function change(before, after) {
  let head = 0;
  const most = Math.min(before.length, after.length);
  while (head < most && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < most - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  return { from: head, to: before.length - tail, insert: after.slice(head, after.length - tail) };
}
