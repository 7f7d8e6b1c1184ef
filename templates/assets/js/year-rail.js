/*
 * <year-rail> marks the year that is being read, and leaves out years without an event to show.
 *
 *   <year-rail for="timeline"><ol><li><a href="#lift-off">1969</a></li> … </ol></year-rail>
 *
 * Each link leads to the first event of its year in the list that `for` names. Where the list is
 * filtered it leads to the first that is left.
 */

const READ_AT = 100; // px from the top of the window: what stands above has been reached

class YearRail extends HTMLElement {
  #years = [];
  #waiting = false;

  connectedCallback() {
    const list = document.getElementById(this.getAttribute("for"));
    if (!list || this.#years.length) return;
    const links = new Map([...this.querySelectorAll("a")].map((link) => [link.hash.slice(1), link]));
    for (const article of list.querySelectorAll("article[id]")) {
      const link = links.get(article.id);
      if (link) this.#years.push({ link, articles: [] });
      this.#years.at(-1)?.articles.push(article);
    }
    document.addEventListener("timeline-filter", this);
    document.addEventListener("scroll", this, { passive: true });
    this.#follow();
    this.#mark();
  }

  disconnectedCallback() {
    document.removeEventListener("timeline-filter", this);
    document.removeEventListener("scroll", this);
  }

  handleEvent(event) {
    if (event.type === "timeline-filter") this.#follow();
    if (this.#waiting) return;
    this.#waiting = true;
    requestAnimationFrame(() => {
      this.#waiting = false;
      this.#mark();
    });
  }

  #follow() {
    for (const year of this.#years) {
      year.first = year.articles.find((article) => !article.closest("[hidden]"));
      year.link.parentElement.hidden = !year.first;
      if (year.first) year.link.hash = year.first.id;
    }
  }

  #mark() {
    // The last events of the page cannot get so far up: near its end the line comes down to them.
    const rest = document.documentElement.scrollHeight - scrollY - innerHeight;
    const line = READ_AT + Math.max(0, innerHeight - rest);
    const reached = this.#years.findLast((year) => year.first?.getBoundingClientRect().top < line);
    for (const { link } of this.#years) {
      if (link === reached?.link) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
  }
}

customElements.define("year-rail", YearRail);
