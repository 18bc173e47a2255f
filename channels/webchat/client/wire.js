// Talks to the server: the session, what is sent, and the one stream of events that all tabs of a browser share.
class Refused extends Error {
  constructor(status, detail, retryAfter) {
    super(detail || String(status));
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

class Wire {
  constructor(context, heard) {
    this.context = context;
    this.heard = heard;
    this.token = "";
    this.last = 0;
    this.stop = new AbortController();
    this.shared = null;
    this.recall();
  }

  // The token of an anonymous visitor stays in the browser; that of a signed-in one is made from the page's word each time.
  recall() {
    if (this.context.identity) return;
    try { this.token = localStorage.getItem(this.context.key) || ""; } catch { this.token = ""; }
  }

  keep(token) {
    this.token = token;
    if (this.context.identity) return;
    try { localStorage.setItem(this.context.key, token); } catch { /* the session ends with the page */ }
  }

  forget() {
    this.token = "";
    this.last = 0;
    try { localStorage.removeItem(this.context.key); } catch { /* nothing was kept */ }
    this.hangUp();
  }

  get hasSession() { return !!(this.token || this.context.identity); }

  async call(method, path, { body, raw, headers = {}, signal } = {}) {
    const init = { method, signal, headers: { ...headers }, credentials: "omit", cache: "no-store", referrerPolicy: "origin" };
    if (this.token) init.headers.authorization = "Bearer " + this.token;
    if (raw) init.body = raw;
    else if (body) {
      init.headers["content-type"] = "application/json";
      init.body = JSON.stringify(body);
    }
    const response = await fetch(this.context.base + path, init);
    if (response.ok) return response;
    const problem = await response.json().catch(() => ({}));
    throw new Refused(response.status, problem.detail, Number(response.headers.get("retry-after")) || 0);
  }

  async json(method, path, options) {
    return (await this.call(method, path, options)).json();
  }

  status() { return this.json("GET", "status"); }

  // Two sends at once must not begin two sessions.
  session() {
    // Another tab may have begun one meanwhile.
    if (!this.token) this.recall();
    if (this.token) return Promise.resolve();
    this.beginning ||= this.json("POST", "session", { body: this.context.identity ? { identity: this.context.identity } : {} })
      .then((session) => { this.keep(session.token); })
      .finally(() => { this.beginning = null; });
    return this.beginning;
  }

  async history(before) {
    await this.session();
    const path = "messages?limit=40" + (before ? "&before=" + before : "");
    try {
      return await this.json("GET", path);
    } catch (error) {
      if (error.status !== 401) throw error;
      // What was kept is no good any more: begin anew.
      this.forget();
      await this.session();
      return this.json("GET", path);
    }
  }

  async send(path, body) {
    await this.session();
    return this.json("POST", path, { body });
  }

  async upload(file, signal) {
    await this.session();
    const name = encodeURIComponent(file.name || "file");
    return this.json("POST", "files?name=" + name, { raw: file, headers: { "content-type": "application/octet-stream" }, signal });
  }

  // One tab holds the stream and tells the others; where the browser cannot, each tab has its own.
  // What the others tell is heard from now on; the stream itself begins behind `known`, the last thing that the history holds.
  listen(known) {
    known.catch(() => {});
    if (this.shared || !this.token) return;
    this.stop = new AbortController();
    const { signal } = this.stop;
    const name = "bellhop:" + this.context.base + ":" + this.token.slice(0, 24);
    const channel = "BroadcastChannel" in window ? new BroadcastChannel(name) : null;
    this.shared = { channel };
    if (channel) channel.onmessage = ({ data }) => this.hear(data, true);
    const run = async () => {
      this.last = Math.max(this.last, await known);
      await this.follow(signal);
    };
    if (channel && navigator.locks) navigator.locks.request(name, { signal }, run).catch(() => {});
    else run().catch(() => {});
  }

  hangUp() {
    this.stop.abort();
    if (this.shared && this.shared.channel) this.shared.channel.close();
    this.shared = null;
  }

  hear(event, isTold) {
    if (event.id && event.id <= this.last) return;
    if (event.id) this.last = event.id;
    if (!isTold && this.shared && this.shared.channel) this.shared.channel.postMessage(event);
    this.heard(event);
  }

  async follow(signal) {
    let failures = 0;
    while (!signal.aborted) {
      try {
        const response = await this.call("GET", "events", { signal, headers: { "last-event-id": String(this.last), accept: "text/event-stream" } });
        this.heard({ type: "connection", up: true });
        failures = 0;
        await this.read(response.body.getReader());
      } catch (error) {
        if (signal.aborted) return;
        if (error.status === 401) { this.heard({ type: "ended" }); return; }
        failures += 1;
        if (failures > 1) this.heard({ type: "connection", up: false });
        if (error.retryAfter) await pause(error.retryAfter * 1000);
      }
      await pause(Math.min(30000, 500 * 2 ** failures) * (0.5 + Math.random() / 2));
    }
  }

  async read(reader) {
    const decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      // The server says something at least every half minute; silence means that the line is dead.
      const timer = setTimeout(() => reader.cancel(), 70000);
      const { value, done } = await reader.read().finally(() => clearTimeout(timer));
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      const blocks = rest.split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) this.parse(block);
    }
  }

  parse(block) {
    let type = "", id = 0, data = "";
    for (const line of block.split("\n")) {
      if (line.startsWith("event: ")) type = line.slice(7);
      else if (line.startsWith("id: ")) id = Number(line.slice(4));
      else if (line.startsWith("data: ")) data += line.slice(6);
    }
    if (!type) return;
    try { this.hear({ type, id, data: data ? JSON.parse(data) : null }); } catch { /* of a later version */ }
  }
}
