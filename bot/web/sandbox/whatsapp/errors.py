"""Twilio's refusals: number, HTTP status, text. Source: Twilio's error dictionary."""

from flask import Response, jsonify

ERRORS: dict[int, tuple[int, str]] = {
    20001: (400, "Bad request"),
    20003: (401, "Authenticate"),
    20404: (404, "The requested resource was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "Internal Server Error"),
    12100: (400, "Document parse failure"),
    12200: (400, "Schema validation warning"),
    21205: (400, "Invalid URL or TwiML"),
    21210: (400, "'From' phone number not verified"),
    21211: (400, "Invalid 'To' Phone Number"),
    21602: (400, "Message body is required"),
    21603: (400, "A 'From' phone number is required"),
    21604: (400, "A 'To' phone number is required"),
    21609: (400, "Invalid 'StatusCallback' URL"),
    21614: (400, "'To' number is not a valid mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
    21620: (400, "Invalid media URL"),
    21623: (400, "Number of media files exceeds allowed limit"),
    21626: (400, "Invalid 'StatusCallbackEvent'"),
    21654: (400, "ContentSid cannot be combined with Body or MediaUrl"),
    21655: (400, "The ContentSid is Invalid"),
    21656: (400, "The ContentVariables Parameter is invalid"),
    63007: (400, "Twilio could not find a Channel with the specified From address"),
    63016: (400, "Failed to send freeform message because you are outside the allowed window"),
    63021: (400, "Channel invalid content error"),
}


def refusal(code: int, status: int | None = None) -> Response:
    usual, text = ERRORS.get(code, (400, "Refused"))
    answer = jsonify(
        code=code,
        message=text,
        more_info=f"https://www.twilio.com/docs/errors/{code}",
        status=status or usual,
    )
    answer.status_code = status or usual
    if answer.status_code == 401:
        answer.headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
    return answer
