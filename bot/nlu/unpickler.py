"""Reads a joblib file that may hold text, numbers and plain numeric arrays, and refuses all else before it is built.

Ordinary unpickling runs whatever a file names. Here the opcodes, the three names, each call and each state that what we
write needs are listed, and nothing else is carried out.
"""

import io
import pickle
from typing import Any, ClassVar

import numpy as np
from joblib.numpy_pickle import NumpyArrayWrapper, NumpyUnpickler

_OPCODES = (
    pickle.PROTO,
    pickle.FRAME,
    pickle.STOP,
    pickle.MARK,
    pickle.MEMOIZE,
    pickle.BINGET,
    pickle.LONG_BINGET,
    pickle.NONE,
    pickle.NEWTRUE,
    pickle.NEWFALSE,
    pickle.BININT,
    pickle.BININT1,
    pickle.BININT2,
    pickle.SHORT_BINUNICODE,
    pickle.BINUNICODE,
    pickle.EMPTY_TUPLE,
    pickle.TUPLE,
    pickle.TUPLE1,
    pickle.TUPLE2,
    pickle.TUPLE3,
    pickle.EMPTY_DICT,
    pickle.SETITEM,
    pickle.SETITEMS,
    pickle.STACK_GLOBAL,
)
_NAMES = {
    ("joblib.numpy_pickle", "NumpyArrayWrapper"): NumpyArrayWrapper,
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
}
_DTYPES = frozenset({"f4", "f8", "i1"})
_DTYPE_STATES = tuple((3, order, None, None, None, -1, -1, 0) for order in "<>|")
_WRAPPER_STATE = {"subclass", "shape", "order", "dtype", "allow_mmap", "numpy_array_alignment_bytes"}


class ArraysOnlyUnpickler(NumpyUnpickler):  # type: ignore[misc]
    """joblib's own unpickler with all but arrays, text and numbers taken out.

    `load()` raises `pickle.UnpicklingError` for what isn't allowed, and whatever unpickling raises for damage.
    """

    dispatch: ClassVar[dict[int, Any]] = {code[0]: NumpyUnpickler.dispatch[code[0]] for code in _OPCODES}

    def __init__(self, data: bytes) -> None:
        self._size = len(data)
        super().__init__("", io.BytesIO(data), ensure_native_byte_order=True)

    def load(self) -> Any:
        """The value that the file holds."""
        try:
            return super().load()
        except KeyError as error:
            raise pickle.UnpicklingError(f"an operation or a reference that isn't allowed ({error})") from None

    def find_class(self, module: str, name: str) -> Any:
        """One of the three names that arrays need."""
        try:
            return _NAMES[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"it names {module}.{name}, which isn't allowed") from None

    def load_reduce(self) -> None:
        """Calls nothing but `numpy.dtype` with the plain name of a numeric type."""
        function, arguments = self.stack[-2:]
        if function is not np.dtype or arguments not in [(name, False, True) for name in _DTYPES]:
            raise pickle.UnpicklingError("a call that isn't allowed")
        super().load_reduce()

    def load_newobj(self) -> None:
        """Makes nothing but the wrapper of an array."""
        function, arguments = self.stack[-2:]
        if function is not NumpyArrayWrapper or arguments != ():
            raise pickle.UnpicklingError("an object that isn't allowed")
        super().load_newobj()

    def load_build(self) -> None:
        """Sets the state of nothing but a fresh type or wrapper; joblib then reads the wrapper's array."""
        target, state = self.stack[-2:]
        if type(target) is NumpyArrayWrapper:
            self._check_wrapper(state)
        elif not isinstance(target, np.dtype) or state not in _DTYPE_STATES:
            raise pickle.UnpicklingError("a state that isn't allowed")
        super().load_build()

    def _check_wrapper(self, state: Any) -> None:
        # An array of objects would make joblib start a second, ordinary unpickler for its content; and memory is
        # asked for by the shape before a byte is read.
        if not isinstance(state, dict) or set(state) != _WRAPPER_STATE or state["subclass"] is not np.ndarray:
            raise pickle.UnpicklingError("an array of a kind that isn't allowed")
        dtype, shape = state["dtype"], state["shape"]
        if not isinstance(dtype, np.dtype) or dtype.kind not in "fi" or state["order"] not in ("C", "F"):
            raise pickle.UnpicklingError("an array of a type that isn't allowed")
        if not isinstance(shape, tuple) or not 1 <= len(shape) <= 2:
            raise pickle.UnpicklingError("an array of a shape that isn't allowed")
        items = 1
        for size in shape:
            if type(size) is not int or size < 0:
                raise pickle.UnpicklingError("an array of a shape that isn't allowed")
            items *= size
        if items * dtype.itemsize > self._size or state["numpy_array_alignment_bytes"] != 16:
            raise pickle.UnpicklingError("an array larger than its file")

    dispatch[pickle.REDUCE[0]] = load_reduce
    dispatch[pickle.NEWOBJ[0]] = load_newobj
    dispatch[pickle.BUILD[0]] = load_build
