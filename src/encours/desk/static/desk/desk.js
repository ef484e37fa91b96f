// The account list in the browser: completion of a customer, boxes that tick others, the filter that folds.
// Everything else of the list works without this file.
(function () {
  "use strict";

  const DELAY_MS = 120;
  let timer = 0;
  let latest = 0;

  const box = () => document.querySelector("[data-completion]");
  const parts = () => {
    const field = box();
    return field && { field, input: field.querySelector("input"), list: field.querySelector("[role=listbox]") };
  };

  function close() {
    const found = parts();
    if (!found) return;
    found.list.hidden = true;
    found.input.setAttribute("aria-expanded", "false");
    found.input.removeAttribute("aria-activedescendant");
  }

  function prepare() {
    const found = parts();
    if (!found || found.input.getAttribute("role")) return;
    found.input.setAttribute("role", "combobox");
    found.input.setAttribute("aria-autocomplete", "list");
    found.input.setAttribute("aria-expanded", "false");
    found.input.setAttribute("aria-controls", found.list.id);
  }

  async function propose() {
    const { field, input, list } = parts();
    const asked = ++latest;
    const text = input.value.trim();
    if (!text) return close();
    const answer = await fetch(`${field.dataset.completion}?client=${encodeURIComponent(text)}`, {
      headers: { "HX-Request": "true" },
    }).catch(() => null);
    if (!answer || !answer.ok || asked !== latest) return undefined;
    list.innerHTML = await answer.text(); // escaped by the server's template
    list.hidden = !list.children.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    return undefined;
  }

  function choose(option) {
    const { input } = parts();
    input.value = option.dataset.value;
    latest += 1;
    close();
    input.focus();
  }

  function move(step) {
    const { input, list } = parts();
    const options = [...list.children];
    if (list.hidden || !options.length) return;
    const place = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    const next = options[(place + step + options.length) % options.length];
    options.forEach((option) => option.setAttribute("aria-selected", String(option === next)));
    input.setAttribute("aria-activedescendant", next.id);
    next.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("input", (event) => {
    if (!event.target.closest("[data-completion]")) return;
    clearTimeout(timer);
    timer = setTimeout(propose, DELAY_MS);
  });
  document.addEventListener("keydown", (event) => {
    if (!event.target.closest("[data-completion]")) return;
    const chosen = parts().list.querySelector("[aria-selected=true]");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && chosen && !parts().list.hidden) {
      event.preventDefault();
      choose(chosen);
    } else if (event.key === "Escape") {
      close();
    }
  });
  document.addEventListener("click", (event) => {
    const option = event.target.closest("[data-completion] [role=option]");
    if (option) choose(option);
    else if (!event.target.closest("[data-completion]")) close();
  });

  // «Sélectionner la page» and «Sélectionner les N comptes filtrés» tick the accounts that are shown.
  document.addEventListener("change", (event) => {
    const accounts = [...document.querySelectorAll("#selection input[name=compte]")];
    const page = document.querySelector("[data-select-page]");
    const all = document.querySelector("[data-select-all]");
    if (event.target === page || event.target === all) {
      accounts.forEach((tick) => { tick.checked = event.target.checked; });
      (event.target === page ? all : page).checked = event.target === all && event.target.checked;
    } else if (event.target.name === "compte" && !event.target.checked) {
      page.checked = false;
      all.checked = false;
    }
  });

  // On a telephone the filter is folded: its button unfolds it, as does focus in it, and «Filtrer» folds it again.
  const toggle = () => document.querySelector(".filter-toggle");
  const folds = () => toggle() && getComputedStyle(toggle()).display !== "none";

  function unfold(isOpen) {
    toggle().parentElement.classList.toggle("is-open", isOpen);
    toggle().setAttribute("aria-expanded", String(isOpen));
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest(".filter-toggle")) unfold(toggle().getAttribute("aria-expanded") === "false");
  });
  document.addEventListener("focusin", (event) => {
    if (event.target.closest(".filter-body")) unfold(true);
  });

  document.addEventListener("htmx:afterSettle", () => {
    prepare();
    if (!folds() || document.activeElement.id !== "filtrer") return;
    toggle().focus();
    unfold(false);
  });
  prepare();
})();
