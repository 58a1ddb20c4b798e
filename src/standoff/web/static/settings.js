// What the reader chose for this browser: theme, standard of words.
import { signal, effect } from "./libraries/preact.js";

function kept(name, otherwise) {
  const held = signal(otherwise);
  try {
    held.value = localStorage.getItem(`standoff.${name}`) ?? otherwise;
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
  effect(() => {
    try {
      localStorage.setItem(`standoff.${name}`, held.value);
    } catch {
      // as above
    }
  });
  return held;
}

export const theme = kept("theme", "auto"); // auto, light, dark
export const standard = kept("standard", "icd203");

/** This tab, for slots: what one tab asks stops what it asked before, never what another waits for. */
export const tab = Math.random().toString(36).slice(2, 10);

const dark = matchMedia("(prefers-color-scheme: dark)");
export const isDark = signal(dark.matches);
dark.addEventListener("change", () => {
  isDark.value = theme.value === "auto" ? dark.matches : theme.value === "dark";
});
effect(() => {
  isDark.value = theme.value === "auto" ? dark.matches : theme.value === "dark";
  document.documentElement.dataset.theme = isDark.value ? "dark" : "light";
});
