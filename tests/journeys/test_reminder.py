"""A wound is looked at again, through real processes."""

from bot.core.inbound import Channel
from bot.demo.drawn_wound import draw_wound
from bot.store.case_rows import case_by_code
from bot.store.reminder_rows import plan_reminder, reminder_of
from tests.journeys.conftest import ALL, Ward


def test_a_reminder_is_answered_with_a_photo_and_both_are_set_side_by_side(ward: Ward) -> None:
    """The time for the next photo is brought forward; the nurse replies, and sees then and now."""
    ward.start(*ALL)
    nurse = ward.nurse()
    nurse.sends_photo(draw_wound(), caption="UCI-204 sacro")
    code = nurse.sees("Recibido").text.split("*")[1].split()[1]
    nurse.sees("contorno", picture=True)
    with ward.house.acting() as tx:
        case = case_by_code(tx, code)
        assert case
        assert reminder_of(tx, case.id)
        plan_reminder(tx, case.id, tx.now, "test")
    reminder = nurse.sees("nueva foto de la herida")
    assert ward.knows(Channel.WHATSAPP, reminder.message.sid)
    nurse.replies_to(reminder, photo=draw_wound(seed=8))
    nurse.sees(f"Sigue al caso {code}")
    both = nurse.sees("a la izquierda", picture=True)
    assert f"caso {code}" in both.text
    assert ward.sandbox.violations == []
