// Keys, countdowns and ticking for the moderators' console. Every page works without it.
(() => {
  "use strict";
  const RENEW_MS = 30_000;
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const live = document.getElementById("live");
  const dialog = document.getElementById("keys");
  const announce = (words) => {
    if (!live || !words) return;
    live.textContent = "";
    setTimeout(() => { live.textContent = words; }, 60);
  };

  for (const hidden of all(".needs-script")) hidden.hidden = false;

  // What was just done is said, and focus starts there.
  const banner = document.getElementById("banner");
  if (banner) {
    banner.focus();
    announce((banner.querySelector("p") ?? banner).textContent.trim());
  }

  const tick = (clock, end) => {
    const left = Math.max(0, Math.round((end - Date.now()) / 1000));
    clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    if (left) return;
    clearInterval(clock.timer);
    const button = clock.closest("section")?.querySelector("[data-key=u]");
    if (button && !button.disabled) {
      button.disabled = true;
      announce(live.dataset.late);
    }
  };
  // The server told how long is left: the clock of this machine may be wrong.
  for (const clock of all("time[data-left]")) {
    const end = Date.now() + Number(clock.dataset.left) * 1000;
    clock.timer = setInterval(tick, 1000, clock, end);
  }

  const boxes = all("input[name=post]");
  const every = document.getElementById("all");
  every?.addEventListener("change", () => { for (const box of boxes) box.checked = every.checked; });
  const bulk = document.getElementById("bulk");
  bulk?.addEventListener("submit", (event) => {
    if (boxes.some((box) => box.checked)) return;
    event.preventDefault();
    announce(live.dataset.none);
  });

  const rows = all("a.open");
  const step = (by) => {
    const at = rows.indexOf(document.activeElement.closest("tr")?.querySelector("a.open"));
    const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by];
    if (next) next.focus();
    else announce(live.dataset.end);
  };
  const toggle = () => {
    const box = document.activeElement.closest("tr")?.querySelector("input[name=post]");
    if (box) box.checked = !box.checked;
    else announce(live.dataset.absent);
  };

  const showing = (element) => element.getClientRects().length > 0 && !element.disabled;
  const act = (key) => {
    const found = all("[data-key]").find((e) => e.dataset.key === key && showing(e));
    if (!found) return announce(live?.dataset.absent);
    if (found.matches("textarea, input")) return found.focus();
    return found.click();
  };
  const typing = (e) => e.isContentEditable || e.matches("textarea, select, input:not([type=checkbox], [type=radio])");

  // Who dictates, or has a trembling hand, can turn single letters off (WCAG 2.1.4).
  const letters = document.getElementById("keys-on");
  if (letters) {
    letters.checked = localStorage.getItem("hippolint-keys") !== "off";
    letters.addEventListener("change", () => localStorage.setItem("hippolint-keys", letters.checked ? "on" : "off"));
  }

  document.getElementById("open-keys")?.addEventListener("click", () => dialog.showModal());
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat && !"jk".includes(event.key)) return;
    if (!(event.target instanceof Element) || typing(event.target) || !dialog || dialog.open) return;
    // Enter in a box would send the form.
    if (event.key === "Enter" && event.target.matches("input[type=checkbox]")) event.preventDefault();
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (!"jkaxreunc?".includes(key) || key.length !== 1 || letters && !letters.checked) return;
    event.preventDefault();
    if (key === "?") dialog.showModal();
    else if (rows.length && key === "j") step(1);
    else if (rows.length && key === "k") step(-1);
    else if (rows.length && key === "x") toggle();
    else act(key);
  });

  // Whoever goes on reading keeps the post: the claim is renewed while something is done on the page.
  const mine = document.querySelector("[data-claim]");
  if (mine) {
    let busy = false;
    for (const event of ["keydown", "pointermove", "scroll"]) {
      document.addEventListener(event, () => { busy = true; }, { passive: true });
    }
    setInterval(() => {
      if (!busy || document.hidden) return;
      busy = false;
      const csrf = document.querySelector("input[name=csrf]").value;
      fetch(mine.dataset.claim, { method: "POST", redirect: "manual", body: new URLSearchParams({ csrf }) }).catch(() => {});
    }, RENEW_MS);
  }

  // A mark and its finding light up together.
  for (const mark of all("mark[data-findings]")) {
    const told = mark.dataset.findings.split(" ").map((n) => document.getElementById(`f${n}`)).filter(Boolean);
    const light = (on) => { for (const one of told) one.classList.toggle("current", on); };
    for (const [event, on] of [["mouseenter", true], ["focus", true], ["mouseleave", false], ["blur", false]]) {
      mark.addEventListener(event, () => light(on));
    }
  }
})();
