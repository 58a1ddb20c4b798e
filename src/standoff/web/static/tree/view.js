// Which part of a drawing is seen: moved and zoomed by an attribute of one group, never by drawing
// again. What stands far outside is not drawn; that changes only when the view nears the edge of it.

export const FAR = 0.5; // below this scale there are no words and nodes are dots
export const FAR_SMALL = 0.3; // the same for trees of few nodes
const LEAST = 0.01;
const MOST = 3;

export class View {
  constructor(onCut) {
    this.onCut = onCut; // told a rectangle { x0, x1, y0, y1, far } when another part has to be drawn
    this.k = 1;
    this.far = FAR;
    this.x = 0;
    this.y = 0;
    this.width = 0;
    this.height = 0;
    this.group = null;
    this.cut = null;
    this.waiting = false;
  }

  /** Put the group where it belongs with the next frame. */
  apply() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.put();
    });
  }

  put() {
    this.group?.setAttribute("transform", `translate(${this.x} ${this.y}) scale(${this.k})`);
    const far = this.k < this.far;
    const seen = this.seen();
    const held = this.cut;
    if (held && held.far === far && (far || (seen.x0 >= held.x0 && seen.x1 <= held.x1 && seen.y0 >= held.y0 && seen.y1 <= held.y1))) return;
    const [dx, dy] = [0.4 * (seen.x1 - seen.x0), 0.4 * (seen.y1 - seen.y0)];
    this.cut = { x0: seen.x0 - dx, x1: seen.x1 + dx, y0: seen.y0 - dy, y1: seen.y1 + dy, far };
    this.onCut(this.cut);
  }

  seen() {
    return { x0: -this.x / this.k, x1: (this.width - this.x) / this.k, y0: -this.y / this.k, y1: (this.height - this.y) / this.k };
  }

  move(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.apply();
  }

  /** Zoom by a factor around a point of the canvas; its middle where none is given. */
  zoom(factor, px = this.width / 2, py = this.height / 2) {
    const k = Math.min(MOST, Math.max(LEAST, this.k * factor));
    this.x = px - ((px - this.x) * k) / this.k;
    this.y = py - ((py - this.y) * k) / this.k;
    this.k = k;
    this.apply();
  }

  fit(box) {
    if (!this.width) return;
    const k = Math.min(1.2, this.width / (box.x1 - box.x0 + 24), this.height / (box.y1 - box.y0 + 24));
    this.k = Math.max(LEAST, k);
    this.x = (this.width - this.k * (box.x0 + box.x1)) / 2;
    this.y = (this.height - this.k * (box.y0 + box.y1)) / 2;
    this.apply();
  }

  /** Where a first look goes: the whole, or where that would be too small to read, one node at the left. */
  begin(box, item) {
    this.fit(box);
    if (this.k >= 0.7) return;
    this.k = 0.95;
    this.center(item, item.up ? 0.5 : 0.06);
  }

  center(item, across = 0.5) {
    this.x = across * this.width - this.k * item.x;
    this.y = this.height / 2 - this.k * item.y;
    this.apply();
  }

  /** Bring a node into view: from nearby no further than needed, from afar into the middle. */
  show(item) {
    const [px, py] = [this.x + this.k * item.x, this.y + this.k * item.y];
    const [mx, my] = [Math.min(200, 0.2 * this.width), Math.min(80, 0.15 * this.height)];
    const dx = px < mx ? mx - px : px > this.width - mx ? this.width - mx - px : 0;
    const dy = py < my ? my - py : py > this.height - my ? this.height - my - py : 0;
    if (Math.abs(dx) > this.width / 3 || Math.abs(dy) > this.height / 3) this.center(item);
    else if (dx || dy) this.move(dx, dy);
  }

  /** Whether anything of a box lies beyond the side that a movement would uncover. */
  canMove(box, dx, dy) {
    const seen = this.seen();
    return (dx > 0 && box.x0 < seen.x0) || (dx < 0 && box.x1 > seen.x1) || (dy > 0 && box.y0 < seen.y0) || (dy < 0 && box.y1 > seen.y1);
  }
}
