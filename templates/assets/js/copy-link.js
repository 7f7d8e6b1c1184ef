/*
 * <copy-link> copies the address that its link leads to, and says so.
 *
 *   <copy-link data-done="Address copied"><a href="#lift-off">#</a></copy-link>
 *
 * The address is absolute and holds what the list is filtered by. Where a page may not write to the
 * clipboard, and with any modifier key, the link stays a link.
 */

const WHILE = 2500; // ms that the words stay

class CopyLink extends HTMLElement {
  #status;
  #timer;

  connectedCallback() {
    if (this.#status || !this.querySelector("a") || !navigator.clipboard) return;
    this.#status = document.createElement("span");
    this.#status.setAttribute("role", "status"); // a live region has to be there before its words
    this.append(this.#status);
    this.addEventListener("click", this);
  }

  async handleEvent(event) {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    try {
      await navigator.clipboard.writeText(link.href);
      history.replaceState(history.state, "", link.href);
      this.#say(this.dataset.done);
    } catch {
      location.assign(link.href);
    }
  }

  #say(words) {
    clearTimeout(this.#timer);
    this.#status.textContent = words;
    this.#timer = setTimeout(() => (this.#status.textContent = ""), WHILE);
  }
}

customElements.define("copy-link", CopyLink);
