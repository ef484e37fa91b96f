// The palette: Ctrl K (Cmd K) opens it; one types, chooses by the arrows, Enter goes there, Escape closes it.
// Without this file [data-palette] is a link to a page that searches.
(function () {
  "use strict";

  const DELAY_MS = 60;
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("[role=listbox]");
  const status = dialog.querySelector("[role=status]");
  const address = dialog.querySelector("form").action;
  const placeholder = input.placeholder;
  let action = "";
  let latest = 0;
  let timer = 0;
  let answering = Promise.resolve();

  const options = () => [...list.querySelectorAll("[role=option]")];
  const selected = () => list.querySelector("[aria-selected=true]");

  function select(option) {
    options().forEach((one) => one.setAttribute("aria-selected", String(one === option)));
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  function find() {
    answering = ask();
    return answering;
  }

  async function ask() {
    clearTimeout(timer);
    timer = 0;
    const asked = ++latest;
    const query = new URLSearchParams({ q: input.value, action });
    const answer = await fetch(`${address}?${query}`, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (asked !== latest) return;
    if (!answer) {
      document.dispatchEvent(new CustomEvent("request-failed", { detail: "reseau" }));
      return;
    }
    if (!answer.ok) {
      window.location.assign(`${address}?${query}`); // the page says what is wrong: an ended session, for one
      return;
    }
    const drawn = await answer.text();
    if (asked !== latest) return;
    list.innerHTML = drawn; // escaped by the server's template
    const count = options().length;
    input.setAttribute("aria-expanded", String(count > 0));
    const { none, one, many } = status.dataset;
    status.textContent = count > 1 ? `${count} ${many}` : count ? one : input.value || action ? none : "";
    select(options()[0]);
  }

  function open() {
    if (dialog.open) return;
    action = "";
    input.value = "";
    input.placeholder = placeholder;
    dialog.showModal();
    input.focus();
    find();
  }

  function go(option, inNewTab) {
    const target = new URL(option.dataset.address, window.location.href);
    if (target.pathname === new URL(address).pathname) {
      action = target.searchParams.get("action") || "";
      input.value = "";
      input.placeholder = input.dataset.forAccount;
      input.focus();
      find();
    } else if (inNewTab) {
      window.open(target, "_blank", "noopener");
    } else {
      dialog.close();
      window.location.assign(target);
    }
  }

  // What was typed before the answer came is waited for: Enter never opens what stood there before.
  async function enter(inNewTab) {
    await (timer ? find() : answering);
    const option = selected();
    if (option) go(option, inNewTab);
  }

  function move(step) {
    const all = options();
    if (all.length) select(all[(all.indexOf(selected()) + step + all.length) % all.length]);
  }

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      if (document.querySelector("dialog[open]:not(#palette)")) return;
      event.preventDefault();
      open();
    }
  });
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-palette]");
    if (opener && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      open();
    }
  });
  document.addEventListener("open-palette", open);
  input.addEventListener("input", () => {
    latest += 1; // an answer under way is of another text
    clearTimeout(timer);
    timer = setTimeout(find, DELAY_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      enter(event.ctrlKey || event.metaKey);
    }
  });
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) go(option, event.ctrlKey || event.metaKey);
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
})();
