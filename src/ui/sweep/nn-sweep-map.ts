import { html, LitElement, nothing, type PropertyValues } from "lit";
import type { Metric } from "../../model/sweep/index.ts";
import { emit } from "../experiment/events.ts";
import { define } from "../kit/define.ts";
import { base, controls } from "../kit/styles.ts";
import { emitSweep } from "./events.ts";
import { mapKey } from "./map-keys.ts";
import {
  heightOf,
  layoutOf,
  legendShapes,
  type MapLayout,
  mapShapes,
  neuronAt,
  ringShapes,
  type Shape,
} from "./map-scene.ts";
import { mapStyles } from "./map-styles.ts";
import { type MapView, marksOf, showing, wholeView, within, zoomed } from "./map-view.ts";
import { markTexts } from "./mark-texts.ts";
import { paint } from "./scene-canvas.ts";
import type { Theme } from "./scene-svg.ts";
import type { Neuron, SweepGrid } from "./sweep-grid.ts";
import { cellText, effectText } from "./sweep-words.ts";
import { inkStyles, inkTemplate, themeIn } from "./theme.ts";

/**
 * The map: layers x neurons, drawn on a canvas. Arrow keys move a cursor, Enter puts its neuron into the experiment; + and
 * - and 0 zoom. The pointer shows what lies under it and puts the strongest neuron there into the experiment by a click.
 * @fires nn-sweep-put - a neuron goes into the experiment
 * @fires nn-sweep-cursor - the cursor has moved
 * @fires nn-announce - what lies under the cursor
 * @csspart button - the buttons that zoom
 */
export class NnSweepMap extends LitElement {
  static override properties = {
    grid: { attribute: false },
    version: { attribute: false },
    kind: { attribute: false },
    label: { attribute: false },
    cursor: { attribute: false },
    chosen: { attribute: false },
    view: { state: true },
    width: { state: true },
    pointed: { state: true },
    focused: { state: true },
  };
  static override styles = [base, controls, inkStyles, mapStyles];

  declare grid: SweepGrid | undefined;
  /** changes whenever the grid does */
  declare version: number;
  /** the metric's */
  declare kind: Metric["kind"];
  /** what the map shows, for a screen reader */
  declare label: string;
  /** the neuron that keys act on */
  declare cursor: Neuron | undefined;
  /** the neuron that stands in the experiment */
  declare chosen: Neuron | undefined;
  /** the part that is seen */
  declare view: MapView;
  /** px of the canvas */
  declare width: number;
  /** what lies under the pointer */
  declare pointed: Neuron | undefined;
  declare focused: boolean;
  readonly #size = new ResizeObserver(([entry]) => (this.width = Math.floor(entry!.contentRect.width)));
  readonly #colours = [matchMedia("(prefers-color-scheme: dark)"), matchMedia("(forced-colors: active)")];
  readonly #repaint = () => this.requestUpdate();
  #saying: ReturnType<typeof setTimeout> | undefined;
  /** where a drag began: px, and the first column seen then */
  #drag: { x: number; from: number; moved: boolean } | undefined;

  constructor() {
    super();
    this.version = 0;
    this.kind = "log-odds";
    this.label = "";
    this.view = wholeView(1);
    this.width = 0;
    this.focused = false;
  }

