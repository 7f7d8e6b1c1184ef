/*
 * <cite-note> shows the source of a citation beside it, on hover and on focus.
 *
 *   <cite-note><a href="#source-log" title="Log">1</a></cite-note>
 *   …
 *   <li id="source-log"><a class="source-title"><bdi>Log</bdi></a>
 *     <span class="source-details">NASA, 1969</span></li>
 *
 * The link leads to its source with or without it. What is shown is what stands there. Escape hides
 * it; a finger, which cannot hover, follows the link.
 */

const PAUSE = 150; // ms that a pointer may take between the link and what it opened

class CiteNote extends HTMLElement {
  static #open;
  #link;
  #source;
  #timer;

  connectedCallback() {
    this.#link = this.querySelector("a[href^='#']");
    if (!this.#link || !this.showPopover || !this.#entry) return;
    for (const type of ["pointerenter", "pointerleave", "focusin", "focusout", "click"]) {
      this.addEventListener(type, this);
    }
  }

  disconnectedCallback() {
    this.#hide();
  }

  handleEvent(event) {
    clearTimeout(this.#timer);
    if (event.type === "keydown") {
      if (event.key === "Escape") this.#hide();
    } else if (event.type === "pointerenter") {
      if (event.pointerType !== "touch") this.#timer = setTimeout(() => this.#show(), PAUSE);
    } else if (event.type === "pointerleave") {
      this.#timer = setTimeout(() => this.#hide(), PAUSE);
    } else if (event.type === "focusin") {
      if (this.#link.matches(":focus-visible")) this.#show();
    } else {
      this.#hide();
    }
  }

  get #entry() {
    return document.getElementById(this.#link.hash.slice(1));
  }

  #show() {
    if (CiteNote.#open === this) return;
    CiteNote.#open?.#hide();
    CiteNote.#open = this;
    this.#source ??= this.#made();
    this.setAttribute("is-open", "");
    this.#source.showPopover();
    document.addEventListener("keydown", this);
  }

  #hide() {
    if (CiteNote.#open !== this) return;
    CiteNote.#open = undefined;
    this.removeAttribute("is-open");
    if (this.#source.isConnected) this.#source.hidePopover();
    document.removeEventListener("keydown", this);
  }

  /* A copy of the source's title and particulars; the browser's own hint would say them twice. */
  #made() {
    const source = document.createElement("span");
    source.className = "cite-source";
    source.id = `${this.#link.id}-source`;
    source.popover = "manual";
    source.setAttribute("role", "tooltip");
    const title = this.#entry.querySelector(".source-title");
    const words = title.querySelector("bdi").cloneNode(true);
    words.lang = title.lang;
    source.append(words, " ", this.#entry.querySelector(".source-details").cloneNode(true));
    this.append(source);
    this.#link.removeAttribute("title");
    this.#link.setAttribute("aria-describedby", source.id);
    return source;
  }
}

customElements.define("cite-note", CiteNote);
