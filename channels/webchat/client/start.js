// Puts the parts together: what the visitor does, and what the server says.
class Chat {
  constructor(context) {
    this.context = context;
    this.view = new View(context, this);
    this.view.composer.takeDrops(this.view.panel);
    this.wire = new Wire(context, (event) => this.hear(event));
    this.unread = new Set();
    this.first = 0;
    this.seen = this.recallSeen();
    document.addEventListener("visibilitychange", () => this.read());
    window.addEventListener("storage", (event) => this.heardTab(event));
  }

  async begin() {
    if (this.wire.hasSession) await this.load();
  }

  // What another tab of the browser began, or has seen.
  heardTab({ key, newValue }) {
    if (key === this.context.key && newValue && !this.wire.token && !this.context.identity) this.load();
    if (key === this.context.key + ":seen" && Number(newValue) > this.seen) {
      this.seen = Number(newValue);
      for (const seq of this.unread) if (seq <= this.seen) this.unread.delete(seq);
      this.view.unread(this.unread.size);
    }
  }

  // The history, and from its end on whatever comes.
  async load() {
    const known = this.wire.session().then(() => {
      const page = this.wire.history();
      this.wire.listen(page.then((page) => page.last || 0));
      return page;
    });
    try {
      const page = await known;
      // A new session was begun where the old one was no good: the line has its name.
      this.wire.listen(Promise.resolve(page.last || 0));
      this.fill(page);
    } catch (error) {
      this.wire.hangUp();
      this.troubled(error);
      if (error.status !== 403) setTimeout(() => this.load(), (error.retryAfter || 8) * 1000);
    }
  }

  fill(page) {
    this.view.live.setAttribute("aria-busy", "true");
    const height = this.view.scroller.scrollHeight;
    const top = this.view.scroller.scrollTop;
    this.view.older.hidden = !page.more;
    for (const entry of page.items) this.apply(entry);
    if (page.items.length) this.first = page.items[0].seq;
    this.view.arrange();
    if (this.isLoaded) this.view.scroller.scrollTo({ top: top + this.view.scroller.scrollHeight - height, behavior: "instant" });
    else this.view.toEnd();
    this.isLoaded = true;
    this.view.live.removeAttribute("aria-busy");
    this.read();
  }

  async older() {
    if (this.isLoadingOlder || !this.first) return;
    this.isLoadingOlder = true;
    try {
      this.fill(await this.wire.history(this.first));
    } catch (error) {
      this.troubled(error);
    }
    this.isLoadingOlder = false;
  }

  hear(event) {
    if (event.type === "entry") this.apply({ ...event.data, seq: event.id, isNew: true });
    else if (event.type === "typing") this.view.writes();
    else if (event.type === "connection") this.view.note(event.up ? "" : this.view.say("offline"), !event.up);
    else if (event.type === "ended") this.anew();
    else if (event.type === "reset") { this.wire.hangUp(); this.wire.last = 0; this.empty(); this.load(); }
  }

  // The session is over: an anonymous visitor begins a new one, a signed-in one has to be named again by the page.
  anew() {
    this.wire.forget();
    this.empty();
    if (this.context.identity) this.view.note(this.view.say("expired"), true);
    this.context.tell("expired");
  }

  // Nothing of what was shown counts any more.
  empty() {
    this.view.clear();
    this.unread.clear();
    this.waits = null;
    this.first = this.seen = 0;
    this.isLoaded = false;
  }

  apply(entry) {
    const about = entry.message || entry.id;
    const known = this.view.entries.get(about);
    if (entry.type === "message") {
      this.view.put(this.waits && this.waits.has(entry.id) ? { ...entry, ...this.waits.get(entry.id) } : entry);
      if (entry.author !== "me" && entry.seq > this.seen) this.unread.add(entry.seq);
      if (entry.isNew) this.read();
      this.view.unread(this.view.isOpen && !document.hidden ? 0 : this.unread.size);
      return;
    }
    // Changes come behind what they change: where that is not loaded yet, they wait for it.
    const change = entry.type === "press" ? { pressed: entry.button }
      : entry.type === "edit" ? { text: entry.text, nodes: entry.nodes, edited: true }
      : entry.type === "delete" ? { deleted: true, text: "", files: [], buttons: [] }
      : entry.type === "read" ? { seen: true } : {};
    if (known) this.view.put({ ...known, ...change });
    else (this.waits ||= new Map()).set(about, { ...(this.waits.get(about) || {}), ...change });
  }