  override connectedCallback() {
    super.connectedCallback();
    for (const query of this.#colours) query.addEventListener("change", this.#repaint);
    this.#size.observe(this);
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    for (const query of this.#colours) query.removeEventListener("change", this.#repaint);
    this.#size.disconnect();
    clearTimeout(this.#saying);
  }

  protected override willUpdate(changed: PropertyValues<this>) {
    const { grid, cursor } = this;
    if (!grid) return;
    if (changed.has("grid")) this.view = wholeView(grid.neurons.length);
    if (changed.has("cursor") && cursor && grid.has(cursor))
      this.view = showing(this.view, grid.neurons.indexOf(cursor.neuron), grid.neurons.length);
  }

  override render() {
    const { grid, view } = this;
    if (!grid) return nothing;
    const shown = this.pointed ?? (this.focused ? this.cursor : undefined);
    const whole = view.count >= grid.neurons.length;
    return html`
      ${inkTemplate}
      <div class="row tools">
        <button class="plain" part="button" type="button" ?disabled=${view.count <= 24} @click=${() => this.#zoom(0.5)}>Zoom in</button>
        <button class="plain" part="button" type="button" ?disabled=${whole} @click=${() => this.#zoom(2)}>Zoom out</button>
        <button class="plain" part="button" type="button" ?disabled=${whole} @click=${() => this.#zoom(Number.POSITIVE_INFINITY)}>Whole map</button>
      </div>
      <p id="help" class="unseen">
        Arrow keys move from neuron to neuron and from layer to layer, with Shift by 100 neurons; Enter puts a neuron into
        the experiment; plus, minus and 0 zoom. The table of neurons has the same numbers.
      </p>
      <div
        class="map"
        role="application"
        aria-roledescription="map of layers and neurons"
        tabindex="0"
        aria-label=${this.label}
        aria-describedby="help"
        @keydown=${this.#keydown}
        @focus=${this.#focus}
        @blur=${() => (this.focused = false)}
        @pointermove=${this.#pointerMove}
        @pointerleave=${() => (this.pointed = undefined)}
        @pointerdown=${this.#pointerDown}
        @click=${this.#click}
        @wheel=${this.#wheel}
      >
        <canvas aria-hidden="true"></canvas>
        ${shown ? this.#tip(shown) : nothing}
      </div>
      <canvas class="legend" aria-hidden="true"></canvas>
      <p class="quiet how">${markTexts(grid, marksOf(view, this.#layout().width).each).join(" ")}</p>
    `;
  }

  #tip(place: Neuron) {
    const { left, top } = this.#placeInMap(place);
    const lines = cellText(this.kind, place, this.grid!.at(place));
    const { each } = marksOf(this.view, this.#layout().width);
    if (each > 1 && this.pointed) lines.push(`The strongest of ${each} neurons here`);
    const style = `--x: ${left}px; --y: ${top}px`;
    return html`<div class="tip" role="presentation" .style=${style}>
      ${lines.map((line, i) => html`<div class=${i === 0 ? "head" : nothing}>${line}</div>`)}
    </div>`;
  }

  protected override updated() {
    const { grid, width } = this;
    if (!grid || width === 0) return;
    const layout = this.#layout();
    const [map, legend] = this.renderRoot.querySelectorAll("canvas");
    const text = (effect: number) => effectText(this.kind, effect);
    const shapes = mapShapes(grid, this.view, layout, { bars: this.#bars(), text });
    if (this.chosen) shapes.push(...ringShapes(grid, this.view, layout, this.chosen, "text"));
    if (this.focused && this.cursor) shapes.push(...ringShapes(grid, this.view, layout, this.cursor, "up"));
    const theme = themeIn(this.renderRoot);
    this.#paint(map!, width, heightOf(grid, layout), shapes, theme);
    legend!.hidden = this.#bars();
    const strip = { x: layout.left, y: 2, width: Math.min(320, layout.width) };
    if (!this.#bars()) this.#paint(legend!, width, 32, legendShapes(grid, strip, text), theme);
  }

  #paint(
    canvas: HTMLCanvasElement,
    width: number,
    height: number,
    shapes: readonly Shape[],
    theme: Theme,
  ): void {
    const ratio = devicePixelRatio;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    const context = canvas.getContext("2d")!;
    context.scale(ratio, ratio);
    paint(context, shapes, theme, getComputedStyle(this).fontFamily);
  }

  #layout(): MapLayout {
    return layoutOf(this.grid!, this.width);
  }

  #bars(): boolean {
    return this.grid!.layers.length === 1 || this.#colours[1]!.matches;
  }

  #at({ clientX, clientY }: MouseEvent): Neuron | undefined {
    const { left, top } = this.renderRoot.querySelector("canvas")!.getBoundingClientRect();
    return neuronAt(this.grid!, this.view, this.#layout(), clientX - left, clientY - top);
  }

  #placeInMap(place: Neuron): { left: number; top: number } {
    const ring = ringShapes(this.grid!, this.view, this.#layout(), place, "text")[0];
    return ring && "w" in ring ? { left: ring.x + ring.w / 2, top: ring.y + ring.h } : { left: 0, top: 0 };
  }

  #keydown(event: KeyboardEvent) {
    const grid = this.grid!;
    const action = mapKey(event, grid, this.cursor);
    if (!action) return;
    event.preventDefault();
    // a notebook has keys of its own
    event.stopPropagation();
    if (action.kind === "zoom") this.#zoom(action.factor);
    else if (action.kind === "put") emitSweep(this, "nn-sweep-put", action.place);
    else if (action.kind === "leave") this.focused = false;
    else this.#moveTo(action.place);
  }

  #moveTo(place: Neuron): void {
    this.focused = true;
    this.pointed = undefined;
    this.cursor = place;
    emitSweep(this, "nn-sweep-cursor", place);
    clearTimeout(this.#saying);
    const message = cellText(this.kind, place, this.grid!.at(place)).join(", ");
    this.#saying = setTimeout(() => emit(this, "nn-announce", { message }), 150);
  }

  #focus() {
    this.focused = true;
    const grid = this.grid!;
    if (!this.cursor || !grid.has(this.cursor))
      this.cursor = { layer: grid.layers[0]!, neuron: grid.neurons[0]! };
  }

  /** Zoom about the cursor where that is seen, else about the middle. */
  #zoom(factor: number): void {
    const { view, cursor } = this;
    const columns = this.grid!.neurons.length;
    const column = cursor ? this.grid!.neurons.indexOf(cursor.neuron) : -1;
    const seen = column >= view.from && column < view.from + view.count;
    this.view = zoomed(view, factor, seen ? column : view.from + view.count / 2, columns);
  }

