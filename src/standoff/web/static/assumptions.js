// The settings that a page is looked at under: kept in its address, shared by the pages of a crisis.
import { query, route } from "./router.js";

/** `keep.hold:2~swing:0.2` as { "keep.hold": "2", swing: "0.2" }. */
export function readSettings(text) {
  const found = {};
  for (const part of (text ?? "").split("~")) {
    const cut = part.indexOf(":");
    if (cut > 0) found[part.slice(0, cut)] = part.slice(cut + 1);
  }
  return found;
}

export const writeSettings = (settings) =>
  Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `${key}:${value}`).join("~");

export const settingsNow = () => readSettings(route.value.query.get("set"));
export const pinnedNow = () => readSettings(route.value.query.get("pin"));

export function change(key, value) {
  const settings = settingsNow();
  if (value === undefined) delete settings[key];
  else settings[key] = String(value);
  query({ set: writeSettings(settings) });
}

/** The other odds of types of the same actor among some keys. */
const siblings = (key, keys) => keys.filter((other) => other !== key && other.startsWith(key.slice(0, key.lastIndexOf(".") + 1)));

/** Set the odds of one of an actor's types; `kinds` are the keys of all of them. What was set of the
 *  others stays where it can: not all of them can be set, and they can't sum to more than one. */
export function changePrior(key, value, kinds) {
  const settings = settingsNow();
  const others = siblings(key, kinds);
  settings[key] = String(value);
  const set = others.filter((other) => other in settings);
  const sum = set.reduce((total, other) => total + Number(settings[other]), value);
  if (set.length === others.length || sum >= 1) for (const other of set) delete settings[other];
  query({ set: writeSettings(settings) });
}

/** What odds a type has when others of its actor are set: they share what is left as they did. */
export function implied(parameter, parameters, settings) {
  const others = siblings(parameter.key, parameters.map((p) => p.key));
  const set = others.filter((other) => other in settings);
  if (!set.length || parameter.key in settings) return undefined;
  const unset = parameters.filter((p) => p.key === parameter.key || (others.includes(p.key) && !(p.key in settings)));
  const left = 1 - set.reduce((total, other) => total + Number(settings[other]), 0);
  const total = unset.reduce((sum, p) => sum + p.median, 0);
  return total > 0 ? (left * parameter.median) / total : undefined;
}

export const same = (a, b) => writeSettings(a) === writeSettings(b);

const quoted = (text) => (/^[A-Za-z0-9_.:@%+=/-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** The state of the page as a command, as far as the command line has these settings. */
export function command(crisis, settings, asOf) {
  const parts = ["standoff", "assess", crisis];
  if (asOf) parts.push("--as-of", asOf);
  for (const [key, value] of Object.entries(settings)) parts.push("--set", `${key}=${value}`);
  return parts.map(quoted).join(" ");
}

const literal = (text) => JSON.stringify(text);

/** The same in Python. */
export function python(crisis, settings, asOf) {
  const args = [literal(crisis)];
  if (asOf) args.push(`as_of=${literal(asOf)}`);
  const set = Object.entries(settings).map(([key, value]) => `${literal(key)}: ${literal(value)}`);
  if (set.length) args.push(`settings={${set.join(", ")}}`);
  return `import standoff as so\n\nnote = so.assess(${args.join(", ")})`;
}
