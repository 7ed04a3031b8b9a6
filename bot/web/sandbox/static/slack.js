// The clinicians' Slack.

import { closeView, command, openHome, pointAt, press, pressHome, say, submitView } from "./api.js";
import { drawBlocks, values } from "./blocks.js";
import { Composer } from "./composer.js";
import { byId, fill, make, picture, sound, stayAtEnd, toast } from "./dom.js";
import { gist, marked } from "./marks.js";
import { clock, word } from "./words.js";

const initials = (name) => name.replace(/^(Dra?\.|Enf\.)\s*/, "").split(/\s+/).map((part) => part[0]).slice(0, 2).join("");

export class Slack {
  constructor() {
    this.list = byId("posts");
    this.select = byId("person-select");
    stayAtEnd(this.list);
    this.channel = null;
    this.readUpTo = {};
    this.tab = "messages";
    this.composer = new Composer(byId("slack-composer"), async (body, answered) => {
      const open = this.open();
      const place = open.person === this.select.value ? this.scene.bot : open.id;
      this.list.dataset.fresh = "1";
      const [typed, ...rest] = body.get("text").split(" ");
      if (typed === this.scene.command) return this.command(place, rest.join(" "));
      body.append("channel", place);
      if (answered) body.append("thread", answered.id);
      return say(this.select.value, body);
    });
    for (const tab of document.querySelectorAll("[data-tab]")) {
      tab.addEventListener("click", () => this.turn(tab.dataset.tab));
    }
    this.select.addEventListener("change", () => {
      this.list.dataset.fresh = "1";
      this.composer.answer(null);
      if (this.onHome) openHome(this.user);
      this.show(this.scene);
    });
  }

  get user() { return this.select.value; }

  show(scene) {
    this.scene = scene;
    this.showPeople();
    this.names = { ...scene.people, [scene.bot]: word("bot") };
    for (const channel of scene.channels) this.names[channel.id] = channel.name;
    const open = this.open();
    const shown = this.visible().filter((post) => post.channel === open.id);
    this.showTabs(open);
    if (shown.length && this.list.offsetParent) this.readUpTo[open.id] = shown.at(-1).ts;
    this.showChannels(open);
    byId("room-name").textContent = this.title(open);
    const hint = this.composer.answered ? word("write_thread") : `${word("write_channel")} ${this.title(open)}`;
    this.composer.text.placeholder = hint;
    const grown = this.showPosts(shown);
    this.showHome();
    this.showModal();
    return grown;
  }

  get onHome() { return this.tab === "home" && Boolean(this.open().person); }

  // The app's own conversation has a home beside its messages.
  turn(tab) {
    this.tab = tab;
    this.list.dataset.fresh = "1";
    if (this.onHome) openHome(this.user).catch(() => toast(word("press_failed")));
    this.show(this.scene);
  }

  showTabs(open) {
    byId("room-tabs").hidden = !open.person;
    for (const tab of document.querySelectorAll("[data-tab]")) {
      tab.setAttribute("aria-current", String(tab.dataset.tab === this.tab));
    }
    const home = this.onHome;
    byId("home").hidden = !home;
    this.list.hidden = home;
    byId("slack-composer").hidden = home;
  }

  showHome() {
    const mine = this.scene.views.find((view) => view.home && view.person === this.user);
    const content = mine ? { id: mine.view.id, blocks: mine.view.blocks, language: document.documentElement.lang } : { empty: word("empty_home") };
    fill(byId("home"), [{ key: this.user, content }], (home) => (home.empty
      ? make("div", { class: "empty" }, home.empty)
      : drawBlocks(home.blocks, this.names, (element, block, button) => this.pressHome(element, button))));
  }

  async pressHome(element, button) {
    button.disabled = true;
    try {
      await pressHome(this.user, { action_id: element.action_id, value: element.value ?? "" });
      this.follow(element.url);
    } catch {
      toast(word("press_failed"));
    } finally {
      button.disabled = false;
    }
  }

