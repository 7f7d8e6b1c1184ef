/*
 * <timeline-filter> narrows the timeline that is on the page to what a reader picks.
 *
 * Its markup works without it: lists of links to the pages of actors, places, tags and phases.
 * The element turns those links into checkboxes, adds a search and two dates, and keeps its state in
 * the address, so that a filtered view can be sent to somebody, and Back goes back.
 *
 *   <timeline-filter for="timeline">
 *     <details data-facet="actor"><summary>Actors</summary>
 *       <ul><li><a href="actors/crew/" data-value="crew">The crew</a> <span>12</span></li></ul>
 *     </details>
 *     <template> … the form's other fields and its words, see parts/filter.html … </template>
 *   </timeline-filter>
 *
 * Events are the articles below the element named by `for`. Each says in data attributes what it
 * is: data-actor="crew control", data-first="1969-07-16", data-last="1969-07-16". Within a facet any
 * of the picked values will do; between facets all must.
 */

const FACETS = ["phase", "actor", "place", "tag", "status"];
const FIELDS = ["q", "from", "to"];
const PAUSE = 150; // ms without typing before the list follows

/* A day as a number that compares, 19690716; what a date leaves out is filled in. BCE years work. */
const day = (text, month, date) => {
  const found = /^(-?\d+)(?:-(\d\d))?(?:-(\d\d))?$/.exec(text.trim());
  return found ? Number(found[1]) * 10000 + Number(found[2] ?? month) * 100 + Number(found[3] ?? date) : NaN;
};

const plain = (text) =>
  text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();

class TimelineFilter extends HTMLElement {
  #events = [];
  #form;
  #count;
  #nothing;
  #timer;

