// The self-check page while somebody writes. The page works without this; nothing of a draft is kept outside this page.
"use strict";

(() => {
  const byId = (id) => document.getElementById(id);
  const form = byId("check");
  if (!form) return;
  const area = byId("text");
  const input = byId("attachments");
  const result = byId("result");
  const pictures = byId("pictures");
  const words = form.dataset;
  const LEAST_PAUSE = 500;
  const BUSY = 3000; // as if a check had taken this long: a server in trouble is asked less often

  let pause; // until the next check
  let took = 0; // milliseconds of the last one: a long text is asked about less often
  let reading; // the check of the text under way
  let looking; // the check with files under way
  let decided = pictures.querySelector("[data-decision]")?.dataset.decision ?? ""; // on the files
  let before = ""; // on files that came with the page itself, as a share does: they cannot be sent again
  let seen = true; // whether the files below were looked at
  let files = [];
  let past = []; // texts before replacements
  let blobs = []; // addresses of cleaned copies

  document.documentElement.classList.add("live");

  const say = (sentence) => {
    if (byId("status").textContent !== sentence) byId("status").textContent = sentence;
  };

  // ---- asking

  const ask = async (body, json, control) => {
    const headers = { "X-CSRF-Token": form.elements.csrf.value };
    if (json) headers["Content-Type"] = "application/json";
    try {
      const answer = await fetch("/check/live", { method: "POST", body, headers, signal: control.signal, cache: "no-store" });
      try {
        return await answer.json();
      } catch (fault) {
        if (fault.name === "AbortError") throw fault;
        return { trouble: words.failed };
      }
    } catch (fault) {
      return fault.name === "AbortError" ? null : { trouble: words.offline };
    }
  };

  const readText = async (apply = []) => {
    clearTimeout(pause);
    reading?.abort();
    if (!area.value.trim() && !files.length) {
      empty();
      return false;
    }
    const control = (reading = new AbortController());
    const began = performance.now();
    const text = area.value.toWellFormed ? area.value.toWellFormed() : area.value;
    const { posted, place } = form.elements;
    const onFiles = seen ? decided : "unread";
    const body = JSON.stringify({ text, posted: posted.value, place: place.value, pictures: onFiles, apply });
    const told = await ask(body, true, control);
    if (!told || control !== reading) return false;
    took = told.trouble ? BUSY : performance.now() - began;
    if (apply.length && told.segments && told.text !== area.value) {
      past.push(area.value);
      area.value = told.text;
      byId("undo").hidden = false;
    }
    show(told);
    return true;
  };

  const readAll = async () => {
    clearTimeout(pause);
    if (!files.length) return readText();
    looking?.abort();
    const control = (looking = new AbortController());
    const body = new FormData(form);
    for (const name of ["chosen", "had_files", "do"]) body.delete(name);
    body.set("pictures", before);
    byId("progress").hidden = false;
    say(words.workingFiles);
    const asked = area.value;
    const told = await ask(body, false, control);
    if (!told || control !== looking) return false;
    byId("progress").hidden = true;
    if (told.pictures_html !== undefined) showPictures(told);
    if (area.value === asked) show(told);
    else await readText();
    return true;
  };

  const later = () => {
    clearTimeout(pause);
    byId("banner").classList.add("old"); // it is about another text
    pause = setTimeout(readText, Math.max(LEAST_PAUSE, 2 * took));
  };

  // ---- showing

  const show = (told) => {
    byId("banner").classList.remove("old");
    if (told.trouble) {
      byId("banner").replaceChildren(); // a verdict on another text would mislead
      result.replaceChildren();
      say(told.trouble);
      return;
    }
    byId("banner").innerHTML = told.banner_html; // made by the server's templates, which escape every word of a draft
    result.innerHTML = told.text_html;
    dress();
    say(told.summary);
  };

  const showPictures = (told) => {
    const order = ["", "allow", "review", "block"];
    decided = order[Math.max(order.indexOf(told.pictures_decision), order.indexOf(before))];
    seen = true;
    pictures.innerHTML = told.pictures_html;
    dressPictures();
  };

  const empty = () => {
    byId("banner").classList.remove("old");
    byId("banner").replaceChildren();
    result.replaceChildren();
    pictures.replaceChildren();
    dressPictures();
    decided = before = "";
    byId("pictures-before")?.remove();
    say("");
  };

  // What was shown of files that came with the page stays beside what is found in others.
  const keepShared = () => {
    if (!form.elements.had_files || before || !pictures.firstElementChild) return;
    before = decided;
    const shared = document.createElement("div");
    shared.id = "pictures-before";
    shared.append(...pictures.childNodes);
    for (const part of shared.querySelectorAll("[id]")) part.removeAttribute("id");
    for (const part of shared.querySelectorAll("[aria-labelledby]")) part.removeAttribute("aria-labelledby");
    pictures.before(shared);
    blobs = [];
  };

  const dress = () => {
    for (const mark of result.querySelectorAll("#marked mark")) {
      mark.setAttribute("role", "button");
      mark.setAttribute("aria-expanded", "false");
    }
  };

  const dressPictures = () => {
    blobs.forEach((address) => URL.revokeObjectURL(address));
    blobs = [];
    for (const link of pictures.querySelectorAll('a[download][href^="data:"]')) {
      const [head, data] = link.href.split(",", 2);
      const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
      const address = URL.createObjectURL(new Blob([bytes], { type: head.slice(5).split(";")[0] }));
      blobs.push(address);
      link.href = address;
    }
  };

  // ---- reasons under the marked words

  const closeReason = (back = false) => {
    const bubble = result.querySelector(".bubble");
    if (!bubble) return;
    const mark = result.querySelector('mark[aria-expanded="true"]');
    bubble.remove();
    mark?.setAttribute("aria-expanded", "false");
    if (back) mark?.focus();
  };

  const openReason = (mark) => {
    closeReason();
    const bubble = document.createElement("div");
    bubble.className = "bubble";
    bubble.setAttribute("role", "dialog");
    bubble.setAttribute("aria-label", words.reason);
    for (const number of mark.dataset.findings.split(" ")) {
      for (const part of byId(`p${number}`)?.children ?? []) {
        const copy = part.cloneNode(true);
        copy.removeAttribute("id");
        bubble.append(copy);
      }
    }
    const close = document.createElement("button");
    close.type = "button";
    close.className = "plain";
    close.textContent = words.close;
    close.addEventListener("click", () => closeReason(true));
    bubble.append(close);
    const box = byId("marked");
    const outer = box.getBoundingClientRect();
    const rects = mark.getClientRects();
    const last = rects[rects.length - 1];
    bubble.style.top = `${last.bottom - outer.top + 6}px`;
    box.append(bubble);
    bubble.style.left = `${Math.max(0, Math.min(last.left - outer.left, outer.width - bubble.offsetWidth))}px`;
    mark.setAttribute("aria-expanded", "true");
    bubble.querySelector("button").focus();
  };

  // ---- accepting

  const accept = async (chosen) => {
    const buttons = [...result.querySelectorAll(".points [data-accept]")];
    const at = chosen === "all" ? 0 : buttons.findIndex((button) => button.dataset.accept === chosen[0]);
    if (!(await readText(chosen))) return;
    const left = result.querySelectorAll(".points [data-accept]");
    const next = chosen === "all" ? byId("verdict") : (left[Math.min(at, left.length - 1)] ?? byId("verdict"));
    next?.focus();
  };

  result.addEventListener("click", (event) => {
    const one = event.target.closest("[data-accept]");
    const mark = event.target.closest("#marked mark");
    if (one) accept([one.dataset.accept]);
    else if (mark) openReason(mark);
  });
  result.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeReason(true);
    const mark = event.target.closest("#marked mark");
    if (mark && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      openReason(mark);
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-copy]")) copy();
    if (!event.target.closest(".bubble, mark")) closeReason();
  });

  const copy = async () => {
    const fixed = byId("fixed");
    try {
      await navigator.clipboard.writeText(fixed.value);
      say(words.copied);
    } catch {
      fixed.focus();
      fixed.select();
      say(document.execCommand("copy") ? words.copied : words.copyByHand);
    }
  };

  byId("undo").addEventListener("click", () => {
    if (!past.length) return;
    area.value = past.pop();
    byId("undo").hidden = !past.length;
    area.focus();
    readText();
  });

  byId("clear").addEventListener("click", () => {
    reading?.abort();
    looking?.abort();
    clearTimeout(pause);
    byId("progress").hidden = true;
    if (area.value) past.push(area.value);
    area.value = "";
    byId("undo").hidden = !past.length;
    keep([]);
    empty();
    say(words.cleared);
    area.focus();
  });

  // ---- files

  const refill = () => {
    const all = new DataTransfer();
    for (const file of files) all.items.add(file);
    input.files = all.files; // the form is complete if it is ever sent as a form
  };

  const keep = (list) => {
    files = list;
    seen = !files.length;
    refill();
    const rows = byId("chosen-files");
    for (const picture of rows.querySelectorAll("img")) URL.revokeObjectURL(picture.src);
    rows.replaceChildren(...files.map(row));
  };

  const row = (file, number) => {
    const item = document.createElement("li");
    const kind = document.createElement("span");
    kind.className = "kind small soft";
    kind.textContent = (file.name.split(".").pop() || "?").slice(0, 4).toUpperCase();
    const picture = document.createElement("img");
    picture.alt = "";
    picture.src = file.type.startsWith("image/") ? URL.createObjectURL(file) : "";
    picture.addEventListener("error", () => picture.replaceWith(kind));
    const name = document.createElement("span");
    name.className = "name small";
    name.textContent = file.name;
    const out = document.createElement("button");
    out.type = "button";
    out.textContent = "✕";
    out.setAttribute("aria-label", words.remove.replace("{name}", file.name));
    out.addEventListener("click", () => {
      keep(files.filter((_, n) => n !== number));
      input.focus();
      looking?.abort();
      byId("progress").hidden = true;
      if (!files.length) {
        decided = before;
        pictures.replaceChildren();
        dressPictures();
      }
      readAll();
    });
    item.append(file.type.startsWith("image/") ? picture : kind, name, out);
    return item;
  };

  const add = (more) => {
    const list = [...files, ...more];
    const large = list.findIndex((file) => file.size > Number(words.maxFile));
    const sum = list.reduce((bytes, file) => bytes + file.size, area.value.length * 4 + 10_000);
    let trouble = "";
    if (list.length > Number(words.maxFiles)) trouble = words.tooMany;
    else if (large >= 0) trouble = words.tooLarge.replace("{number}", large + 1);
    else if (sum > Number(words.maxBody)) trouble = words.bodyTooLarge;
    if (trouble) {
      refill();
      say(trouble);
      return;
    }
    keepShared();
    keep(list);
    readAll();
  };

  input.addEventListener("change", () => add([...input.files]));
  area.addEventListener("paste", (event) => {
    if (event.clipboardData.files.length) {
      event.preventDefault();
      add([...event.clipboardData.files]);
    }
  });
  // A file dropped beside the zone would open in the place of the page, and the draft be lost.
  const carries = (event) => event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    byId("drop").classList.add("over");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) byId("drop").classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    byId("drop").classList.remove("over");
    add([...event.dataTransfer.files]);
  });

  // ---- the form

  area.addEventListener("input", later);
  form.addEventListener("change", (event) => {
    if (["place", "posted"].includes(event.target.name)) later();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (event.submitter?.name === "lang") {
      speak(event.submitter.value);
      return;
    }
    if (event.submitter?.value === "all") {
      accept("all");
      return;
    }
    say(files.length ? words.workingFiles : words.working);
    if (await readAll()) byId("verdict")?.focus();
  });

  // Asked for apart from the draft, which stays on the page when the server cannot be reached.
  const speak = async (lang) => {
    try {
      await fetch("/language", { method: "POST", body: new URLSearchParams({ lang, next: "/check" }) });
    } catch {
      say(words.offline);
      return;
    }
    if (area.value.trim() || files.length) form.submit();
    else location.assign("/check");
  };

  dress();
  dressPictures();
  if (area.value.trim() && !byId("verdict") && !document.querySelector(".alert")) readText();
  navigator.serviceWorker?.register("/sw.js", { scope: "/check" }).catch(() => {});
})();
