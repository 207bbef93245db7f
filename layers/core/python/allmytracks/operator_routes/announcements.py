"""Operators announce, and plan, start and end maintenance (U-VIII, M-VI.6)."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from allmytracks.notices.schemas_announcements import (
    AnnouncementForm,
    AnnouncementsAnswer,
    MaintenanceForm,
    announcement_answer,
    status_answer,
)
from allmytracks.operator_routes.requests import answer, body_of, current, operator_of, route
from allmytracks.wiring import services

announcements = Blueprint(__name__)


@route(announcements, "GET", "/announcements")
def list_announcements() -> Response:
    """All that are shown."""
    shown = services().notices.announce.shown()
    return answer(AnnouncementsAnswer([announcement_answer(each) for each in shown], next_cursor=None))


@route(announcements, "POST", "/announcements")
def publish_announcement() -> Response:
    """Show an announcement to everybody."""
    request = current(announcements)
    form = body_of(request, AnnouncementForm)
    return answer(announcement_answer(services().notices.announce(form.to_letters(), operator_of(request))), 201)


@route(announcements, "POST", "/announcements/{announcement_id}/withdrawal")
def withdraw_announcement(announcement_id: str) -> Response:
    """Show an announcement no more."""
    operator = operator_of(current(announcements))
    return answer(announcement_answer(services().notices.announce.withdraw(announcement_id, operator)))


@route(announcements, "GET", "/maintenance")
def show_maintenance() -> Response:
    """What is planned or running."""
    return answer(status_answer(services().notices.maintain.current(), services().foundation.clock.now()))


@route(announcements, "POST", "/maintenance")
def plan_maintenance() -> Response:
    """Plan maintenance, or start it now."""
    request = current(announcements)
    form = body_of(request, MaintenanceForm)
    window = services().notices.maintain.plan(
        form.starts_at,
        form.ends_at,
        form.text,
        operator_of(request),
        {str(language): words for language, words in form.translations.items()},
    )
    return answer(status_answer(window, services().foundation.clock.now()), 201)


@route(announcements, "DELETE", "/maintenance")
def end_maintenance() -> Response:
    """End what runs, or call off what is planned."""
    services().notices.maintain.end(operator_of(current(announcements)))
    return answer(status_answer(None, services().foundation.clock.now()))
