// What is seen: the dialog with its log of messages.
const TYPING_FOR = 6000;

class View {
  constructor(context, actions) {
    const { lang, root, frame, svg, settings, isPage } = context;
    Object.assign(this, { context, actions, lang, root, svg });
    this.entries = new Map();
    this.laid = new Map();
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    this.plural = new Intl.PluralRules(lang);
    this.time = new Intl.DateTimeFormat(context.asked, { hour: "numeric", minute: "2-digit" });
    this.day = new Intl.DateTimeFormat(lang === "zh" ? "zh" : context.asked, { weekday: "long", day: "numeric", month: "long" });
    this.number = new Intl.NumberFormat(lang);

    this.links = { open: (event, href) => actions.follow(event, href), name: (href) => this.linkName(href) };

    this.subtitle = el("p", { class: "subtitle" });
    this.closer = el("button", { type: "button", class: "icon", "aria-label": this.say("close"), title: this.say("close"), onclick: () => actions.close() }, svg(ICONS.close));
    this.title = el("h2", { id: "title" }, context.data.title || settings.title || this.say("title"));
    const header = el("header", {}, el("div", { class: "names" }, this.title, this.subtitle), !isPage && this.closer);
    this.older = el("button", { type: "button", class: "older", hidden: true, onclick: () => actions.older() }, this.say("older"));
    this.log = el("ol", { class: "log" });
    this.live = el("div", { role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": this.say("log") }, this.log);
    this.typing = el("div", { class: "typing", hidden: true }, el("span", { class: "hidden" }, this.say("typing")), el("i"), el("i"), el("i"));
    this.welcome = el("div", { class: "welcome" }, el("p", {}, settings.greeting || this.say("greeting")));
    this.scroller = el("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": this.say("log") }, this.older, this.welcome, this.live, this.typing);
    this.newest = el("button", { type: "button", class: "newest", hidden: true, "aria-label": this.say("newest"), onclick: () => this.toEnd(true) }, svg(ICONS.down));
    this.notice = el("div", { class: "notice", role: "status" });
    this.composer = new Composer(this, actions);
    this.article = new Article(this, actions);
    this.chat = el("div", { class: "chat" }, el("div", { class: "stage" }, this.scroller, this.newest), this.notice, this.composer.form);
    this.panel = el("section", { class: "panel", role: "dialog", "aria-labelledby": "title", tabindex: "-1", hidden: true }, header, this.chat, this.article.box);
    this.panel.addEventListener("keydown", (event) => this.keys(event));
    this.scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
    // What comes up below the messages must not cover the newest.
    this.isHeld = true;
    if (window.ResizeObserver) new ResizeObserver(() => this.isHeld && this.toEnd()).observe(this.scroller);
    this.fitKeyboard();
    frame.append(this.panel);
  }

  say(key, values = {}) {
    const words = WORDS[this.lang] || WORDS.en;
    return (words[key] || key).replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
  }

  // A text that depends on a number, in the forms that the language has.
  count(key, number) {
    const form = this.plural.select(number);
    const words = WORDS[this.lang];
    return this.say(words[key + "-" + form] ? key + "-" + form : key + "-other", { count: this.number.format(number) });
  }

  // What stands for an address: what it is, where it is ours, else its beginning.
  linkName(href) {
    if (this.actions.isOurs("a", href)) return this.say("read-article");
    if (this.actions.isOurs("t", href)) return this.say("see-ticket");
    const { host, pathname, search } = new URL(href);
    const rest = pathname === "/" && !search ? "" : pathname + search;
    return host + (rest.length > 28 ? rest.slice(0, 27) + "…" : rest);
  }

  get isOpen() { return !this.panel.hidden; }

  get isFull() { return matchMedia("(max-width: 30rem)").matches || this.context.isPage; }

  show() {
    this.panel.hidden = false;
    this.panel.setAttribute("aria-modal", String(this.isFull && !this.context.isPage));
    this.context.frame.classList.add("open");
    this.context.launcher.setAttribute("aria-expanded", "true");
    this.toEnd();
    this.composer.focus();
  }

  hide() {
    this.panel.hidden = true;
    this.context.frame.classList.remove("open");
    this.context.launcher.setAttribute("aria-expanded", "false");
    this.context.launcher.focus();
  }

  keys(event) {
    if (event.key === "Escape" && !event.isComposing) {
      event.stopPropagation();
      if (this.article.isOpen) this.article.close();
      else if (!this.context.isPage) this.actions.close();
    }
    if (event.key !== "Tab" || !this.isFull || this.context.isPage) return;
    // Over the whole screen there is nothing else to go to.
    const stops = [...this.panel.querySelectorAll("button, a[href], textarea, input, [tabindex='0']")].filter((stop) => !stop.disabled && stop.offsetParent);
    const [first, last] = [stops[0], stops[stops.length - 1]];
    const at = this.root.activeElement;
    if (event.shiftKey ? at === first : at === last) {
      event.preventDefault();
      (event.shiftKey ? last : first).focus();
    }
  }

  // Telephones put their keyboard over the page: the panel keeps to what is left.
  fitKeyboard() {
    const seen = window.visualViewport;
    if (!seen) return;
    const fit = () => {
      this.panel.style.setProperty("--seen", seen.height + "px");
      this.panel.style.setProperty("--top", seen.offsetTop + "px");
    };
    seen.addEventListener("resize", fit);
    seen.addEventListener("scroll", fit);
    fit();
  }

  get isAtEnd() { return this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < 60; }

  toEnd(isAsked) {
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: isAsked && !matchMedia("(prefers-reduced-motion: reduce)").matches ? "smooth" : "instant" });
    this.newest.hidden = true;
  }

  scrolled() {
    this.isHeld = this.isAtEnd;
    if (this.isAtEnd) this.newest.hidden = true;
    if (this.scroller.scrollTop < 40 && !this.older.hidden) this.actions.older();
  }

  // Shows that the line is down, or another thing that concerns the whole; nothing takes it away again.
  note(text, isBad) {
    this.notice.textContent = text || "";
    this.notice.classList.toggle("bad", !!isBad);
  }

  staffed(status) {
    const opens = status.opens_at && new Date(status.opens_at);
    const when = opens && new Intl.DateTimeFormat(this.context.asked, { weekday: "long", hour: "numeric", minute: "2-digit" }).format(opens);
    this.subtitle.textContent = status.open ? this.say("open") : when ? this.say("closed-until", { time: when }) : this.say("closed");
    this.subtitle.classList.toggle("is-open", status.open);
    this.composer.limits(status);
  }

  // Puts a message where it belongs, or anew where it stands already.
  put(entry) {
    const wasAtEnd = this.isAtEnd;
    const old = this.entries.get(entry.id);
    if (old && old.seq && !entry.seq) return;
    const merged = { ...old, ...entry };
    this.entries.set(entry.id, merged);
    const item = this.message(merged);
    const place = this.laid.get(entry.id);
    // What gets its number moves to where it belongs: others may have been numbered before it.
    if (place && old.seq === merged.seq) place.replaceWith(item);
    else {
      if (place) place.remove();
      const next = [...this.log.children].find((other) => Number(other.dataset.seq) > (merged.seq || Infinity));
      this.log.insertBefore(item, next || null);
    }
    this.laid.set(entry.id, item);
    this.arrange();
    if (merged.author !== "me") this.typing.hidden = true;
    if (wasAtEnd || (merged.author === "me" && !old)) this.toEnd();
    else if (!old && merged.author !== "me" && merged.isNew) this.newest.hidden = false;
  }

  // Days, and who speaks, are said once.
  arrange() {
    this.welcome.hidden = !this.older.hidden;
    for (const day of this.log.querySelectorAll(".day")) day.remove();
    let day = "", author = "";
    for (const item of [...this.log.children]) {
      const at = new Date(item.dataset.at);
      const own = at.toDateString();
      if (own !== day) {
        const today = new Date().toDateString() === own;
        item.before(el("li", { class: "day", "data-seq": item.dataset.seq }, today ? this.say("today") : this.day.format(at)));
        author = "";
      }
      day = own;
      item.classList.toggle("goes-on", author === item.dataset.author);
      author = item.dataset.author;
    }
  }

  message(entry) {
    const isOwn = entry.author === "me";
    const who = this.say("author-" + entry.author);
    const at = new Date(entry.at);
    const bubble = el("div", { class: "bubble" });
    if (entry.reply_to && this.entries.get(entry.reply_to) && !isOwn && entry.author === "agent") {
      bubble.append(el("blockquote", { class: "quote" }, (this.entries.get(entry.reply_to).text || "").slice(0, 120)));
    }
    if (entry.deleted) bubble.append(el("p", { class: "gone" }, this.say("deleted")));
    else if (entry.nodes && !isOwn) bubble.append(rich(entry.nodes, this.links));
    else if (entry.text) bubble.append(el("p", { class: "plain", dir: "auto" }, entry.text));
    for (const file of entry.files || []) bubble.append(this.file(file));
    const item = el("li", { class: "message " + (isOwn ? "own" : entry.author), "data-seq": entry.seq || "", "data-at": entry.at, "data-author": entry.author, "data-id": entry.id });
    item.append(el("span", { class: "who" + (isOwn ? " hidden" : "") }, who), bubble);
    if (entry.buttons && entry.buttons.length) item.append(this.choices(entry));
    const state = entry.failed ? this.say("failed") : isOwn && !entry.seq ? this.say("sending") : entry.seen ? this.say("seen") : "";
    const foot = el("p", { class: "foot" }, el("time", { datetime: entry.at, dir: "auto" }, this.time.format(at)));
    if (entry.edited && !entry.deleted) foot.append(" · ", this.say("edited"));
    if (state) foot.append(" · ", el("span", { class: entry.failed ? "error" : "" }, state));
    if (entry.failed) foot.append(" ", el("button", { type: "button", class: "link", onclick: () => this.actions.again(entry) }, this.say("retry")));
    item.append(foot);
    return item;
  }

  choices(entry) {
    const row = el("div", { class: "choices", role: "group", "aria-label": this.say("choices") });
    for (const button of entry.buttons) {
      const isPressed = entry.pressed === button.id;
      row.append(el("button", {
        type: "button", dir: "auto", "aria-pressed": String(isPressed), disabled: !!entry.pressed && !isPressed,
        onclick: () => !entry.pressed && this.actions.press(entry, button),
      }, button.label));
    }
    return row;
  }

  file(file) {
    const name = el("span", { class: "name", dir: "auto" }, file.name);
    if (!file.url) return el("span", { class: "file" }, this.svg(ICONS.file), name);
    const href = address(file.url, ["https:", "http:"]);
    if (!href) return name;
    const link = el("a", { class: "file", href, target: "_blank", rel: "noopener noreferrer", download: file.name });
    if (/^image\/(png|jpeg|gif|webp|avif)$/.test(file.type || "")) {
      link.classList.add("picture");
      // The picture comes after its message, and would push its end out of sight.
      const atEnd = this.isAtEnd;
      link.append(el("img", { src: href, alt: file.name, loading: "lazy", onload: () => atEnd && this.toEnd() }));
    } else link.append(this.svg(ICONS.file), name);
    return link;
  }

  writes() {
    const wasAtEnd = this.isAtEnd;
    this.typing.hidden = false;
    if (wasAtEnd) this.toEnd();
    clearTimeout(this.typingEnds);
    this.typingEnds = setTimeout(() => { this.typing.hidden = true; }, TYPING_FOR);
  }

  unread(number) {
    const { badge, launcher } = this.context;
    badge.hidden = !number;
    badge.textContent = number > 9 ? "9+" : String(number);
    launcher.setAttribute("aria-label", number ? this.say("launcher") + " – " + this.count("unread", number) : this.say("launcher"));
    this.context.tell("unread", number);
  }

  clear() {
    this.entries.clear();
    this.laid.clear();
    this.log.replaceChildren();
    this.welcome.hidden = false;
    this.older.hidden = true;
  }
}

