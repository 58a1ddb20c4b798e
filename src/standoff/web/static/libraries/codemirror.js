export * from "../vendor/codemirror-6.43.15.js";
