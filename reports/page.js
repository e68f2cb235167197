// What a page can do beyond unfolding: light or dark, unfold all, open what a link points at.
const root = document.documentElement;
const isDark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";

function press(button, on) {
  button.setAttribute("aria-pressed", String(on));
}

const dark = document.getElementById("dark");
dark.addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  press(dark, isDark());
  try { localStorage.setItem("symicl-theme", root.dataset.theme); } catch { /* it holds for this visit */ }
});
press(dark, isDark());

const unfold = document.getElementById("unfold");
unfold.addEventListener("click", () => {
  const open = unfold.getAttribute("aria-pressed") !== "true";
  document.querySelectorAll("details.step").forEach((step) => { step.open = open; });
  press(unfold, open);
});

function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  for (let node = target; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
  target.scrollIntoView();
}
addEventListener("hashchange", reveal);
reveal();

document.querySelectorAll(".tools, .controls").forEach((tools) => { tools.hidden = false; });
document.querySelectorAll(".setting").forEach((setting) => { setting.hidden = true; });

const links = new Map([...document.querySelectorAll("nav a")].map((link) => [link.hash.slice(1), link]));
const watch = new IntersectionObserver((seen) => {
  seen.filter((entry) => entry.isIntersecting).forEach((entry) => {
    links.forEach((link, id) => { if (id === entry.target.id) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current"); });
  });
}, {rootMargin: "-10% 0px -80% 0px"});
document.querySelectorAll("main > section").forEach((section) => watch.observe(section));
