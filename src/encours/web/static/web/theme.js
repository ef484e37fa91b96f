// Before the first paint: light or dark as the device is, where the user did not choose (the server says it then).
(function () {
  "use strict";
  const root = document.documentElement;
  if (root.hasAttribute("data-bs-theme")) return;
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    if (!("chosen" in root.dataset)) root.setAttribute("data-bs-theme", system.matches ? "dark" : "light");
  };
  apply();
  system.addEventListener("change", apply);
})();
