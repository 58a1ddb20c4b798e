// The files of a crisis while they are being written: text, undo, drafts, saving, what is wrong.
//
// Each file has an editor state of its own, shown or not, so that undo reaches what forms have changed
// in files that nobody looks at. Nothing typed is only in memory for long: it goes into this browser
// at once, to the server as a draft a moment later, and into the file when it is saved.
import { computed, signal } from "../libraries/preact.js";
import { EditorState, EditorView, redo, redoDepth, setDiagnostics, undo, undoDepth } from "../libraries/codemirror.js";
import { del, get, post, put } from "../api.js";
import { change } from "./diff.js";
import { forget, found, keep } from "./kept.js";
import { offsetAt, rangeOf } from "./places.js";
import { extensions, mounted } from "./surface.js";

const HERE = 150; // milliseconds after which a text is kept in this browser
const DRAFT = 500; // ... at the server
const CHECK = 450; // ... and looked through
const MOST_LAST = 20_000; // characters that a page may still send when it goes: 64 kB as UTF-8
const AGAIN = 2500; // between attempts while the server is gone

/** One file. */
class Held {
  constructor(work, file) {
    Object.assign(this, { work, name: file.name, saved: file.text, revision: file.revision, clash: null, busy: false, timers: {} });
    this.status = signal("saved"); // saved, keeping, kept, saving, away, refused, conflict
    this.words = ""; // why it was refused
    this.state = EditorState.create({
      doc: file.text,
      extensions: extensions(work, file.name, { readOnly: work.shipped, onChange: (update) => this.seen(update) }),
    });
  }

  get text() {
    return this.state.doc.toString();
  }

  get changed() {
    return this.text !== this.saved;
  }

  /** What the visible editor did. */
  seen(update) {
    this.state = update.state;
    if (update.docChanged) this.touched();
  }

  /** Do something to the text, whether an editor shows it or not. */
  dispatch(...specs) {
    const view = this.work.view;
    if (view && this.work.shown === this) {
      view.dispatch(...specs);
      return;
    }
    const before = this.state.doc;
    this.state = specs[0]?.state ? specs[0].state : this.state.update(...specs).state;
    if (before !== this.state.doc) this.touched();
  }

  /** Another text, as the smallest change that gives it; can be undone. */
  replace(text, how) {
    const before = this.text;
    if (text !== before) this.dispatch({ changes: change(before, text), userEvent: how, scrollIntoView: false });
  }

  touched() {
    this.work.touched(this);
    if (this.status.value !== "conflict") this.status.value = this.changed ? "keeping" : "saved";
    this.after("here", HERE, () => this.keepHere());
    this.after("draft", DRAFT, () => this.keepDraft());
  }

  after(what, delay, run) {
    clearTimeout(this.timers[what]);
    this.timers[what] = setTimeout(() => { this.timers[what] = 0; run(); }, delay);
  }

  keepHere() {
    if (this.changed) return keep(this.work.crisis, this.name, this.text, this.revision);
    forget(this.work.crisis, this.name);
    return true;
  }

  get where() {
    return `/api/scenario/${encodeURIComponent(this.work.crisis)}`;
  }

  /** The draft at the server as the text is now; tried again while the server is gone. */
  async keepDraft() {
    if (this.busy) return this.after("draft", DRAFT, () => this.keepDraft());
    this.busy = true;
    const text = this.text;
    try {
      if (text === this.saved) await del(`${this.where}/draft/${this.name}`);
      else await put(`${this.where}/draft/${this.name}`, { text, revision: this.revision });
      this.settle(text === this.saved ? "saved" : "kept", text);
    } catch (error) {
      this.failed(error, () => this.keepDraft());
    } finally {
      this.busy = false;
    }
    return undefined;
  }

  settle(status, text) {
    if (this.clash) this.status.value = "conflict";
    else if (this.text === text) this.status.value = status;
  }

  failed(error, again) {
    this.words = error.message;
    if (!this.clash) this.status.value = error.status === 0 ? "away" : "refused";
    if (error.status === 0 || error.status === 503 || error.status === 401) this.after("draft", AGAIN, again);
  }

  /** Write the file. True where it stands there now. */
  async save() {
    if (this.work.shipped) return false;
    if (!this.changed && !this.clash) return true;
    if (this.clash) {
      this.work.asking.value = this.name;
      return false;
    }
    if (this.busy) {
      this.after("draft", 60, () => this.save());
      return false;
    }
    this.busy = true;
    clearTimeout(this.timers.draft);
    const text = this.text;
    this.status.value = "saving";
    try {
      const written = await put(`${this.where}/file/${this.name}`, { text, revision: this.revision });
      this.wrote(text, written.revision);
      return true;
    } catch (error) {
      if (error.status === 409 && error.body?.theirs !== undefined) {
        this.clashed(error.body.theirs, error.body.revision);
        this.work.asking.value = this.name;
        this.after("draft", DRAFT, () => this.keepDraft());
      } else this.failed(error, () => this.save());
      return false;
    } finally {
      this.busy = false;
    }
  }

