/*
 * <timeline-search> filters a timeline that is too long for one page, and lists what it finds.
 *
 * Its markup works without it: lists of links to the pages of actors, places, tags and phases. The
 * element turns those links into checkboxes, adds a search and two dates, and keeps its state in the
 * address, all as <timeline-filter> does for a short timeline. The events are not on the page: they
 * come from files of data, a window of time each, when they are needed (dateline/event_data.py).
 *
 *   <timeline-search data-root="./" data-instead="browse">
 *     <details data-facet="actor"> … </details>
 *     <script type="application/json">[["2012","1f3a…","9c0d…",770,500,20120101,20121231], …]</script>
 *     <template> … the form's other fields and its words, see parts/search.html … </template>
 *   </timeline-search>
 *
 * While it filters, the element that `data-instead` names is hidden; what it finds stands in the one
 * that `data-list` names, or in itself. It tells the page by an event
 * `timeline-filter` how many events each place has of those found, and of all.
 */

const FACETS = ["phase", "actor", "place", "tag", "status"];
const FIELDS = ["q", "from", "to"];
const PAUSE = 150; // ms without typing before the list follows
const ROWS = 30; // events of a list at first, and with each "Show more"
const AT_ONCE = 6; // files that are asked for together: what a browser does for HTTP/1.1

/* A day as a number that compares, 19690716; what a date leaves out is filled in. BCE years work. */
const day = (text, month, date) => {
  const found = /^(-?\d+)(?:-(\d\d))?(?:-(\d\d))?$/.exec(text.trim());
  return found ? Number(found[1]) * 10000 + Number(found[2] ?? month) * 100 + Number(found[3] ?? date) : NaN;
};

const plain = (text) =>
  text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();

/* How many hits there are: a loop of numbers, which is quicker than an iterator for 100,000 of them. */
const sum = (hits) => {
  let found = 0;
  for (let n = 0; n < hits.length; n += 1) found += hits[n];
  return found;
};

/* A queue that asks for a few files at a time. */
class Queue {
  #waiting = [];
  #busy = 0;

  json(address) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ address, resolve, reject });
      this.#next();
    });
  }

  async #next() {
    if (this.#busy >= AT_ONCE || !this.#waiting.length) return;
    this.#busy += 1;
    const { address, resolve, reject } = this.#waiting.shift();
    try {
      const answer = await fetch(address);
      if (!answer.ok) throw new Error(`${answer.status} for ${address}`);
      resolve(await answer.json());
    } catch (error) {
      reject(error);
    } finally {
      this.#busy -= 1;
      this.#next();
    }
  }
}

/* The events of a year or so. What was read once is kept; what failed may be asked for again. */
class EventWindow {
  #queue;
  #folder;
  #index;
  #blocks = [];
  #texts = [];
  #had = {};
  ready = false; // whether its index is there
  count;
  block;
  facets = {};

  constructor(queue, root, [name, index, words, count, block, first, last]) {
    this.#queue = queue;
    this.#folder = `${root}data/events/${name}`;
    this.version = { index, words };
    this.count = count;
    this.block = block;
    this.starts = first ?? -Infinity;
    this.ends = last ?? Infinity;
  }

  get blocks() {
    return Math.ceil(this.count / this.block);
  }

  touches(from, to) {
    return !(this.ends < from) && !(this.starts > to);
  }

  index() {
    this.#index ??= this.#queue
      .json(`${this.#folder}.json?v=${this.version.index}`)
      .then(({ first, last, facets }) => {
        this.first = first.map((number) => number ?? NaN); // NaN is never less and never more
        this.last = last.map((number) => number ?? NaN);
        for (const facet of FACETS) {
          this.facets[facet] = new Map(Object.entries(facets[facet]));
        }
        this.ready = true;
      })
      .catch((error) => {
        this.#index = undefined;
        throw error;
      });
    return this.#index;
  }

