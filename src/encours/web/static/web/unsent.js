// Nothing typed is lost: a form that meets no network stays, one that the server never got is filled in again,
// and a page that was open before a new sign-in learns its token.
(function () {
  "use strict";

  const KEPT = "encours-unsent";
  const TOKEN = "encours-token";
  const MAX_AGE_MS = 12 * 3600 * 1000;
  const here = () => window.location.pathname + window.location.search;

  // Without network nothing is sent: the page says so and stays as it is.
  document.addEventListener("submit", (event) => {
    if (navigator.onLine || event.target.method === "dialog") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    document.dispatchEvent(new CustomEvent("request-failed", { detail: "reseau" }));
  }, true);

  // What one user typed is not shown to the next in the same tab, and nothing of it outlives a sign-out.
  const user = document.body.dataset.user;
  document.addEventListener("submit", (event) => {
    const action = event.target.getAttribute("action") || "";
    if (action.endsWith("/deconnexion/")) window.sessionStorage.removeItem(KEPT);
  });

  // What is typed into a form that is posted is kept until a page of ours answers.
  const typed = (form) => [...form.elements].filter((field) => field.name && /^(text|textarea|select-one|checkbox|radio|search|email|tel)$/.test(field.type));
  const isChanged = (field) => /^(text|textarea|search|email|tel)$/.test(field.type) && field.value !== field.defaultValue;
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || (form.getAttribute("method") || "").toLowerCase() !== "post" || form.target || form.hasAttribute("hx-post")) return;
    if (form.querySelector("[type=password]") || !typed(form).some(isChanged)) return;
    const fields = typed(form).map((field) => [field.name, field.type, field.value, field.checked === true]);
    const place = [...document.forms].indexOf(form);
    window.sessionStorage.setItem(KEPT, JSON.stringify({ user, page: here(), place, fields, at: Date.now() }));
  });

  function fill(form, fields) {
    const left = typed(form);
    fields.forEach(([name, type, value, isChecked]) => {
      const chosen = type === "radio" || type === "checkbox";
      const at = left.findIndex((one) => one.name === name && one.type === type && (!chosen || one.value === value));
      if (at < 0) return;
      const [field] = left.splice(at, 1);
      if (chosen) field.checked = isChecked;
      else field.value = value;
    });
  }

  function restore() {
    const kept = JSON.parse(window.sessionStorage.getItem(KEPT) || "null");
    if (!kept) return;
    if (user && kept.user !== user) {
      window.sessionStorage.removeItem(KEPT);
      return;
    }
    const from = document.referrer && new URL(document.referrer);
    const isAnswered = from && from.origin === window.location.origin && from.pathname + from.search === kept.page;
    if (isAnswered || Date.now() - kept.at > MAX_AGE_MS) window.sessionStorage.removeItem(KEPT);
    const form = document.forms[kept.place];
    if (isAnswered || kept.page !== here() || !form) return;
    window.sessionStorage.removeItem(KEPT);
    fill(form, kept.fields);
    const news = document.getElementById("saisie-remise");
    const messages = document.getElementById("messages");
    if (news && messages) messages.append(news.content.cloneNode(true));
  }
  restore();

  // The page of a sign-in made in another tab tells the others their new token, once; it is not kept.
  function take(token) {
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
    document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((field) => { field.value = token; });
    const ended = document.getElementById("session-terminee");
    if (ended && ended.open) ended.close();
  }
  document.addEventListener("new-token", (event) => take(event.detail));
  window.addEventListener("storage", (event) => {
    if (event.key === TOKEN && event.newValue) take(event.newValue);
  });
  const made = document.querySelector("[data-new-token]");
  if (made) {
    window.localStorage.setItem(TOKEN, made.dataset.newToken);
    window.localStorage.removeItem(TOKEN);
  }
})();