  wrote(text, revision) {
    Object.assign(this, { saved: text, revision, clash: null });
    this.keepHere();
    this.status.value = this.changed ? "keeping" : "saved";
    if (this.changed) this.after("draft", DRAFT, () => this.keepDraft());
    this.work.told?.postMessage({ crisis: this.work.crisis, file: this.name });
    this.work.turn.value += 1;
  }

  /** The file is another by now. Where nothing was typed here it is simply taken. */
  clashed(theirs, revision) {
    if (revision === this.revision) return;
    const untouched = !this.changed;
    if (untouched || this.text === theirs) {
      Object.assign(this, { saved: theirs, revision, clash: null });
      this.replace(theirs, "input.theirs");
      this.keepHere();
      this.status.value = "saved";
    } else {
      this.clash = { theirs, revision };
      this.status.value = "conflict";
    }
    this.work.turn.value += 1;
  }

  /** What was chosen between both texts: `text` goes on from theirs, and is written where `now`. */
  async resolve(text, now) {
    Object.assign(this, { saved: this.clash.theirs, revision: this.clash.revision, clash: null });
    this.work.asking.value = null;
    this.status.value = "keeping";
    this.replace(text, "input.merge");
    this.touched();
    if (now) await this.save();
  }
}

/** All files of one crisis. */
export class Work {
  constructor(page) {
    this.crisis = page.id;
    this.shipped = page.shipped;
    this.turn = signal(0); // grows with every change of a text
    this.asking = signal(null); // file whose two texts are to be chosen from
    this.problems = signal({ list: null, whole: false, busy: false, error: null });
    this.restored = signal([]); // files whose unsaved text is here again
    this.others = signal([]); // texts that other tabs have not saved
    this.view = null;
    this.shown = null;
    this.order = []; // files in the order in which they were changed
    this.chain = Promise.resolve();
    this.files = new Map(page.files.map((file) => [file.name, new Held(this, file)]));
    this.unsaved = computed(() => (this.turn.value, [...this.files.values()].filter((f) => f.changed)));
    this.told = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("standoff.files");
    if (this.told) this.told.onmessage = ({ data }) => data.crisis === this.crisis && this.refresh();
    this.leave = (event) => {
      for (const file of this.files.values()) {
        if (!file.changed) continue;
        if (!file.keepHere() && file.status.value !== "kept") event.preventDefault?.();
        if (file.status.value === "kept" || event.type !== "pagehide") continue;
        const body = JSON.stringify({ text: file.text, revision: file.revision });
        fetch(`${file.where}/draft/${file.name}`, {
          method: "PUT", credentials: "same-origin", headers: { "content-type": "application/json" }, body,
          keepalive: body.length < MOST_LAST, // browsers refuse to send more from a page that goes
        }).catch(() => undefined); // kept in this browser all the same
      }
    };
    this.back = () => document.visibilityState === "visible" && this.refresh();
    if (!this.shipped) {
      addEventListener("pagehide", this.leave);
      addEventListener("beforeunload", this.leave);
      document.addEventListener("visibilitychange", this.back);
    }
    this.check();
  }

  /** What was not saved when the page was last left. */
  async restore(page) {
    if (this.shipped) return;
    const others = [];
    for (const file of page.files) {
      const held = this.files.get(file.name);
      const kept = await found(this.crisis, file.name);
      others.push(...kept.others.map((o) => ({ ...o, file: file.name })));
      const draft = kept.mine ?? (file.draft === null ? null : { text: file.draft, revision: file.draft_revision });
      if (!draft || draft.text === file.text || held.changed) continue;
      // Where another tab that is open is writing it, the draft at the server is that tab's.
      if (!kept.mine && kept.others.some((o) => o.open && o.text === draft.text)) continue;
      held.replace(draft.text, "input.draft");
      if (draft.revision !== file.revision) {
        // It was begun from another text: said again at every reload, until somebody has chosen.
        held.clash = { theirs: file.text, revision: file.revision };
        held.revision = draft.revision;
      }
      held.status.value = held.clash ? "conflict" : "kept";
      if (kept.mine) held.touched();
      this.restored.value = [...this.restored.value, file.name];
    }
    for (const o of others) {
      const known = [page.files.find((f) => f.name === o.file).text, this.files.get(o.file).text].includes(o.text);
      if (known && !o.open) forget(this.crisis, o.file, o.tab); // it is here, or saved: nothing to ask
      else if (!known) this.others.value = [...this.others.value, o];
    }
  }