  #pointerMove(event: PointerEvent) {
    const drag = this.#drag;
    if (drag && event.buttons === 1) {
      const columns = ((drag.x - event.clientX) * this.view.count) / this.#layout().width;
      drag.moved ||= Math.abs(drag.x - event.clientX) > 4;
      if (drag.moved)
        this.view = within(
          { ...this.view, from: Math.round(drag.from + columns) },
          this.grid!.neurons.length,
        );
    }
    this.pointed = drag?.moved ? undefined : this.#at(event);
  }

  #pointerDown(event: PointerEvent) {
    this.#drag = { x: event.clientX, from: this.view.from, moved: false };
  }

  #click(event: MouseEvent) {
    const dragged = this.#drag?.moved;
    this.#drag = undefined;
    const place = dragged ? undefined : this.#at(event);
    if (!place) return;
    this.cursor = place;
    emitSweep(this, "nn-sweep-cursor", place);
    emitSweep(this, "nn-sweep-put", { layer: place.layer, neuron: place.neuron });
  }

  /** Pinching, and the wheel with Ctrl, zoom; without it the page scrolls. */
  #wheel(event: WheelEvent) {
    const grid = this.grid!;
    if (event.ctrlKey) {
      event.preventDefault();
      const place = this.#at(event);
      const around = place ? grid.neurons.indexOf(place.neuron) : this.view.from + this.view.count / 2;
      this.view = zoomed(this.view, event.deltaY > 0 ? 1.25 : 0.8, around, grid.neurons.length);
    } else if (Math.abs(event.deltaX) > Math.abs(event.deltaY) && this.view.count < grid.neurons.length) {
      event.preventDefault();
      const columns = (event.deltaX * this.view.count) / this.#layout().width;
      this.view = within({ ...this.view, from: Math.round(this.view.from + columns) }, grid.neurons.length);
    }
  }
}

define("nn-sweep-map", NnSweepMap);

declare global {
  interface HTMLElementTagNameMap {
    "nn-sweep-map": NnSweepMap;
  }
}
