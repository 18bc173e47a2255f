// The console's script. Pages work without it; with it they are live, and are used by keyboard.
//
// Everything that changes is a region (`data-region`, with an id). After whatever may have changed something, the page is fetched as it stands now,
// and the regions that differ are put in its place. A region in which somebody writes is left alone.
"use strict";
(() => {
  const body = document.body;
  const one = (selector, within = document) => within.querySelector(selector);
  const every = (selector, within = document) => [...within.querySelectorAll(selector)];
  const csrf = body.dataset.csrf;

  // Something is being written in it, or chosen, that is not kept yet.
  const isTouched = (field) => {
    if (field.type === "hidden" || field.type === "submit" || field.type === "file") return false;
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.tagName === "SELECT") return [...field.options].some((option) => option.selected !== option.defaultSelected && option.index > 0);
    return field.value !== field.defaultValue;
  };
  const isInUse = (region) => {
    if ("composer" in region.dataset) return true;
    if (!("keep" in region.dataset)) return false;
    const focused = document.activeElement;
    const isWriting = region.contains(focused) && focused.matches("input:not([type=checkbox]), textarea, select");
    return isWriting || every("input, textarea, select", region).some(isTouched);
  };

  // Messages from before those that a page shows stay where they are.
  const olderThan = (next, now) => {
    const first = one(".message", next)?.id;
    const lines = every(".message", now);
    const count = first ? lines.findIndex((line) => line.id === first) : -1;
    return count > 0 ? { lines: lines.slice(0, count), link: one("[data-earlier]", now) } : null;
  };
  const putBefore = (messages, lines, link) => {
    one(".messages", messages).prepend(...lines);
    one("[data-earlier]", messages)?.remove();
    if (link) messages.prepend(link);
  };
  const showEarlier = async (messages, address) => {
    try {
      const answer = await fetch(address, { headers: { "X-Live": "1" } });
      if (!answer.ok) return location.assign(address);
      const page = parse(await answer.text());
      const fromEnd = messages.scrollHeight - messages.scrollTop;
      const added = every("#messages .message", page).map((line) => document.importNode(line, true));
      const link = one("[data-earlier]", page);
      putBefore(messages, added, link && document.importNode(link, true));
      messages.scrollTop = messages.scrollHeight - fromEnd;
      one("[data-earlier] a", messages)?.focus({ preventScroll: true });
    } catch {
      lost(body.dataset.lost);
    }
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("#messages [data-earlier] a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    showEarlier(document.getElementById("messages"), link.href);
  });

  const put = (page, { all = false, only = null } = {}) => {
    for (const next of every("[data-region]", page)) {
      const now = document.getElementById(next.id);
      if (!now || (only && !only.includes(next.id))) continue;
      if (!only && !all && isInUse(now)) continue;
      if (now.innerHTML === next.innerHTML) continue;
      const focused = now.contains(document.activeElement) ? document.activeElement : null;
      const key = focused && (focused.id ? "#" + CSS.escape(focused.id) : focused.dataset.row ? `[data-row="${focused.dataset.row}"]` : focused.dataset.key ? `[data-key="${focused.dataset.key}"]` : null);
      const isAtEnd = now.scrollHeight - now.scrollTop - now.clientHeight < 80;
      const picked = every("input[name=message]:checked", now).map((box) => box.value);
      const place = now.scrollTop;
      const older = olderThan(next, now);
      now.replaceChildren(...[...next.childNodes].map((node) => document.importNode(node, true)));
      if (older) putBefore(now, older.lines, older.link);
      for (const value of picked) {
        const box = one(`input[name=message][value="${value}"]`, now);
        if (box) box.checked = true;
      }
      if ("scroll" in now.dataset) now.scrollTop = isAtEnd ? now.scrollHeight : place;
      if (key) one(key, now)?.focus({ preventScroll: true });
    }
    const panes = one("main");
    const nextPanes = one("main", page);
    // Only panes open and close; what answers a command is another page, whose frame this one does not take.
    if (panes?.classList.contains("panes") && nextPanes?.classList.contains("panes")) panes.className = nextPanes.className;
    dressed();
  };

  const lost = (text) => {
    const line = document.getElementById("lost");
    line.hidden = !text;
    line.textContent = text || "";
  };

  const parse = (text) => new DOMParser().parseFromString(text, "text/html");

  // Pages that were asked for later are never overtaken by earlier ones.
  let asked = 0;
  let shown = 0;
  const refresh = async () => {
    const turn = ++asked;
    try {
      const answer = await fetch(location.href, { headers: { "X-Live": "1" } });
      if (answer.status === 401) return location.reload();
      if (!answer.ok || turn < shown) return;
      const text = await answer.text();
      if (turn < shown) return;
      shown = turn;
      const page = parse(text);
      // What was said stays until something else is done.
      for (const id of ["said", "conflict", "verdict"]) page.getElementById(id)?.removeAttribute("data-region");
      if (one("form[data-touched]")) page.getElementById("preview")?.removeAttribute("data-region");
      put(page);
    } catch {
      // The stream says when the server is there again.
    }
  };

  const send = async (form, button, regions = null) => {
    const data = new URLSearchParams(new FormData(form));
    if (button?.name) data.append(button.name, button.value);
    const address = button?.getAttribute("formaction") || form.getAttribute("action");
    form.setAttribute("aria-busy", "true");
    const turn = ++asked;
    try {
      const answer = await fetch(address, { method: "POST", body: data, headers: { "X-Live": "1" } });
      if (answer.status === 401) return location.reload();
      const disposition = answer.headers.get("Content-Disposition");
      if (disposition) return download(await answer.blob(), disposition);
      if (answer.redirected && "preview" in form.dataset) {
        delete form.dataset.touched;
        return location.assign(answer.url);
      }
      const text = await answer.text();
      shown = turn;
      const page = parse(text);
      if (!one("main", page)) return lost(body.dataset.failed);
      const only = button?.dataset.regions?.split(" ") || regions;
      const own = form.closest("[data-region]");
      if (own && "clears" in form.dataset) put(page, { only: [own.id] });
      put(page, { only });
      // The page may be another one: a ticket that was just made, say.
      const title = one("title", page)?.textContent;
      if (title) document.title = title;
      lost("");
      if (own?.id === "composer" && answer.ok) document.getElementById("text")?.focus();
      if (own?.id === "card" || button?.value === "/ticket") focusCard();
      one("#said .choices button")?.focus();
    } catch {
      lost(body.dataset.failed);
    } finally {
      form.removeAttribute("aria-busy");
    }
  };

  const focusCard = () => {
    const card = document.getElementById("card");
    const first = one("[aria-invalid]", card) || one(".card-actions .main", card) || one("select, input:not([type=hidden])", card);
    first?.focus();
    first?.scrollIntoView({ block: "nearest" });
  };

  const download = (blob, disposition) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = /filename="([^"]*)"/.exec(disposition)?.[1] || "bellhop.txt";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };

  document.addEventListener("submit", (event) => {
    const { target: form, submitter: button } = event;
    if (button?.dataset.asks && !confirm(button.dataset.asks)) return event.preventDefault();
    if (form.matches("[data-live]") || button?.dataset.regions) {
      event.preventDefault();
      if (form.getAttribute("aria-busy") !== "true") send(form, button);
    } else if ("preview" in form.dataset) {
      // What could not be kept stays in the form: only what is said about it changes.
      event.preventDefault();
      if (form.getAttribute("aria-busy") !== "true") send(form, button, ["said", "conflict"]);
    }
  });

  // A text that is too long for the page comes by itself, and can be changed once it is there.
  const fill = async (field) => {
    try {
      const answer = await fetch(field.dataset.source, { headers: { "X-Live": "1" } });
      if (!answer.ok) return answer.status === 409 ? location.reload() : lost(body.dataset.failed);
      field.value = field.defaultValue = await answer.text();
      field.name = field.dataset.name;
      field.readOnly = "locked" in field.dataset;
    } catch {
      lost(body.dataset.lost);
      setTimeout(() => fill(field), 3000);
    }
  };
  every("[data-source]").forEach(fill);

  // Live.
  let stream = null;
  // What the page is about is looked at again at once; lists at most once in two seconds, however much happens elsewhere.
  const PACE = 2000;
  let waiting = null;
  let due = 0;
  let looked = 0;
  const look = (at) => {
    if (waiting && due <= at) return;
    clearTimeout(waiting);
    due = at;
    waiting = setTimeout(() => { waiting = null; looked = Date.now(); refresh(); }, Math.max(0, at - Date.now()));
  };
  const soon = () => look(Date.now() + 40);
  const later = () => look(Math.max(Date.now() + 40, looked + PACE));
  const shows = (id) => Boolean(one(`[data-shows~="${CSS.escape(id)}"]`));
  const changed = (event) => (shows(event.data) ? soon() : later());
  const listen = () => {
    if (stream || !("signedIn" in body.dataset)) return;
    stream = new EventSource(body.dataset.root + "/console/live");
    stream.addEventListener("hello", (event) => {
      lost("");
      // Between the page, or the stream that broke off, and this stream something may have happened.
      if (event.data !== body.dataset.mark) soon();
      body.dataset.mark = event.data;
    });
    for (const name of ["conversation", "ticket"]) stream.addEventListener(name, changed);
    for (const name of ["notices", "knowledge", "desk", "everything"]) stream.addEventListener(name, later);
    stream.addEventListener("writing", (event) => { if (shows(event.data)) { soon(); setTimeout(soon, 9000); } });
    stream.addEventListener("error", () => {
      if (stream?.readyState === EventSource.CLOSED) { stream = null; setTimeout(() => { refresh(); listen(); }, 3000); }
      lost(body.dataset.lost);
    });
  };
  // Browsers keep few connections to one server: a page that nobody looks at gives its own back.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { stream?.close(); stream = null; } else { listen(); refresh(); }
  });
  addEventListener("pagehide", () => { stream?.close(); stream = null; });

  // What is being written is kept, and colleagues and the customer see that somebody writes.
  let draft = null;
  let wrote = 0;
  const post = (path, fields) => fetch(path, { method: "POST", body: new URLSearchParams({ csrf, ...fields }), headers: { "X-Live": "1" } });
  const keepDraft = async (field) => {
    const address = one("[data-address]")?.dataset.address;
    if (!address) return;
    const kind = one("input[name=kind]:checked", field.form)?.value || "reply";
    try {
      const kept = await post(address + "/draft", { text: field.value, kind });
      const saved = one("[data-saved]", field.form);
      if (saved) saved.textContent = kept.ok && field.value.trim() ? saved.dataset.saved : "";
    } catch {
      lost(body.dataset.lost);
    }
  };
  document.addEventListener("input", (event) => {
    const field = event.target;
    if (field.matches("[data-draft]")) {
      clearTimeout(draft);
      draft = setTimeout(() => keepDraft(field), 500);
      const address = one("[data-address]")?.dataset.address;
      if (address && field.value.trim() && Date.now() - wrote > 3500) {
        wrote = Date.now();
        post(address + "/typing", {}).catch(() => {});
      }
    }
    if (field.name === "kind") {
      field.form.classList.toggle("note", field.value === "note");
      const text = one("[data-draft]", field.form);
      if (text) keepDraft(text);
    }
    if (field.name === "message") countPicked();
    const editor = field.closest("form[data-preview]");
    if (editor && field.name !== "question") {
      editor.dataset.touched = "1";
      clearTimeout(draft);
      draft = setTimeout(() => preview(editor), 300);
    }
  });
  const preview = async (editor) => {
    try {
      const answer = await fetch(editor.dataset.preview, { method: "POST", body: new URLSearchParams(new FormData(editor)), headers: { "X-Live": "1" } });
      if (answer.ok) put(parse(await answer.text()), { only: ["preview"] });
    } catch {
      lost(body.dataset.lost);
    }
  };
  addEventListener("beforeunload", (event) => {
    if (one("form[data-touched]")) event.preventDefault();
  });
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.dataset.submits) {
      const step = document.createElement("button");
      step.name = "step";
      step.value = field.dataset.submits;
      send(field.form, step);
    }
    if (field.dataset.upload) upload(field);
  });

  // Choices of several levels: each shows what lies below the one before.
  const narrow = (ways) => {
    let above = null;
    for (const level of every("select", ways)) {
      if (above !== null) {
        for (const group of every("optgroup", level)) {
          const fits = above !== "" && group.dataset.under === above;
          group.hidden = group.disabled = !fits;
          if (!fits) for (const option of group.children) option.selected = false;
        }
        level.hidden = !every("optgroup", level).some((group) => !group.hidden);
        if (level.hidden || !level.selectedOptions.length) level.value = "";
      }
      above = level.hidden ? "" : level.value;
    }
  };
  document.addEventListener("change", (event) => {
    const ways = event.target.closest("[data-ways]");
    if (ways) narrow(ways);
  });

  // A slash at the beginning of a reply finds macros; what is chosen is shown before it is done.
  let finding = 0;
  const canned = () => document.getElementById("canned");
  const hideCanned = () => { const list = canned(); if (list) { list.hidden = true; list.replaceChildren(); } };
  // In a note, an @ finds colleagues and departments.
  const called = (field) =>
    one("input[name=kind]:checked", field.form)?.value === "note" ? /(?:^|[^\w.@+-])@([^\s@]{0,40})$/.exec(field.value.slice(0, field.selectionStart)) : null;
  const findCanned = async (field) => {
    const list = canned();
    const turn = ++finding;
    const name = called(field);
    const isMacro = field.matches("[data-draft]") && field.value.startsWith("/") && !field.value.startsWith("//") && !field.value.includes("\n");
    if (!list || (!name && !isMacro)) return hideCanned();
    const query = new URLSearchParams({ line: name ? "assign " + name[1] : "macro " + field.value.slice(1) });
    const conversation = one("[data-conversation]")?.dataset.conversation;
    if (conversation) query.set("conversation", conversation);
    try {
      const answer = await fetch(`${body.dataset.root}/console/commands?${query}`, { headers: { "X-Live": "1" } });
      if (!answer.ok || turn !== finding) return;
      const found = every("[data-line]", parse(`<ul>${await answer.text()}</ul>`)).filter((entry) => !one(".entry-name", entry)?.textContent.startsWith("/"));
      list.replaceChildren(...found.map((entry, index) => Object.assign(document.importNode(entry, true), { id: `canned-${index}` })));
      every("[data-line]", list).forEach((entry, index) => entry.setAttribute("aria-selected", String(index === 0)));
      list.hidden = !found.length;
    } catch {
      lost(body.dataset.lost);
    }
  };
  const takeCanned = (entry) => {
    const field = document.getElementById("text");
    const name = called(field);
    hideCanned();
    if (name) {
      const key = entry.dataset.line.replace(/^\/assign\s+"?(?:agent:|department:)?/, "").replace(/"$/, "");
      field.setRangeText(key + " ", field.selectionStart - name[1].length, field.selectionStart, "end");
      field.focus();
      if (field.matches("[data-draft]")) keepDraft(field);
      return;
    }
    field.value = "";
    keepDraft(field);
    give(entry.dataset.line + " preview");
  };
  document.addEventListener("input", (event) => { if (event.target.id === "text" && event.target.form) findCanned(event.target); });
  document.addEventListener("click", (event) => { const entry = event.target.closest("#canned [data-line]"); if (entry) takeCanned(entry); });
  document.addEventListener("keydown", (event) => {
    const list = canned();
    if (event.target.id !== "text" || !list || list.hidden || event.isComposing) return;
    const all = every("[data-line]", list);
    const at = all.findIndex((entry) => entry.getAttribute("aria-selected") === "true");
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move) {
      all[at]?.setAttribute("aria-selected", "false");
      all[(at + move + all.length) % all.length]?.setAttribute("aria-selected", "true");
    } else if ((event.key === "Enter" || event.key === "Tab") && all[at] && !event.ctrlKey && !event.metaKey) {
      takeCanned(all[at]);
    } else if (event.key === "Escape") {
      hideCanned();
    } else {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);

  // Files go up at once, one by one, and with the reply by their ids.
  const upload = async (field) => {
    const list = one(".attached", field.form);
    for (const file of field.files) {
      const chip = document.createElement("span");
      chip.className = "chip";
      chip.textContent = file.name;
      list.append(chip);
      try {
        const answer = await fetch(field.dataset.upload, {
          method: "POST",
          body: file,
          headers: { "X-Live": "1", "X-Csrf-Token": csrf, "Content-Type": "application/octet-stream", "Content-Disposition": `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}` },
        });
        const text = await answer.text();
        if (!answer.ok) { chip.classList.add("failed"); chip.textContent = `${file.name}: ${text.slice(0, 200)}`; continue; }
        const id = document.createElement("input");
        id.type = "hidden";
        id.name = "file";
        id.value = text;
        chip.append(id);
      } catch {
        chip.remove();
        lost(body.dataset.failed);
      }
    }
    field.value = "";
  };

  // Messages that are picked become a ticket of their own.
  const countPicked = () => {
    const bar = document.getElementById("picked");
    if (!bar) return;
    const count = every("input[name=message]:checked").length;
    bar.hidden = count === 0;
    const words = one("[data-count]", bar);
    words.textContent = `${count} ${words.dataset.count}`;
  };

  // Dialogs.
  const palette = document.getElementById("palette");
  const line = document.getElementById("palette-line");
  const entries = document.getElementById("palette-entries");
  const openPalette = (text = "") => {
    if (!palette || palette.open) return;
    line.value = text;
    palette.showModal();
    line.setSelectionRange(text.length, text.length);
    complete();
  };
  let completing = 0;
  const complete = async () => {
    const turn = ++completing;
    const query = new URLSearchParams({ line: line.value });
    const conversation = one("[data-conversation]")?.dataset.conversation;
    if (conversation) query.set("conversation", conversation);
    try {
      const answer = await fetch(`${palette.dataset.commands}?${query}`, { headers: { "X-Live": "1" } });
      if (!answer.ok || turn !== completing) return;
      const page = parse(`<ul>${await answer.text()}</ul>`);
      entries.replaceChildren(...every("li", page));
      line.setAttribute("aria-activedescendant", one("[aria-selected=true]", entries)?.id || "");
    } catch {
      lost(body.dataset.lost);
    }
  };
  const choose = (entry) => {
    if (!entry?.dataset.line) return;
    if (!("whole" in entry.dataset)) {
      line.value = entry.dataset.line + " ";
      line.focus();
      return complete();
    }
    palette.close();
    give(entry.dataset.line);
  };
  // Gives a command, by the form that the page has for it or by one of our own.
  const give = (text) => {
    const form = document.createElement("form");
    const address = one(".thread-actions")?.getAttribute("action") || palette.dataset.commands;
    form.action = address;
    form.method = "post";
    for (const [name, value] of Object.entries({ csrf, line: text })) {
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = name;
      field.value = value;
      form.append(field);
    }
    body.append(form);
    const hasPlace = document.getElementById("said");
    if (hasPlace) send(form, text.startsWith("/ticket") ? Object.assign(document.createElement("button"), { value: "/ticket" }) : null).finally(() => form.remove());
    else form.submit();
  };
  if (line) {
    let typing = null;
    line.addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(complete, 60); });
    line.addEventListener("keydown", (event) => {
      const all = every("[data-line]", entries);
      const at = all.findIndex((entry) => entry.getAttribute("aria-selected") === "true");
      const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (move && all.length) {
        event.preventDefault();
        all[at]?.setAttribute("aria-selected", "false");
        const next = all[(at + move + all.length) % all.length];
        next.setAttribute("aria-selected", "true");
        next.scrollIntoView({ block: "nearest" });
        line.setAttribute("aria-activedescendant", next.id);
      } else if (event.key === "Enter") {
        event.preventDefault();
        choose(all[at] || all[0]);
      } else if (event.key === "Tab" && all[at]) {
        event.preventDefault();
        line.value = all[at].dataset.line + " ";
        complete();
      }
    });
    entries.addEventListener("click", (event) => choose(event.target.closest("[data-line]")));
    palette.addEventListener("click", (event) => { if (event.target === palette) palette.close(); });
  }
  document.addEventListener("click", (event) => {
    const opens = event.target.closest("[data-opens]")?.dataset.opens;
    if (opens === "palette") openPalette();
    if (opens === "keys") document.getElementById("keys").showModal();
    for (const menu of every("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });

  // Keys. Single letters only outside of fields.
  let before = "";
  const press = (key) => one(`.thread-actions [data-key="${key}"]`)?.click();
  const write = (kind) => {
    const field = document.getElementById("text");
    if (!field) return false;
    const choice = one(`input[name=kind][value=${kind}]`, field.form);
    if (choice && !choice.checked) choice.click();
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
    return true;
  };
  const walk = (step) => {
    const rows = every("[data-row]");
    if (!rows.length) return;
    const now = rows.findIndex((row) => row === document.activeElement || (row.getAttribute("aria-current") === "true" && !rows.includes(document.activeElement)));
    const next = rows[Math.min(Math.max(now + step, 0), rows.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      return openPalette();
    }
    const field = event.target;
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && field.form?.matches(".composer")) {
      event.preventDefault();
      return field.form.requestSubmit();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || one("dialog[open]")) return;
    if (field.matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]")) {
      if (event.key === "Escape") field.blur();
      return;
    }
    const go = before === "g" ? one(`[data-go="${CSS.escape(event.key)}"]`) : null;
    before = event.key;
    if (go) { event.preventDefault(); return go.click(); }
    const done = {
      j: () => walk(1),
      k: () => walk(-1),
      r: () => write("reply"),
      n: () => write("note"),
      t: () => press("t"),
      c: () => (document.getElementById("card")?.firstElementChild ? focusCard() : press("c")),
      e: () => press("e"),
      s: () => press("s"),
      a: () => one("[data-conversation]") && openPalette("/assign "),
      "/": () => openPalette(),
      "?": () => document.getElementById("keys")?.showModal(),
    }[event.key];
    if (done) { event.preventDefault(); done(); }
  });

  // What only the script can do is shown only with it.
  const dressed = () => {
    for (const part of every(".attach[hidden]")) part.hidden = false;
    every("[data-ways]").forEach(narrow);
    countPicked();
  };
  document.documentElement.classList.add("has-script");
  const messages = document.getElementById("messages");
  if (messages) messages.scrollTop = messages.scrollHeight;
  one(".row-link[aria-current]")?.scrollIntoView({ block: "nearest" });
  dressed();
  listen();
})();
