// Where the visitor writes: the text, the files with it, and where to answer when nobody is there.
class Composer {
  constructor(view, actions) {
    Object.assign(this, { view, actions, files: [] });
    const say = (key) => view.say(key);
    this.bounds = { text: 8000, file_bytes: 10485760, files: 5 };
    this.text = el("textarea", { rows: "1", "aria-label": say("write"), placeholder: say("write"), dir: "auto", enterkeyhint: "send", autocomplete: "off" });
    this.picker = el("input", { type: "file", multiple: true, hidden: true, tabindex: "-1", "aria-hidden": "true" });
    this.clip = el("button", { type: "button", class: "icon", "aria-label": say("attach"), onclick: () => this.picker.click() }, view.svg(ICONS.clip));
    this.sender = el("button", { type: "submit", class: "icon send", "aria-label": say("send"), title: say("send") }, view.svg(ICONS.send));
    this.chips = el("ul", { class: "chips", "aria-label": say("files"), hidden: true });
    this.name = el("input", { type: "text", name: "name", autocomplete: "name", maxlength: "120", placeholder: say("name"), "aria-label": say("name") });
    this.email = el("input", { type: "email", name: "email", autocomplete: "email", maxlength: "254", placeholder: say("email"), "aria-label": say("email"), inputmode: "email" });
    this.away = el("fieldset", { class: "away", hidden: true }, el("legend", {}, say("away")), this.name, this.email);
    this.error = el("p", { class: "error", role: "alert" });
    this.drop = el("div", { class: "drop", hidden: true, "aria-hidden": "true" }, say("drop"));
    this.form = el("form", { class: "composer", novalidate: true }, this.away, this.chips, this.error, el("div", { class: "line" }, this.clip, this.picker, this.text, this.sender), this.drop);
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    this.text.addEventListener("keydown", (event) => {
      // A person who picks Chinese characters presses Enter too.
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) { event.preventDefault(); this.submit(); }
    });
    this.text.addEventListener("input", () => this.grow());
    this.text.addEventListener("paste", (event) => {
      const files = [...(event.clipboardData ? event.clipboardData.files : [])];
      if (files.length) { event.preventDefault(); this.add(files); }
    });
    this.picker.addEventListener("change", () => { this.add([...this.picker.files]); this.picker.value = ""; });
  }

  // Files may be let fall anywhere on the dialog.
  takeDrops(panel) {
    let depth = 0;
    const holdsFiles = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
    panel.addEventListener("dragenter", (event) => { if (holdsFiles(event)) { depth += 1; this.drop.hidden = false; } });
    panel.addEventListener("dragleave", () => { depth = Math.max(0, depth - 1); if (!depth) this.drop.hidden = true; });
    panel.addEventListener("dragover", (event) => { if (holdsFiles(event)) event.preventDefault(); });
    panel.addEventListener("drop", (event) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      depth = 0;
      this.drop.hidden = true;
      this.add([...event.dataTransfer.files]);
    });
  }

  limits(status) {
    Object.assign(this.bounds, status.limits);
    this.text.maxLength = this.bounds.text;
    const hint = this.view.say("attach-limits", { files: this.view.number.format(this.bounds.files), size: this.size(this.bounds.file_bytes) });
    this.clip.title = hint;
    this.clip.setAttribute("aria-label", this.view.say("attach") + ". " + hint);
    this.clip.hidden = !this.bounds.files;
    // Somebody whom we know how to reach is not asked again.
    this.away.hidden = status.open || this.reachable;
  }

  size(bytes) {
    const mebi = bytes / 1048576;
    return mebi >= 1 ? this.view.number.format(Math.round(mebi * 10) / 10) + " MB" : this.view.number.format(Math.max(1, Math.round(bytes / 1024))) + " KB";
  }

  focus() { this.text.focus({ preventScroll: true }); }

  grow() {
    this.text.style.height = "auto";
    this.text.style.height = Math.min(this.text.scrollHeight, 140) + "px";
  }

  warn(text) { this.error.textContent = text || ""; }

  add(files) {
    this.warn("");
    for (const file of files) {
      if (this.files.length >= this.bounds.files) { this.warn(this.view.count("too-many", this.bounds.files)); break; }
      if (file.size > this.bounds.file_bytes) { this.warn(this.view.say("too-large", { name: file.name, size: this.size(this.bounds.file_bytes) })); continue; }
      if (!file.size) continue;
      this.upload(file);
    }
    this.focus();
  }

  upload(file) {
    const stop = new AbortController();
    const item = { name: file.name || this.view.say("file"), kept: null, stop };
    const state = el("span", { class: "state" }, this.view.say("uploading"));
    item.chip = el("li", {}, el("span", { class: "name", dir: "auto" }, item.name), state,
      el("button", { type: "button", class: "icon small", "aria-label": this.view.say("remove", { name: item.name }), onclick: () => this.remove(item) }, this.view.svg(ICONS.close)));
    this.files.push(item);
    this.chips.append(item.chip);
    this.chips.hidden = false;
    item.done = this.actions.upload(file, stop.signal).then(
      (kept) => { item.kept = kept; state.textContent = this.size(file.size); },
      (error) => {
        if (stop.signal.aborted) return;
        this.remove(item);
        this.warn(error.status === 413 ? this.view.say("too-large", { name: item.name, size: this.size(this.bounds.file_bytes) }) : this.view.say("upload-failed", { name: item.name }));
      },
    );
  }

  remove(item) {
    item.stop.abort();
    item.chip.remove();
    this.files = this.files.filter((other) => other !== item);
    this.chips.hidden = !this.files.length;
    this.focus();
  }

  async submit() {
    const text = this.text.value.trim();
    if ((!text && !this.files.length) || this.isBusy) return;
    if (!this.away.hidden && !this.email.checkValidity()) { this.warn(this.view.say("email-wrong")); this.email.focus(); return; }
    if (!this.away.hidden && !this.email.value.trim()) { this.warn(this.view.say("email-needed")); this.email.focus(); return; }
    this.isBusy = true;
    await Promise.all(this.files.map((item) => item.done));
    this.isBusy = false;
    const files = this.files.map((item) => item.kept).filter(Boolean);
    if (!text && !files.length) return;
    this.warn("");
    const message = { text, files };
    if (!this.away.hidden) {
      message.email = this.email.value.trim();
      message.name = this.name.value.trim() || undefined;
      this.reachable = true;
      this.away.hidden = true;
    }
    this.files = [];
    this.chips.replaceChildren();
    this.chips.hidden = true;
    this.text.value = "";
    this.grow();
    this.actions.say(message);
    this.focus();
  }
}
