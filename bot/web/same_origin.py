"""Refuses a form or a script from another site that uses the admin's cookie."""

from urllib.parse import urlsplit

from flask import Request, abort, request

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def refuse_other_origins() -> None:
    """A before_request function: 403 for a changing request that another site may have caused."""
    if request.method not in SAFE_METHODS and not _is_same_origin(request):
        abort(403)


def _is_same_origin(request: Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    # Browsers before 2023 send only this; a request without either is not a browser's form.
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc == request.host
