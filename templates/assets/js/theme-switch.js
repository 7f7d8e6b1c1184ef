/*
 * <theme-switch> lets a reader choose light or dark, and remembers it.
 *
 *   <theme-switch hidden><select> … the values auto, light and dark … </select></theme-switch>
 *
 * The choice is the attribute data-theme of <html>; parts/theme.html sets it before the first paint.
 */

const KEY = "dateline-theme";

class ThemeSwitch extends HTMLElement {
  #select;

  connectedCallback() {
    this.#select = this.querySelector("select");
    if (!this.#select) return;
    this.#select.value = document.documentElement.dataset.theme ?? "auto";
    this.#select.addEventListener("change", this);
    addEventListener("storage", this);
    addEventListener("pageshow", this);
    this.hidden = false;
  }

  disconnectedCallback() {
    removeEventListener("storage", this);
    removeEventListener("pageshow", this);
  }

  handleEvent(event) {
    try {
      if (event.type === "change") this.#remember(this.#select.value);
      // Another tab, or a page that Back brought up as it was left.
      else this.#show(localStorage.getItem(KEY) ?? "auto");
    } catch {
      // Storage may be forbidden; the choice then lasts as long as the page.
    }
  }

  #remember(theme) {
    this.#show(theme);
    if (theme === "auto") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  }

  #show(theme) {
    this.#select.value = theme;
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }
}

customElements.define("theme-switch", ThemeSwitch);
