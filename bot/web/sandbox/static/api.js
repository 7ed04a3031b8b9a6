// The sandbox's JSON interface.

async function ask(path, options) {
  const answer = await fetch(`/sandbox/api/${path}`, options);
  if (!answer.ok) throw new Error(String(answer.status));
  return answer;
}

const json = (body) => ({
  method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
});

export const sendMessage = (phone, body) =>
  ask(`phones/${encodeURIComponent(phone)}/messages`, { method: "POST", body });
export const quickReply = (phone, sid, button) =>
  ask(`phones/${encodeURIComponent(phone)}/presses`, json({ sid, button }));
export const actOnCall = (sid, act, key = "") => ask(`calls/${sid}/acts`, json({ act, key }));
export const say = (user, body) => ask(`slack/${user}/posts`, { method: "POST", body });
export const press = (user, given) => ask(`slack/${user}/presses`, json(given));
export const openHome = (user) => ask(`slack/${user}/home`, { method: "POST" });
export const pressHome = (user, given) => ask(`slack/${user}/home/presses`, json(given));
export const command = (user, channel, text) => ask(`slack/${user}/commands`, json({ channel, text }));
export const pointAt = (user, channel, ts) => ask(`slack/${user}/shortcuts`, json({ channel, ts }));
export const submitView = (user, view, values) => ask(`slack/${user}/views/${view}`, json({ values }));
export const closeView = (user, view) => ask(`slack/${user}/views/${view}`, { method: "DELETE" });

// Null when nothing changed meanwhile.
export async function nextScene(since) {
  const answer = await ask(`state?since=${since}&wait=20`);
  return answer.status === 204 ? null : answer.json();
}
