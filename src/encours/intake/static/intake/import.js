// A file dropped on [data-drop-zone] is chosen as by its input, which shows its name; another choice
// takes the last answer away, since that spoke of another file; a change in it takes «Importer» away, since that was
// not checked. Without this file the input does the same.
(function () {
  "use strict";

  const zone = document.querySelector("[data-drop-zone]");
  if (!zone) return;
  const input = zone.querySelector("input[type=file]");
  const result = document.getElementById("resultat");
  const forget = () => result.replaceChildren();

  ["dragenter", "dragover"].forEach((name) =>
    zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.add("is-over");
    }),
  );
  ["dragleave", "drop"].forEach((name) => zone.addEventListener(name, () => zone.classList.remove("is-over")));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length !== 1) return;
    input.files = event.dataTransfer.files;
    forget();
  });
  input.addEventListener("change", forget);
  document.getElementById("nature").addEventListener("change", forget);
  result.addEventListener("input", () => result.querySelectorAll("[data-import]").forEach((button) => button.remove()));
})();
