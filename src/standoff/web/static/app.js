// The shell: top bar, pages of a crisis, and the page that the address names, loaded when wanted.
import { html, render, useEffect, useRef, useState } from "./libraries/preact.js";
import { get, reachable } from "./api.js";
import { route, to } from "./router.js";
import { theme } from "./settings.js";
import { Button, Callout, Menu } from "./elements/basic.js";
import { Toasts } from "./elements/overlays.js";

const LOADERS = {
  library: () => import("./pages/library.js"),
  scenario: () => import("./pages/scenario.js"),
  game: () => import("./pages/game.js"),
  assessment: () => import("./pages/assessment.js"),
  note: () => import("./pages/note.js"),
  sources: () => import("./pages/sources.js"),
  play: () => import("./pages/play.js"),
  elements: () => import("./pages/elements.js"),
};
const OF_A_CRISIS = [
  ["scenario", "Scenario"], ["game", "Game"], ["assessment", "Assessment"], ["note", "Note"], ["sources", "Sources"], ["play", "Play"],
];

const AGAIN = 2_000; // milliseconds between two tries to find the server again

/** Said while the server can't be reached; what is asked then comes by itself when it is back. */
function Connection() {
  const lost = !reachable.value;
  useEffect(() => {
    if (!lost) return undefined;
    const timer = setInterval(() => get("/api/version").catch(() => undefined), AGAIN);
    return () => clearInterval(timer);
  }, [lost]);
  return html`<div role="status">${lost && html`<p class="lost">Not connected. What you see stays, and the workbench is asked again every two seconds.</p>`}</div>`;
}

/** What the reader set goes along from page to page of a crisis. */
const along = (asked) => Object.fromEntries(["set", "pin", "as_of"].map((name) => [name, asked.get(name)]));

function Shell() {
  const { page, crisis, code, query: asked } = route.value;
  const nav = useRef(null);
  const first = useRef(true);
  const [shown, setShown] = useState(null); // [page, component]
  const [wrong, setWrong] = useState(null);
  useEffect(() => {
    let gone = false;
    setWrong(null);
    document.title = [crisis ?? code, page, "Standoff"].filter(Boolean).join(" · ");
    const load = LOADERS[page];
    if (!load) setShown([page, null]);
    else
      load().then(
        (module) => !gone && setShown([page, module.default]),
        (error) => !gone && setWrong(error),
      );
    return () => {
      gone = true;
    };
  }, [page, crisis, code]);
  useEffect(() => {
    nav.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
    // Who follows a link by keyboard or screen reader goes on at the page, not at the link.
    if (!first.current) document.getElementById("main").focus({ preventScroll: true });
    first.current = false;
  }, [page, crisis, code]);
  const Page = shown?.[0] === page ? shown[1] : undefined;
  return html`
    <a class="skip" href="#main">Skip to the page</a>
    <header class="shell-top">
      <a class="brand" href="/"><img src="/static/icon.svg" alt="" />Standoff</a>
      <span class="crisis">${crisis ?? ""}</span>
      <${Menu} label="Theme" kind="plain" small>
        ${[["auto", "As the system"], ["light", "Light"], ["dark", "Dark"]].map(
          ([key, text]) => html`<${Button} kind="plain" small aria-pressed=${theme.value === key} onClick=${() => { theme.value = key; }}>${text}<//>`,
        )}
      <//>
    </header>
    ${crisis && html`<nav class="shell-nav" aria-label="Pages of this crisis" ref=${nav}>${OF_A_CRISIS.map(
      ([key, text]) => html`<a href=${to(crisis, key, along(asked))} aria-current=${key === page ? "page" : undefined}>${text}</a>`,
    )}</nav>`}
    <${Connection} />
    <div id="main" tabindex="-1">
      ${wrong
        ? html`<main class="page"><${Callout} kind="bad"><p>This page could not be loaded: ${String(wrong.message ?? wrong)}. Is <code>standoff serve</code> still running?</p><//></main>`
        : Page
          ? html`<${Page} key=${`${page}/${crisis ?? code ?? ""}`} />`
          : Page === null && html`<main class="page"><h1>There is no such page</h1><p><a href="/">All crises</a></p></main>`}
    </div>
    <${Toasts} />`;
}

render(html`<${Shell} />`, document.getElementById("app"));
