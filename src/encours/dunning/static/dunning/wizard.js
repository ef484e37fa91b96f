// Step 2 of a reminder: what the user is typing is never replaced by the text that follows his selection.
(function () {
  "use strict";

  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const target = event.detail.target;
    const isText = target.id === "objet" || target.id === "message";
    if (isText && target.contains(document.activeElement)) event.preventDefault();
  });
})();
