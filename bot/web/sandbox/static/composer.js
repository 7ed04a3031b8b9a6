// One composer for both sides: text, photos with previews, and what is being answered.

import { make, toast } from "./dom.js";
import { word } from "./words.js";

export class Composer {
  constructor(form, send) {
    this.form = form;
    this.part = (name) => form.querySelector(`[data-part=${name}]`);
    this.photos = [];
    this.answered = null;
    this.text = this.part("text");
    this.part("photos").addEventListener("change", (event) => {
      this.photos.push(...event.target.files);
      event.target.value = "";
      this.show();
      this.text.focus();
    });
    this.text.addEventListener("input", () => this.grow());
    this.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        form.requestSubmit();
      }
    });
    this.text.addEventListener("paste", (event) => {
      const pasted = [...event.clipboardData.files].filter((file) => file.type.startsWith("image/"));
      if (pasted.length) event.preventDefault();
      this.photos.push(...pasted);
      this.show();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit(send);
    });
  }

  async submit(send) {
    const text = this.text.value.trim();
    const { photos, answered } = this;
    if (!text && !photos.length) return;
    const body = new FormData();
    body.append("text", text);
    for (const photo of photos) body.append("photo", photo);
    const button = this.form.querySelector(".send");
    button.disabled = true;
    // What is written while this one is on its way is the next message.
    this.hold("", [], null);
    try {
      await send(body, answered);
    } catch {
      toast(word("send_failed"));
      const written = [text, this.text.value].filter(Boolean).join("\n");
      this.hold(written, [...photos, ...this.photos], this.answered ?? answered);
    } finally {
      button.disabled = false;
    }
  }

  hold(text, photos, answered) {
    this.text.value = text;
    this.photos = photos;
    this.answered = answered;
    this.show();
    this.grow();
  }

  // `what` is {id, label}, or null.
  answer(what) {
    this.answered = what;
    this.show();
    if (what) this.text.focus();
  }

  show() {
    const quote = this.part("quote");
    quote.hidden = !this.answered;
    if (this.answered) {
      const stop = () => this.answer(null);
      quote.replaceChildren(
        make("span", {}, `${word("replying_to")}: ${this.answered.label}`),
        make("button", { type: "button", "aria-label": word("cancel"), onclick: stop }, "×"),
      );
    }
    const previews = this.part("previews");
    previews.hidden = !this.photos.length;
    for (const image of previews.querySelectorAll("img")) URL.revokeObjectURL(image.src);
    previews.replaceChildren(...this.photos.map((photo) => this.preview(photo)));
  }

  preview(photo) {
    const drop = () => {
      this.photos = this.photos.filter((kept) => kept !== photo);
      this.show();
    };
    return make("figure", {},
      photo.type.startsWith("image/")
        ? make("img", { src: URL.createObjectURL(photo), alt: photo.name })
        : make("span", { class: "file" }, photo.name),
      make("button", { type: "button", "aria-label": word("remove_photo"), onclick: drop }, "×"));
  }

  grow() {
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(this.text.scrollHeight, 120)}px`;
  }
}
