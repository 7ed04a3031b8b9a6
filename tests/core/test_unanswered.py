"""A nurse whom nobody answers asks for the state of her case; a patient who does not answer is in
danger. Where it is doubtful, it is the patient."""

import pytest

from bot.core.commands import Command, CommandKind, find_command
from bot.core.decision_table import shipped_table
from bot.core.redflags import find_red_flags
from bot.core.urgency import Urgency

NOBODY_ANSWERED = """No me han respondido
no me han contestado
Hola, aún no me han respondido
No me han respondido todavía, por favor
nadie me contesta
nadie me responde
nadie responde
Nadie contesta!!
nadie me ha respondido
nadie me ha contestado todavía
no me contesta nadie
no me ha contestado nadie
nadie me ha dicho nada
¿alguien lo vio?
alguien ya lo vio?
¿alguien leyó esto?
nadie ha visto mi caso
sigo esperando respuesta
llevo una hora esperando y nadie responde
llevo 20 minutos esperando y no me han contestado
todavía no me contestan
still no answer
still no reply
nobody got back to me
Nobody has got back to me yet
no one has answered me
no one got back to me
nobody answered
nobody is answering
nobody replied
nobody has responded
no one is responding
no reply yet
no answer yet
has anyone looked at it?
anyone seen this?
has anybody read my message?
I'm still waiting for an answer
I've been waiting for an hour
waiting for an hour and nobody answered
I haven't heard back yet""".splitlines()

THE_PATIENT_DOES_NOT = """el paciente no responde
no responde a estímulos
no me responde
no responde
ya no me responde
no contesta
no me contesta
la señora no responde
paciente no me contesta
no responde a la voz
no responde a nadie
ya no le contesta a nadie
no me respondió
no me responden
no me ha respondido
el abuelo no me ha respondido en toda la mañana
no ha respondido al dolor
no responde a órdenes
no reacciona
sin respuesta a estímulos
nadie me contesta, no me responde
nadie me responde y el paciente no responde
nadie contesta, está inconsciente
no me han respondido y tiene fiebre de 39 y está confusa
No me han respondido. No despierta
no response
still no response
no response to pain
not responding
patient not responding
he is not responding to me
she doesn't answer me
she isn't answering me
unresponsive
he won't respond
no longer responding
not answering questions
not responding to voice
won't wake up
nobody answered and she is unresponsive
still no answer, she's not responding
no one has answered and his breathing is fast""".splitlines()


@pytest.mark.parametrize("text", NOBODY_ANSWERED)
def test_a_nurse_whom_nobody_answers_asks_how_her_case_stands(text: str) -> None:
    """And alarms nobody by it."""
    assert find_red_flags(text, shipped_table().limits) == ()
    assert find_command(text) == Command(CommandKind.STATUS)


@pytest.mark.parametrize("text", THE_PATIENT_DOES_NOT)
def test_a_patient_who_does_not_answer_stays_an_emergency(text: str) -> None:
    """Whoever else does not answer either."""
    limits, rows = shipped_table().limits, shipped_table().rows
    kinds = {flag.kind for flag in find_red_flags(text, limits)}
    urgencies = [row.urgency for row in rows if not kinds.isdisjoint(row.flags)]
    assert Urgency.EMERGENCY in urgencies