// An article, read without leaving the page.
class Article {
  constructor(view, actions) {
    Object.assign(this, { view, actions });
    this.title = el("h3", { tabindex: "-1" });
    this.body = el("div", { class: "body" });
    this.out = el("a", { class: "icon", target: "_blank", rel: "noopener noreferrer", "aria-label": view.say("article-page"), title: view.say("article-page") }, view.svg(ICONS.out));
    const back = el("button", { type: "button", class: "icon back", "aria-label": view.say("back"), title: view.say("back"), onclick: () => this.close() }, view.svg(ICONS.back));
    this.scroller = el("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": view.say("article") }, this.title, this.body);
    this.box = el("article", { class: "article", hidden: true }, el("div", { class: "bar" }, back, this.out), this.scroller);
  }

  get isOpen() { return !this.box.hidden; }

  open(article, href) {
    this.before = this.view.root.activeElement;
    this.title.textContent = article.title;
    this.title.lang = this.body.lang = article.language || "";
    this.title.dir = "auto";
    this.body.replaceChildren(rich(article.nodes, this.view.links));
    this.body.dir = "auto";
    this.out.href = href;
    this.box.hidden = false;
    this.view.chat.hidden = true;
    this.scroller.scrollTo({ top: 0, behavior: "instant" });
    this.title.focus();
  }

  close() {
    this.box.hidden = true;
    this.view.chat.hidden = false;
    if (this.before) this.before.focus();
  }
}