  // What is in sight has been seen.
  read() {
    if (!this.view.isOpen || document.hidden) return;
    const entries = [...this.view.entries.values()].filter((entry) => entry.author !== "me" && entry.seq > this.seen);
    this.unread.clear();
    this.view.unread(0);
    const last = entries.sort((one, other) => one.seq - other.seq).pop();
    if (!last) return;
    this.seen = last.seq;
    try { localStorage.setItem(this.context.key + ":seen", String(this.seen)); } catch { /* told anew after a reload */ }
    this.wire.send("read", { message: last.id }).catch(() => {});
  }

  recallSeen() {
    try { return Number(localStorage.getItem(this.context.key + ":seen")) || 0; } catch { return 0; }
  }

  async refresh() {
    try {
      this.view.staffed(await this.wire.status());
      this.view.note("");
    } catch (error) {
      this.troubled(error);
    }
  }

  troubled(error) {
    this.view.note(this.view.say(error.status === 429 ? "too-fast" : error.status === 403 ? "refused" : "offline"), true);
    this.context.tell("error", { message: error.message });
  }

  open() {
    if (this.view.isOpen) return;
    this.view.show();
    this.refresh();
    this.read();
    this.context.tell("open");
  }

  close() {
    if (!this.view.isOpen) return;
    this.view.hide();
    this.context.tell("close");
  }

  toggle() {
    if (this.view.isOpen) this.close();
    else this.open();
  }

  say({ text, files, email, name }) {
    const id = crypto.randomUUID ? crypto.randomUUID() : Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    this.deliver({ type: "message", id, author: "me", at: new Date().toISOString(), text, files, body: { id, text, files: files.map((file) => file.file), email, name, locale: this.context.asked } });
  }

  again(entry) { this.deliver({ ...entry, failed: false }); }

  // The same id each time: sent twice, it is said once.
  async deliver(entry) {
    this.view.put(entry);
    const wasNew = !this.wire.token;
    for (let tries = 0; ; tries += 1) {
      try {
        const kept = await this.wire.send("messages", entry.body);
        this.view.put({ ...entry, seq: kept.seq, at: kept.at, failed: false });
        if (wasNew || !this.wire.shared) this.wire.listen(Promise.resolve(0));
        return;
      } catch (error) {
        if (error.status === 401 && tries === 0) { this.anew(); continue; }
        const isWorthIt = !error.status || error.status >= 500 || error.status === 429;
        if (!isWorthIt || tries > 3) {
          this.view.put({ ...entry, failed: true });
          if (error.status) this.troubled(error);
          return;
        }
        await pause(error.retryAfter ? error.retryAfter * 1000 : 800 * 2 ** tries);
      }
    }
  }

  async press(entry, button) {
    this.view.put({ ...entry, pressed: button.id });
    try {
      await this.wire.send("presses", { message: entry.id, button: button.id, label: button.label });
    } catch (error) {
      this.view.put({ ...entry, pressed: undefined });
      this.troubled(error);
    }
    this.view.composer.focus();
  }

  async upload(file, signal) {
    const kept = await this.wire.upload(file, signal);
    if (!this.wire.shared) this.wire.listen(Promise.resolve(0));
    return kept;
  }

  // Whether an address is one of our pages: articles stand below `a`, tickets below `t`.
  isOurs(kind, href) { return href.startsWith(new URL("../../" + kind + "/", this.context.base).href); }

  // A link to one of our articles opens here; every other goes its way.
  async follow(event, href) {
    if (!this.isOurs("a", href) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try {
      const response = await fetch(href, { headers: { accept: "application/json" }, credentials: "omit", referrerPolicy: "no-referrer" });
      if (!response.ok) throw new Error(String(response.status));
      this.view.article.open(await response.json(), href);
    } catch {
      window.open(href, "_blank", "noopener");
    }
  }

  // The page says who the visitor is.
  identify() {
    this.wire.hangUp();
    this.empty();
    this.seen = this.recallSeen();
    this.wire = new Wire(this.context, (event) => this.hear(event));
    return this.begin();
  }

  logout() {
    this.wire.forget();
    try { localStorage.removeItem(this.context.key + ":seen"); } catch { /* nothing was kept */ }
    this.seen = 0;
    this.close();
    return this.identify();
  }
}

export const start = async (context) => {
  const chat = new Chat(context);
  chat.begin();
  return chat;
};
