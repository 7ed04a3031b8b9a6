// Listens to the sandbox and shows both sides.

import { nextScene } from "./api.js";
import { showCalls } from "./calls.js";
import { byId, make, toast } from "./dom.js";
import { Phone } from "./phone.js";
import { Slack } from "./slack.js";
import { speak, word } from "./words.js";

const phone = new Phone();
const slack = new Slack();
let scene = null;
let newsOnPhone = false;

function show() {
  if (!scene) return;
  const aside = document.body.dataset.side !== "whatsapp";
  newsOnPhone = aside && (phone.show(scene) || newsOnPhone);
  if (!aside) phone.show(scene);
  slack.show(scene);
  showCalls(scene);
  byId("badge-whatsapp").hidden = !newsOnPhone;
  byId("badge-slack").hidden = !slack.unread;
  byId("badge-slack").textContent = slack.unread || "";
  showRules(scene.violations);
}

function showRules(violations) {
  const button = byId("rules");
  const bad = violations.length > 0;
  button.classList.toggle("bad", bad);
  button.textContent = bad ? `${word("breaches")}: ${violations.length}` : word("no_breaches");
  byId("rules-list").querySelector("ul").replaceChildren(...violations.map((v) =>
    make("li", {}, make("code", {}, v.code), ` ${v.where} ${v.detail}`)));
}

function turnTo(side) {
  document.body.dataset.side = side;
  for (const tab of document.querySelectorAll("[data-go]")) {
    tab.setAttribute("aria-current", String(tab.dataset.go === side));
  }
  for (const list of [byId("bubbles"), byId("posts")]) list.dataset.fresh = "1";
  if (side === "whatsapp") newsOnPhone = false;
  show();
}

function say(language) {
  speak(language);
  for (const list of [byId("bubbles"), byId("posts"), byId("channels"), byId("home"), byId("calls")]) {
    list.replaceChildren();
    list.dataset.fresh = "1";
  }
  phone.composer.show();
  slack.composer.show();
  show();
}

for (const tab of document.querySelectorAll("[data-go]")) {
  tab.addEventListener("click", () => turnTo(tab.dataset.go));
}
for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => say(button.dataset.language));
}
byId("rules").addEventListener("click", () => scene?.violations.length && byId("rules-list").showModal());

speak();
turnTo("whatsapp");

const pause = (ms) => new Promise((resume) => { setTimeout(resume, ms); });
let lost = false;
for (;;) {
  try {
    const next = await nextScene(scene?.version ?? -1);
    lost = false;
    if (next) {
      // Before the first there is nobody to send from.
      const first = !scene;
      scene = next;
      show();
      if (first) for (const button of document.querySelectorAll(".send")) button.disabled = false;
    }
  } catch {
    if (!lost) toast(word("offline"));
    lost = true;
    scene = scene && { ...scene, version: -1 };
    await pause(1000);
  }
}
