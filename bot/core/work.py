"""The work that follows an accepted message, named without knowing who does it."""

from enum import StrEnum


class Queue(StrEnum):
    """One worker process listens on one queue: an emergency never waits behind a photo."""

    CRITICAL = "critical"
    READING = "reading"
    DELIVERY = "delivery"
    ROUTINE = "routine"
    SECOND = "second"


# The second reader is asked only where a site has one, and then has a worker of its own.
ALWAYS_WORKED = frozenset(Queue) - {Queue.SECOND}


class Work(StrEnum):
    FETCH_PHOTO = "fetch_photo"
    ASSESS_PHOTO = "assess_photo"
    SECOND_READ = "second_read"
    DECIDE_CASE = "decide_case"
    ESCALATE_CASE = "escalate_case"
    DELIVER_ALARM = "deliver_alarm"
    DELIVER_MESSAGE = "deliver_message"
    CARRY_FILE = "carry_file"
    DELETE_MEDIA = "delete_media"
    DRAW_CHART = "draw_chart"
    DRAW_COMPARISON = "draw_comparison"
    PUBLISH_HOME = "publish_home"
    PHRASE_ANSWER = "phrase_answer"
    SWEEP = "sweep"


QUEUE_OF: dict[Work, Queue] = {
    Work.FETCH_PHOTO: Queue.READING,
    Work.ASSESS_PHOTO: Queue.READING,
    Work.SECOND_READ: Queue.SECOND,
    Work.DECIDE_CASE: Queue.CRITICAL,
    Work.ESCALATE_CASE: Queue.CRITICAL,
    Work.DELIVER_ALARM: Queue.CRITICAL,
    Work.DELIVER_MESSAGE: Queue.DELIVERY,
    Work.CARRY_FILE: Queue.ROUTINE,
    Work.DELETE_MEDIA: Queue.ROUTINE,
    Work.DRAW_CHART: Queue.ROUTINE,
    Work.DRAW_COMPARISON: Queue.ROUTINE,
    Work.PUBLISH_HOME: Queue.ROUTINE,
    Work.PHRASE_ANSWER: Queue.ROUTINE,
    Work.SWEEP: Queue.ROUTINE,
}
