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
