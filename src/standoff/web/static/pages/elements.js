// Every interface element in every state, for who writes pages and for the tests that look at them.
import { html, useState } from "../libraries/preact.js";
import { Actor, Badge, Button, Callout, Empty, Field, Menu, More, Odds, Select, Slider } from "../elements/basic.js";
import { Table } from "../elements/table.js";
import { Dialog, Progress, say } from "../elements/overlays.js";
import { Chart } from "../elements/chart.js";
import { Prose } from "../elements/prose.js";
import { Problems } from "../elements/problems.js";
import { Compare } from "../editor/compare.js";

const BARS = {
  $schema: "https://vega.github.io/schema/vega-lite/v5.json",
  description: "Three bars, as an example of a chart.",
  data: { values: [{ who: "hold", p: 0.5 }, { who: "trade", p: 0.3 }, { who: "exit", p: 0.2 }] },
  mark: "bar",
  encoding: {
    x: { field: "p", type: "quantitative", axis: { format: "%", title: null } },
    y: { field: "who", type: "nominal", axis: { title: null } },
  },
  config: { background: null, axis: { labelColor: "#1b1b1b", titleColor: "#1b1b1b" }, view: { stroke: null } },
  width: 240,
};

const PROBLEMS = [
  { severity: "error", message: "there is no state variable 'ships'", position: { file: "cuba.yaml", line: 12, column: 9 }, found: "ships", expected: "a state variable", nearest: "shops" },
  { severity: "warning", message: "nothing reads the parameter 'keep'", position: { file: "cuba.yaml", line: 40, column: 3 }, found: "", expected: "", nearest: "" },
];

const PROSE = "# A heading\n\nA paragraph with **strong**, *emphasized* and `code` words, over\ntwo lines.\n\n- one thing\n- another, <b>not markup</b>\n\n1. first\n2. second\n\n```\nstandoff assess signal\n```\n\n| who | odds |\n| --- | --- |\n| hold | `0.5` |";

function Part({ title, children }) {
  return html`<section class="section"><h2>${title}</h2>${children}</section>`;
}

