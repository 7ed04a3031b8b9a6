// Small tools for building the page. Text always enters as text, never as HTML.

export const byId = (id) => document.getElementById(id);

export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

// Keeps the nodes whose content did not change, so that pictures do not flicker and focus stays.
export function fill(list, items, build) {
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  const old = new Map([...list.children].map((node) => [node.dataset.key, node]));
  let grown = false;
  const wanted = items.map(({ key, content }) => {
    const mark = JSON.stringify(content);
    const kept = old.get(key);
    old.delete(key);
    if (kept && kept.mark === mark) return kept;
    grown ||= !kept;
    const node = build(content);
    node.dataset.key = key;
    node.mark = mark;
    if (kept) kept.replaceWith(node);
    return node;
  });
  for (const gone of old.values()) gone.remove();
  wanted.forEach((node, place) => {
    if (list.children[place] !== node) list.insertBefore(node, list.children[place] ?? null);
  });
  if (atEnd || list.dataset.fresh) list.scrollTop = list.scrollHeight;
  delete list.dataset.fresh;
  return grown;
}

// A list that shows its end goes on showing it when the space for it changes.
export function stayAtEnd(list) {
  let atEnd = true;
  list.addEventListener("scroll", () => {
    atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  });
  new ResizeObserver(() => { if (atEnd) list.scrollTop = list.scrollHeight; }).observe(list);
}

export function showPicture(source, label) {
  const viewer = byId("viewer");
  const picture = viewer.querySelector("img");
  picture.src = source;
  picture.alt = label;
  viewer.showModal();
}

export function picture(id, label, hint, list) {
  const source = `/sandbox/api/pictures/${id}`;
  const image = make("img", { src: source, alt: label, loading: "lazy" });
  image.addEventListener("load", () => {
    if (list.scrollHeight - list.scrollTop - list.clientHeight < image.offsetHeight + 160) {
      list.scrollTop = list.scrollHeight;
    }
  });
  const open = () => showPicture(source, label);
  return make("button", { type: "button", class: "picture", "aria-label": hint, onclick: open }, image);
}

// To play here, and to download where the browser cannot play it.
export function sound(id, name, hint) {
  const source = `/sandbox/api/pictures/${id}`;
  return make("div", { class: "file" },
    make("audio", { src: source, controls: true, preload: "metadata", "aria-label": name }),
    make("a", { href: source, download: name }, hint));
}

let hiding;
export function toast(text) {
  const note = byId("toast");
  note.textContent = text;
  note.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { note.hidden = true; }, 5000);
}
