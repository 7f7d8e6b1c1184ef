/*
 * <theme-switch> lets a reader choose light or dark, and remembers it.
 *
 * Its markup is a <select hidden> with the values "auto", "light" and "dark". The choice is kept as
 * the attribute data-theme of <html>; parts/theme.html sets it before the first paint.
 */

class ThemeSwitch extends HTMLElement {
  connectedCallback() {
    const select = this.querySelector("select");
    if (!select) return;
    select.value = document.documentElement.dataset.theme ?? "auto";
    select.addEventListener("change", this);
    this.hidden = false;
  }

  handleEvent(event) {
    const theme = event.target.value;
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    try {
      if (theme === "auto") localStorage.removeItem("theme");
      else localStorage.setItem("theme", theme);
    } catch {
      // Storage may be forbidden; the choice then lasts as long as the page.
    }
  }
}

customElements.define("theme-switch", ThemeSwitch);