export default function Elements() {
  const [weight, setWeight] = useState(0.4);
  const [kind, setKind] = useState("a");
  const [open, setOpen] = useState(false);
  const [picked, setPicked] = useState(1);
  return html`<main class="page"><header><h1>Interface elements</h1></header>
    <${Part} title="Buttons"><div class="buttons">
      <${Button}>Button<//><${Button} kind="primary">Primary<//><${Button} kind="danger">Danger<//><${Button} kind="plain">Plain<//>
      <${Button} small>Small<//><${Button} aria-pressed="true">Pressed<//><${Button} disabled>Disabled<//><${Button} kind="primary" disabled>Disabled<//>
      <${Menu} label="Menu"><${Button} kind="plain">One<//><${Button} kind="plain">Two<//><//>
    </div><div class="moves"><${Button} kind="move">A move at the table<//><${Button} kind="move"><span>A move, with the odds that it is made</span><span class="numeric soft small">74%</span><//></div><//>
    <${Part} title="Fields">
      <${Field} label="Name" hint="As on the command line." value="cuba-1962" />
      <${Field} label="Name, wrong" wrong="There is one of this name." value="cuba-1962" />
      <${Field} label="Name, fixed" value="cuba-1962" disabled />
      <${Select} label="Choice" value=${kind} onChange=${setKind} options=${[["a", "First"], ["b", "Second"]]} />
    <//>
    <${Part} title="Sliders">
      <${Slider} label="Weight" value=${weight} baseline=${0.4} low=${0} high=${1} format=${(x) => x.toFixed(2)} onInput=${setWeight} onReset=${() => setWeight(0.4)} />
      <${Slider} label="Weight, moved" value=${0.7} baseline=${0.4} low=${0} high=${1} format=${(x) => x.toFixed(2)} onReset=${() => undefined} />
      <${Slider} label="Weight, fixed" value=${0.4} baseline=${0.4} low=${0} high=${1} format=${(x) => x.toFixed(2)} disabled />
    <//>
    <${Part} title="Odds"><div class="buttons">
      <${Odds} label="As it is" value=${0.34} low=${0.2} high=${0.5} />
      <${Odds} label="Moved" value=${0.55} low=${0.4} high=${0.7} before=${0.34} />
      <${Odds} label="Near zero" value=${0.004} low=${0} high=${0.02} />
      <${Odds} label="Unknown" value=${null} />
      <${Odds} label="With what it rests on" value=${0.34} low=${0.2} high=${0.5} onClick=${() => say("What it rests on")} />
    </div><//>
    <${Part} title="Badges and actors"><div class="buttons">
      <${Badge}>plain<//><${Badge} kind="good">ok<//><${Badge} kind="warn">moved<//><${Badge} kind="bad">lost<//>
      ${["First", "Second", "Third", "Fourth", "Fifth", "Sixth"].map((name, i) => html`<${Actor} index=${i}>${name}<//>`)}
    </div><//>
    <${Part} title="Callouts">
      <${Callout}><p>Something to know.</p><//><${Callout} kind="warn"><p>Something to mind.</p><//>
      <${Callout} kind="bad"><p>Something went wrong.</p><//><${Callout} kind="good"><p>Something holds.</p><//>
    <//>
    <${Part} title="Problems"><${Problems} problems=${PROBLEMS} onGo=${() => say("Gone there")} /><${Problems} problems=${[]} /><//>
    <${Part} title="Two texts">
      <${Compare} before=${"a\nb\nc\nd\ne\nf\ng\nh\n"} after=${"a\nb\nc\nd\ne\nf\ngamma\nh\nlast\n"} names=${["Before", "After"]} />
      <${Compare} before=${"title: A\nas_of: 2031-03-05\n"} after=${"title: B\nas_of: 2031-03-05\n"} names=${["Theirs", "Yours"]} choice=${new Map([[0, "theirs"]])} onChoose=${() => say("Chosen")} />
      <${Compare} before="same" after="same" names=${["Before", "After"]} />
    <//>
    <${Part} title="Tables">
      <${Table} caption="Three rows, sortable" rowKey=${(row) => row.id} selected=${picked} onRow=${(row) => setPicked(row.id)}
        columns=${[{ key: "name", title: "Name", sort: true }, { key: "p", title: "Odds", number: true, sort: true }]}
        rows=${[{ id: 1, name: "hold", p: 0.5 }, { id: 2, name: "trade", p: 0.3 }, { id: 3, name: "exit", p: 0.2 }]} />
    <//>
    <${Part} title="Dialogs and messages"><div class="buttons">
      <${Button} onClick=${() => setOpen(true)}>Open a dialog<//>
      <${Button} onClick=${() => say("Kept.")}>Say something<//>
      <${Button} onClick=${() => say("It could not be kept.", { kind: "bad", action: ["Try again", () => say("Tried.")] })}>Say something bad<//>
    </div>
    <${Dialog} title="A dialog" open=${open} onClose=${() => setOpen(false)} footer=${html`<${Button} kind="primary" onClick=${() => setOpen(false)}>Done<//>`}><p>What it says.</p><//>
    <//>
    <${Part} title="Progress"><${Progress} label="Solving" done=${12} total=${20} onStop=${() => undefined} /><${Progress} label="Reading" done=${0} total=${0} /><//>
    <${Part} title="Nothing there"><${Empty}>No crises yet. Drop a file here, or duplicate one of those above.<//><${Empty} over>Let go to import it.<//><//>
    <${Part} title="Detail"><${More} summary="What it rests on"><p>The first letter, and the ships.</p><//><//>
    <${Part} title="Prose"><${Prose} text=${PROSE} /><//>
    <${Part} title="Charts"><${Chart} spec=${BARS} caption="Drawn when it comes into view." /><//>
  </main>`;
}
