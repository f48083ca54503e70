"""What docs/openapi.yaml promises and JSON Schema can't say. Loaded by schemathesis; see openapi_test.py."""

from urllib.parse import urlencode

import schemathesis

MAX_ID_BYTES = 256
MAX_QUERY_BYTES = 7000


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def without_integral_floats(value):
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**63:
        return int(value)
    if isinstance(value, dict):
        return {name: without_integral_floats(item) for name, item in value.items()}
    if isinstance(value, list):
        return [without_integral_floats(item) for item in value]
    return value


@schemathesis.hook
def map_body(context, body):
    """To JSON Schema 12.0 is an integer; to Playhead it is no id."""
    return without_integral_floats(body)


@schemathesis.hook
def filter_case(context, case):
    """maxLength counts characters, the limit on ids counts bytes; and a request line holds only so many of them."""
    if len(urlencode(case.query or {}, doseq=True)) > MAX_QUERY_BYTES:
        return False
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return True
    given = [case.path_parameters, case.query, case.body]
    return all(len(text.encode()) <= MAX_ID_BYTES for part in given for text in strings(part))


def is_batch(body):
    return isinstance(body, dict) and isinstance(body.get("updates"), list)


@schemathesis.check
def progress_is_accounted_for(context, response, case):
    """Each update of a request is either accepted or named in rejected, and a wrong one is never accepted."""
    if case.operation.definition.raw.get("operationId") != "postProgress" or case.method.upper() != "POST":
        return
    negative = case.meta is not None and case.meta.generation.mode.is_negative
    if response.status_code != 202:
        assert response.status_code >= 400, f"{response.status_code} is no answer to an update"
        return
    ack = response.json()
    sent = len(case.body["updates"]) if is_batch(case.body) else 1
    indexes = [rejected["index"] for rejected in ack["rejected"]]
    assert ack["accepted"] + len(indexes) == sent, f"{sent} were sent"
    assert indexes == sorted(set(indexes)) and all(index < sent for index in indexes), "indexes of what was sent"
    assert not negative or indexes, "an update that breaks the schema was accepted"
    assert negative or not indexes, "an update that keeps to the schema was rejected"


@schemathesis.check
def reads_can_be_asked_again(context, response, case):
    """A read carries an ETag, and while nothing changes the same request with it gets 304 and no body."""
    if case.method.upper() != "GET" or response.status_code != 200 or "/users/" not in case.path:
        return
    tag = response.headers["etag"][0]
    again = case.call(headers={"If-None-Match": tag})
    assert again.status_code == 304, f"{again.status_code} instead of 304"
    assert again.content == b"", "304 has no body"
    assert again.headers["etag"] == [tag], "304 carries the ETag"
