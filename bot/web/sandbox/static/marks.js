// Slack's mrkdwn and WhatsApp's marks, as nodes.

import { make } from "./dom.js";
import { clock, day } from "./words.js";

// Drawn with signs that every font has: [sign, colour].
const EMOJI = {
  rotating_light: ["⚠", "red"], warning: ["⚠", "amber"], sos: ["⚠", "red"], bell: ["⚠", "amber"],
  hourglass_flowing_sand: ["◔", "amber"], hourglass: ["◔", "amber"],
  white_check_mark: ["✔", "green"], heavy_check_mark: ["✔", "green"], x: ["✖", "red"],
  crescent_moon: ["☾", "blue"],
  red_circle: ["●", "red"], large_red_circle: ["●", "red"], large_orange_circle: ["●", "orange"],
  large_yellow_circle: ["●", "amber"], large_green_circle: ["●", "green"], large_blue_circle: ["●", "blue"],
};

// U+FE0E asks for the plain sign where the font also has a picture of it.
const emoji = (name) => EMOJI[name]
  && make("span", { class: `emoji ${EMOJI[name][1]}`, role: "img", "aria-label": name.replaceAll("_", " ") }, `${EMOJI[name][0]}\uFE0E`);

const PATTERN = /<(@[UW][A-Z0-9]+|#C[A-Z0-9]+|!\w+|[^<>|\s]+)(?:\|([^>]*))?>|:([a-z0-9_+-]+):|`([^`\n]+)`|(?<![\p{L}\p{N}])([*_~])(?=\S)(.+?)(?<=\S)\5(?![\p{L}\p{N}])/gu;
const TAGS = { "*": "strong", _: "em", "~": "s" };

// For plain_text, which has no other marks.
export const withEmoji = (text) => text.split(/(:[a-z0-9_+-]+:)/).map((part) => emoji(part.slice(1, -1)) ?? part);

// The first words, without marks, to name a message by.
export const gist = (text) => text.split("\n")[0].replace(/[*_~`]/g, "").slice(0, 60);

const plain = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

// "!date^SECONDS^{time}", in the reader's own time zone.
function moment(target) {
  const [, seconds, pattern] = target.split("^");
  const show = { "{time}": clock, "{date_short}": day }[pattern];
  return show ? show(Number(seconds)) : null;
}

function inline(text, names) {
  const nodes = [];
  let from = 0;
  for (const found of text.matchAll(PATTERN)) {
    const [whole, target, label, name, code, mark, inner] = found;
    nodes.push(plain(text.slice(from, found.index)));
    from = found.index + whole.length;
    if (mark) nodes.push(make(TAGS[mark], {}, ...inline(inner, names)));
    else if (code) nodes.push(make("code", {}, plain(code)));
    else if (name) nodes.push(emoji(name) ?? whole);
    else if (target.startsWith("!date^")) nodes.push(moment(target) ?? plain(label ?? ""));
    else if (/^[@#!]/.test(target)) {
      const named = names[target.slice(1)] ?? label ?? target.slice(1);
      nodes.push(make("span", { class: "mention" }, `${target[0] === "#" ? "#" : "@"}${named}`));
    } else if (/^https?:/.test(target)) {
      nodes.push(make("a", { href: target, rel: "noreferrer", target: "_blank" }, plain(label ?? target)));
    } else nodes.push(plain(label ?? target));
  }
  nodes.push(plain(text.slice(from)));
  return nodes;
}

export function marked(text, names = {}) {
  const box = make("div", { class: "words" });
  let quote = null;
  for (const line of text.split("\n")) {
    const quoted = line.match(/^(?:>|&gt;)\s?(.*)$/);
    if (quoted) {
      quote ??= box.appendChild(make("blockquote"));
      quote.append(make("div", {}, ...inline(quoted[1], names)));
    } else {
      quote = null;
      box.append(make("div", { class: line.trim() ? null : "gap" }, ...inline(line, names)));
    }
  }
  return box;
}
