// Set light or dark before the first paint: the user's choice, or else the system's.
(function () {
  "use strict";
  const chosen = window.localStorage.getItem("encours-theme");
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const theme = window.localStorage.getItem("encours-theme") || (system.matches ? "dark" : "light");
    document.documentElement.setAttribute("data-bs-theme", theme);
  };
  apply();
  if (!chosen) system.addEventListener("change", apply);
})();
