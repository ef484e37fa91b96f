// Keys that do something by themselves, unless one types or has switched them off; ranges of ticks with Shift.
(function () {
  "use strict";

  const GO = { l: "/", t: "/tableau-de-bord/", m: "/relances-en-masse/", b: "/boite-d-envoi/", f: "/filtres/", c: "/mon-compte/" };
  const SECOND_KEY_MS = 1500;
  const byId = (id) => document.getElementById(id);
  let waitsUntil = 0; // after «g», for the key that says where to

  const types = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

  // The lines of a list: the link that opens each account, or the first link of each row.
  function lines() {
    const accounts = [...document.querySelectorAll("#selection .account h2 a")];
    if (accounts.length) return accounts;
    const rows = [...document.querySelectorAll("main table tbody tr")];
    return rows.map((row) => row.querySelector("a[href]")).filter(Boolean);
  }
  const line = () => document.activeElement && document.activeElement.closest("tbody.account, main table tbody tr");

  function move(step) {
    const all = lines();
    if (!all.length) return;
    const here = line();
    const place = here ? all.findIndex((link) => here.contains(link)) : -1;
    const next = place < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, place + step));
    all[next].focus();
    all[next].scrollIntoView({ block: "nearest" });
  }

  function tick(withShift) {
    const box = line() && line().querySelector("input[type=checkbox][name]:not(:disabled)");
    if (!box) return;
    if (withShift && last && last.isConnected && last.name === box.name) extend(box, last.checked);
    else box.click();
  }

  function follow(selector) {
    const link = (line() || document.querySelector("main")).querySelector(selector);
    if (link) link.click();
  }

  const KEYS = {
    "?": () => byId("raccourcis-lien") && byId("raccourcis-lien").click(),
    "/": () => (byId("client") ? byId("client").focus() : document.dispatchEvent(new CustomEvent("open-palette"))),
    j: () => move(1),
    k: () => move(-1),
    x: () => tick(false),
    X: () => tick(true),
    r: () => follow("a[href$='/relance/']"),
    a: () => follow("a[href*='/adresses/']"),
    g: () => { waitsUntil = Date.now() + SECOND_KEY_MS; },
  };

  document.addEventListener("keydown", (event) => {
    const isOff = document.body.dataset.shortcuts === "off";
    if (isOff || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (types(event.target) || document.querySelector("dialog[open]")) return;
    const goes = Date.now() < waitsUntil;
    waitsUntil = 0;
    if (goes && GO[event.key]) {
      event.preventDefault();
      window.location.assign(GO[event.key]);
    } else if (KEYS[event.key]) {
      event.preventDefault();
      KEYS[event.key]();
    }
  });

  // A range: from the box ticked last to this one, all as that one is.
  let last = null;
  function extend(box, isChecked) {
    const name = CSS.escape(box.name);
    const boxes = [...box.form.querySelectorAll(`input[type=checkbox][name="${name}"]:not(:disabled)`)];
    const [start, end] = [boxes.indexOf(last), boxes.indexOf(box)].sort((one, other) => one - other);
    (start < 0 ? [box] : boxes.slice(start, end + 1)).forEach((one) => {
      if (one.checked === isChecked) return;
      one.checked = isChecked;
      one.dispatchEvent(new Event("change", { bubbles: true }));
    });
    last = box;
  }
  document.addEventListener("click", (event) => {
    const box = event.target;
    if (!box.matches || !box.matches("input[type=checkbox][name]") || !box.form) return;
    const continues = event.shiftKey && last && last !== box && last.name === box.name && last.isConnected;
    if (continues) extend(box, box.checked);
    last = box;
  });
})();
