/*
 * <timeline-map> zooms and moves the map that is in it, and lets it follow what is picked.
 *
 * Its markup works without it: an <svg> whose places are links. The element adds buttons, keys, the
 * wheel and touch; all of them only change the viewBox. Names and marks keep their size on the
 * screen: the style sheet divides it by --map-scale.
 *
 *   <timeline-map for="timeline" data-some="%(title)s (shown: %(n)s)">
 *     <svg viewBox="0 0 900 640"> … <a data-place="moon"><title>Moon: 12 events</title> … </a></svg>
 *     <template> … buttons and instructions, see parts/map.html … </template>
 *   </timeline-map>
 *
 * Events are the articles below the element named by `for`, data-place="pad moon". What the filter
 * hides there, and what is later than the time that <time-slider> shows, the map does not count.
 * Of a long timeline no event is on the page: then <timeline-search> tells what each place has.
 */

const CLOSEST = 6;
const STEP = 1.5; // by which a button or a key zooms
const PAN = 0.2; // how much of what is seen an arrow key moves
const SLOP = 5; // px that a finger or a mouse may slip without dragging
const SMALLEST = 2.5; // radius of a mark, as in dateline/atlas.py
const TOUCHED = 11; // radius of what can be hit, as in parts/map.html
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const between = (least, value, most) => Math.min(Math.max(value, least), most);

class TimelineMap extends HTMLElement {
  #svg;
  #whole;
  #zoom = 1;
  #x; // the middle of what is seen, in units of the drawing
  #y;
  #bars = [];
  #pointers = new Map();
  #travel = 0;
  #resizes = new ResizeObserver(() => this.#look(this.#zoom, this.#x, this.#y));
  #events = [];
  #all = new Map();
  #later = new Set();
  #now = new Set();
  #told = null; // by place, what a long timeline shows; null for all of it
  #numbers = new Intl.NumberFormat(`${document.documentElement.lang}-u-nu-latn`);

