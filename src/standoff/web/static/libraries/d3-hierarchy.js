export * from "../vendor/d3-hierarchy-3.1.3.js";
