// The script that a page embeds: a button, and the rest only when it is wanted. `S` is put in front of it by the server.
(() => {
  const script = document.currentScript;
  if (window.Bellhop && window.Bellhop.channel) return;
  const base = new URL("./", script ? script.src : S.base).href;
  const data = script ? script.dataset : {};
  const asked = data.lang || document.documentElement.lang || navigator.language || "en";
  const lang = /^zh\b/i.test(asked) ? "zh" : "en";
  const rtl = /^(ar|fa|he|ur|yi|ps|sd|ug|dv)\b/i;
  const dir = data.dir || document.documentElement.dir || (rtl.test(asked) ? "rtl" : "ltr");
  const isPage = data.view === "page";
  const key = "bellhop:" + base;

  const host = document.createElement("bellhop-chat");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(S.css);
  root.adoptedStyleSheets = [sheet];
  if (data.theme) host.dataset.theme = data.theme;
  if (isPage) host.dataset.view = "page";
  host.dataset.side = data.side || S.side;
  for (const [name, value] of Object.entries(S.colours)) host.style.setProperty("--" + name, value);

  const frame = document.createElement("div");
  frame.className = "frame";
  frame.lang = lang;
  frame.dir = dir === "rtl" ? "rtl" : "ltr";
  root.append(frame);

  const svg = (path) => {
    const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    icon.setAttribute("viewBox", "0 0 24 24");
    icon.setAttribute("aria-hidden", "true");
    const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    line.setAttribute("d", path);
    icon.append(line);
    return icon;
  };
  const launcher = document.createElement("button");
  launcher.type = "button";
  launcher.className = "launcher";
  launcher.setAttribute("aria-expanded", "false");
  launcher.setAttribute("aria-haspopup", "dialog");
  launcher.setAttribute("aria-label", S.words[lang].launcher);
  launcher.append(svg("M4 5h16v11H9l-5 4z"));
  const badge = document.createElement("span");
  badge.className = "badge";
  badge.hidden = true;
  badge.setAttribute("aria-hidden", "true");
  launcher.append(badge);
  if (!isPage) frame.append(launcher);

  const listeners = {};
  const tell = (name, detail) => (listeners[name] || []).forEach((listener) => listener(detail));
  // An app shows the page in a view of its own and says who its user is behind the #, which is never sent to a server.
  const named = isPage ? new URLSearchParams(location.hash.slice(1)).get("identity") : "";
  const context = { base, key, lang, asked, host, root, frame, launcher, badge, svg, isPage, tell, settings: S, data, identity: data.identity || named || "" };
  let app = null;
  const load = () => app || (app = import(base + S.app).then((module) => module.start(context)).catch((error) => { app = null; throw error; }));
  const once = (work) => load().then(work, (error) => tell("error", { message: String(error) }));

  launcher.addEventListener("click", () => once((chat) => chat.toggle()));
  launcher.addEventListener("pointerenter", () => load().catch(() => {}), { once: true });

  window.Bellhop = {
    channel: base,
    open: () => once((chat) => chat.open()),
    close: () => once((chat) => chat.close()),
    identify: (blob) => { context.identity = blob || ""; return app ? once((chat) => chat.identify()) : Promise.resolve(); },
    logout: () => { context.identity = ""; return once((chat) => chat.logout()); },
    on: (name, listener) => { (listeners[name] ||= []).push(listener); },
  };

  let known = false;
  try { known = !!localStorage.getItem(key); } catch { /* storage is switched off: every page begins anew */ }
  const begin = () => {
    (document.body || document.documentElement).append(host);
    if (isPage) once((chat) => chat.open());
    // Somebody who has written before is to see that there is an answer.
    else if (known || context.identity) (window.requestIdleCallback || setTimeout)(() => load().catch(() => {}));
  };
  if (document.body) begin();
  else addEventListener("DOMContentLoaded", begin);
})();
