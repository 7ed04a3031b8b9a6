"""Whether the house stands: for load balancers, for Prometheus."""

from collections.abc import Iterator

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from bot.core.urgency import Urgency
from bot.store.overview import overview
from bot.web.queues import queue_state
from bot.wiring import Services


def health(house: Services) -> Blueprint:
    blueprint = Blueprint("health", __name__)
    registry = CollectorRegistry()
    registry.register(_HouseCollector(house))

    @blueprint.get("/healthz")
    def alive() -> Response:
        return jsonify(status="alive")

    @blueprint.get("/readyz")
    def ready() -> tuple[Response, int]:
        """Ready means that what arrives is kept: that takes the database. Redis may be away."""
        # Alembic takes a while to load, and no webhook waits for it.
        from bot.store.migrate import is_current

        queues = queue_state(house.settings.redis_url)
        try:
            current = is_current(house.store.engine)
            database = "ready" if current else "not migrated"
        except SQLAlchemyError:
            current, database = False, "away"
        report = {"database": database, "redis": "ready" if queues.reachable else "away"}
        return jsonify(report), 200 if current else 503

    @blueprint.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return blueprint


class _HouseCollector(Collector):
    """Reads the rows at each scrape, so that every web process tells the same truth."""

    def __init__(self, house: Services) -> None:
        self._house = house

    def describe(self) -> Iterator[Metric]:
        return iter(())

    def collect(self) -> Iterator[Metric]:
        now = self._house.clock()
        with self._house.store.snapshot() as snapshot:
            seen = overview(snapshot)
        queues = queue_state(self._house.settings.redis_url)
        open_now = GaugeMetricFamily(
            "vigia_open_escalations", "Escalations nobody has taken", labels=["urgency"]
        )
        for urgency in Urgency:
            count = sum(e.escalation.urgency is urgency for e in seen.escalations)
            open_now.add_metric([urgency], count)
        yield open_now
        overdue = sum(e.escalation.rung_due_at < now for e in seen.escalations)
        yield GaugeMetricFamily("vigia_overdue_escalations", "Rungs past their time", overdue)
        yield GaugeMetricFamily("vigia_unsent_messages", "Messages in the outbox", seen.unsent)
        age = (now - seen.oldest_unsent).total_seconds() if seen.oldest_unsent else 0
        yield GaugeMetricFamily("vigia_oldest_unsent_seconds", "Age of the oldest unsent", age)
        yield GaugeMetricFamily("vigia_pending_photos", "Photos not read yet", seen.pending_photos)
        for name, beat in (("sweep", seen.sweep_at), ("auditor", seen.auditor_at)):
            late = (now - beat).total_seconds() if beat else float("nan")
            yield GaugeMetricFamily(f"vigia_{name}_age_seconds", f"Since the {name} ticked", late)
        yield GaugeMetricFamily(
            "vigia_audit_events", "Length of the audit chain", seen.audit_events
        )
        yield GaugeMetricFamily("vigia_redis_up", "Redis answers", int(queues.reachable))
        waiting = GaugeMetricFamily("vigia_waiting_jobs", "Jobs waiting", labels=["queue"])
        alive = GaugeMetricFamily("vigia_workers_alive", "Workers alive", labels=["queue"])
        for queue in queues.queues:
            waiting.add_metric([queue.name], queue.waiting)
            alive.add_metric([queue.name], queue.workers)
        yield waiting
        yield alive
