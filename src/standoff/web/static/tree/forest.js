// The nodes of a game that have been asked for so far, by number; parts are added as they come.

export class Forest {
  /** `part` is the answer of /api/game: lists with a place for each node, parents first. */
  constructor(part) {
    const { players, acts, labels, turns, turn_labels, endings, ending_labels, nodes_in_all, histories, present, way, view } = part;
    this.game = { players, acts, labels, turns, turnLabels: turn_labels, endings, endingLabels: ending_labels, nodesInAll: nodes_in_all, histories, present, way, view };
    this.nodes = new Map();
    this.root = part.node[0];
    this.add(part);
  }

  add(part) {
    const kids = part.node.map(() => []);
    const shown = part.node.map(() => 0);
    for (let place = part.node.length - 1; place > 0; place -= 1) {
      kids[part.parent[place]].unshift(part.node[place]);
      shown[part.parent[place]] += shown[place] + 1;
    }
    part.node.forEach((id, place) => {
      const held = this.nodes.get(id);
      if (held) {
        // The part with more of its children knows their order.
        if (kids[place].length > held.kids.length) held.kids = kids[place];
        return;
      }
      this.nodes.set(id, {
        id, kids: kids[place], parent: place > 0 ? part.node[part.parent[place]] : -1,
        below: part.hidden[place] + shown[place], children: part.children[place],
        actor: part.actor[place], cell: part.cell[place], seen: part.seen[place], act: part.act[place], told: part.told[place],
        turn: part.turn[place], round: part.round[place], ending: part.ending[place],
        odds: part.odds[place], reach: part.reach[place], now: part.now[place],
      });
    });
  }

  get(id) {
    return this.nodes.get(id);
  }

  /** What led here, in words; what the viewer can't tell is not said. */
  label(node) {
    if (node.act < 0) return "the start";
    return node.told ? this.game.labels[node.act] : "unclear";
  }

  /** Who chooses here, or how it ended. */
  here(node) {
    if (node.actor === -2) return this.game.endingLabels[node.ending] ?? "the end";
    const who = node.actor === -1 ? "chance" : this.game.players[node.actor].label;
    return node.turn >= 0 && this.game.turnLabels[node.turn] ? `${who}: ${this.game.turnLabels[node.turn]}` : who;
  }

  /** Odds of the step that led here: before anything was seen, or given the record. */
  odds(node, given) {
    if (given !== "record") return node.odds;
    const before = this.nodes.get(node.parent)?.now;
    return before === undefined ? 1 : before > 0 ? node.now / before : 0;
  }

  /** Numbers of the nodes whose step or ending has all of these words. */
  find(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    const { acts, endingLabels, endings, turnLabels } = this.game;
    const fits = (parts) => {
      const all = parts.join(" ").toLowerCase();
      return words.every((word) => all.includes(word));
    };
    const found = [];
    for (const node of this.nodes.values()) {
      const step = node.act >= 0 && node.told ? [this.label(node), acts[node.act]] : [];
      const end = node.ending >= 0 ? [endingLabels[node.ending], endings[node.ending]] : [];
      const turn = node.turn >= 0 ? [turnLabels[node.turn]] : [];
      if (fits([...step, ...end]) || (turn.length && fits(turn))) found.push(node.id);
    }
    return found;
  }

  /** { way, present }: where history may stand and how it came there, as far as the viewer can know:
   *  somebody who can't tell two nodes apart has both before it. */
  record() {
    const { present, way, view } = this.game;
    if (!view) return { way: new Set(way), present: new Set(present) };
    const sights = new Set(present.map((id) => this.nodes.get(id)?.seen).filter((seen) => seen >= 0));
    const found = { way: new Set(), present: new Set() };
    for (const node of this.nodes.values()) {
      if (!sights.has(node.seen)) continue;
      found.present.add(node.id);
      for (let one = node; one; one = this.nodes.get(one.parent)) found.way.add(one.id);
    }
    return found;
  }

  /** Whether the odds given the record are the viewer's own: an actor without a type has none. */
  get knowsNow() {
    const { view, players } = this.game;
    return !view || view.includes(".") || !players.find((p) => p.id === view)?.types.length;
  }

  /** Moves and endings of the whole game with all of these words, shown or not. */
  known(text) {
    if (this.game.view) return []; // what these eyes missed is not for them
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    return [...new Set([...this.game.labels, ...this.game.endingLabels])].filter((one) => words.every((word) => one.toLowerCase().includes(word)));
  }
}
