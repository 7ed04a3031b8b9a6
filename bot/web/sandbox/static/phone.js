// The nurse's WhatsApp.

import { quickReply, sendMessage } from "./api.js";
import { Composer } from "./composer.js";
import { byId, fill, make, picture, sound, stayAtEnd, toast } from "./dom.js";
import { gist, marked } from "./marks.js";
import { clock, word } from "./words.js";

export class Phone {
  constructor() {
    this.list = byId("bubbles");
    this.select = byId("phone-select");
    stayAtEnd(this.list);
    this.composer = new Composer(byId("phone-composer"), async (body, answered) => {
      if (answered) body.append("replied_to", answered.id);
      await sendMessage(this.select.value, body);
      this.list.dataset.fresh = "1";
    });
    this.select.addEventListener("change", () => {
      this.list.dataset.fresh = "1";
      this.show(this.scene);
    });
  }

  show(scene) {
    this.scene = scene;
    fill(this.select, scene.phones.map((p) => ({ key: p.phone, content: { phone: p.phone, name: p.name } })), (p) =>
      make("option", { value: p.phone }, p.name));
    const phone = scene.phones.find((p) => p.phone === this.select.value) ?? scene.phones[0];
    const messages = phone?.messages ?? [];
    const named = new Map(messages.map((m) => [m.sid, m]));
    const items = messages.map((m) => ({
      key: m.sid, content: { ...m, quoted: named.get(m.replied_to)?.text?.slice(0, 120) ?? null },
    }));
    if (!items.length) items.push({ key: "empty", content: { empty: word("empty_phone") } });
    return fill(this.list, items, (content) => this.bubble(content));
  }

  bubble(message) {
    if (message.empty) return make("li", { class: "empty" }, message.empty);
    const label = gist(message.text) || word("photo");
    const answer = () => this.composer.answer({ id: message.sid, label });
    const state = this.state(message);
    return make("li", { class: `bubble ${message.mine ? "mine" : "theirs"}` },
      message.quoted === null ? null : make("div", { class: "quoted" }, message.quoted.replace(/[*_~`]/g, "") || word("photo")),
      message.media.map((media) => this.media(media, label)),
      message.location ? make("div", { class: "file" }, `${word("location")}: ${message.location.join(", ")}`) : null,
      message.text ? marked(message.text) : null,
      make("div", { class: "bubble-foot" },
        message.mine ? null : make("button", { type: "button", class: "quiet", onclick: answer }, word("reply")),
        make("time", {}, clock(message.at)),
        make("span", { class: `ticks ${state.look}`, role: "img", "aria-label": state.label, title: state.label }, state.sign)),
      this.answers(message));
  }

  answers(message) {
    const pressed = (button) => (event) => {
      event.target.closest("details")?.removeAttribute("open");
      return this.quick(message, button);
    };
    const buttons = message.buttons.map((button) => make("button", {
      type: "button", class: "quick", onclick: pressed(button) }, button));
    if (message.opener === null) return buttons;
    const shown = (event) => event.target.lastChild.scrollIntoView({ block: "nearest" });
    return make("details", { class: "answers", ontoggle: shown },
      make("summary", { class: "quick" }, message.opener), buttons);
  }

  media(media, label) {
    if (media.type.startsWith("audio/")) return sound(media.id, word("voice"), word("download"));
    return media.type.startsWith("image/")
      ? picture(media.id, `${word("photo")}: ${label}`, word("enlarge"), this.list)
      : make("div", { class: "file" }, `${word("file")}: ${media.type}`);
  }

  state(message) {
    if (!message.mine) {
      const look = message.status === "read" ? "read" : "";
      return { sign: message.status === "sent" ? "✓" : "✓✓", look, label: word(message.status) };
    }
    if (message.heard === null) return { sign: "✓", look: "", label: word("sending") };
    return message.heard
      ? { sign: "✓✓", look: "read", label: word("taken") }
      : { sign: "!", look: "bad", label: word("not_taken") };
  }

  async quick(message, button) {
    try {
      await quickReply(this.select.value, message.sid, button);
    } catch {
      toast(word("send_failed"));
    }
  }
}
