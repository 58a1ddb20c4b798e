// CodeMirror as the scenario page uses it: what it can do, how it looks, and where it lives.
//
// It stands in a shadow root: there its style goes into adopted style sheets, which the page's policy
// allows; elsewhere it would write a <style> element, which the policy forbids.
import {
  autocompletion, bracketMatching, closeBrackets, completionKeymap, defaultKeymap, drawSelection, EditorState, EditorView,
  foldGutter, foldKeymap, highlightActiveLine, highlightActiveLineGutter, highlightSelectionMatches, highlightSpecialChars,
  HighlightStyle, history, historyKeymap, indentOnInput, indentUnit, indentWithTab, keymap, lineNumbers, lintGutter,
  lintKeymap, rectangularSelection, searchKeymap, syntaxHighlighting, tags, yaml,
} from "../libraries/codemirror.js";
import { post } from "../api.js";
import { placeOf } from "./places.js";

const LOOK = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--raised)", fontSize: "0.875rem" },
  "&.cm-focused": { outline: "none" }, // the page draws it around the host
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "color-mix(in srgb, var(--accent) 30%, transparent)" },
  ".cm-gutters": { backgroundColor: "var(--sunken)", color: "var(--soft)", borderRight: "1px solid var(--rule)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--accent) 8%, transparent)" },
  ".cm-matchingBracket": { backgroundColor: "var(--good-soft)", outline: "1px solid var(--good)" },
  ".cm-selectionMatch": { backgroundColor: "var(--accent-soft)" },
  ".cm-searchMatch": { backgroundColor: "var(--warn-soft)", outline: "1px solid var(--warn)" },
  ".cm-searchMatch-selected": { backgroundColor: "var(--accent-soft)", outline: "2px solid var(--accent)" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--sunken)", color: "var(--soft)", border: "1px solid var(--rule)" },
  ".cm-panels": { backgroundColor: "var(--sunken)", color: "var(--ink)", fontFamily: "var(--sans)" },
  ".cm-panels-bottom": { borderTop: "1px solid var(--rule)" },
  ".cm-panel.cm-search": { fontSize: "0.85rem" },
  ".cm-textfield, .cm-button, .cm-panel.cm-search label": { fontSize: "0.85rem" },
  ".cm-textfield": { backgroundColor: "var(--raised)", color: "var(--ink)", border: "1px solid var(--line)", borderRadius: "var(--radius)" },
  ".cm-button": { backgroundImage: "none", backgroundColor: "var(--raised)", color: "var(--ink)", border: "1px solid var(--line)", borderRadius: "var(--radius)" },
  ".cm-panel.cm-search [name=close]": { color: "var(--ink)", fontSize: "1.2rem" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--ink)", border: "1px solid var(--line)", borderRadius: "var(--radius)", boxShadow: "var(--shadow)", fontFamily: "var(--sans)", maxWidth: "34rem" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-completionDetail": { color: "var(--soft)", fontStyle: "normal" },
  "li[aria-selected] .cm-completionDetail": { color: "inherit" },
  ".cm-diagnostic": { padding: "0.35rem 0.6rem" },
  ".cm-diagnostic-error": { borderLeft: "4px solid var(--bad)" },
  ".cm-diagnostic-warning": { borderLeft: "4px solid var(--warn)" },
});

const COLORS = syntaxHighlighting(HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--good)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--soft)", fontStyle: "italic" },
  { tag: [tags.separator, tags.punctuation, tags.squareBracket, tags.brace], color: "var(--soft)" },
  { tag: [tags.keyword, tags.labelName, tags.typeName, tags.meta], color: "var(--warn)" },
  { tag: [tags.attributeValue, tags.content], color: "var(--ink)" },
]));

/** What could be written at the cursor, from the server: it knows the schema and the text's own names. */
function completing(work, name) {
  return async (context) => {
    const word = context.matchBefore(/[\w.-]*/);
    if (!context.explicit && word.from === word.to) return null;
    const stop = new AbortController();
    context.addEventListener("abort", () => stop.abort());
    let found;
    try {
      const place = placeOf(context.state.doc, context.pos);
      found = await post("/api/completions", { files: { ...work.yaml(), [name]: context.state.doc.toString() }, file: name, ...place }, { signal: stop.signal });
    } catch {
      return null; // whatever keeps it from answering is said elsewhere
    }
    const after = context.state.sliceDoc(context.pos, context.pos + 1);
    return {
      from: context.pos - found.typed.length, validFor: /^[\w.-]*$/,
      options: found.items.map((item) => ({
        label: item.label, type: item.kind === "key" ? "property" : item.kind === "name" ? "variable" : "constant",
        apply: after === ":" ? item.label : item.insert, info: item.kind === "key" && item.detail ? item.detail : undefined,
        detail: item.kind === "key" ? undefined : item.detail.slice(0, 40),
      })),
    };
  };
}

/** What an editor of one file can do. `onChange` is told each update in which the text changes. */
export function extensions(work, name, { readOnly, onChange }) {
  return [
    lineNumbers(), foldGutter(), lintGutter(), highlightActiveLine(), highlightActiveLineGutter(), highlightSpecialChars(),
    highlightSelectionMatches(), rectangularSelection(), drawSelection(), history(), indentOnInput(), bracketMatching(), closeBrackets(),
    indentUnit.of("  "), EditorState.tabSize.of(2), EditorState.allowMultipleSelections.of(true),
    name.endsWith(".md") ? [] : yaml(), COLORS, LOOK, EditorView.lineWrapping,
    name.endsWith(".md") ? [] : autocompletion({ override: [completing(work, name)], icons: false }),
    EditorState.readOnly.of(readOnly),
    EditorView.contentAttributes.of({ tabindex: "0", "aria-label": `Text of ${name}${readOnly ? ", read only" : ""}` }),
    keymap.of([
      { key: "Mod-s", preventDefault: true, run: () => (work.saveAll(), true) },
      ...completionKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap, ...lintKeymap, ...defaultKeymap, indentWithTab,
    ]),
    EditorView.updateListener.of(onChange),
  ];
}

/** An editor in a shadow root below `host`. */
export function mounted(host, state) {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const box = document.createElement("div");
  box.style.height = "100%";
  root.replaceChildren(box);
  return new EditorView({ state, parent: box, root });
}
