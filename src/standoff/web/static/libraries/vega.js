export * from "../vendor/vega-6.4.0.js";
