export * from "../vendor/preact-11.2.0.js";
