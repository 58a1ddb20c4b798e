// Asking for a game: the job that it belongs to, its tree, and what is opened of it bit by bit.
import { useEffect, useRef, useState } from "../libraries/preact.js";
import { get, post, withQuery } from "../api.js";
import { query } from "../router.js";
import { writeSettings } from "../assumptions.js";
import { tab } from "../settings.js";
import { Forest } from "./forest.js";

const VARIANTS = 32; // a tree is drawn of few
const WHOLE = 400; // a game of no more nodes is shown whole unless the reader wants less
const AHEAD = 3; // levels after the present on the record's line
const PRESENTS = 3;

/** Settings that a job takes, and those that only the tree is asked under: priors and precision. */
export function parted(settings) {
  const also = ([key]) => key === "precision" || /^prior\.[^.]+\.[^.]+$/.test(key);
  const all = Object.entries(settings);
  return { own: Object.fromEntries(all.filter((one) => !also(one))), also: writeSettings(Object.fromEntries(all.filter(also))) };
}

/** The job's id; from the address where it is still known there, asked for anew where it isn't. */
export function useJob(crisis, settings, asOf, given) {
  const [state, setState] = useState({});
  const first = useRef(true);
  const [turn, setTurn] = useState(0);
  const key = [crisis, writeSettings(settings), asOf].join("|");
  useEffect(() => {
    const stop = new AbortController();
    const run = async () => {
      if (first.current && given) {
        first.current = false;
        const held = await get(`/api/jobs/${given}`, { signal: stop.signal }).catch((error) => { if (error.name === "AbortError" || error.status === 0) throw error; });
        if (held) return held.id;
      }
      first.current = false;
      const body = { crisis, settings, variants: VARIANTS, slot: `game/${tab}`, ...(asOf ? { as_of: asOf } : {}) };
      return (await post("/api/solve", body, { signal: stop.signal })).id;
    };
    setState({});
    run().then(
      (id) => { query({ game: id }); setState({ id }); },
      (error) => error.name !== "AbortError" && !stop.signal.aborted && setState({ error }),
    );
    return () => stop.abort();
  }, [key, turn]);
  return { ...state, again: () => setTurn(turn + 1) };
}

/** { forest, busy, error, reveal, open }: the forest is drawn again whenever `version` grows. */
export function useForest(job, { also, root, most, depth, reach, as, given, opened, wanted }) {
  const [state, setState] = useState({ version: 0, busy: true });
  const [turn, setTurn] = useState(0);
  const forest = useRef(null);
  const key = [job, also, root, most, depth, reach, as, given].join("|");
  const part = (from, more, signal) => get(withQuery(`/api/game/${job}`, { root: from, as, given, also, ...more }), { signal });
  const grown = () => setState((held) => ({ ...held, version: held.version + 1 }));

  /** Load the way to a node, so that it can be shown; whether it is below the root. */
  const wayTo = async (into, id, signal) => {
    if (into.get(id)) return true;
    const { way } = await get(withQuery(`/api/game/${job}/node/${id}`, { as, also }), { signal });
    const begin = way.indexOf(into.root);
    if (begin < 0) return false;
    const missing = way.slice(begin, -1).filter((one, i) => !into.get(way[begin + i + 1]));
    const parts = await Promise.all(missing.map((one) => part(one, { depth: 1, most: 5000 }, signal)));
    parts.forEach((one) => into.add(one));
    return Boolean(into.get(id));
  };

  /** The nodes to begin with: the likeliest, or the record's line with what it passed by. */
  const begun = async (signal) => {
    if (most) return new Forest(await part(root, { most, depth, reach }, signal));
    const made = new Forest(await part(root, { depth: 1, most: 5000 }, signal));
    if (made.game.nodesInAll <= WHOLE) return new Forest(await part(root, { most: WHOLE, depth, reach }, signal));
    const ahead = made.game.present.slice(0, PRESENTS);
    const reached = [];
    for (const id of ahead) if (await wayTo(made, id, signal)) reached.push(id);
    for (const id of reached.length ? reached : [root]) made.add(await part(id, { depth: AHEAD, most: 60 }, signal));
    return made;
  };

  useEffect(() => {
    if (!job) return undefined;
    const stop = new AbortController();
    setState((held) => ({ ...held, busy: true, error: null }));
    const run = async () => {
      const made = await begun(stop.signal);
      // What the reader had opened, in the order in which it was: each may stand below the one before.
      for (const id of opened) {
        if (await wayTo(made, id, stop.signal).catch(() => false)) made.add(await part(id, { depth: 1, most: 5000 }, stop.signal));
      }
      if (wanted !== null) await wayTo(made, wanted, stop.signal).catch((error) => { if (error.name === "AbortError") throw error; });
      forest.current = made;
      setState((held) => ({ version: held.version + 1, busy: false, forest: made, key }));
    };
    run().catch((error) => error.name !== "AbortError" && setState((held) => ({ ...held, busy: false, error })));
    return () => stop.abort();
  }, [key, turn]);

  const open = async (id, more = { depth: 1, most: 5000 }) => {
    forest.current.add(await part(id, more));
    grown();
  };
  const reveal = async (id) => {
    const found = await wayTo(forest.current, id);
    grown();
    return found;
  };
  return { ...state, open, reveal, again: () => setTurn(turn + 1) };
}
