// The seats that this browser holds: a token by game and seat, kept so that a reload goes on.
import { ask } from "../api.js";

const name = (code) => `standoff.play.${code}`;
const otherwise = new Map(); // where storage is forbidden, a seat lasts as long as the page

/** Seat -> token. */
export function held(code) {
  try {
    return JSON.parse(localStorage.getItem(name(code)) ?? "{}");
  } catch {
    return otherwise.get(code) ?? {};
  }
}

function write(code, seats) {
  otherwise.set(code, seats);
  try {
    if (Object.keys(seats).length) localStorage.setItem(name(code), JSON.stringify(seats));
    else localStorage.removeItem(name(code));
  } catch {
    // as above
  }
}

export const keep = (code, seat, token) => write(code, { ...held(code), [seat]: token });

export function drop(code, seat) {
  const { [seat]: _gone, ...rest } = held(code);
  write(code, rest);
}

/** Ask something of a game from a seat. */
export function asSeat(code, seat, method, what, body, options = {}) {
  return ask(method, `/api/play/${code}/${what}`, body, { ...options, headers: { "x-seat": held(code)[seat] ?? "" } });
}

/** Take a free seat and keep its token. */
export async function sit(code, seat) {
  const place = await ask("POST", `/api/play/${code}/join`, { seat });
  keep(code, seat, place.token);
}

/** The address of a game, from a seat or from before one is taken. */
export function at(code, seat = "", view = "") {
  const text = new URLSearchParams(Object.entries({ seat, view }).filter(([, v]) => v)).toString();
  return `/play/${code}${text ? `?${text}` : ""}`;
}

/** Values are said as people say them. */
export const spoken = (text) => text.replace(/(^|: )true$/, "$1yes").replace(/(^|: )false$/, "$1no").replaceAll("_", " ");
