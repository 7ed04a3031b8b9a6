"""Facts become words. Every sentence lives in templates/; here is only how they are filled in."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from textwrap import shorten

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.channels.advice_words import AdviceWords
from bot.channels.scale_words import scale_words
from bot.core.call import Spoken
from bot.core.choice import ACTION_PREFIX, PLAIN, Choice, choices_in
from bot.core.deed import Form
from bot.core.inbound import Channel
from bot.core.message import MessageKind
from bot.core.ports import Replies, Words
from bot.core.splitting import split_text
from bot.core.staff import Language

FORM = "vigia_form_"
_SECTION_LIMIT = 2900
_BUTTON_LIMIT = 75
_BUTTONS_A_ROW = 5
_QUOTED_LIMIT = 60


class Wording:
    def __init__(self, templates: Path) -> None:
        self._templates = templates
        self._environments = {language: self._environment(language) for language in Language}

    def words(
        self,
        kind: MessageKind,
        channel: Channel,
        language: Language,
        facts: Mapping[str, object],
    ) -> Words:
        """Slack gets Block Kit beside the text."""
        environment = self._environments[language]
        safe = _escaped(facts) if channel is Channel.SLACK else facts
        text = environment.get_template(f"messages/{language}/{kind}.txt").render(safe).strip()
        labels = [self._label(language, one.word) for one in choices_in(facts)]
        if channel is Channel.PHONE:
            template = environment.get_template(f"phone/{language}/{kind}.xml")
            return Words(template.render(safe))
        if channel is not Channel.SLACK:
            return self._numbered(text, choices_in(facts), labels, language, plain=PLAIN in facts)
        if kind is MessageKind.CARD:
            rendered = environment.get_template("slack/card.json").render(safe, language=language)
            return Words(text, _without_gaps(json.loads(rendered)))
        chosen = facts.get("chosen")
        if chosen:
            text = f"{text}\n:heavy_check_mark: *{self._label(language, str(chosen))}*"
        blocks = [_section(part) for part in split_text(text, _SECTION_LIMIT)]
        return Words(text, blocks if chosen else blocks + _buttons(choices_in(facts), labels))

    def _numbered(
        self,
        text: str,
        choices: Sequence[Choice],
        labels: Sequence[str],
        language: Language,
        *,
        plain: bool,
    ) -> Words:
        lines = "\n".join([text, *(f"{n}. {label}" for n, label in enumerate(labels, 1))])
        if not choices or plain:
            return Words(lines)
        opener = AdviceWords.load(self._templates, language).opener
        options = tuple(
            (choice.payload, label) for choice, label in zip(choices, labels, strict=True)
        )
        return Words(lines, replies=Replies(" ".join(text.split()), options, opener))

    def spoken(self, said: Spoken, keys_url: str) -> str:
        """TwiML: what is said to a person who pressed a key. The next one comes to `keys_url`."""
        template = self._environments[said.language].get_template(
            f"phone/{said.language}/reply.xml"
        )
        return template.render(said.facts, reply=said.reply, keys_url=keys_url)

    def _label(self, language: Language, word: str) -> str:
        return AdviceWords.load(self._templates, language).choice(word)

    def form(self, form: Form, metadata: str) -> dict[str, object]:
        """A Slack modal. `metadata` comes back with it, unseen."""
        facts = {**form.facts, "callback": f"{FORM}{form.deed}", "metadata": metadata}
        template = self._environments[form.language].get_template(f"slack/forms/{form.deed}.json")
        view: dict[str, object] = json.loads(template.render(facts, language=form.language))
        return view

    def home(
        self, facts: Mapping[str, object], language: Language, workspace: str
    ) -> dict[str, object]:
        """A person's home tab. `workspace` is Slack's address, with a slash at its end."""
        template = self._environments[language].get_template("slack/home.json")
        rendered = template.render(_escaped(facts), language=language, workspace=workspace)
        view: dict[str, object] = json.loads(rendered)
        return view

    def wrong(self, codes: Mapping[str, str], language: Language) -> dict[str, str]:
        """What is wrong with each field of a form, in words."""
        words = AdviceWords.load(self._templates, language).wrongs
        return {field: words[code] for field, code in codes.items()}

    def _environment(self, language: Language) -> Environment:
        advice = AdviceWords.load(self._templates, language)
        environment = Environment(
            loader=FileSystemLoader(self._templates),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=False,  # noqa: S701 - plain text and JSON, never HTML
        )
        # Slack's limits are limits: Jinja would let five more characters pass.
        environment.policies["truncate.leeway"] = 0
        environment.globals["scales"] = scale_words(self._templates, language)
        environment.filters |= {
            "category": advice.category,
            "tissue": advice.tissue,
            "notice": advice.notice,
            "agreement": advice.agreement,
            "urgency": advice.urgency,
            "flag": advice.flag,
            "mark": advice.mark,
            "wound": advice.wound,
            "action": advice.action,
            "reason": advice.reason,
            "choice": advice.choice,
            "question": advice.question,
            "site": advice.site,
            "day": _day,
            "role": advice.role,
            "deed": advice.deed,
            "closing": advice.closing,
            "call": advice.call,
            "moment": _moment,
            "share": share,
            "quoted": _quoted,
        }
        return environment


def _quoted(words: str) -> str:
    """The words of a score may span a whole message: their beginning names them."""
    return shorten(words, _QUOTED_LIMIT, placeholder=" …")


def share(percent: int) -> str:
    """Rounding must not say certain or impossible."""
    return ">99" if percent >= 100 else "<1" if percent <= 0 else str(percent)


def _moment(iso: str) -> str:
    """Slack shows it in the reader's own time zone."""
    at = datetime.fromisoformat(iso)
    return f"<!date^{int(at.timestamp())}^{{time}}|{at:%H:%M} UTC>"


def _day(iso: str) -> str:
    at = datetime.fromisoformat(iso)
    return f"<!date^{int(at.timestamp())}^{{date_short}}|{at:%Y-%m-%d}>"


def _escaped(value: object) -> dict[str, object]:
    escaped = _escape(value)
    assert isinstance(escaped, dict)
    return escaped


def _escape(value: object) -> object:
    """Slack's three control characters; a person's words must not become links or mentions."""
    if isinstance(value, str):
        return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if isinstance(value, Mapping):
        return {name: _escape(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_escape(inner) for inner in value]
    return value


def _section(text: str) -> dict[str, object]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _buttons(choices: Sequence[Choice], labels: Sequence[str]) -> list[dict[str, object]]:
    buttons = [
        {
            "type": "button",
            "action_id": f"{ACTION_PREFIX}{number}",
            "value": choice.payload,
            "text": {"type": "plain_text", "text": label[:_BUTTON_LIMIT]},
        }
        for number, (choice, label) in enumerate(zip(choices, labels, strict=True), 1)
    ]
    rows = [buttons[at : at + _BUTTONS_A_ROW] for at in range(0, len(buttons), _BUTTONS_A_ROW)]
    return [{"type": "actions", "elements": row} for row in rows]


def _without_gaps(blocks: list[dict[str, object] | None]) -> list[dict[str, object]]:
    """A template leaves null where a block has nothing to say."""
    return [block for block in blocks if block is not None]
