// Texts that are not saved yet, kept in this browser too: for when the server is gone, when a page is
// closed before its draft has arrived, and when two tabs write one file (the server keeps one draft).

const PREFIX = "standoff.unsaved";

function identity() {
  try {
    const held = sessionStorage.getItem(`${PREFIX}.tab`);
    const id = held ?? crypto.randomUUID();
    sessionStorage.setItem(`${PREFIX}.tab`, id);
    return id;
  } catch {
    return "this"; // storage is forbidden: the server's draft alone remains
  }
}

let tab = identity();
let release = null;

/** Hold the name of this tab; a tab that was duplicated has its twin's, and takes another. */
async function claim() {
  if (release || !navigator.locks) return;
  await new Promise((ready) => {
    navigator.locks.request(`${PREFIX}.${tab}`, { ifAvailable: true }, (lock) => {
      if (!lock) {
        tab = crypto.randomUUID();
        try {
          sessionStorage.setItem(`${PREFIX}.tab`, tab);
        } catch {
          // as above
        }
        navigator.locks.request(`${PREFIX}.${tab}`, () => { ready(); return new Promise((go) => { release = go; }); });
        return undefined;
      }
      ready();
      return new Promise((go) => { release = go; });
    });
  });
}

const key = (crisis, file, who = tab) => [PREFIX, crisis, file, who].join("/");

/** Keep a text here; false where there is no room or no storage. */
export function keep(crisis, file, text, revision) {
  try {
    localStorage.setItem(key(crisis, file), JSON.stringify({ text, revision, at: Date.now() }));
    return true;
  } catch {
    return false;
  }
}

export function forget(crisis, file, who = tab) {
  try {
    localStorage.removeItem(key(crisis, file, who));
  } catch {
    // nothing was kept
  }
}

/** What this tab has kept of a file, and what others have: { mine, others: [{ tab, text, revision, at, open }] }. */
export async function found(crisis, file) {
  await claim();
  const here = [PREFIX, crisis, file, ""].join("/");
  const open = new Set(((await navigator.locks?.query())?.held ?? []).map((lock) => lock.name));
  let mine = null;
  const others = [];
  try {
    for (const name of Object.keys(localStorage)) {
      if (!name.startsWith(here)) continue;
      const who = name.slice(here.length);
      const held = JSON.parse(localStorage.getItem(name));
      if (who === tab) mine = held;
      else others.push({ ...held, tab: who, open: open.has(`${PREFIX}.${who}`) });
    }
  } catch {
    // what can't be read is as good as not kept
  }
  return { mine, others };
}
