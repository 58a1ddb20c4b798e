// Charts, loaded when the first is drawn. The interpreter evaluates expressions without `eval`,
// which the pages' policy forbids: pass { ast: true, expr: expressionInterpreter }.
export { default as embed } from "vega-embed";
export { expressionInterpreter } from "vega-interpreter";
export { compile } from "vega-lite";
export * as vega from "vega";
