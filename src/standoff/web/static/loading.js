// What a page shows while it waits, and when what it wants can't be had.
import { html, useEffect, useState } from "./libraries/preact.js";
import { reachable } from "./api.js";
import { Button, Callout } from "./elements/basic.js";
import { Problems } from "./elements/problems.js";

/** { value, error, again }: `load(stop)` is called again when `what` (a list) changes. */
export function useLoaded(load, what) {
  const [state, setState] = useState({});
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    setState((held) => ({ value: held.value }));
    load(stop.signal).then(
      (value) => !stop.signal.aborted && setState({ value }),
      (error) => !stop.signal.aborted && error.name !== "AbortError" && setState((held) => ({ value: held.value, error })),
    );
    return () => stop.abort();
  }, [...what, turn]);
  // What could not be asked while the server was away is asked when it is back.
  const back = reachable.value && state.error?.code === "unreachable";
  useEffect(() => {
    if (back) setTurn((held) => held + 1);
  }, [back]);
  return { ...state, again: () => setTurn(turn + 1) };
}

export const Waiting = ({ children = "Loading" }) => html`<p class="soft" role="status">${children}…</p>`;

export function Wrong({ error, again }) {
  const problems = (error.problems ?? []).map((p) => ({ ...p, position: p.line ? { line: p.line, column: p.column, file: p.file } : null }));
  return html`<${Callout} kind="bad"><p>${error.message ?? String(error)}</p>
    ${problems.length > 0 && html`<${Problems} problems=${problems} />`}
    ${again && html`<p><${Button} small onClick=${again}>Try again<//></p>`}
  <//>`;
}
