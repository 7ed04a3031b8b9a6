// Block Kit, drawn.

import { make, showPicture } from "./dom.js";
import { marked, withEmoji } from "./marks.js";

// `press` is called with an action element and its block id.
export function drawBlocks(blocks, names, press) {
  return make("div", { class: "blocks" }, blocks.map((block, place) => {
    const draw = DRAW[block.type];
    return draw ? draw(block, names, (element, node) => press(element, block.block_id ?? `blk${place}`, node)) : null;
  }));
}

const text = (part, names) =>
  part.type === "mrkdwn" ? marked(part.text, names) : make("div", { class: "words" }, make("div", {}, withEmoji(part.text)));

const image = (part) => {
  const source = part.image_url ?? (part.slack_file?.id ? `/sandbox/api/pictures/${part.slack_file.id}` : "");
  const open = () => showPicture(source, part.alt_text ?? "");
  return make("button", { type: "button", class: "picture", "aria-label": part.alt_text, onclick: open },
    make("img", { src: source, alt: part.alt_text ?? "", loading: "lazy" }));
};

const button = (element, press) => make("button", {
  type: "button", class: `block-button ${element.style ?? ""}`, "data-action": element.action_id,
  onclick: (event) => press(element, event.currentTarget),
}, element.text.text);

const DRAW = {
  header: (block, names) => make("h3", {}, ...text(block.text, names).childNodes),
  divider: () => make("hr"),
  section: (block, names, press) => make("div", { class: "section" },
    make("div", { class: "section-words" },
      block.text ? text(block.text, names) : null,
      block.fields ? make("div", { class: "fields" }, block.fields.map((field) => text(field, names))) : null),
    block.accessory?.type === "image" ? image(block.accessory) : null,
    block.accessory?.type === "button" ? button(block.accessory, press) : null),
  context: (block, names) => make("div", { class: "context" }, block.elements.map((element) =>
    element.type === "image" ? make("img", { src: element.image_url, alt: element.alt_text }) : text(element, names))),
  image: (block) => make("figure", { class: "block-image" },
    block.title ? make("figcaption", {}, block.title.text) : null, image(block)),
  actions: (block, names, press) => make("div", { class: "actions" }, block.elements.map((element) =>
    element.type === "button" ? button(element, press) : null)),
  markdown: (block, names) => marked(block.text, names),
  input: (block) => make("label", { class: "field" },
    make("span", {}, block.label.text), input(block)),
};

function input(block) {
  const element = block.element;
  const mark = { "data-block": block.block_id, "data-input": element.action_id, "data-type": element.type,
    required: !block.optional };
  if (element.options || element.option_groups) {
    const choices = (all) => all.map((option) => make("option", { value: option.value }, option.text.text));
    const options = element.options ? choices(element.options)
      : element.option_groups.map((group) => make("optgroup", { label: group.label.text }, choices(group.options)));
    // Slack chooses nothing for the person.
    return make("select", mark, [make("option", { value: "" }, "–"), ...options]);
  }
  const value = element.initial_value ?? "";
  if (element.multiline) return make("textarea", { ...mark, rows: 4, placeholder: element.placeholder?.text }, value);
  return make("input", { ...mark, type: "text", value, placeholder: element.placeholder?.text });
}

// What a person entered, as Slack's state.
export function values(form) {
  const state = {};
  for (const field of form.querySelectorAll("[data-input]")) {
    const type = field.dataset.type;
    const entered = field.tagName === "SELECT"
      ? { type, selected_option: field.value ? { value: field.value, text: { type: "plain_text", text: field.selectedOptions[0].text } } : null }
      : { type, value: field.value || null };
    (state[field.dataset.block] ??= {})[field.dataset.input] = entered;
  }
  return state;
}
