// Makes elements. Text is only ever put in as text; what comes as formatting is a tree of names that stand in `TAGS`.
const el = (name, attributes = {}, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== undefined && child !== null && child !== false));
  return element;
};

const TAGS = new Set("p strong em del code pre ul ol li blockquote br hr h1 h2 h3 h4 h5 h6 table tr th td a img".split(" "));
const DEEPEST = 40;

// An address that may be followed; anything that would run is none.
const address = (text, schemes) => {
  try {
    const url = new URL(text);
    return schemes.includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
};

// A tree as the server sends it: a text, or [name, attributes or null, ...children].
const build = (node, follow, depth = 0) => {
  if (typeof node === "string") return document.createTextNode(node);
  if (!Array.isArray(node) || depth > DEEPEST) return document.createTextNode("");
  const [name, given, ...rest] = node;
  const children = rest.map((child) => build(child, follow, depth + 1));
  if (!TAGS.has(name)) return el("span", {}, ...children);
  if (name === "a") {
    const href = address(given && given.href, ["https:", "http:", "mailto:", "tel:"]);
    if (!href) return el("span", {}, ...children);
    // A bare address is long and says little: its place stands for it.
    const words = rest.length === 1 && rest[0] === given.href ? [follow.name(href)] : children;
    return el("a", { href, target: "_blank", rel: "noopener noreferrer nofollow", title: words === children ? null : href, onclick: (event) => follow.open(event, href) }, ...words);
  }
  if (name === "img") {
    const src = address(given && given.src, ["https:", "http:"]);
    return src ? el("img", { src, alt: (given && given.alt) || "", loading: "lazy", referrerpolicy: "no-referrer" }) : document.createTextNode((given && given.alt) || "");
  }
  if (name === "table") return el("div", { class: "wide", tabindex: "0" }, el("table", {}, ...children));
  if (name === "pre") return el("pre", { tabindex: "0" }, ...children);
  // Headings of messages stand below the widget's own.
  if (/^h\d$/.test(name)) return el("h" + Math.min(6, Number(name[1]) + 2), {}, ...children);
  if (name === "ol" && given && Number.isInteger(given.start)) return el("ol", { start: given.start }, ...children);
  return el(name, {}, ...children);
};

const rich = (nodes, follow) => {
  const box = el("div", { class: "rich", dir: "auto" });
  box.append(...(Array.isArray(nodes) ? nodes : []).map((node) => build(node, follow)));
  return box;
};

const ICONS = {
  close: "M6 6l12 12M18 6L6 18",
  back: "M15 5l-7 7 7 7",
  send: "M5 12h13M12 5l7 7-7 7",
  clip: "M8 12.5l6.2-6.2a3 3 0 014.3 4.2l-8 8a5 5 0 01-7-7L11 4",
  file: "M7 3h7l4 4v14H7zM14 3v4h4",
  down: "M6 9l6 6 6-6",
  out: "M14 5h5v5M19 5l-9 9M17 14v5H5V7h5",
};
