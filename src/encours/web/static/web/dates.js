// A day can be chosen as well as typed: beside each [data-date] a button opens the browser's own calendar.
// Without this file the field is typed into, and nothing else.
(function () {
  "use strict";

  const model = document.getElementById("choisir-date");
  const probe = document.createElement("input");
  if (!model || typeof probe.showPicker !== "function") return;

  const two = (number) => String(number).padStart(2, "0");
  const asIso = (text) => {
    const match = /^\s*(\d{1,2})\/(\d{1,2})\/(\d{4})\s*$/.exec(text);
    return match ? `${match[3]}-${two(match[2])}-${two(match[1])}` : "";
  };
  const asTyped = (iso) => iso.split("-").reverse().join("/");

  function equip(field) {
    field.dataset.date = "equipped";
    const host = field.closest("label") || field;
    const frame = document.createElement("div");
    frame.className = "date-part";
    host.before(frame);
    const button = model.content.firstElementChild.cloneNode(true);
    const native = Object.assign(document.createElement("input"), { type: "date", tabIndex: -1, className: "date-native" });
    native.setAttribute("aria-hidden", "true");
    frame.append(host, button, native);
    button.addEventListener("click", () => {
      native.value = asIso(field.value);
      native.showPicker();
    });
    native.addEventListener("change", () => {
      if (!native.value) return;
      field.value = asTyped(native.value);
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
      field.focus();
    });
    native.addEventListener("cancel", () => button.focus());
  }

  const all = () => document.querySelectorAll("input[data-date='']:not(:disabled)").forEach(equip);
  document.addEventListener("htmx:afterSettle", all);
  all();
})();