  connectedCallback() {
    const list = document.getElementById(this.getAttribute("for"));
    const template = this.querySelector("template");
    if (!list || !template || this.#form) return;

    this.#events = [...list.querySelectorAll("article[id]")].map((article) => ({
      article,
      item: article.closest("li") ?? article,
      first: day(article.dataset.first ?? "", 1, 1),
      last: day(article.dataset.last ?? "", 12, 31),
      words: plain(article.textContent),
      values: Object.fromEntries(
        FACETS.map((facet) => [facet, new Set((article.dataset[facet] ?? "").split(" "))]),
      ),
    }));

    this.#form = document.createElement("form");
    this.#form.setAttribute("role", "search");
    this.#form.append(template.content.cloneNode(true));
    const facets = this.#form.querySelector("[data-facets]");
    const unlinked = facets.firstElementChild; // those that no page gathers come last
    for (const details of this.querySelectorAll(":scope > details")) {
      this.#upgrade(details);
      facets.insertBefore(details, unlinked);
    }
    this.replaceChildren(this.#form);
    this.#count = this.#form.querySelector("output");
    this.#nothing = this.#form.querySelector("[data-nothing]");

    this.#form.addEventListener("submit", this);
    this.#form.addEventListener("reset", this);
    this.#form.addEventListener("input", this);
    document.addEventListener("keydown", this);
    addEventListener("popstate", this);
    this.#read();
    this.#show();
    this.setAttribute("is-ready", "");
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this);
    removeEventListener("popstate", this);
  }

  handleEvent(event) {
    if (event.type === "popstate") {
      this.#read();
      this.#show();
    } else if (event.type === "submit") {
      event.preventDefault();
      this.#write("push");
    } else if (event.type === "reset") {
      event.preventDefault();
      this.#fill(new URLSearchParams());
      this.#write("push");
    } else if (event.type === "keydown") {
      this.#key(event);
    } else if (event.target.type === "checkbox") {
      this.#write("push");
    } else {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#write("replace"), PAUSE);
    }
  }

  /* Escape closes the list that is open and gives the focus back to what opened it. */
  #key(event) {
    const open = event.target.closest?.("timeline-filter details[open]");
    if (event.key === "Escape" && open) {
      open.open = false;
      open.querySelector("summary").focus();
    }
  }

  /* Turn the links of a facet into checkboxes with the same words. */
  #upgrade(details) {
    for (const link of details.querySelectorAll("[data-value]")) {
      const label = document.createElement("label");
      const box = document.createElement("input");
      box.type = "checkbox";
      box.name = details.dataset.facet;
      box.value = link.dataset.value;
      label.append(box, " ", ...link.childNodes);
      link.replaceWith(label);
    }
    details.name = "facets"; // one open at a time, where the browser knows that
  }

  #state() {
    const state = new URLSearchParams();
    for (const [name, value] of new FormData(this.#form)) {
      if (value.trim()) state.append(name, value.trim());
    }
    return state;
  }

  #read() {
    this.#fill(new URLSearchParams(location.search));
  }

  #fill(state) {
    for (const box of this.#form.querySelectorAll("input[type=checkbox]")) {
      box.checked = state.getAll(box.name).includes(box.value);
    }
    for (const name of FIELDS) this.#form.elements[name].value = state.get(name) ?? "";
  }

  #write(how) {
    clearTimeout(this.#timer);
    const query = this.#state().toString();
    const address = query ? `?${query}` : location.pathname;
    if (query !== location.search.slice(1)) history[`${how}State`](null, "", address);
    this.#show();
  }

  #matches(event, state) {
    const from = day(state.get("from") ?? "", 1, 1);
    const to = day(state.get("to") ?? "", 12, 31);
    return (
      FACETS.every((facet) => {
        const picked = state.getAll(facet);
        return !picked.length || picked.some((value) => event.values[facet].has(value));
      }) &&
      !(event.last < from) && // an open end or a date not typed yet is NaN, which is never less
      !(event.first > to) &&
      (state.get("q") ?? "").split(/\s+/).every((word) => event.words.includes(plain(word)))
    );
  }

  #show() {
    const state = this.#state();
    let shown = 0;
    const hidden = new Set();
    for (const event of this.#events) {
      const matches = this.#matches(event, state);
      event.item.hidden = !matches;
      if (matches) shown += 1;
      else hidden.add(event.article.id);
    }
    for (const section of document.querySelectorAll("[data-phase-section]")) {
      section.hidden = !section.querySelector("li:not([hidden]) > article");
    }
    for (const mark of document.querySelectorAll("svg a[href^='#']:not(.bin)")) {
      mark.toggleAttribute("data-left-out", hidden.has(mark.getAttribute("href").slice(1)));
    }
    for (const bin of document.querySelectorAll("svg a.bin")) this.#scale(bin);
    for (const details of this.#form.querySelectorAll("details[data-facet]")) {
      const picked = state.getAll(details.dataset.facet).length;
      details.querySelector("[data-picked]").textContent = picked ? ` (${picked})` : "";
    }
    const words = this.#count.dataset;
    this.#count.textContent = state.size
      ? words.some.replace("%(shown)s", shown).replace("%(all)s", this.#events.length)
      : words.all.replace("%(all)s", this.#events.length);
    for (const link of document.querySelectorAll("a[data-keep-filter]")) link.search = state;
    this.toggleAttribute("is-filtering", state.size > 0);
    this.#loosen(state, shown);
    this.dispatchEvent(new CustomEvent("timeline-filter", { bubbles: true, detail: { hidden } }));
  }

  /* A bar of the density is as high as the share of its events that is shown. */
  #scale(bin) {
    const bar = bin.querySelector("rect");
    bar.dataset.height ??= bar.getAttribute("height");
    bar.dataset.ground ??= Number(bar.getAttribute("y")) + Number(bar.dataset.height);
    const first = day(bin.dataset.first, 1, 1);
    const last = day(bin.dataset.last, 12, 31);
    const within = this.#events.filter((event) => !(event.last < first) && !(event.first > last));
    const shown = within.filter((event) => !event.item.hidden).length;
    const height = within.length ? (bar.dataset.height * shown) / within.length : 0;
    bar.setAttribute("height", height);
    bar.setAttribute("y", bar.dataset.ground - height);
  }

  /* Where nothing matches, say which condition to drop, and what that would bring. */
  #loosen(state, shown) {
    this.#nothing.hidden = shown > 0;
    const list = this.#nothing.querySelector("ul");
    list.replaceChildren();
    if (shown) return;
    for (const name of new Set(state.keys())) {
      const rest = new URLSearchParams(state);
      rest.delete(name);
      const found = this.#events.filter((event) => this.#matches(event, rest)).length;
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = this.#nothing.dataset[name].replace("%(n)s", found);
      button.addEventListener("click", () => {
        this.#fill(rest);
        this.#write("push");
        this.#count.focus?.();
      });
      const item = document.createElement("li");
      item.append(button);
      list.append(item);
    }
  }
}

customElements.define("timeline-filter", TimelineFilter);
