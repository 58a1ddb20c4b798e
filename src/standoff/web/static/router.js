// Where the page is: read from the address, so that every state has a link and reload keeps it.
import { signal, computed } from "./libraries/preact.js";

const PAGES = ["scenario", "game", "assessment", "note", "sources"];
const here = signal(location.pathname + location.search);

/** { page, crisis, code, query }: `crisis` on the pages of one, `code` on a game that is played. */
export const route = computed(() => read(here.value));

function read(text) {
  const address = new URL(text, location.origin);
  const query = address.searchParams;
  const parts = address.pathname.split("/").filter(Boolean).map(decodeURIComponent);
  if (parts.length === 0) return { page: "library", query };
  if (parts[0] === "elements" && parts.length === 1) return { page: "elements", query };
  if (parts[0] === "play") return { page: "play", code: parts[1] ?? "", query };
  if (parts[0] === "crisis" && parts[1]) {
    const page = parts[2] ?? "assessment";
    if (page === "play") return { page: "play", crisis: parts[1], code: "", query };
    if (PAGES.includes(page) && parts.length <= 3) return { page, crisis: parts[1], query };
  }
  return { page: "nowhere", query };
}

/** The address of a page of a crisis. */
export function to(crisis, page, query = {}) {
  const kept = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const text = new URLSearchParams(kept).toString();
  return `/crisis/${encodeURIComponent(crisis)}/${page}${text ? `?${text}` : ""}`;
}

export function go(address, { replace = false } = {}) {
  if (address === location.pathname + location.search) return;
  history[replace ? "replaceState" : "pushState"](null, "", address);
  here.value = address;
  if (!replace) window.scrollTo(0, 0);
}

/** Change what stands behind the question mark; `undefined` takes a name away. */
export function query(changes, { replace = true } = {}) {
  const address = new URL(location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === null || value === "") address.searchParams.delete(name);
    else address.searchParams.set(name, value);
  }
  go(address.pathname + address.search, { replace });
}

addEventListener("popstate", () => {
  here.value = location.pathname + location.search;
});

addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest?.("a[href]");
  if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
  const address = link.pathname + link.search;
  if (link.pathname.startsWith("/api/") || link.pathname.startsWith("/static/") || read(address).page === "nowhere") return;
  if (link.hash && link.pathname === location.pathname) return;
  event.preventDefault();
  go(address);
});