  // A link to a message of this workspace is shown here.
  follow(url) {
    const [, channel, digits] = url?.match(/\/archives\/([A-Z0-9]+)\/p(\d+)$/) ?? [];
    if (!channel) return;
    this.channel = channel;
    this.tab = "messages";
    this.show(this.scene);
    const post = this.list.querySelector(`[data-ts="${digits.slice(0, -6)}.${digits.slice(-6)}"]`);
    post?.scrollIntoView({ block: "start" });
    post?.classList.add("found");
    setTimeout(() => post?.classList.remove("found"), 2500);
  }

  async command(place, text) {
    try {
      await command(this.user, place, text);
    } catch {
      toast(word("command_failed"));
    }
  }

  async point(post) {
    try {
      await pointAt(this.user, post.channel, post.ts);
    } catch {
      toast(word("press_failed"));
    }
  }

  visible() {
    const mine = new Set(this.rooms().map((channel) => channel.id));
    return this.scene.posts.filter((post) =>
      mine.has(post.channel) && (post.seen_by === null || post.seen_by === this.user));
  }

  rooms() {
    const shared = this.scene.channels.filter((c) => !c.person && c.members.includes(this.user));
    const direct = this.scene.channels.find((c) => c.person === this.user);
    return [...shared, direct ?? { id: `D${this.user.slice(1)}`, name: "", person: this.user, members: [this.user] }];
  }

  open() {
    const rooms = this.rooms();
    return rooms.find((room) => room.id === this.channel)
      ?? rooms.find((room) => this.channel?.startsWith("D") && room.person)
      ?? rooms.find((room) => room.name === "emergencias") ?? rooms[0];
  }

  title(room) { return room.person ? word("bot") : `#${room.name}`; }

  showPeople() {
    const kinds = Object.fromEntries(this.scene.cast.map((member) => [member.slack, member.kind]));
    const doctors = Object.entries(this.scene.people).map(([id, name]) => ({ id, name, kind: kinds[id] ?? "clinician" }));
    doctors.sort((a, b) => a.kind.localeCompare(b.kind));
    const fresh = !this.select.options.length;
    fill(this.select, doctors.map((p) => ({ key: p.id, content: { ...p, word: word(p.kind) } })), (p) =>
      make("option", { value: p.id }, `${p.name} · ${p.word}`));
    if (fresh && doctors.length) this.select.value = doctors[0].id;
  }

  showChannels(open) {
    const unread = {};
    for (const post of this.visible()) {
      const news = post.user !== this.user && Number(post.ts) > Number(this.readUpTo[post.channel] ?? 0);
      if (news) unread[post.channel] = (unread[post.channel] ?? 0) + 1;
    }
    fill(byId("channels"), this.rooms().map((room) => ({
      key: room.id,
      content: { id: room.id, name: this.title(room), direct: Boolean(room.person), archived: room.archived,
        open: room.id === open.id, unread: unread[room.id] ?? 0 },
    })), (room) => this.channelRow(room));
    const row = byId("channels").querySelector("[aria-current]");
    if (this.inView !== open.id && row.offsetParent) {
      this.inView = open.id;
      row.scrollIntoView({ block: "nearest", inline: "center" });
    }
    this.unread = Object.values(unread).reduce((sum, count) => sum + count, 0);
  }

  channelRow(room) {
    const go = () => {
      this.channel = room.id;
      this.list.dataset.fresh = "1";
      this.composer.answer(null);
      this.show(this.scene);
    };
    return make("li", {}, make("button", {
      type: "button", class: room.unread ? "news" : "", "aria-current": room.open ? "true" : null, onclick: go,
    }, make("span", {}, room.name), room.archived ? make("small", {}, word("archived")) : null,
    room.unread ? make("span", { class: "badge", "aria-label": `${room.unread} ${word("unread")}` }, String(room.unread)) : null));
  }

  showPosts(shown) {
    const roots = shown.filter((post) => !post.thread || post.thread === post.ts);
    const known = new Set(roots.map((post) => post.ts));
    const ordered = [];
    for (const post of shown) if (post.thread && post.thread !== post.ts && !known.has(post.thread)) roots.push(post);
    for (const root of roots) {
      ordered.push({ ...root, reply: false });
      for (const post of shown) if (post.thread === root.ts && post.ts !== root.ts) ordered.push({ ...post, reply: true });
    }
    const items = ordered.map((post) => ({
      key: post.ts, content: { ...post, names: this.names[post.user], words: word("reply_thread") },
    }));
    if (!items.length) items.push({ key: "empty", content: { empty: word("empty_channel") } });
    return fill(this.list, items, (post) => this.post(post));
  }