  connectedCallback() {
    const svg = this.querySelector("svg");
    const list = document.getElementById(this.getAttribute("for"));
    const template = this.querySelector("template");
    if (!svg || !list || !template || this.#svg) return;

    this.#svg = svg;
    this.#whole = svg.getAttribute("viewBox").split(" ").map(Number).slice(2);
    this.#bars = [...svg.querySelectorAll(".map-bar")].map((bar) => {
      const { e, f } = bar.transform.baseVal.getItem(0).matrix;
      return { bar, x: e, y: f, length: Number(bar.dataset.length) };
    });
    this.#events = [...list.querySelectorAll("article[id]")].map((article) => ({
      id: article.id,
      item: article.closest("li") ?? article,
      places: (article.dataset.place ?? "").split(" "),
    }));
    this.#all = this.#count(this.#events);

    template.replaceWith(template.content.cloneNode(true));
    svg.setAttribute("tabindex", "0");
    svg.setAttribute("aria-describedby", "map_keys");
    for (const type of ["keydown", "focusin", "pointerdown", "pointermove", "dragstart", "click"]) {
      svg.addEventListener(type, this);
    }
    for (const type of ["pointerup", "pointercancel"]) addEventListener(type, this);
    for (const type of ["wheel", "touchmove"]) svg.addEventListener(type, this, { passive: false });
    this.querySelector(".map-buttons").addEventListener("click", this);
    document.addEventListener("timeline-filter", this);
    document.addEventListener("time-slider", this);
    this.#resizes.observe(svg);
    this.#look(1);
    this.#follow();
    this.setAttribute("is-ready", "");
  }

  disconnectedCallback() {
    for (const type of ["pointerup", "pointercancel"]) removeEventListener(type, this);
    document.removeEventListener("timeline-filter", this);
    document.removeEventListener("time-slider", this);
    this.#resizes.disconnect();
  }

  handleEvent(event) {
    if (event.type === "keydown") this.#key(event);
    else if (event.type === "wheel") this.#wheel(event);
    else if (event.type === "focusin") this.#uncover(event.target);
    else if (event.type === "pointerdown") this.#press(event);
    else if (event.type === "pointermove") this.#drag(event);
    else if (event.type.startsWith("pointer")) this.#pointers.delete(event.pointerId);
    else if (event.type === "dragstart") event.preventDefault(); // of a link, by the browser
    else if (event.type === "click") this.#click(event);
    else if (event.type === "touchmove") {
      if (event.touches.length > 1) event.preventDefault(); // else the page would zoom too
    } else {
      if (event.type === "time-slider") ({ later: this.#later, now: this.#now } = event.detail);
      else this.#told = event.detail.places ?? null;
      this.#follow();
    }
  }

  #click(event) {
    const button = event.target.closest("button");
    if (!button) {
      // The end of a drag is no click on a link; a click without detail is by keyboard.
      if (event.detail && this.#travel > SLOP) event.preventDefault();
    } else if (button.value === "whole") this.#look(1);
    else this.#look(this.#zoom * (button.value === "in" ? STEP : 1 / STEP), this.#x, this.#y);
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in ARROWS) {
      if (this.#zoom === 1) return; // the page may scroll
      const [right, down] = ARROWS[event.key];
      const [width, height] = this.#seen(this.#zoom);
      this.#look(this.#zoom, this.#x + right * PAN * width, this.#y + down * PAN * height);
    } else if (event.key === "+" || event.key === "=") {
      this.#look(this.#zoom * STEP, this.#x, this.#y);
    } else if (event.key === "-") this.#look(this.#zoom / STEP, this.#x, this.#y);
    else if (event.key === "0") this.#look(1);
    else return;
    event.preventDefault();
  }

  /* The wheel scrolls the page, unless the map has the focus or a key says what is meant. */
  #wheel(event) {
    const meant = event.ctrlKey || event.metaKey;
    if (!meant && !this.#svg.matches(":focus-within")) return;
    const turned = event.deltaY * (event.deltaMode ? 16 : 1);
    const zoom = between(1, this.#zoom * 2 ** (-turned / (meant ? 150 : 400)), CLOSEST);
    if (zoom === this.#zoom && !meant) return;
    event.preventDefault();
    this.#hold(this.#point(event.clientX, event.clientY), event.clientX, event.clientY, zoom);
  }

  #press(event) {
    if (event.button) return;
    if (!this.#pointers.size) this.#travel = 0;
    this.#pointers.set(event.pointerId, [event.clientX, event.clientY]);
  }

  /* One pointer drags, two of them zoom as well: what was below them stays below them. */
  #drag(event) {
    if (!event.buttons) this.#pointers.delete(event.pointerId); // let go of elsewhere
    if (!this.#pointers.has(event.pointerId)) return;
    const before = this.#grip();
    this.#pointers.set(event.pointerId, [event.clientX, event.clientY]);
    const after = this.#grip();
    this.#travel += Math.hypot(after.x - before.x, after.y - before.y);
    const pinched = this.#pointers.size > 1;
    if (!pinched && (this.#zoom === 1 || this.#travel <= SLOP)) return;
    this.#svg.setPointerCapture(event.pointerId);
    const zoom = this.#zoom * (pinched ? after.spread / before.spread : 1);
    this.#hold(this.#point(before.x, before.y), after.x, after.y, zoom);
  }

  /* Where the pointers are together, and how far apart. */
  #grip() {
    const [[x, y], [x2, y2] = [x, y]] = [...this.#pointers.values()];
    return { x: (x + x2) / 2, y: (y + y2) / 2, spread: Math.hypot(x - x2, y - y2) || 1 };
  }

  /* A link that gets the focus is moved into sight. */
  #uncover(link) {
    if (this.#zoom === 1 || link === this.#svg) return;
    const [mark, plate] = [link.querySelector(".map-dot") ?? link, this.#svg].map((element) =>
      element.getBoundingClientRect(),
    );
    const [x, y] = [mark.x + mark.width / 2, mark.y + mark.height / 2];
    if (x > plate.left && x < plate.right && y > plate.top && y < plate.bottom) return;
    const point = this.#point(x, y);
    this.#look(this.#zoom, point.x, point.y);
  }

  /* A point of the window, in units of the drawing. */
  #point(x, y) {
    return new DOMPoint(x, y).matrixTransform(this.#svg.getScreenCTM().inverse());
  }

  /* Zoom so that a point of the drawing comes to stand at a point of the window. */
  #hold(point, x, y, zoom) {
    const plate = this.#svg.getBoundingClientRect();
    const [width] = this.#seen(between(1, zoom, CLOSEST));
    const scale = plate.width / width;
    const dx = (x - plate.x - plate.width / 2) / scale;
    const dy = (y - plate.y - plate.height / 2) / scale;
    this.#look(zoom, point.x - dx, point.y - dy);
  }

  /* How much of the drawing is seen at a zoom: a narrow screen cuts off its sides. */
  #seen(zoom) {
    const plate = this.#svg.getBoundingClientRect();
    const scale = Math.max(plate.width / this.#whole[0], plate.height / this.#whole[1]) * zoom;
    return scale ? [plate.width / scale, plate.height / scale] : this.#whole;
  }

  /* Show the map so large, with this point in the middle, as far as there is map. */
  #look(zoom, x, y) {
    const [width, height] = this.#whole;
    this.#zoom = between(1, zoom, CLOSEST);
    const [across, down] = this.#seen(this.#zoom);
    const moved = this.#zoom > 1;
    this.#x = moved ? between(across / 2, x, width - across / 2) : width / 2;
    this.#y = moved ? between(down / 2, y, height - down / 2) : height / 2;
    const size = [width / this.#zoom, height / this.#zoom];
    const box = [this.#x - size[0] / 2, this.#y - size[1] / 2, ...size];
    this.#svg.setAttribute("viewBox", box.map((n) => Math.round(n * 100) / 100).join(" "));
    this.#svg.style.setProperty("--map-scale", this.#zoom);
    this.#svg
      .querySelector("pattern")
      .setAttribute("patternTransform", `rotate(45) scale(${1 / this.#zoom})`);
    this.#letter(across, down);
    this.toggleAttribute("is-zoomed", moved);
    for (const button of this.querySelectorAll(".map-buttons button")) {
      const end = button.value === "in" ? this.#zoom === CLOSEST : !moved;
      button.setAttribute("aria-disabled", end);
    }
  }

  /* Once there is as much room as on a wide screen, its names fit; scale bars stay in their corner. */
  #letter(across, down) {
    const drawn = Number(getComputedStyle(this.#svg).getPropertyValue("--map-zoom"));
    this.toggleAttribute("has-room", this.#zoom > 1 && drawn <= this.#zoom);
    const [width, height] = this.#seen(1);
    const [left, top] = [(this.#whole[0] - width) / 2, (this.#whole[1] - height) / 2];
    for (const { bar, x, y, length } of this.#bars) {
      const end = x + length / 2 > this.#whole[0] / 2 ? length : 0; // which end of it keeps its place
      const at = this.#x - across / 2 + (x + end - left) / this.#zoom - end;
      const low = this.#y - down / 2 + (y - top) / this.#zoom;
      bar.setAttribute("transform", `translate(${at} ${low})`);
      bar.toggleAttribute("data-too-long", length * this.#zoom > 0.6 * width);
    }
  }

  #count(events) {
    const found = new Map();
    for (const { places } of events) {
      for (const place of new Set(places)) found.set(place, (found.get(place) ?? 0) + 1);
    }
    return found;
  }

  /* Size, title and count of every place by the events that are shown up to now. */
  #follow() {
    const shown = this.#events.filter(({ id, item }) => !item.hidden && !this.#later.has(id));
    const counts = this.#told?.shown ?? this.#count(shown);
    const now = this.#count(shown.filter(({ id }) => this.#now.has(id)));
    for (const mark of this.#svg.querySelectorAll("[data-place]")) {
      const place = mark.dataset.place;
      const all = Number(mark.dataset.events ?? this.#all.get(place) ?? 0);
      const n = counts.get(place) ?? (mark.dataset.events && !this.#told ? all : 0);
      mark.toggleAttribute("data-left-out", n === 0 && all > 0);
      mark.toggleAttribute("data-now", now.has(place));
      const title = mark.querySelector("title");
      title.dataset.whole ??= title.textContent;
      title.textContent =
        n === all
          ? title.dataset.whole
          : this.dataset.some
              .replace("%(title)s", title.dataset.whole)
              .replace("%(n)s", this.#numbers.format(n));
      this.#size(mark, all ? n / all : 1);
    }
    for (const cell of document.querySelectorAll("[data-count]")) {
      cell.dataset.whole ??= cell.textContent;
      const whole = !this.#events.length && !this.#told;
      cell.textContent = whole
        ? cell.dataset.whole
        : this.#numbers.format(counts.get(cell.dataset.count) ?? 0);
    }
  }

  /* The area of a mark is in proportion to the number of its events. */
  #size(mark, share) {
    const dot = mark.querySelector(".map-dot");
    if (!dot) return;
    dot.dataset.radius ??= dot.getAttribute("r");
    const radius = Math.max(SMALLEST, dot.dataset.radius * Math.sqrt(share));
    dot.setAttribute("r", radius);
    mark.querySelector(".map-hit").setAttribute("r", Math.max(radius, TOUCHED));
  }
}

customElements.define("timeline-map", TimelineMap);
