// The page's own words, in the reader's language.

const all = JSON.parse(document.getElementById("words").textContent);
const asked = new URLSearchParams(location.search).get("lang");
const remembered = localStorage.getItem("vigia-sandbox-language");
const browser = navigator.language.startsWith("en") ? "en" : "es";

let language = [asked, remembered, browser].find((code) => code in all);

export const word = (key) => all[language][key] ?? key;

export const clock = (seconds) =>
  new Date(seconds * 1000).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hour12: false });

export const day = (seconds) =>
  new Date(seconds * 1000).toLocaleDateString(language, { day: "numeric", month: "short", year: "numeric" });

export function speak(code = language) {
  language = code;
  localStorage.setItem("vigia-sandbox-language", code);
  document.documentElement.lang = code;
  document.title = word("title");
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = word(node.dataset.word);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", word(node.dataset.label));
  for (const node of document.querySelectorAll("[data-title]")) node.title = word(node.dataset.title);
  for (const node of document.querySelectorAll("[data-hint]")) node.placeholder = word(node.dataset.hint);
  for (const node of document.querySelectorAll("[data-language]")) {
    node.setAttribute("aria-pressed", String(node.dataset.language === code));
  }
}
