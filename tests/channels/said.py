"""What the house says, kind by kind: facts as the actions hand them over, from the shortest to the
longest that can be. A new kind without facts here fails tests/channels/test_every_message.py."""

from collections.abc import Mapping, Sequence
from itertools import product

from bot.actions.bridge import LONGEST_NOTE, LONGEST_UNDER_CARD
from bot.actions.intake import MOST_NAMED
from bot.actions.on_call import NoDuty
from bot.core.assessment import Category, NotAssessed, Notice, Tissue
from bot.core.body_site import LONGEST_SITE, BodySite
from bot.core.call import CallState, Reply
from bot.core.case import CaseStatus
from bot.core.choice import LITERAL, MOST_CHOICES, Choice, choice_facts
from bot.core.decision import load_table
from bot.core.decision_table import MOST_ACTIONS, Row
from bot.core.deed import Deed, Form
from bot.core.escalation import EscalationStatus
from bot.core.history import HistoryMark
from bot.core.inbound import AttachmentKind
from bot.core.label import Closing, LabelKind
from bot.core.message import MessageKind
from bot.core.passed_file import FileKind, NotPassed
from bot.core.permissions import MAY_TAKE, Refusal, offered
from bot.core.protocol.answer import LONGEST_ANSWER
from bot.core.questions import ANSWERS, AT_THE_BEDSIDE, SKIP, Question
from bot.core.redflags import RedFlagKind, find_red_flags
from bot.core.reminder import SNOOZES, STOP
from bot.core.scales import ScaleName, load_scales
from bot.core.second_opinion import Agreement
from bot.core.staff import Language, Role
from bot.core.urgency import Urgency
from bot.core.watch import Late
from bot.core.wound_kinds import WoundKind
from bot.settings import CHECKOUT

Facts = Mapping[str, object]

CODE, ID = "7K2F", "0123456789abcdef0123456789abcdef"
KEYS = {
    "keys_url": f"https://vigia.example/webhooks/phone/{ID}/keys",
    "last_keys_url": f"https://vigia.example/webhooks/phone/{ID}/keys/last",
}
AT = "2026-11-23T03:00:00+00:00"
TABLE = load_table((CHECKOUT / "bot/core/decision_table.toml").read_text("utf-8"))
NAME = "Dra. María de los Ángeles Fernández-Undurraga Etcheverry"
SAID = "Voy en camino. Controle signos vitales y no retire la escara. <2 h & avise."
LONG = "Paciente con dolor, herida en sacro con esfacelo, apósito saturado & bordes <irregulares>. "
PLACE = "detrás del pabellón auricular izquierdo, bajo la mascarilla"
assert len(PLACE) <= LONGEST_SITE

# All that a nurse could write of one patient: every danger sign there is, and a score whose vital
# signs stand at both ends of a long message.
EVERY_FLAG = [{"kind": kind, "words": "mal olor muy intenso desde ayer"} for kind in RedFlagKind]
A_LONG_SCORE = [
    {"kind": flag.kind, "words": flag.words}
    for flag in find_red_flags(
        "FR 32, confuso; " + LONG * 20 + "PA 80/40, saturación 84%", TABLE.limits
    )
]
FEVER = [{"kind": "fever", "words": "fiebre de 39,2"}]
ANSWERED = [{"kind": "fever", "words": ""}]


