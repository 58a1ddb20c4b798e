// Where links and citations stand: between a scenario's names and the library's.

export const STATES = { ok: ["good", "✓ stands"], moved: ["warn", "↷ moved"], lost: ["bad", "✕ lost"], unchecked: ["", "? unchecked"] };
export const KINDS = { judgement: "Judgements", record: "Record", question: "Questions", parameter: "Parameters", prior: "Odds beforehand", move: "Moves", other: "Other parts" };
export const MARKS = [["reported", "Reported: the words say so"], ["inferred", "Inferred: it follows from them"], ["denied", "Denied: the words deny it"], ["deceptive", "Deceptive: they are meant to mislead"]];

/** `frus1961-63v06#d65/p24` as { source, id, place }. */
export function parts(passage) {
  const [source, locator = ""] = passage.split("#", 2);
  const [id, ...rest] = locator.split("/");
  return { source, id, place: rest.join("/") };
}

/** Ids of the sources of a scenario under which a volume of the library is cited. */
export const namesOf = (sources, volume) => sources.filter((s) => s.id === volume || s.volume === volume).map((s) => s.id);

/** What rests on a document, by the paragraph where it stands: Map(place -> [{ target, part, place }]). */
export function restingOn(found, sources, volume, id) {
  const names = new Set([volume, ...namesOf(sources, volume)]);
  const by = new Map();
  for (const target of found?.targets ?? [])
    for (const part of target.passages) {
      const at = parts(part.passage);
      if (!names.has(at.source)) continue;
      // A source of one document may be cited by the place alone: `attache#p2`.
      const alone = at.id !== id && !/^d\d/.test(at.id);
      if (at.id !== id && !alone) continue;
      const place = part.place || (alone ? [at.id, at.place].filter(Boolean).join("/") : at.place);
      const paragraph = place.split("/")[0];
      by.set(paragraph, [...(by.get(paragraph) ?? []), { target, part, place }]);
    }
  return by;
}
