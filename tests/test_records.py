import time
import uuid

from hypothesis import given
from hypothesis import strategies as st

from bot.records import new_id, random_bytes, timestamp


def test_ids_are_uuids_of_version_7_and_sort_by_time() -> None:
    before = time.time_ns() // 1_000_000
    ids = [new_id() for _ in range(2000)]
    assert len(set(ids)) == 2000
    parsed = [uuid.UUID(one) for one in ids]
    assert {(one.version, one.variant) for one in parsed} == {(7, uuid.RFC_4122)}
    milliseconds = [one.int >> 80 for one in parsed]
    assert milliseconds == sorted(milliseconds)
    assert before <= milliseconds[0] <= time.time_ns() // 1_000_000


def test_random_bytes_are_never_given_twice() -> None:
    taken = [random_bytes(12) for _ in range(5000)]
    assert {len(one) for one in taken} == {12}
    assert len(set(taken)) == 5000


@given(st.integers(0, 4_102_444_800_000))
def test_timestamps_are_rfc_3339_and_sort_as_their_times_do(moment: int) -> None:
    assert timestamp(0) == "1970-01-01T00:00:00.000Z"
    assert len(timestamp(moment)) == 24
    assert timestamp(moment) < timestamp(moment + 1)


def test_a_time_beyond_what_rfc_3339_can_say_is_at_its_end() -> None:
    assert timestamp(1 << 62) == "9999-12-31T23:59:59.999Z"
    assert timestamp(-1 << 62) == "0001-01-01T00:00:00.000Z"
    assert timestamp(-62_000_000_000_000).startswith("0005-")
