// "Link to…": what rests on some words, how good they are, what they do. Written into the crisis.
import { html, useMemo, useState } from "../libraries/preact.js";
import { post } from "../api.js";
import { go, to } from "../router.js";
import { Wrong } from "../loading.js";
import { Button, Callout, Field, Select } from "../elements/basic.js";
import { say } from "../elements/overlays.js";
import { KINDS, MARKS, namesOf, parts } from "./places.js";

const RELIABILITY = [["", "not graded"], ["A", "A: reliable"], ["B", "B: usually reliable"], ["C", "C: fairly reliable"], ["D", "D: not usually reliable"], ["E", "E: unreliable"], ["F", "F: can't be judged"]];
const CREDIBILITY = [["1", "1: confirmed"], ["2", "2: probably true"], ["3", "3: possibly true"], ["4", "4: doubtful"], ["5", "5: improbable"], ["6", "6: can't be judged"]];

/** A shipped crisis is not changed: a copy of it is. */
function Copy({ crisis, passage, onClose }) {
  const [name, setName] = useState(`${crisis}-2`);
  const [wrong, setWrong] = useState("");
  const make = async (event) => {
    event.preventDefault();
    try {
      const made = await post("/api/library/duplicate", { crisis, as: name });
      say(`Copied as ${made.id}. Link the passage here.`);
      onClose();
      go(to(made.id, "sources", { passage }));
    } catch (error) {
      setWrong(error.message);
    }
  };
  return html`<form onSubmit=${make}><${Callout}><p><b>${crisis}</b> comes with Standoff and is not changed. Duplicate it, and the link goes into your copy.</p><//>
    <${Field} label="Name of the copy" wrong=${wrong}>${(shared) => html`<input class="input" ...${shared} value=${name} onInput=${(e) => { setName(e.currentTarget.value); setWrong(""); }} />`}<//>
    <div class="buttons form-end"><${Button} kind="primary" type="submit">Duplicate<//><${Button} onClick=${onClose}>Cancel<//></div></form>`;
}

export function LinkTo({ crisis, asked, linkable, onClose, onDone }) {
  const { listed, held, place, words } = asked;
  const own = parts(listed.key);
  const names = namesOf(linkable.sources, own.source);
  const [find, setFind] = useState("");
  const [rests, setRests] = useState("");
  const [quote, setQuote] = useState(words);
  const [letter, setLetter] = useState("");
  const [digit, setDigit] = useState("2");
  const [mark, setMark] = useState("reported");
  const [note, setNote] = useState("");
  const [title, setTitle] = useState(held.volume.title || held.heading || own.source);
  const [source, setSource] = useState(names[0] ?? own.source);
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);
  const wanted = find.toLowerCase().split(/\s+/).filter(Boolean);
  const groups = useMemo(() => {
    const fit = linkable.targets.filter((t) => wanted.every((w) => `${t.target} ${t.label}`.toLowerCase().includes(w)));
    return Object.entries(KINDS).map(([kind, name]) => [name, fit.filter((t) => t.kind === kind)]).filter(([, list]) => list.length);
  }, [linkable, find]);
  if (linkable.shipped) return html`<${Copy} crisis=${crisis} passage=${`${listed.key}/${place}`} onClose=${onClose} />`;
  const passage = `${source}#${own.id}/${place}`;
  const make = async (event) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const body = { revision: linkable.revision, rests, passage, quote, grade: letter && letter + digit, as: mark, note };
      if (names.length === 0) body.new_source = title;
      const made = await post(`/api/links/${crisis}`, body);
      onDone(made, rests);
    } catch (wrong) {
      setError(wrong);
      setBusy(false);
      if (wrong.status === 409) onDone(null);
    }
  };
  return html`<form onSubmit=${make} class="link-to">
    <p class="small">Passage <code>${passage}</code></p>
    ${names.length > 1 && html`<${Select} label="Cited as" value=${source} onChange=${setSource} options=${names.map((n) => [n, n])} />`}
    ${names.length === 0 && html`<${Field} label="Title of the source" hint=${`The crisis doesn't cite ${own.source} yet: it is added to its sources under this title.`} value=${title} onInput=${(e) => setTitle(e.currentTarget.value)} required />`}
    <${Field} label="Words" hint="As the document has them. Empty: the whole passage.">${(shared) => html`<textarea class="input" rows="3" ...${shared} value=${quote} onInput=${(e) => setQuote(e.currentTarget.value)}></textarea>`}<//>
    <${Field} label="Find what rests on it" value=${find} onInput=${(e) => setFind(e.currentTarget.value)} type="search" />
    <${Field} label="What rests on it">${(shared) => html`<select class="input" size="7" required ...${shared} onChange=${(e) => setRests(e.currentTarget.value)}>
      ${groups.map(([name, list]) => html`<optgroup label=${name}>${list.map((t) => html`<option value=${t.target} selected=${t.target === rests}>${t.label ? `${t.label} (${t.target})` : t.target}</option>`)}</optgroup>`)}</select>`}<//>
    <${Select} label="What the words do" value=${mark} onChange=${setMark} options=${MARKS} hint=${["denied", "deceptive"].includes(mark) ? "Such words support nothing." : ""} />
    <div class="two"><${Select} label="Reliability of the source" value=${letter} onChange=${setLetter} options=${RELIABILITY} />
      ${letter && html`<${Select} label="Credibility of the words" value=${digit} onChange=${setDigit} options=${CREDIBILITY} />`}</div>
    <${Field} label="Why (may stay empty)" value=${note} onInput=${(e) => setNote(e.currentTarget.value)} />
    ${error && html`<${Wrong} error=${error} />`}
    ${error?.status === 409 && html`<p class="small">It has been loaded again: press Link once more to add the link to it.</p>`}
    <div class="buttons form-end"><${Button} kind="primary" type="submit" disabled=${busy || !rests}>Link<//><${Button} onClick=${onClose}>Cancel<//></div>
  </form>`;
}
