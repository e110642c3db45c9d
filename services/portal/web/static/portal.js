// Keys for readers, and preferences that apply as soon as they are chosen. Every page works without it.
"use strict";

function typing(target) {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;
}

function move(step) {
  const stops = [...document.querySelectorAll(".result h2 a, .timeline h2 a, .paragraph .number")];
  if (stops.length === 0) return;
  const at = stops.indexOf(document.activeElement);
  const next = stops[Math.min(stops.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
  next.focus();
  next.scrollIntoView({ block: "center" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "/") {
    const box = document.querySelector("input[type=search]");
    if (box) {
      event.preventDefault();
      box.select();
      box.focus();
    }
  } else if (event.key === "j") {
    move(1);
  } else if (event.key === "k") {
    move(-1);
  }
});

for (const chosen of document.querySelectorAll(".settings select")) {
  chosen.addEventListener("change", () => chosen.form.submit());
}

// On a narrow screen results come first: the filters are folded.
if (window.matchMedia("(max-width: 50rem)").matches) {
  document.querySelector(".facets details")?.removeAttribute("open");
}
