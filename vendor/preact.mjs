// Preact with hooks and signals, and `html`: htm bound to it. One file, so that there is one Preact.
import { h } from "preact";
import htm from "htm";
export * from "preact";
export * from "preact/hooks";
export { signal, computed, effect, batch, untracked, useSignal, useComputed, useSignalEffect } from "@preact/signals";
export const html = htm.bind(h);
