// The analyst's own words in a note: remarks at its sections, comments on its judgements. A number
// of the note stands in them as a name in braces, which can't be edited to say another.
import { html, useEffect, useRef, useState } from "../libraries/preact.js";
import { get, put } from "../api.js";
import { useLoaded, Waiting, Wrong } from "../loading.js";
import { Badge, Button, Callout, Field, More, percent, Select } from "../elements/basic.js";

const DELAY = 700; // milliseconds between the last key and keeping
const TOKEN = /(\{[A-Za-z][\w.:-]{0,200}\})/;

let last = 0;
const named = (remarks) => remarks.map((one) => ({ ...one, key: (last += 1) }));
const kept = (remarks) => remarks.filter((one) => one.text.trim()).map(({ at, place, text }) => ({ at, place, text }));

/** How it will read: numbers in place of their names. */
function Preview({ text, numbers }) {
  if (!TOKEN.test(text)) return null;
  return html`<p class="small serif">${text.split(TOKEN).map((part) => {
    if (!TOKEN.test(part)) return part;
    const held = numbers.get(part.slice(1, -1));
    return held ? html`<${Badge} kind="good" title=${held.what}>${held.probability === null ? held.name : percent(held.probability)}<//>` : html`<${Badge} kind="bad">no number ${part}<//>`;
  })}</p>`;
}

function One({ remark, number, about, numbers, onChange, onRemove }) {
  const box = useRef(null);
  const places = about.places.flatMap((p) => [[`${p.at}|before`, `Before “${p.title}”`], [`${p.at}|after`, `After “${p.title}”`]]);
  const judgements = about.judgements.map((j) => [`${j.at}|after`, `On “${j.title}”`]);
  const value = `${remark.at}|${remark.place}`;
  const known = [...places, ...judgements].some(([key]) => key === value);
  const insert = (name) => {
    const at = box.current?.selectionStart ?? remark.text.length;
    onChange({ ...remark, text: `${remark.text.slice(0, at)}{${name}}${remark.text.slice(box.current?.selectionEnd ?? at)}` });
    box.current?.focus();
  };
  return html`<div class="remark" role="group" aria-label=${`Remark ${number}`}>
    <${Select} label="Where" value=${value} onChange=${(v) => { const [at, place] = v.split("|"); onChange({ ...remark, at, place }); }}
      options=${[...(known ? [] : [[value, `${remark.at} (not in this note: it comes last)`]]), ...places, ...judgements]} />
    <${Field} label="Words" hint="A blank line begins a new paragraph.">${(shared) => html`<textarea class="input" rows="3" maxlength="20000" ...${shared} ref=${box} value=${remark.text} onInput=${(e) => onChange({ ...remark, text: e.currentTarget.value })}></textarea>`}<//>
    <${Preview} text=${remark.text} numbers=${numbers} />
    <div class="buttons"><${Select} label="Put in a number" value="" onChange=${(name) => name && insert(name)} options=${[["", "choose…"], ...about.numbers.map((n) => [n.name, `${n.what}${n.probability === null ? "" : `: ${percent(n.probability)}`}`])]} />
      <${Button} small kind="danger" aria-label=${`Take remark ${number} away`} onClick=${onRemove}>Take away<//></div>
  </div>`;
}

/** `onKept` is told the revision of what is kept, so that the note can be shown anew. */
export function Remarks({ crisis, job, onKept }) {
  const about = useLoaded((stop) => get(`/api/remarkable/${job}`, { signal: stop }), [job]);
  const [list, setList] = useState(null);
  const [state, setState] = useState({});
  const work = useRef({ revision: "", waiting: null, list: null, busy: Promise.resolve() });
  const take = (held) => {
    work.current.revision = held.revision;
    setList(named(held.remarks));
    setState({});
    onKept(held.revision, held.remarks.length);
  };
  const load = () => get(`/api/remarks/${crisis}`).then(take, (error) => {
    setState({ error });
    onKept("", 0); // the note is shown all the same
  });
  useEffect(() => { load(); }, [crisis]);

  const keep = () => {
    const mine = work.current;
    clearTimeout(mine.waiting);
    mine.waiting = null;
    // One after the other: each write names the revision that the one before has made.
    mine.busy = mine.busy.then(async () => {
      const remarks = kept(mine.list);
      try {
        const made = await put(`/api/remarks/${crisis}`, { revision: mine.revision, remarks });
        mine.revision = made.revision;
        setState({ said: "Kept." });
        onKept(made.revision, remarks.length);
      } catch (error) {
        setState(error.status === 409 ? { theirs: error.body } : { error });
      }
    });
  };
  const change = (next) => {
    setList(next);
    work.current.list = next;
    clearTimeout(work.current.waiting);
    work.current.waiting = setTimeout(keep, DELAY);
    setState({ said: "…" });
  };
  useEffect(() => () => { if (work.current.waiting) keep(); }, []);
  const mine = () => { work.current.revision = state.theirs.revision; keep(); };

  const count = list?.length ?? 0;
  const first = about.value?.places[0]?.at ?? "key";
  const numbers = new Map((about.value?.numbers ?? []).map((n) => [n.name, n]));
  return html`<${More} summary=${`Your remarks${count ? ` (${count})` : ""}`}>
    <p class="soft small">What you add is printed as the analyst's own, beside what the model says. The note's own words and numbers stay as they are; a number that you put in follows the assessment.</p>
    ${about.error && html`<${Wrong} error=${about.error} again=${about.again} />`}
    ${state.error && html`<${Wrong} error=${state.error} again=${list ? keep : load} />`}
    ${state.theirs && html`<${Callout} kind="warn"><p>Somebody else has written the remarks meanwhile. Yours are still here and not kept.</p>
      <p class="buttons"><${Button} small onClick=${mine}>Keep mine<//><${Button} small onClick=${load}>Take theirs<//></p><//>`}
    ${(!list || !about.value) && !state.error && !about.error && html`<${Waiting} />`}
    ${list && about.value && html`${list.map((one, i) => html`<${One} key=${one.key} remark=${one} number=${i + 1} about=${about.value} numbers=${numbers}
        onChange=${(next) => change(list.map((each) => (each.key === one.key ? next : each)))} onRemove=${() => change(list.filter((each) => each.key !== one.key))} />`)}
      <p class="buttons"><${Button} small onClick=${() => setList([...list, { at: first, place: "after", text: "", key: (last += 1) }])}>Add a remark<//><span class="soft small" role="status">${state.said ?? ""}</span></p>`}
  <//>`;
}
