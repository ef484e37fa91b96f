// What every page does in the browser: menus, windows, theme, ended sessions, forms sent once.
// Without JavaScript every page still works: these are comforts, never the only way.
(function () {
  "use strict";

  const byId = (id) => document.getElementById(id);

  // Menus are <details class="menu">: one is open at a time; Escape or a click elsewhere closes it.
  function closeMenus(except) {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (menu !== except) menu.open = false;
    });
  }
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector("details.menu[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });

  // [data-list-link] leads back to the list as it was last filtered in this tab; without it, to the list.
  const LIST = "encours-list";
  if (window.location.pathname === "/" && byId("bureau")) window.sessionStorage.setItem(LIST, window.location.search);
  document.addEventListener("htmx:pushedIntoHistory", (event) => {
    const address = new URL(event.detail.path, window.location.href);
    if (address.pathname === "/") window.sessionStorage.setItem(LIST, address.search);
  });
  const query = window.sessionStorage.getItem(LIST) || "";
  if (query.startsWith("?")) {
    document.querySelectorAll("[data-list-link]").forEach((link) => link.setAttribute("href", `/${query}`));
  }

  // A window is the <dialog id="fenetre">: <a hx-get="…" hx-target="#fenetre"> fills it, then it opens;
  // [data-close] inside closes it; the server closes it with the header HX-Trigger: close-window.
  document.addEventListener("htmx:afterSwap", (event) => {
    const target = event.detail.target;
    if (!target || target.id !== "fenetre" || !target.children.length) return;
    const title = target.querySelector("h2[id]");
    if (title) target.setAttribute("aria-labelledby", title.id);
    if (!target.open) target.showModal();
  });
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) {
      byId(opener.dataset.dialog).showModal();
      event.preventDefault();
    }
    const closer = event.target.closest("[data-close]");
    if (closer && closer.closest("dialog")) {
      closer.closest("dialog").close();
      event.preventDefault();
    }
  });
  document.addEventListener("close-window", () => byId("fenetre") && byId("fenetre").close());

  // An ended session answers 401: the page stays as it is, and says how to go on.
  function showFailure(reason) {
    const dialog = byId("requete-echouee");
    if (!dialog || dialog.open) return;
    dialog.querySelectorAll("[data-reason]").forEach((part) => {
      part.hidden = part.dataset.reason !== reason;
    });
    dialog.showModal();
  }
  document.addEventListener("htmx:beforeSwap", (event) => {
    const status = event.detail.xhr.status;
    if (status === 422) {
      event.detail.shouldSwap = true; // a form sent back with its errors
      event.detail.isError = false;
    }
    if (status < 300 || status === 422) event.detail.serverResponse = onlyWhatIsShown(event.detail.serverResponse);
  });

  // An answer may bring news of what this page does not show: that part is left out.
  function onlyWhatIsShown(answer) {
    if (!answer.includes("hx-swap-oob")) return answer;
    const parsed = document.createElement("template");
    parsed.innerHTML = answer;
    parsed.content.querySelectorAll("[hx-swap-oob][id]").forEach((part) => {
      if (!byId(part.id)) part.remove();
    });
    return parsed.innerHTML;
  }
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    const session = byId("session-terminee");
    const token = event.detail.xhr.getResponseHeader("X-New-Token");
    if (token) {
      document.dispatchEvent(new CustomEvent("new-token", { detail: token }));
      showFailure("jeton");
    } else if (status === 401 && session) {
      if (!session.open) session.showModal();
    } else {
      showFailure(status === 403 || status === 404 ? String(status) : "500");
    }
  });
  document.addEventListener("request-failed", (event) => showFailure(event.detail));

  // A part that refreshes by itself tells it once, until it is answered again.
  let isTold = false;
  function showSilence(event) {
    const isByItself = !event.detail.requestConfig || !event.detail.requestConfig.triggeringEvent;
    if (!isByItself || !isTold) showFailure("reseau");
    isTold = isTold || isByItself;
  }
  document.addEventListener("htmx:sendError", showSilence);
  document.addEventListener("htmx:timeout", showSilence);
  document.addEventListener("htmx:afterOnLoad", () => { isTold = false; });

  // [data-theme-switch]: light or dark at once, and kept with the user's preferences.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-theme-switch]")) return;
    event.preventDefault();
    const root = document.documentElement;
    const theme = root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
    root.setAttribute("data-bs-theme", theme);
    root.dataset.chosen = "";
    const sent = new FormData(form);
    sent.set("theme", theme);
    fetch(form.action, { method: "POST", body: sent, headers: { "X-Requested-With": "fetch" } }).catch(() => showFailure("reseau"));
  });

  // A form is sent once: its button is disabled while the answer is awaited, and free again on Back.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.target || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    window.setTimeout(() => delete form.dataset.sent, 10000); // the answer may be a file: the page stays
    if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
    });
  });

  // Escape in a form that took the place of what it changes cancels it: [data-cancel] brings that back.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const form = event.target.closest("form");
    const cancel = form && form.querySelector("[data-cancel]");
    if (cancel) cancel.click();
  });

  // [data-submit-on-change]: a select or a checkbox that sends its form by itself.
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
  });

  // A table that fits needs no scrolling of its own: its header then stays in sight under the bar.
  const bar = document.querySelector(".topbar");
  function fit() {
    if (bar) document.documentElement.style.setProperty("--enc-bar", `${bar.offsetHeight}px`);
    document.querySelectorAll(".figures-scroll").forEach((frame) => {
      frame.classList.toggle("fits", frame.scrollWidth <= frame.clientWidth);
    });
  }
  document.addEventListener("htmx:afterSettle", fit);
  window.addEventListener("resize", fit);
  fit();
})();