  post(post) {
    if (post.empty) return make("li", { class: "empty" }, post.empty);
    const bot = post.user === this.scene.bot;
    const name = this.names[post.user] ?? post.user;
    const answer = () => {
      this.composer.answer({ id: post.thread ?? post.ts, label: gist(post.text) || name });
      this.show(this.scene);
    };
    return make("li", { class: `post ${post.reply ? "reply" : ""} ${post.seen_by ? "alone" : ""}`, "data-ts": post.ts },
      make("span", { class: `avatar ${bot ? "bot" : ""}`, "aria-hidden": "true" }, bot ? "V" : initials(name)),
      make("div", { class: "post-body" },
        make("div", { class: "post-top" },
          make("strong", {}, name), bot ? make("span", { class: "app" }, word("app")) : null,
          make("time", {}, clock(Number(post.ts))),
          post.edited ? make("span", { class: "dim" }, `(${word("edited")})`) : null),
        post.seen_by ? make("div", { class: "dim" }, word("only_you")) : null,
        post.blocks.length
          ? drawBlocks(post.blocks, this.names, (element) => this.press(post, element))
          : (post.text ? marked(post.text, this.names) : null),
        post.files.map((file) => this.file(file)),
        post.reactions.length ? make("div", { class: "dim" }, post.reactions.map((r) => `:${r}: `)) : null,
        post.seen_by ? null : make("div", { class: "post-foot" },
          make("button", { type: "button", class: "quiet", onclick: answer }, word("reply_thread")),
          this.menu(post))));
  }

  menu(post) {
    const menu = make("details", { class: "menu" },
      make("summary", { "aria-label": word("more_actions"), title: word("more_actions") }, "⋯"),
      make("button", { type: "button", onclick: () => { menu.open = false; this.point(post); } },
        this.scene.shortcut, make("small", {}, word("bot"))));
    menu.addEventListener("focusout", (event) => { if (!menu.contains(event.relatedTarget)) menu.open = false; });
    return menu;
  }

  file(file) {
    if (file.gone) return make("div", { class: "file" }, word("deleted_file"));
    if (file.type.startsWith("audio/")) return sound(file.id, file.name, word("download"));
    return file.type.startsWith("image/")
      ? picture(file.id, file.alt || file.title || file.name, word("enlarge"), this.list)
      : make("div", { class: "file" }, file.name);
  }

  async press(post, element) {
    const pressed = this.list.querySelector(`[data-ts="${post.ts}"] [data-action="${element.action_id}"]`);
    pressed?.setAttribute("disabled", "");
    try {
      await press(this.user, { channel: post.channel, ts: post.ts, action_id: element.action_id, value: element.value ?? "" });
    } catch {
      toast(word("press_failed"));
    } finally {
      pressed?.removeAttribute("disabled");
    }
  }

  showModal() {
    const dialog = byId("modal");
    const hidden = !this.list.offsetParent;
    const mine = hidden ? null : this.scene.views.filter((view) => view.person === this.user && !view.home).at(-1);
    const mark = JSON.stringify(mine ?? null);
    if (dialog.mark === mark) return;
    dialog.mark = mark;
    if (!mine) {
      dialog.close();
      return;
    }
    const view = mine.view;
    const cancel = () => closeView(this.user, view.id);
    const form = make("form", {
      onsubmit: async (event) => {
        event.preventDefault();
        try {
          await submitView(this.user, view.id, values(form));
        } catch {
          toast(word("press_failed"));
        }
      },
    },
    make("h2", {}, view.title.text), drawBlocks(view.blocks, this.names, () => {}),
    make("div", { class: "modal-foot" },
      make("button", { type: "button", onclick: cancel }, view.close?.text ?? word("cancel")),
      view.submit ? make("button", { class: "primary" }, view.submit.text) : null));
    dialog.replaceChildren(form);
    dialog.oncancel = cancel;
    if (!dialog.open) dialog.showModal();
  }
}