  words(number) {
    this.#blocks[number] ??= this.#queue
      .json(`${this.#folder}-words-${number + 1}.json?v=${this.version.words}`)
      .then((columns) => {
        const lines = columns.title.map((title, n) => `${title} ${columns.summary[n]}`.replaceAll("\n", " "));
        const text = plain(lines.join("\n"));
        const ends = [];
        for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) ends.push(at);
        ends.push(text.length);
        this.#texts[number] = { columns, text, ends };
        return columns;
      })
      .catch((error) => {
        this.#blocks[number] = undefined;
        throw error;
      });
    return this.#blocks[number];
  }

  get hasWords() {
    for (let n = 0; n < this.blocks; n += 1) if (!this.#texts[n]) return false;
    return true;
  }

  /* The words of an event that were read, or nothing. */
  row(number) {
    const columns = this.#texts[Math.floor(number / this.block)]?.columns;
    const at = number % this.block;
    return columns && Object.fromEntries(Object.entries(columns).map(([name, of]) => [name, of[at]]));
  }

  /* A 1 for each event that matches, in order of time. */
  matching(state) {
    const hits = new Uint8Array(this.count).fill(1);
    for (const facet of FACETS) {
      const picked = state.getAll(facet);
      if (!picked.length) continue;
      const any = this.#having(facet, picked);
      for (let n = 0; n < this.count; n += 1) hits[n] &= any[n];
    }
    const from = day(state.get("from") ?? "", 1, 1);
    const to = day(state.get("to") ?? "", 12, 31);
    if (from === from || to === to) {
      for (let n = 0; n < this.count; n += 1) {
        if (this.last[n] < from || this.first[n] > to) hits[n] = 0;
      }
    }
    for (const word of (state.get("q") ?? "").split(/\s+/)) if (word) this.#find(plain(word), hits);
    return hits;
  }

  /* A 1 for each event that has any of these values. One pick changes one facet: the last is kept. */
  #having(facet, picked) {
    const key = picked.join(" ");
    if (this.#had[facet]?.key !== key) {
      const any = new Uint8Array(this.count);
      for (const value of picked) this.each(facet, value, (number) => (any[number] = 1));
      this.#had[facet] = { key, any };
    }
    return this.#had[facet].any;
  }

  /* Tell the number of every event that has a value; numbers are stored as steps. */
  each(facet, value, tell) {
    let number = 0;
    for (const step of this.facets[facet].get(value) ?? []) tell((number += step));
  }

  #find(word, hits) {
    const any = new Uint8Array(this.count);
    this.#texts.forEach(({ text, ends }, block) => {
      let line = 0;
      for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at)) {
        while (ends[line] < at) line += 1;
        any[block * this.block + line] = 1;
        at = ends[line];
      }
    });
    for (let n = 0; n < this.count; n += 1) hits[n] &= any[n];
  }
}

class TimelineSearch extends HTMLElement {
  #windows = [];
  #all = 0;
  #form;
  #count;
  #progress;
  #failed;
  #nothing;
  #found;
  #list;
  #more;
  #rows = ROWS;
  #timer;
  #asked = 0; // each question outdates those before
  #drawn = 0; // the question whose answer the list shows
  #answer = []; // [window, hits] in order of time
  #numbers = new Intl.NumberFormat(`${document.documentElement.lang}-u-nu-latn`);

  connectedCallback() {
    const template = this.querySelector("template");
    const data = this.querySelector("script[type='application/json']");
    if (!template || !data || this.#form) return;

    const queue = new Queue();
    const root = this.dataset.root;
    this.#windows = JSON.parse(data.textContent).map((row) => new EventWindow(queue, root, row));
    this.#all = this.#windows.reduce((all, { count }) => all + count, 0);
    this.#form = document.createElement("form");
    this.#form.setAttribute("role", "search");
    this.#form.append(template.content.cloneNode(true));
    const facets = this.#form.querySelector("[data-facets]");
    const unlinked = facets.firstElementChild; // those that no page gathers come last
    for (const details of this.querySelectorAll(":scope > details")) {
      this.#upgrade(details);
      facets.insertBefore(details, unlinked);
    }
    for (const details of facets.querySelectorAll("details:not([name])")) this.#upgrade(details);
    const found = this.#form.querySelector("[data-found]");
    this.replaceChildren(this.#form);
    (document.getElementById(this.dataset.list) ?? this).append(found);
    this.#found = found;
    this.#list = found.querySelector("ol");
    this.#more = found.querySelector("[data-more]");
    this.#count = this.#form.querySelector("output");
    this.#progress = this.#form.querySelector(".filter-progress");
    this.#failed = this.#form.querySelector("[data-failed]");
    this.#nothing = this.#form.querySelector("[data-nothing]");

    for (const type of ["submit", "reset", "input"]) this.#form.addEventListener(type, this);
    this.#more.addEventListener("click", this);
    document.addEventListener("keydown", this);
    addEventListener("popstate", this);
    this.#read();
    this.#ask();
    this.#follow();
    this.setAttribute("is-ready", "");
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this);
    removeEventListener("popstate", this);
    this.#asked += 1;
  }

  handleEvent(event) {
    if (event.type === "popstate") {
      this.#read();
      this.#ask();
    } else if (event.type === "submit") {
      event.preventDefault();
      this.#write("push");
    } else if (event.type === "reset") {
      event.preventDefault();
      this.#fill(new URLSearchParams());
      this.#write("push");
    } else if (event.type === "keydown") {
      this.#key(event);
    } else if (event.type === "click") {
      this.#extend();
    } else if (event.target.type === "checkbox") {
      this.#write("push");
    } else {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#write("replace"), PAUSE);
    }
  }

  /* An address such as ./#lift-off was that of an event while the timeline was short: go there. */
  async #follow() {
    const id = location.hash.slice(1);
    if (!/^[a-z0-9-]+$/.test(id) || document.getElementById(id)) return;
    const address = `${this.dataset.root}events/${id}/`;
    const answer = await fetch(address, { method: "HEAD" }).catch(() => ({ ok: false }));
    if (answer.ok && location.hash === `#${id}`) location.replace(address);
  }

