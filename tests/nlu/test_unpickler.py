import io
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joblib.numpy_pickle import NumpyArrayWrapper

from bot.nlu.unpickler import ArraysOnlyUnpickler


def dumped(value: Any, **options: Any) -> bytes:
    buffer = io.BytesIO()
    joblib.dump(value, buffer, **options)
    return buffer.getvalue()


def load(data: bytes) -> Any:
    return ArraysOnlyUnpickler(data).load()


class Runs:
    """Runs a command when it is read in the ordinary way."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self.call = function, arguments

    def __reduce__(self) -> tuple[Callable[..., Any], Any]:
        return self.call


def test_arrays_and_text_come_back() -> None:
    arrays = {
        "rows": np.arange(6, dtype=np.float32).reshape(2, 3),
        "columns": np.asfortranarray(np.arange(6.0).reshape(3, 2)),
        "none": np.empty((0, 4), np.float32),
        "swapped": np.arange(3.0).astype(">f8"),
        "text": "äöü\n🙂",
    }
    found = load(dumped(arrays))
    assert found.keys() == arrays.keys()
    assert found.pop("text") == arrays.pop("text")
    for name, array in found.items():
        np.testing.assert_array_equal(array, arrays[name])


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4, 5])
@pytest.mark.parametrize("dump", [pickle.dumps, dumped], ids=["pickle", "joblib"])
def test_a_call_is_never_made(tmp_path: Path, dump: Callable[..., bytes], protocol: int) -> None:
    target = tmp_path / "reached"
    for attack in (Runs(os.mkdir, str(target)), Runs(eval, f"__import__('os').mkdir({str(target)!r})")):
        data = dump({"idf": attack}, protocol=protocol)
        with pytest.raises(pickle.UnpicklingError):
            load(data)
        assert not target.exists()
        # What was refused does harm when it is read in the ordinary way: the attack is real.
        pickle.loads(data)
        target.rmdir()


def test_an_array_of_objects_is_refused_before_its_content_is_read(tmp_path: Path) -> None:
    target = tmp_path / "reached"
    data = dumped({"idf": np.array([Runs(os.mkdir, str(target))], object)})
    with pytest.raises(pickle.UnpicklingError, match="isn't allowed"):
        load(data)
    assert not target.exists()
    joblib.load(io.BytesIO(data))
    assert target.exists()


def wrapped(**changes: Any) -> bytes:
    """An array's wrapper with a state of the attacker's choice, and a command where the array's bytes should be."""
    wrapper = NumpyArrayWrapper(np.ndarray, (2,), "C", np.dtype("f8"))
    wrapper.__dict__.update(changes)
    return pickle.dumps(wrapper, protocol=4) + pickle.dumps(Runs(os.abort))


@pytest.mark.parametrize(
    "changes",
    [
        {"dtype": np.dtype("O")},
        {"dtype": np.dtype([("a", "O")])},
        {"dtype": np.dtype("i8")},
        {"dtype": "O"},
        {"dtype": None},
        {"subclass": np.dtype},
        {"subclass": NumpyArrayWrapper},
        {"shape": (10**15,)},
        {"shape": (2**62, 4)},
        {"shape": (-1,)},
        {"shape": (True,)},
        {"shape": [2]},
        {"shape": ()},
        {"order": "X"},
        {"read": np.dtype},
        {"numpy_array_alignment_bytes": 10**9},
    ],
    ids=str,
)
def test_a_forged_array_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(pickle.UnpicklingError):
        load(wrapped(**changes))


NAMES = {"W": b"joblib.numpy_pickle\nNumpyArrayWrapper\n", "A": b"numpy\nndarray\n", "D": b"numpy\ndtype\n"}


def named(name: str) -> bytes:
    module, attribute, _ = NAMES[name].split(b"\n")
    return (
        b"".join(pickle.SHORT_BINUNICODE + bytes([len(part)]) + part for part in (module, attribute))
        + pickle.STACK_GLOBAL
    )


@pytest.mark.parametrize(
    "program",
    [
        named("A") + b"K\x05" + pickle.TUPLE1 + pickle.REDUCE,
        named("A") + b"K\x05" + pickle.TUPLE1 + pickle.NEWOBJ,
        named("W") + b")" + pickle.REDUCE,
        named("D") + b"\x8c\x01O" + pickle.TUPLE1 + pickle.REDUCE,
        named("D") + b"\x8c\x02f8" + pickle.TUPLE1 + pickle.REDUCE,
        # Setting attributes of the class itself would poison every later reading in this process.
        named("W") + b"N}\x8c\x04read" + named("D") + b"s" + pickle.TUPLE2 + pickle.BUILD,
        named("D") + b"\x8c\x02f8\x89\x88" + pickle.TUPLE3 + pickle.REDUCE + b"}" + pickle.BUILD,
        b"cos\nsystem\n",
        b"\x8c\x02os\x8c\x06system\x93",
        b"\x82\x01",
        b"Pid\n",
    ],
)
def test_a_program_that_arrays_do_not_need_is_refused(program: bytes) -> None:
    before = dict(vars(NumpyArrayWrapper))
    with pytest.raises(pickle.UnpicklingError):
        load(b"\x80\x04" + program + b".")
    assert dict(vars(NumpyArrayWrapper)) == before


@given(st.data())
def test_damage_never_gives_anything_but_plain_values(data: st.DataObject) -> None:
    whole = bytearray(dumped({"idf": np.arange(4.0), "text": "abc"}))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = load(bytes(whole[: data.draw(st.integers(0, len(whole)))]))
    except Exception:
        return
    assert isinstance(found, dict | str | int | tuple | np.ndarray | np.dtype | type | None)
