// Phones that ring, above both sides: somebody answers, or nobody does.

import { actOnCall } from "./api.js";
import { byId, fill, make, toast } from "./dom.js";
import { word } from "./words.js";

const OFFERED = {
  ringing: [["answer", "", "call_answer"], ["let_ring", "", "call_let_ring"], ["voicemail", "", "call_voicemail"]],
  "in-progress": [["press", "1", "call_press"], ["hang_up", "", "call_hang_up"]],
};

export function showCalls(scene) {
  const list = byId("calls");
  fill(list, scene.calls.map((call) => ({ key: call.sid, content: call })), row);
  list.hidden = !scene.calls.length;
}

function row(call) {
  const talks = call.status === "in-progress";
  return make("li", { class: talks ? "talks" : "rings" },
    make("span", {}, `${word(talks ? "call_talks" : "call_rings")} ${call.name}`),
    talks ? make("q", {}, call.says) : null,
    OFFERED[call.status].map(([act, key, label]) => make("button", {
      type: "button", onclick: () => perform(call, act, key) }, word(label))));
}

async function perform(call, act, key) {
  try {
    await actOnCall(call.sid, act, key);
  } catch {
    toast(word("call_over"));
  }
}