  /* Escape closes the list that is open and gives the focus back to what opened it. */
  #key(event) {
    const open = event.target.closest?.("timeline-search details[open]");
    if (event.key === "Escape" && open) {
      open.open = false;
      open.querySelector("summary").focus();
    }
  }

  /* Turn the links of a facet into checkboxes with the same words. */
  #upgrade(details) {
    for (const link of details.querySelectorAll("[data-value]")) {
      link.replaceWith(this.#choice(details.dataset.facet, link.dataset.value, ...link.childNodes));
    }
    details.name = "facets"; // one open at a time, where the browser knows that
  }

  #choice(name, value, ...words) {
    const label = document.createElement("label");
    const box = document.createElement("input");
    Object.assign(box, { type: "checkbox", name, value });
    label.append(box, " ", ...words);
    return label;
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
    for (const facet of FACETS) {
      const list = this.#form.querySelector(`details[data-facet="${facet}"] ul`);
      for (const value of list ? state.getAll(facet) : []) {
        if (list.querySelector(`input[value="${CSS.escape(value)}"]`)) continue;
        const item = document.createElement("li"); // an address may name what the list leaves out
        item.append(this.#choice(facet, value, value));
        list.prepend(item);
      }
    }
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
    this.#ask();
  }

  /* Find what matches: at once where the data are there, else as they come. */
  async #ask() {
    const state = this.#state();
    const asked = (this.#asked += 1);
    this.#rows = ROWS;
    this.#mark(state);
    this.#failed.hidden = true;
    this.#nothing.hidden = true;
    if (!state.size) {
      this.#answer = [];
      this.#progress.hidden = true;
      this.#count.textContent = this.#said("all", 0);
      this.#list.replaceChildren();
      this.#tell(null);
      return;
    }
    const windows = this.#touched(state);
    try {
      await this.#load(windows, state, (done, of) => {
        if (asked === this.#asked) this.#show(windows, state, done, of);
      });
      if (asked === this.#asked) await this.#loosen(state, asked);
    } catch {
      if (asked !== this.#asked) return;
      this.#progress.hidden = true;
      this.#failed.hidden = false;
      this.#count.textContent = "";
    }
  }

  #touched(state) {
    const from = day(state.get("from") ?? "", 1, 1);
    const to = day(state.get("to") ?? "", 12, 31);
    return this.#windows.filter((window) => window.touches(from, to));
  }

  /* Read what a question needs; `told` hears now and then how many files are there. */
  async #load(windows, state, told) {
    const wanted = [];
    for (const window of windows) {
      if (!window.ready) wanted.push(() => window.index());
      if (!state.has("q") || window.hasWords) continue;
      for (let n = 0; n < window.blocks; n += 1) wanted.push(() => window.words(n));
    }
    let done = 0;
    let last = 0;
    told(done, wanted.length);
    await Promise.all(
      wanted.map(async (read) => {
        await read();
        done += 1;
        const now = performance.now();
        if (done < wanted.length && now - last < 250) return; // what nobody could read is not drawn
        last = now;
        told(done, wanted.length);
      }),
    );
  }

  #said(form, shown) {
    const number = (n) => this.#numbers.format(n);
    return this.#count.dataset[form]
      .replace("%(shown)s", number(shown))
      .replace("%(all)s", number(this.#all));
  }

  /* What is seen of the question itself. */
  #mark(state) {
    const filtering = state.size > 0;
    this.toggleAttribute("is-filtering", filtering);
    const instead = document.getElementById(this.dataset.instead);
    if (instead) instead.hidden = filtering;
    this.#found.hidden = true;
    for (const details of this.#form.querySelectorAll("details[data-facet]")) {
      const picked = state.getAll(details.dataset.facet).length;
      details.querySelector("[data-picked]").textContent = picked ? ` (${picked})` : "";
    }
    for (const link of document.querySelectorAll("a[data-keep-filter]")) link.search = state;
  }

  #show(windows, state, done, of) {
    const complete = done === of;
    const began = performance.now();
    const usable = (window) => window.ready && (!state.has("q") || window.hasWords);
    const there = windows.filter(usable);
    this.#answer = there.map((window) => [window, window.matching(state)]);
    let shown = 0;
    for (const [, hits] of this.#answer) shown += sum(hits);
    this.#progress.hidden = complete;
    const bar = this.#progress.querySelector("progress");
    [bar.max, bar.value] = [of, done];
    this.#count.textContent = this.#said(complete ? "some" : "soFar", shown);
    // A list that is read from its top does not get new rows there: those after a gap wait.
    const gap = windows.findIndex((window) => !usable(window));
    if (gap >= 0) {
      const first = new Set(windows.slice(0, gap));
      this.#answer = this.#answer.filter(([window]) => first.has(window));
    }
    this.#draw();
    if (complete) performance.measure("timeline-search", { start: began });
    if (complete) this.#tell(there);
  }

  /* Draw the rows that there is room for; the words of those that are not there yet are asked for. */
  #draw() {
    const asked = this.#asked;
    const rows = [];
    const missing = new Map();
    let left = this.#rows;
    let further = false;
    for (const [window, hits] of this.#answer) {
      for (let n = 0; n < hits.length && !further; n += 1) {
        if (!hits[n]) continue;
        if (!left) {
          further = true;
          break;
        }
        left -= 1;
        const row = window.row(n);
        if (row) rows.push(row);
        else missing.set(`${window.version.index} ${Math.floor(n / window.block)}`, [window, Math.floor(n / window.block)]);
        if (!row) rows.push(null);
      }
      if (further) break;
    }
    this.#more.hidden = !further;
    this.#found.hidden = !rows.length;
    const gap = rows.indexOf(null);
    const known = gap < 0 ? rows : rows.slice(0, gap);
    if (this.#drawn !== asked) this.#list.replaceChildren();
    this.#drawn = asked;
    // What a question brings only grows at its end, so what is drawn stays, and the focus in it.
    this.#list.append(...known.slice(this.#list.children.length).map((row) => this.#row(row)));
    if (!missing.size) return;
    this.#found.toggleAttribute("aria-busy", true);
    Promise.all([...missing.values()].map(([window, block]) => window.words(block))).then(
      () => {
        this.#found.removeAttribute("aria-busy");
        if (asked === this.#asked) this.#draw();
      },
      () => (this.#failed.hidden = asked !== this.#asked),
    );
  }

  #row({ id, date, title, summary }) {
    const item = document.createElement("li");
    const article = document.createElement("article");
    article.className = "event-card";
    const when = document.createElement("p");
    when.className = "event-date";
    when.textContent = date;
    const body = document.createElement("div");
    body.className = "event-body";
    const heading = document.createElement("h3");
    heading.className = "event-title";
    const link = document.createElement("a");
    link.href = `${this.dataset.root}events/${id}/`;
    link.textContent = title;
    heading.append(link);
    body.append(heading);
    if (summary) {
      const words = document.createElement("p");
      words.className = "event-summary";
      words.textContent = summary;
      body.append(words);
    }
    article.append(when, body);
    item.append(article);
    return item;
  }

  /* Show more, and go on reading at the first of them. */
  async #extend() {
    const at = this.#list.children.length;
    this.#rows += ROWS;
    this.#draw();
    const next = () => this.#list.children[at]?.querySelector("a");
    for (let tries = 0; !next() && tries < 100; tries += 1) await new Promise((done) => setTimeout(done, 50));
    next()?.focus({ preventScroll: true });
  }

  /* Count the places of what was found, for the map; null shows all again. */
  #tell(windows) {
    let places = null;
    if (!document.querySelector("timeline-map")) return;
    if (windows) {
      const hits = new Map(this.#answer);
      places = { shown: new Map() };
      for (const window of windows) {
        for (const place of window.facets.place.keys()) {
          let n = 0;
          const matching = hits.get(window);
          window.each("place", place, (number) => (n += matching[number]));
          if (n) places.shown.set(place, (places.shown.get(place) ?? 0) + n);
        }
      }
    }
    const detail = { hidden: new Set(), places };
    this.dispatchEvent(new CustomEvent("timeline-filter", { bubbles: true, detail }));
  }

  /* Where nothing matches, say which condition to drop, and what that would bring. */
  async #loosen(state, asked) {
    const found = this.#answer.some(([, hits]) => hits.includes(1));
    if (found) return;
    const list = this.#nothing.querySelector("ul");
    list.replaceChildren();
    this.#nothing.hidden = false;
    for (const name of new Set(state.keys())) {
      const rest = new URLSearchParams(state);
      rest.delete(name);
      const windows = this.#touched(rest);
      await this.#load(windows, rest, () => {});
      if (asked !== this.#asked) return;
      const count = windows.reduce((all, window) => all + sum(window.matching(rest)), 0);
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = this.#nothing.dataset[name].replace("%(n)s", this.#numbers.format(count));
      button.addEventListener("click", () => {
        this.#fill(rest);
        this.#write("push");
      });
      const item = document.createElement("li");
      item.append(button);
      list.append(item);
    }
  }
}

customElements.define("timeline-search", TimelineSearch);
