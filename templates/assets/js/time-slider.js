/*
 * <time-slider> plays the events of the page in their order, or shows how far they had come.
 *
 * Without it nothing is missing, so all its markup is in a template: a button, a range, the date in
 * words, the events of that time, and what a screen reader is told while it plays.
 *
 *   <time-slider for="map_events"><template> … see parts/map.html … </template></time-slider>
 *
 * Events are the articles below the element named by `for`, data-first="2012-01-17" data-last="…";
 * an end that is open or unknown is left out. The slider goes by days, months or years, whichever
 * suits the span. It tells the page by an event of its own name which events are `later` than what
 * it shows and which may be happening `now`. Who prefers reduced motion goes on by a button.
 */

const PAUSE = 1200; // ms that a step is shown
const QUIET = 3000; // ms between two announcements, at least

const utc = (year, month, day) => {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  return date;
};

const UNITS = {
  day: {
    step: (year, month, day) => utc(year, month - 1, day) / 864e5,
    start: (n) => utc(1970, 0, n + 1),
    words: { day: "numeric", month: "long", year: "numeric" },
  },
  month: {
    step: (year, month) => year * 12 + month - 1,
    start: (n) => utc(Math.floor(n / 12), n - Math.floor(n / 12) * 12, 1),
    words: { month: "long", year: "numeric" },
  },
  year: {
    step: (year) => year,
    start: (n) => utc(n, 0, 1),
    words: { year: "numeric" },
  },
};

class TimeSlider extends HTMLElement {
  #events = [];
  #unit;
  #button;
  #range;
  #date;
  #now;
  #live;
  #timer;
  #saying;
  #said = 0;
  #moved = false; // until then the page is as it was built
  #calm = matchMedia("(prefers-reduced-motion: reduce)");

  connectedCallback() {
    const list = document.getElementById(this.getAttribute("for"));
    const template = this.querySelector("template");
    if (!list || !template || this.#range) return;

    const articles = [...list.querySelectorAll("article[id]")];
    const [first, last] = this.#span(articles, "month");
    if (!(first < Infinity)) return;
    this.#unit = UNITS[last - first < 3 ? "day" : last - first < 600 ? "month" : "year"];
    this.#events = articles.map((article) => ({
      id: article.id,
      item: article.closest("li") ?? article,
      link: article.querySelector("a[href]"),
      first: this.#step(article.dataset.first, -Infinity),
      last: this.#step(article.dataset.last, Infinity),
    }));

    template.replaceWith(template.content.cloneNode(true));
    this.#button = this.querySelector("button");
    this.#range = this.querySelector("input");
    this.#date = this.querySelector("[data-words]");
    this.#now = this.querySelector("[data-hint]");
    this.#live = this.querySelector("[aria-live]");
    [this.#range.min, this.#range.max] = this.#span(articles);
    this.#range.value = this.#range.max;
    this.#now.textContent = this.#now.dataset.hint;

    this.#button.addEventListener("click", this);
    this.#range.addEventListener("input", this);
    this.#calm.addEventListener("change", this);
    document.addEventListener("timeline-filter", this);
    document.addEventListener("visibilitychange", this);
    this.#stop();
    this.#show();
    this.setAttribute("is-ready", "");
  }

  disconnectedCallback() {
    this.#calm.removeEventListener("change", this);
    document.removeEventListener("timeline-filter", this);
    document.removeEventListener("visibilitychange", this);
    clearTimeout(this.#timer);
    clearTimeout(this.#saying);
  }

  handleEvent(event) {
    if (event.type === "click") {
      if (this.#calm.matches) this.#next();
      else if (this.hasAttribute("is-playing")) this.#stop();
      else this.#play();
    } else if (event.type === "input") {
      this.#moved = true;
      this.#stop();
      this.#show();
    } else if (event.type === "timeline-filter") this.#show();
    else this.#stop(); // motion is unwanted, or nobody sees it
  }

  /* The number of the day, month or year that a day is in. */
  #step(text, open, unit = this.#unit) {
    const found = /^(-?\d+)-(\d\d)-(\d\d)$/.exec(text ?? "");
    return found ? unit.step(...found.slice(1).map(Number)) : open;
  }

  #span(articles, name) {
    const unit = UNITS[name] ?? this.#unit;
    const ends = articles.flatMap(({ dataset }) =>
      [dataset.first, dataset.last].map((text) => this.#step(text, NaN, unit)),
    );
    const known = ends.filter((n) => !Number.isNaN(n));
    return [Math.min(...known), Math.max(...known)];
  }

  #play() {
    this.setAttribute("is-playing", "");
    this.#button.textContent = this.#button.dataset.pause;
    this.#next();
    this.#wait();
  }

  #wait() {
    this.#timer = setTimeout(() => {
      if (!this.#following().length) this.#stop();
      else {
        this.#next();
        this.#wait();
      }
    }, PAUSE);
  }

  #stop() {
    clearTimeout(this.#timer);
    this.removeAttribute("is-playing");
    this.#button.textContent = this.#button.dataset[this.#calm.matches ? "next" : "play"];
  }

  #shown() {
    return this.#events.filter(({ item }) => !item.hidden);
  }

  #following() {
    return this.#shown().filter(({ first }) => first > Number(this.#range.value));
  }

  /* Go to where the next event begins; after the last one, to where the first does. */
  #next() {
    const following = this.#following();
    const steps = (following.length ? following : this.#shown()).map(({ first }) => first);
    this.#range.value = Math.max(Math.min(...steps), Number(this.#range.min));
    this.#moved = true;
    this.#show();
    this.#say(`${this.#date.textContent}. ${this.#now.textContent}`);
  }

  #show() {
    const at = Number(this.#range.value);
    const shown = this.#shown();
    const later = shown.filter(({ first }) => first > at);
    const now = shown.filter(({ first, last }) => this.#moved && first <= at && at <= last);
    const words = this.#words(at);
    this.#range.setAttribute("aria-valuetext", words);
    this.#date.textContent = this.#date.dataset.words
      .replace("%(date)s", words)
      .replace("%(shown)s", shown.length - later.length)
      .replace("%(all)s", shown.length);
    if (!this.#moved) return;
    this.#now.replaceChildren(...now.flatMap(({ link }, n) => [n ? " · " : "", link.cloneNode(true)]));
    const ids = (events) => new Set(events.map(({ id }) => id));
    const detail = { later: ids(later), now: ids(now) };
    this.dispatchEvent(new CustomEvent("time-slider", { bubbles: true, detail }));
  }

  #words(at) {
    const date = this.#unit.start(at);
    if (Number.isNaN(date.getTime())) return String(at); // farther than a Date goes
    const form = { ...this.#unit.words, timeZone: "UTC" };
    if (date.getUTCFullYear() <= 0) form.era = "short";
    // As dateline/language.py says dates: Gregorian, in these digits, and plain English is British.
    const lang = document.documentElement.lang.replace(/^en$/, "en-GB");
    return new Intl.DateTimeFormat(`${lang}-u-ca-gregory-nu-latn`, form).format(date);
  }

  /* A screen reader is told while it plays, not more often than it can follow. */
  #say(words) {
    clearTimeout(this.#saying);
    this.#saying = setTimeout(
      () => {
        this.#live.textContent = words;
        this.#said = Date.now();
      },
      Math.max(0, this.#said + QUIET - Date.now()),
    );
  }
}

customElements.define("time-slider", TimeSlider);