  throwAway(other) {
    forget(this.crisis, other.file, other.tab);
    this.others.value = this.others.value.filter((o) => o !== other);
  }

  /** Back to what is saved; can be undone. */
  revert(name) {
    const held = this.files.get(name);
    held.replace(held.clash?.theirs ?? held.saved, "input.revert");
    if (held.clash) held.resolve(held.clash.theirs, false);
    this.restored.value = this.restored.value.filter((n) => n !== name);
  }

  /** Look whether somebody else has written a file. */
  async refresh() {
    try {
      const page = await get(`/api/scenario/${encodeURIComponent(this.crisis)}`);
      for (const file of page.files) {
        const held = this.files.get(file.name);
        if (held && !held.busy && file.revision !== held.revision) held.clashed(file.text, file.revision);
      }
    } catch {
      // said where something is to be kept
    }
  }

  /** Name -> text of the files that make the scenario. */
  yaml() {
    return Object.fromEntries([...this.files.values()].filter((f) => !f.name.endsWith(".md")).map((f) => [f.name, f.text]));
  }

  touched(held) {
    this.order = [...this.order.filter((n) => n !== held.name), held.name];
    this.turn.value += 1;
    clearTimeout(this.checking);
    this.checking = setTimeout(() => this.check(), CHECK);
  }

  /** Look for problems; `whole` also builds the game and follows the record. */
  async check(whole = false) {
    this.stop?.abort();
    const stop = (this.stop = new AbortController());
    this.problems.value = { ...this.problems.value, busy: true };
    try {
      const answer = await post("/api/check", { files: this.yaml(), whole }, { signal: stop.signal });
      this.problems.value = { list: answer.problems, whole, busy: false, error: null };
      for (const held of this.files.values()) this.mark(held, answer.problems.filter((p) => p.file === held.name && p.line > 0));
    } catch (error) {
      if (error.name !== "AbortError") this.problems.value = { ...this.problems.value, busy: false, error };
    }
  }

  mark(held, problems) {
    const marks = problems.map((p) => ({
      ...rangeOf(held.state.doc, p), severity: p.severity,
      message: [p.message, p.found && `found ${p.found}`, p.expected && `expected ${p.expected}`, p.nearest && `did you mean ${p.nearest}?`].filter(Boolean).join("; "),
    }));
    held.dispatch(setDiagnostics(held.state, marks.sort((a, b) => a.from - b.from)));
  }

  /** Change values where they stand in the text: one after the other, each on the text as it is then. */
  edit(changes) {
    const run = async () => {
      for (let tries = 0; tries < 3; tries += 1) {
        const texts = this.yaml();
        const answer = await post("/api/edit", { files: texts, changes });
        if (Object.keys(answer.files).some((name) => this.files.get(name).text !== texts[name])) continue; // typed meanwhile
        for (const [name, text] of Object.entries(answer.files)) this.files.get(name).replace(text, "input.form");
        return answer;
      }
      throw new Error("The text was being changed at the same time. Try again.");
    };
    const made = this.chain.then(run, run);
    this.chain = made.catch(() => undefined);
    return made;
  }

  /** Undo or redo the last change, in whichever file it was made. */
  step(what) {
    const depth = what === "undo" ? undoDepth : redoDepth;
    const name = [...this.order].reverse().find((n) => depth(this.files.get(n).state) > 0);
    if (!name) return false;
    const held = this.files.get(name);
    return (what === "undo" ? undo : redo)({ state: held.state, dispatch: (tr) => held.dispatch(this.shown === held && this.view ? tr : { state: tr.state }) });
  }

  can(what) {
    const depth = what === "undo" ? undoDepth : redoDepth;
    return [...this.files.values()].some((f) => depth(f.state) > 0);
  }

  async saveAll() {
    for (const held of this.files.values()) if (held.changed || held.clash) await held.save();
  }

  /** Show a file in an editor below `host`. */
  show(name, host) {
    this.hide();
    this.shown = this.files.get(name);
    this.view = mounted(host, this.shown.state);
  }

  hide() {
    this.view?.destroy();
    this.view = null;
    this.shown = null;
  }

  /** Put the cursor somewhere and look there. */
  jump(line, column = 1) {
    if (!this.view) return;
    const at = offsetAt(this.view.state.doc, line, column);
    this.view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
    this.view.focus();
  }

  close() {
    this.leave({ type: "pagehide" });
    removeEventListener("pagehide", this.leave);
    removeEventListener("beforeunload", this.leave);
    document.removeEventListener("visibilitychange", this.back);
    this.told?.close();
    this.stop?.abort();
    clearTimeout(this.checking);
    for (const held of this.files.values()) Object.values(held.timers).forEach(clearTimeout);
    this.hide();
  }
}