def _result(row: Row, shown: Sequence[Category], **more: object) -> dict[str, object]:
    actions = [{"key": a.key, "citations": list(a.citations)} for a in row.advice[:MOST_ACTIONS]]
    minutes = row.rephoto_after
    return {
        "row": row.id,
        "urgency": row.urgency,
        "act_within": int(row.act_within.total_seconds() // 60),
        "needs_human": row.escalation is not None,
        "shown": [{"category": c, "percent": 48} for c in shown],
        "distribution": [
            {"category": c, "percent": p} for c, p in zip(Category, _SHARES, strict=True)
        ],
        "deep_percent": 100 if shown else None,
        "also_plausible": [],
        "tissue": [],
        "history": [],
        "wound": [],
        "notices": [],
        "not_assessed": None,
        "model": "onboard-2026-11-20",
        "actions": actions,
        "rephoto_after": int(minutes.total_seconds() // 60) if minutes else None,
        "table_version": TABLE.version,
        "signed": False,
        "code": CODE,
        "flags": [],
        "called": None,
        "acknowledge_within": None,
    } | more


_SHARES = (0, 100, 5, 0, 0, 0)
_CALLED = {
    "called": Role.PHYSICIAN,
    "beside": [Role.CHARGE_NURSE],
    "acknowledge_within": 5,
    "named_in": None,
    "exhausted": False,
    "taken_by": None,
}
# Who is called at once, held back until the morning, called in vain, and has the case already.
_CALLS = (
    _CALLED,
    _CALLED | {"called": Role.WOUND_NURSE, "named_in": 421, "acknowledge_within": 451},
    _CALLED | {"acknowledge_within": 0, "exhausted": True},
    _CALLED | {"taken_by": NAME},
)
_LONGEST_ROW = max(TABLE.rows, key=lambda row: sum(len(str(a)) for a in row.advice[:MOST_ACTIONS]))
_FULL: dict[str, object] = {
    "also_plausible": [Category.IV, Category.UNSTAGEABLE, Category.DEEP_TISSUE],
    "tissue": [{"tissue": tissue, "percent": 100} for tissue in Tissue],
    "history": list(HistoryMark),
    "wound": [WoundKind.IAD, WoundKind.DEVICE],
    "notices": list(Notice),
    **_CALLED,
    "rephoto_after": 4320,
}
FULLEST = _result(_LONGEST_ROW, (Category.II, Category.III), **_FULL)
NO_CATEGORY = _result(
    TABLE.rows[-1], (), distribution=[], wound=[WoundKind.MUCOSAL, WoundKind.DEVICE], **_CALLED
)
UNREAD = _result(TABLE.rows[-1], (), distribution=[], not_assessed=NotAssessed.BLURRED)


def _results() -> list[Facts]:
    plain = [_result(row, (Category.II,)) for row in TABLE.rows]
    called = [_result(row, (Category.I, Category.II), **_CALLED) for row in TABLE.rows]
    flagged = [FULLEST | {"flags": f} for f in (FEVER, ANSWERED, EVERY_FLAG, A_LONG_SCORE)]
    # What is held back until the morning has no sign of an emergency.
    calls = [FULLEST | {"flags": [] if c["named_in"] else EVERY_FLAG} | c for c in _CALLS]
    several = [
        FULLEST | {"signed": True, "photos": photos, "unread": unread}
        for photos, unread in ((3, 0), (1, 1), (3, 2))
    ]
    return [*plain, *called, *flagged, *calls, NO_CATEGORY, *several]


def _not_assessed() -> list[Facts]:
    without = [UNREAD | {"not_assessed": reason} for reason in NotAssessed]
    flagged = [UNREAD | _CALLED | {"flags": f} for f in (FEVER, EVERY_FLAG, A_LONG_SCORE)]
    calls = [one | call for one in without for call in _CALLS]
    return [*without, *calls, *flagged]


def _red_flags() -> list[Facts]:
    base = _result(TABLE.rows[0], (), distribution=[], **_CALLED)
    ways = product((FEVER, ANSWERED, EVERY_FLAG, A_LONG_SCORE), (True, False))
    return [base | {"flags": flags, "photo": photo} for flags, photo in ways]


def card(state: EscalationStatus = EscalationStatus.WAITING, **more: object) -> dict[str, object]:
    taken = state is EscalationStatus.ACKNOWLEDGED
    status = CaseStatus.WITH_CLINICIAN if taken else CaseStatus.AWAITING_PERSON
    return {
        "code": CODE,
        "escalation": ID,
        "urgency": Urgency.EMERGENCY,
        "state": state,
        "raised_at": AT,
        "act_by": AT,
        "due_at": AT,
        "repeat_after": 2,
        "held_for": None,
        "next_role": None if taken else Role.CHARGE_NURSE,
        "taken_by": NAME if taken else None,
        "taken_at": AT if taken else None,
        "nurse": "Ana Rojas",
        "patient": "PAC-1001",
        "site": BodySite.SACRUM,
        "answers": [],
        "earlier": [],
        "words": ["paciente con fiebre 39 y confuso"],
        "photos": 1,
        "failed": 1,
        "flags": FEVER,
        "result": None,
        "label": None,
        "closing": None,
        "last": None,
        "deeds": list(offered(status, taken=taken, has_category=bool(more.get("result")))),
        "scores": [],
        "second": [],
        "mentions": ["U0DOCTOR", "U0WOUND1"],
        "role": Role.PHYSICIAN,
        "beside": [Role.WOUND_NURSE],
    } | more


_LOOKS = [
    {"at": AT, "site": PLACE, "same": False, "judged": True, "category": None, "percent": 0},
    {"at": AT, "site": "sacrum", "same": True, "judged": False, "category": "III", "percent": 71},
    {"at": AT, "site": None, "same": False, "judged": True, "category": "IV", "percent": 0},
]
_BEDSIDE = [
    {"question": question, "answer": next(reversed(ANSWERS[question]))}
    for question in Question
    if question in AT_THE_BEDSIDE
]
_SCORES = [
    {"scale": scale, "total": total, "meaning": load_scales()[scale].meanings[0][1]}
    for scale, total in zip(ScaleName, (11, 17, 20), strict=True)
]


def second(agreement: Agreement, words: str = "Lecho con esfacelo amarillo.") -> Facts:
    if agreement is Agreement.NO_ANSWER:
        return {"agreement": agreement, "model": None, "category": None, "described": []}
    described = [words, words, ""]
    return {"agreement": agreement, "model": "MedGemma", "category": "III", "described": described}


def _call(state: CallState, number: int) -> dict[str, object]:
    return {"name": NAME, "at": AT, "state": state, "number": number}


def _last(deed: Deed) -> dict[str, object]:
    return {"deed": deed, "by": NAME, "to": None, "at": AT}


def cards() -> list[Facts]:
    status = EscalationStatus
    taken = status.ACKNOWLEDGED
    label = {"kind": LabelKind.CONFIRMED, "category": "III", "tissue": None, "by": NAME}
    other = {"kind": LabelKind.CORRECTED, "category": None, "tissue": Tissue.SLOUGH, "by": NAME}
    everything = card(
        taken,
        urgency=Urgency.VERY_URGENT,
        site=PLACE,
        answers=_BEDSIDE,
        earlier=_LOOKS,
        words=[LONG * 40] * 3,
        flags=EVERY_FLAG + A_LONG_SCORE,
        result=FULLEST,
        label=other,
        scores=_SCORES,
        second=[second(one, LONG * 20) for one in Agreement],
        last=_last(Deed.MESSAGE),
        mentions=[f"U0PERSON{n:02}" for n in range(60)],
        by_phone=True,
        calls=[_call(state, 1) for state in (*CallState,)[2:6]],
    )
    closed = [
        card(taken, result=FULLEST, label=label, deeds=[], closing=_closed(one)) for one in Closing
    ]
    return [
        *(card(state, urgency=urgency) for state, urgency in product(status, Urgency)),
        card(patient=None, site=None, words=[], flags=[], photos=0, next_role=None, mentions=[]),
        card(result=UNREAD),
        *(card(status.EXHAUSTED, calls=[_call(state, n)]) for n, state in enumerate(CallState, 1)),
        card(taken, by_phone=True, calls=[_call(CallState.ANSWERED, 2)]),
        card(urgency=Urgency.ROUTINE, held_for=Role.WOUND_NURSE, mentions=[]),
        card(result=NO_CATEGORY, flags=ANSWERED),
        card(result=FULLEST, answers=_BEDSIDE, earlier=_LOOKS),
        card(taken, result=FULLEST, label=label),
        card(taken, result=FULLEST, label=other),
        card(taken, nurse_gone=True),
        card(taken, last=_last(Deed.NEW_PHOTO)),
        card(taken, last=_last(Deed.MESSAGE)),
        card(last=_last(Deed.HAND_OVER) | {"to": "Bruno Díaz"}),
        # One that was queued before cards told of deeds.
        {name: value for name, value in card().items() if name != "last"},
        *(card(result=FULLEST, second=[second(one)]) for one in Agreement),
        *closed,
        everything,
    ]


def _closed(closing: Closing) -> Facts:
    return {"closing": closing, "by": NAME, "at": AT}


def _did(deed: Deed, **more: object) -> dict[str, object]:
    base = {"deed": deed, "code": CODE, "name": NAME, "role": Role.WOUND_NURSE, "note": ""}
    return base | {"by_phone": False} | more


def _deeds() -> list[dict[str, object]]:
    """What a deed is told as, to the nurse and under the card."""
    corrected = product([*Category, None], [*Tissue, None])
    return [
        *(_did(Deed.CONFIRM, category=one, tissue=None) for one in Category),
        *(_did(Deed.CORRECT, category=c, tissue=t) for c, t in corrected),
        *(_did(Deed.CLOSE, closing=one) for one in Closing),
        _did(Deed.HAND_OVER, to=NAME, mention="U0WOUND1"),
        _did(Deed.HAND_OVER, to=NAME, mention="U0WOUND1", note=(LONG * 12)[:1000]),
        _did(Deed.CORRECT, category="IV", tissue=Tissue.ESCHAR, note=(LONG * 12)[:1000]),
    ]


def _questions() -> list[Facts]:
    noted: list[dict[str, str] | None] = [None, {"code": "given"}, {"problem": "code"}]
    noted += [{"site": "sacrum"}, {"site": PLACE}, {"word": "out_of_proportion"}]
    return [
        {
            "code": CODE,
            "question": question,
            "choices": choice_facts(
                Choice(f"question:{ID}:{answer}", answer) for answer in (*ANSWERS[question], SKIP)
            ),
            "noted": before,
            "again": again,
            "side_missing": half,
        }
        for question, before, again, half in product(Question, noted, (False, True), (False, True))
        if question is Question.PATIENT_CODE or not (again and before)
        if question is Question.BODY_SITE or not half
    ]


def _received(alike: int) -> Facts:
    offered = [Choice(f"same:{ID}:{ID}{n}", f"{LITERAL}{CODE}") for n in range(alike)]
    return {
        "code": CODE,
        "photos": 1,
        "follows": None,
        "alike": [{"code": CODE, "site": PLACE}] * alike,
        "choices": choice_facts([*offered, Choice(f"same:{ID}:another", "another_wound")]),
    }


def _which(count: int) -> Facts:
    few = range(count) if count <= MOST_CHOICES else ()
    return {
        "cases": [{"code": CODE, "site": PLACE if few else None}] * count,
        "choices": choice_facts(Choice(f"file:{ID}:{ID}{n}", f"{LITERAL}{CODE}") for n in few),
    }


def _scale_questions() -> list[Facts]:
    return [
        {
            "scale": scale.name,
            "question": question.key,
            "at": at,
            "of": len(scale.questions),
            "code": code,
            "unit": question.unit,
            "least": int(question.least),
            "most": int(question.most),
            "again": again,
            "choices": choice_facts(
                Choice(f"scale:{ID}:{question.key}={one.key}", f"{scale.name}.{one.key}")
                for one in question.choices
            ),
        }
        for scale in load_scales().values()
        for at, question in enumerate(scale.questions, 1)
        for code, again in product((CODE, None), (False, True))
    ]


def _scale_results() -> list[Facts]:
    site = {
        "name": "Hospital Clínico Regional Dr. Guillermo Grant Benavente",
        "meaning": "high",
        "source": "Protocolo institucional de prevención 2024",
        "signed": False,
    }
    return [
        {
            "scale": scale.name,
            "total": most,
            "meaning": meaning,
            "before": before,
            "code": CODE if kept == "case" else None,
            "kept_for": kept,
            "site": site if scale.name is ScaleName.BRADEN and before else None,
        }
        for scale in load_scales().values()
        for most, meaning in scale.meanings
        for before, kept in product((None, 14), ("case", "patient", None))
    ]


def _open_cases(count: int) -> list[Facts]:
    return [{"code": CODE, "site": PLACE if at % 2 else None} for at in range(count)]


def _cases() -> list[Facts]:
    listed = [
        {
            "code": CODE,
            "status": status,
            "urgency": urgency,
            "taken_by": NAME if status is CaseStatus.WITH_CLINICIAN else None,
            "minutes": minutes,
        }
        for status, urgency, minutes in (
            (CaseStatus.READING, None, 0),
            (CaseStatus.ANSWERED, Urgency.ROUTINE, 59),
            ("not_assessed", None, 59),
            (CaseStatus.AWAITING_PERSON, Urgency.EMERGENCY, 61),
            (CaseStatus.WITH_CLINICIAN, Urgency.VERY_URGENT, 2879),
            (CaseStatus.CLOSED, Urgency.PRIORITY, 100_000),
        )
    ]
    return [
        {"asked": None, "cases": [], "more": 0},
        {"asked": CODE, "cases": [], "more": 0},
        *({"asked": CODE, "cases": [one], "more": 0} for one in listed),
        {"asked": None, "cases": [listed[4]] * 8, "more": 12},
        {"asked": None, "cases": [listed[4]] * 8, "more": 12, "hint": True},
        {"asked": None, "cases": [], "more": 0, "hint": True},
    ]


def _reminders() -> list[Facts]:
    words = (Choice(f"remind:{ID}:{word}", word) for word in (*SNOOZES, STOP))
    choices = choice_facts(words)
    places = [(None, None), ("PAC-1001", "heel_left"), ("ABCD-12345678", PLACE)]
    return [
        {"code": CODE, "patient": patient, "site": site, "closed": closed, "choices": choices}
        for (patient, site), closed in product(places, (False, True))
    ]


def _statuses() -> list[Facts]:
    """By what a role may see: the ward, the queues, cases of one's own, or none of it."""
    waiting = [None, {"open": 0, "overdue": 0}, {"open": 14, "overdue": 3}]
    queues = [
        None,
        {"open": 14, "overdue": 3, "unsent": 2, "oldest_unsent": AT, "pending_photos": 1},
    ]
    everybody = product(waiting, queues, (False, True), (_cases()[0], _cases()[-1]))
    return [
        cases | {"waiting": ward, "queues": queue, "sees_cases": sees}
        for ward, queue, sees, cases in everybody
        if ward or queue or sees
    ]


def _bars() -> list[list[dict[str, object]]]:
    """No picture of them, one likely category, and all six."""
    sixth = [{"category": category, "percent": 17} for category in Category]
    return [[], [{"category": Category.III, "percent": 100}], sixth]


def _on_call() -> list[Facts]:
    people = [
        {"name": name, "until": AT, "time": "08:00", "day": "2026-11-30", "days": days}
        for name, days in ((NAME, 0), ("Bruno Díaz", 1), ("Ana Rojas", 4))
    ]
    return [
        {
            "roles": [{"role": role, "people": people[:most]} for role in MAY_TAKE],
            "in_slack": in_slack,
            "may_take": may_take,
        }
        for most in range(len(people) + 1)
        for in_slack, may_take in ((True, True), (True, False), (False, False))
    ]


_DUTY = {"role": Role.PHYSICIAN, "until": AT, "name": NAME}

EVERYTHING: Mapping[MessageKind, Sequence[Facts]] = {
    MessageKind.RECEIVED: [
        *(
            {"code": CODE, "photos": photos, "follows": follows, "alike": [], "choices": []}
            for photos, follows in product((1, 10), (None, "QW34"))
        ),
        _received(1),
        _received(9),
    ],
    MessageKind.LINKED: [{"code": CODE, "before": before} for before in (None, "QW34")],
    MessageKind.RESULT: _results(),
    MessageKind.SECOND_OPINION: [
        *({"code": CODE} | call for call in _CALLS),
        *({"code": CODE} | _CALLED | {"called": role} for role in Role),
    ],
    MessageKind.OVERLAY: [{"code": CODE}],
    MessageKind.NOT_ASSESSED: _not_assessed(),
    MessageKind.RED_FLAG: _red_flags(),
    MessageKind.TAKEN: [
        *(_did(Deed.TAKE, role=role) for role in MAY_TAKE),
        _did(Deed.TAKE, by_phone=True),
    ],
    MessageKind.CLINICIAN_DID: _deeds(),
    MessageKind.PHOTO_ASKED: [_did(Deed.NEW_PHOTO)],
    MessageKind.FROM_CLINICIAN: [
        {"code": CODE, "name": NAME, "text": text} for text in (SAID, (LONG * 20)[:LONGEST_NOTE])
    ],
    MessageKind.NOBODY_ANSWERED: [{"code": CODE, "urgency": urgency} for urgency in Urgency],
    MessageKind.TEXT_ADDED: [
        {"code": CODE, "taken_by": name, "unseen": unseen}
        for name, unseen in ((None, False), (None, True), (NAME, False))
    ],
    MessageKind.COURTESY: [{"cases": _open_cases(2)}, {"cases": _open_cases(MOST_NAMED)}],
    MessageKind.WHICH_CASE: [
        _which(count) | {"voices": voices}
        for count, voices in product((2, 10, 40), ({}, {f"{ID}:0": "media/1"}))
    ]
    + [
        # Without it: one that was queued before a case was asked for in order to say its steps.
        _which(count) | {"voices": {}, "files": files}
        for count, files in product((1, 2, 10, 40), (True, False))
    ],
    MessageKind.HELP: [{}, {"lost": True}],
    MessageKind.LANGUAGE: [{"switched": True}, {"switched": False}],
    MessageKind.CASES: _cases(),
    MessageKind.STEPS: [
        _result(row, ()) | {"reading": reading} | call
        for row, reading, call in product(TABLE.rows, (True, False), ({}, *_CALLS))
    ],
    MessageKind.PERSON_CALLED: [
        *({"code": CODE} | call for call in _CALLS if call["named_in"] is None),
        {"code": CODE} | _CALLED | {"acknowledge_within": 0},
    ],
    MessageKind.NEXT_CALLED: [
        {"code": CODE} | call
        for call in _CALLS
        if call["named_in"] is None and not call["taken_by"] and not call["exhausted"]
    ],
    MessageKind.ANSWER: [{"text": (LONG * 20)[:LONGEST_ANSWER]}],
    MessageKind.CANNOT_READ: [
        {"attachment": kind} for kind in AttachmentKind if kind is not AttachmentKind.PHOTO
    ],
    MessageKind.SCALE_QUESTION: _scale_questions(),
    MessageKind.SCALE_RESULT: _scale_results(),
    MessageKind.SCALE_STOPPED: [{"scale": scale, "answers": 2} for scale in ScaleName],
    MessageKind.SCALE_CHART: [
        {"scale": scale, "code": code, "totals": [11, 12, 14, 15, 17, 18]}
        for scale, code in product(ScaleName, (CODE, None))
    ],
    MessageKind.NOT_A_CHOICE: [{"code": CODE, "most": 9}, {"code": None, "most": 4}],
    MessageKind.ALREADY_ANSWERED: [{"code": CODE}, {"code": None}],
    MessageKind.QUESTION: _questions(),
    MessageKind.ANSWER_NOTED: [
        {"code": CODE, "noted": noted}
        for noted in (
            {"word": "yes"},
            {"word": "spreading"},
            {"site": PLACE},
            {"code": "given"},
            {"problem": "code"},
            {"problem": "closed"},
            {"problem": "not_kept", "form": "AA-000"},
            {"problem": "not_kept", "form": None},
        )
    ],
    MessageKind.REFINED: [
        _result(row, (Category.II,), **call) for row, call in product(TABLE.rows, _CALLS)
    ],
    MessageKind.KNOCK: [{"code": CODE}],
    MessageKind.REMINDER: _reminders(),
    MessageKind.REMINDER_SET: [
        {"codes": [CODE], "minutes": 120},
        {"codes": [CODE], "minutes": 1440},
        {"codes": [CODE], "minutes": None},
        {"codes": [CODE] * 40, "minutes": None},
        {"codes": [], "minutes": None},
        {"codes": [CODE], "minutes": None, "asked": CODE, "others": True},
        {"codes": [], "minutes": None, "asked": CODE, "others": True},
    ],
    MessageKind.REMINDER_MISSED: [
        one | {"nurse": "Ana Rojas", "due_at": AT} for one in _reminders() if not one["closed"]
    ],
    MessageKind.NURSE_GONE: [
        {"code": CODE, "patient": patient, "site": site, "nurse": NAME}
        for patient, site in ((None, None), ("UCI-204", PLACE))
    ],
    MessageKind.HOLDER_GONE: [{"code": CODE, "name": NAME}],
    MessageKind.COMPARISON: [
        {"code": CODE, "before": "QW34", "days": ["20-11-2026", "23-11-2026"]}
    ],
    MessageKind.NOT_ENROLLED: [{}],
    MessageKind.CARD: cards(),
    MessageKind.CARD_PHOTO: [
        # Without bars: one that was queued before there were any.
        *({"code": CODE, "overlay": overlay} for overlay in (True, False)),
        *(
            {"code": CODE, "overlay": overlay, "bars": bars}
            for overlay, bars in product((True, False), _bars())
        ),
    ],
    MessageKind.FROM_NURSE: [
        {"code": CODE, "name": "Ana Rojas", "text": text}
        for text in (SAID, (LONG * 40)[:LONGEST_UNDER_CARD])
    ],
    MessageKind.DONE_UNDER_CARD: [
        *_deeds(),
        _did(Deed.NEW_PHOTO),
        _did(Deed.MESSAGE, text=SAID),
        _did(Deed.MESSAGE, text=(LONG * 30)[:2000]),
    ],
    MessageKind.CLINICIAN_PICTURE: [{"code": CODE, "name": NAME, "number": 2}],
    MessageKind.VOICE_PASSED: [{"code": CODE, "waits": waits} for waits in (True, False)],
    MessageKind.NOT_PASSED: [
        {"code": CODE, "file": file, "number": 1, "why": why}
        for file, why in product(FileKind, NotPassed)
    ],
    MessageKind.NURSE_VOICE: [{"code": CODE, "name": "Ana Rojas", "number": 1}],
    MessageKind.STAYED_HERE: [
        {"why": why, "mark": "//"} for why in ("private", "sent", "attachment", "gone")
    ],
    MessageKind.PRESS_REFUSED: [{"reason": reason} for reason in (*Refusal, "not_offered")],
    MessageKind.ALREADY_TAKEN: [{"name": NAME}],
    MessageKind.FORM_NOT_OPENED: [{}],
    MessageKind.SLASH_HELP: [{"unknown": unknown} for unknown in (None, "xyz")],
    MessageKind.SLASH_STATUS: _statuses(),
    MessageKind.SLASH_DANGER: [
        *(
            {"code": None, "called": None, "asked": asked, "danger": danger}
            for asked, danger in product((True, False), repeat=2)
        ),
        *(
            {"code": CODE, "asked": asked, "danger": danger} | call
            for asked, danger in ((False, True), (True, True), (False, False))
            for call in _CALLS
        ),
    ],
    MessageKind.SLASH_ASKED: [{}],
    MessageKind.ON_CALL: _on_call(),
    MessageKind.DUTY_TAKEN: [
        *({"why": why, "most": 24} for why in NoDuty),
        *(_DUTY | {"why": None, "relieved": names} for names in ([], [NAME], [NAME, "Ana Rojas"])),
    ],
    MessageKind.RELIEVED: [_DUTY],
    MessageKind.ROLE_SEES_COUNTS: [{}],
    MessageKind.NO_PHOTO_THERE: [{"early": early} for early in (True, False)],
    MessageKind.PHOTO_KNOWN: [
        {"codes": codes, "look": look}
        for codes in ([CODE], [CODE, "QW34"])
        for look in (True, False)
    ],
    MessageKind.ALERT: [
        *({"problem": f"late_{late}", "code": None} for late in Late),
        *(
            {"problem": problem, "code": code}
            for problem, code in (
                ("ladder_exhausted", CODE),
                ("nobody_to_call", CODE),
                ("media_not_deleted", None),
                ("slack_unreadable", None),
                ("photo_not_fetched", CODE),
                ("card_undelivered", CODE),
                ("alarm_waits", CODE),
                ("alarm_waits", None),
                ("message_undelivered", CODE),
                ("message_undelivered", None),
                ("home_unpublished", None),
                ("slack_withheld", None),
            )
        ),
    ],
    MessageKind.CALLED_OUT: [
        {"code": CODE, "spelled": " ".join(CODE), "urgency": urgency} | KEYS for urgency in Urgency
    ],
}


def replies() -> list[tuple[Reply, Facts]]:
    """All that is said to a person who pressed a key on a phone."""
    spelled = {"spelled": " ".join(CODE)}
    return [
        (Reply.TAKEN, spelled),
        (Reply.ALREADY_TAKEN, spelled | {"name": "Dra. Díaz & <Rojas>"}),
        *((Reply.REFUSED, spelled | {"reason": reason}) for reason in Refusal),
        (Reply.REFUSED, {"reason": Refusal.FORGED}),
        (Reply.AGAIN, spelled),
        (Reply.GOODBYE, spelled),
    ]


def forms() -> list[Form]:
    """Every form, with as many colleagues as a large hospital has."""
    person = {"id": ID, "name": NAME, "role": Role.WOUND_NURSE}
    roles = (None, *([Role.WOUND_NURSE] * 9))
    colleagues = [
        {"role": role, "part": part, "people": [person] * 100} for part, role in enumerate(roles, 1)
    ]
    shared = {
        "code": CODE,
        "categories": list(Category),
        "tissues": list(Tissue),
        "closings": list(Closing),
    }
    filled = (Deed.CORRECT, Deed.MESSAGE, Deed.HAND_OVER, Deed.CLOSE)
    everybody = product(filled, ([], colleagues[:1], colleagues), Language)
    return [
        Form(deed, ID, language, shared | {"colleagues": people})
        for deed, people, language in everybody
    ]
