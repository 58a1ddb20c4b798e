// The scenario as forms: another view of the same text. What a field changes is written into the text
// where that value stands, as one step that undo takes back.
import { html, useEffect, useState } from "../libraries/preact.js";
import { post } from "../api.js";
import { query, route } from "../router.js";
import { Badge, Button, Callout, Empty, Field, More, Select } from "../elements/basic.js";
import { say } from "../elements/overlays.js";
import { Waiting, Wrong } from "../loading.js";
import { Cell, Distribution, isDistribution, NamesCell, Remove, textOf } from "./cells.js";

const READ = 150; // milliseconds after the last change of the text
const PARTS = [["note", "Heading"], ["priors", "Odds beforehand"], ["parameters", "Parameters"], ["record", "Record"], ["questions", "Questions"]];

export function Forms({ work, onShow }) {
  const [state, setState] = useState({});
  const turn = work.turn.value;
  const part = route.value.query.get("part") ?? "note";
  useEffect(() => {
    const stop = new AbortController();
    const wait = setTimeout(() => {
      post("/api/forms", { files: work.yaml() }, { signal: stop.signal }).then(
        (forms) => setState((held) => (forms.problems.length ? { forms: held.forms, problems: forms.problems } : { forms })),
        (error) => error.name !== "AbortError" && setState((held) => ({ forms: held.forms, error })),
      );
    }, state.forms ? READ : 0);
    return () => {
      clearTimeout(wait);
      stop.abort();
    };
  }, [turn]);
  const edit = async (changes) => {
    try {
      await work.edit(changes);
    } catch (error) {
      say(error.problems?.[0] ? `${error.problems[0].message}. ${error.problems[0].expected ? `Needed: ${error.problems[0].expected}.` : ""}` : error.message, { kind: "bad" });
      setState((held) => ({ ...held })); // the field shows what stands there
    }
  };
  const undoKey = (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z" || event.target.dataset?.clean === "false") return;
    event.preventDefault();
    work.step(event.shiftKey ? "redo" : "undo");
  };
  if (!state.forms && state.problems) return html`<${Unread} />`;
  if (!state.forms) return state.error ? html`<${Wrong} error=${state.error} />` : html`<${Waiting} />`;
  const Shown = { note: Heading, priors: Priors, parameters: Parameters, record: Record, questions: Questions }[part] ?? Heading;
  const disabled = work.shipped || Boolean(state.error || state.problems);
  return html`<div class="forms" onKeyDown=${undoKey}>
    <div class="buttons" role="group" aria-label="Parts of the scenario">${PARTS.map(([key, label]) => html`<${Button} small aria-pressed=${part === key} onClick=${() => query({ part: key === "note" ? undefined : key })}>${label}<//>`)}</div>
    ${state.problems && html`<${Unread} />`}
    ${state.error && html`<${Wrong} error=${state.error} />`}
    <${Shown} forms=${state.forms} edit=${edit} disabled=${disabled} show=${(path) => { const at = state.forms.places[path]; if (at) onShow(at.file, at.line); }} />
  </div>`;
}

const Unread = () => html`<${Callout} kind="warn"><p>The text can't be read as it is now, so the forms wait. Mend it in the text: the list of problems says where.</p><//>`;

const InText = ({ show, path, name }) => html`<${Button} small kind="plain" aria-label=${`Show ${name} in the text`} onClick=${() => show(path)}>In the text<//>`;

function Heading({ forms, edit, disabled }) {
  const { data } = forms;
  const one = (path, label, value, more = {}) => html`<${Cell} label=${label} value=${value} disabled=${disabled} ...${more} onCommit=${(text) => edit([{ path, value: text }])} />`;
  return html`<section class="form-fields"><h2>Heading</h2>
    ${one("title", "Title", data.title)}
    ${one("summary", "Summary", data.summary, { long: true })}
    ${one("as_of", "As of", data.as_of, { hint: "What was known later is left out. A day, or a day and an hour: 2031-03-05T09:00." })}
    ${one("note.from", "From", data.note?.from)}
    ${one("note.to", "To", data.note?.to)}
    ${one("note.subject", "Subject", data.note?.subject, { hint: "The title where nothing is said." })}
    ${one("note.marking", "Marking", data.note?.marking)}
  </section>`;
}

function Priors({ forms, edit, disabled, show }) {
  const actors = Object.entries(forms.data.actors ?? {}).filter(([, actor]) => actor?.types && Object.keys(actor.types).length > 0);
  if (!actors.length) return html`<${Empty}>Nobody here has a secret. Types of an actor are written in the text.<//>`;
  return html`<section><h2>Odds beforehand</h2>${actors.map(([id, actor]) => {
    const path = `actors.${id}.prior`;
    const types = Object.keys(actor.types);
    const name = textOf(actor.name) || id;
    const even = Object.fromEntries(types.map((type, i) => [type, i === types.length - 1 ? "rest" : String(Number((1 / types.length).toFixed(3)))]));
    return html`<div class="card form-card"><div class="form-head"><h3>${name}</h3><${InText} show=${show} path=${actor.prior ? path : `actors.${id}`} name=${`the odds of ${name}`} /></div>
      ${!actor.prior || typeof actor.prior !== "object"
        ? html`<p>Nothing is said: all types are even. <${Button} small disabled=${disabled} onClick=${() => edit([{ path, value: even }])}>Say odds<//></p>`
        : html`${types.filter((type) => type in actor.prior).map((type) => html`<${Distribution} path=${`${path}.${type}`} data=${actor.prior[type]} name=${`${name}: ${textOf(actor.types[type]?.label) || type}`} rest because=${false} disabled=${disabled} edit=${edit} />
            <p class="soft small form-says">${type}: ${textOf(actor.types[type]?.label)}</p>`)}
          ${actor.prior.dirichlet && html`<div class="form-row" role="group" aria-label=${`Weights of ${name}`}>${Object.entries(actor.prior.dirichlet).map(([type, weight]) => html`<${Cell} label=${`weight of ${type}`} value=${weight} disabled=${disabled} onCommit=${(text) => edit([{ path: `${path}.dirichlet.${type}`, value: text ?? "" }])} />`)}</div>`}
          <${Cell} label="Because" long value=${actor.prior.because} disabled=${disabled} onCommit=${(text) => edit([{ path: `${path}.because`, value: text }])} />`}
    </div>`;
  })}</section>`;
}

function Parameters({ forms, edit, disabled, show }) {
  const [asked, setAsked] = useState("");
  const words = asked.toLowerCase().split(/\s+/).filter(Boolean);
  const all = Object.entries(forms.data.parameters ?? {});
  const shown = all.filter(([name, data]) => words.every((w) => `${name} ${textOf(data?.label)} ${JSON.stringify(data)}`.toLowerCase().includes(w)));
  return html`<section><h2>Parameters</h2>
    <${Field} label="Find" type="search" value=${asked} onInput=${(e) => setAsked(e.currentTarget.value)} />
    ${shown.map(([name, data]) => {
      const path = `parameters.${name}`;
      const types = data && typeof data === "object" && data.by ? Object.keys(data).filter(isDistribution) : null;
      return html`<div class="card form-card" key=${name}><div class="form-head"><h3><code>${name}</code> ${types && html`<${Badge}>by type of ${textOf(data.by)}<//>`}</h3><${InText} show=${show} path=${path} name=${name} /></div>
        ${textOf(data?.label) && html`<p class="soft small">${textOf(data.label)}</p>`}
        ${types
          ? types.map((type) => html`<h4>${type}</h4><${Distribution} path=${`${path}.${type}`} data=${data[type]} name=${`${name}, ${type}`} disabled=${disabled} edit=${edit} />`)
          : html`<${Distribution} path=${path} data=${data} name=${name} disabled=${disabled} edit=${edit} />`}
      </div>`;
    })}
    ${shown.length === 0 && html`<${Empty}>${all.length ? "Nothing is called that." : "There are no parameters."}<//>`}
  </section>`;
}

const SHOWN_AS = [["move", "A move was seen"], ["report", "A report came in"], ["absence", "Something was not seen"], ["unknown", "Anything may have happened at a turn"]];

function Record({ forms, edit, disabled, show }) {
  const items = forms.data.record ?? [];
  const [kind, setKind] = useState("move");
  const add = () => {
    const at = textOf(items.at(-1)?.at) || textOf(forms.data.as_of);
    const first = forms.names.acts[0] ?? "actor.turn.move";
    const [actor, about] = Object.entries(forms.data.actors ?? {}).find(([, a]) => a?.types && Object.keys(a.types).length) ?? [];
    const odds = [...(actor ? [{ when: `${actor} is ${Object.keys(about.types)[0]}`, p: "0.5" }] : []), { else: "0.5" }];
    const value = {
      move: { at, move: first, text: "what was seen" }, report: { at, report: "what was learned", odds },
      absence: { absence: first, first: at, last: at }, unknown: { at, unknown: first.split(".").slice(0, 2).join(".") },
    }[kind];
    edit([{ path: `record.${items.length}`, value }]);
  };
  return html`<section><h2>Record</h2>
    ${items.map((item, i) => {
      const path = `record.${i}`;
      const is = SHOWN_AS.find(([key]) => key in item)?.[0] ?? "move";
      const name = `item ${i + 1}`;
      const one = (key, label, more = {}) => html`<${Cell} label=${label} value=${item[key]} disabled=${disabled} ...${more} onCommit=${(text) => edit([{ path: `${path}.${key}`, value: text }])} />`;
      return html`<div class="card form-card" key=${i}>
        <${More} open=${items.length < 6} summary=${html`<span>${textOf(item.at ?? item.first)} <strong>${textOf(item[is])}</strong></span>`}>
          <div class="form-row">
            ${is === "absence" ? html`${one("first", "From")}${one("last", "Until")}` : one("at", "When it happened")}
            ${one("known", "When it was known", { hint: "The same where nothing is said." })}
          </div>
          ${is === "move" ? html`<${NamesCell} label="Move" value=${item.move} disabled=${disabled} options=${forms.names.acts} hint="actor.turn.move; several, with commas: one of them." onCommit=${(value) => edit([{ path: `${path}.move`, value }])} />`
            : one(is, SHOWN_AS.find(([key]) => key === is)[1], { long: is === "report", options: is === "absence" ? forms.names.acts : undefined })}
          ${one("text", "In words", { long: true })}
          ${Array.isArray(item.odds) && item.odds.map((odds, j) => html`<div class="form-row">${"else" in odds
            ? html`<${Cell} label="Odds otherwise" value=${odds.else} disabled=${disabled} onCommit=${(text) => edit([{ path: `${path}.odds.${j}.else`, value: text ?? "" }])} />`
            : html`<${Cell} label="When" value=${odds.when} disabled=${disabled} onCommit=${(text) => edit([{ path: `${path}.odds.${j}.when`, value: text ?? "" }])} /><${Cell} label="odds of such a report" value=${odds.p} disabled=${disabled} onCommit=${(text) => edit([{ path: `${path}.odds.${j}.p`, value: text ?? "" }])} />`}</div>`)}
          <div class="form-row">
            <${NamesCell} label="Source" value=${item.source} disabled=${disabled} options=${forms.names.sources} onCommit=${(value) => edit([{ path: `${path}.source`, value }])} />
            ${one("reliability", "Odds that it is right", { hint: "Certain where nothing is said." })}
          </div>
          <div class="buttons"><${InText} show=${show} path=${path} name=${name} /><${Remove} name=${name} disabled=${disabled} onClick=${() => edit([{ path, value: null }])} /></div>
        <//>
      </div>`;
    })}
    ${items.length === 0 && html`<${Empty}>Nothing has been seen yet.<//>`}
    <div class="form-add"><${Select} label="What to add" value=${kind} onChange=${setKind} options=${SHOWN_AS} disabled=${disabled} /><${Button} disabled=${disabled} onClick=${add}>Add to the record<//></div>
  </section>`;
}

function Questions({ forms, edit, disabled, show }) {
  const items = forms.data.questions ?? [];
  const names = new Set(items.map((item) => item.id));
  const add = () => {
    let n = items.length + 1;
    while (names.has(`question_${n}`)) n += 1;
    edit([{ path: `questions.${items.length}`, value: { id: `question_${n}`, text: "What should the note answer?", ask: "P(ending is time)" } }]);
  };
  return html`<section><h2>Questions</h2>
    ${items.map((item, i) => {
      const path = `questions.${i}`;
      const one = (key, label, more = {}) => html`<${Cell} label=${label} value=${item[key]} disabled=${disabled} ...${more} onCommit=${(text) => edit([{ path: `${path}.${key}`, value: text }])} />`;
      return html`<div class="card form-card" key=${i}><div class="form-head"><h3><code>${textOf(item.id)}</code></h3><${InText} show=${show} path=${path} name=${textOf(item.id)} /></div>
        ${one("text", "In words", { long: true })}
        ${one("ask", "Ask", { hint: "A query, as P(ending is quiet | us did reinforce)." })}
        <div class="form-row">${one("id", "Short name")}${one("as", "As seen by", { options: forms.names.actors, hint: "The observer where nothing is said." })}</div>
        <div class="buttons"><${Remove} name=${textOf(item.id)} disabled=${disabled} onClick=${() => edit([{ path, value: null }])} /></div>
      </div>`;
    })}
    ${items.length === 0 && html`<${Empty}>Nothing is asked yet.<//>`}
    <div class="form-add"><${Button} disabled=${disabled} onClick=${add}>Add a question<//></div>
  </section>`;
}
