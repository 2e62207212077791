"""A WebAssembly program, changed so that its garbage collector sees every pointer.

MicroPython's looks for pointers in memory. What WebAssembly keeps in variables of a function, or on the stack of its
operands, it would not find, and free what is in use. So each function that calls others gets a place in memory for its
variables of 32 bits and for the last results of such calls; whatever is set is written there too. Nothing else changes.

Binary format: WebAssembly Core Specification 3.0, section 5.
"""

from __future__ import annotations

_I32 = 0x7F
_EMPTY = 0x40
_RESULTS = 8  # of calls, in turn: more are never waiting on the stack of operands
_STACK_POINTER = 0  # the first global, by the linker's convention
_TYPES, _IMPORTS, _FUNCTIONS, _CODE = 1, 2, 3, 10  # sections
_KINDS = {1: 3, 2: 2, 3: 1, 4: 1}  # of imports that are no functions; none is expected

# How many integers follow an opcode.
_ONE = {*range(0x02, 0x05), 0x06, *range(0x07, 0x0A), *range(0x0C, 0x0E), 0x10, 0x12, 0x18, *range(0x20, 0x27)}
_ONE |= {0x3F, 0x40, 0x41, 0x42, 0xD0, 0xD2}
_TWO = {0x11, 0x13, *range(0x28, 0x3F)}
_BULK = {8: 2, 9: 1, 10: 2, 11: 1, 12: 2, 13: 1, 14: 2, 15: 1, 16: 1, 17: 1}  # after 0xFC


def number(value: int) -> bytes:
    """Unsigned LEB128, or signed of what is not negative and below 64."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def signed(value: int) -> bytes:
    """LEB128, of what is not negative."""
    return number(value) if value < 0x40 else bytes([value & 0x7F | 0x80]) + signed(value >> 7)


class Reader:
    """Reads a binary."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data = data
        self.at = at

    def byte(self) -> int:
        """One."""
        self.at += 1
        return self.data[self.at - 1]

    def number(self) -> int:
        """LEB128; what is negative comes out as something large."""
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def bytes(self, count: int) -> bytes:
        """So many."""
        self.at += count
        return self.data[self.at - count : self.at]

    def skip_instruction(self) -> int:
        """Go behind it; returns its opcode."""
        opcode = self.byte()
        follow = 1 if opcode in _ONE else 2 if opcode in _TWO else 0
        if opcode in (0x0E, 0x1C):  # br_table, select
            follow = self.number() + (opcode == 0x0E)
        elif opcode == 0x1F:  # try_table
            self.number()
            follow = sum(self._skip_catch() for _ in range(self.number()))
        elif opcode in (0x43, 0x44):
            self.at += 4 if opcode == 0x43 else 8
        elif opcode == 0xFC:
            follow = _BULK.get(self.number(), 0)
        else:
            assert opcode <= 0xC4 or opcode in (0xD0, 0xD1, 0xD2), hex(opcode)
        for _ in range(follow):
            self.number()
        return opcode

    def _skip_catch(self) -> int:
        for _ in range(2 if self.byte() < 2 else 1):
            self.number()
        return 0


def spilled(program: bytes) -> bytes:
    """The same program, with its variables in memory too."""
    reader = Reader(program, 8)
    out = bytearray(program[:8])
    types: list[tuple[bytes, bytes]] = []  # parameters, results
    functions: list[int] = []  # their types; first those that are imported
    imported = 0
    while reader.at < len(program):
        section, size = reader.byte(), reader.number()
        body = reader.bytes(size)
        inner = Reader(body)
        if section == _TYPES:
            for _ in range(inner.number()):
                assert inner.byte() == 0x60
                types.append((inner.bytes(inner.number()), inner.bytes(inner.number())))
        elif section == _IMPORTS:
            for _ in range(inner.number()):
                inner.bytes(inner.number())
                inner.bytes(inner.number())
                assert inner.byte() == 0, "only functions are imported"
                functions.append(inner.number())
            imported = len(functions)
        elif section == _FUNCTIONS:
            functions += [inner.number() for _ in range(inner.number())]
        elif section == _CODE:
            count = inner.number()
            bodies = [inner.bytes(inner.number()) for _ in range(count)]
            made = [
                _function(code, types[kind], types, functions)
                for code, kind in zip(bodies, functions[imported:], strict=True)
            ]
            body = number(count) + b"".join(number(len(code)) + code for code in made)
        out += bytes([section]) + number(len(body)) + body
    return bytes(out)


def _function(code: bytes, kind: tuple[bytes, bytes], types: list[tuple[bytes, bytes]], functions: list[int]) -> bytes:
    parameters, results = kind
    reader = Reader(code)
    groups = [(reader.number(), reader.byte()) for _ in range(reader.number())]
    begin = reader.at
    variables = list(parameters) + [of for count, of in groups for _ in range(count)]
    place = {index: 4 * slot for slot, index in enumerate(i for i, of in enumerate(variables) if of == _I32)}
    base, result = len(variables), len(variables) + 1
    size = (4 * (len(place) + _RESULTS) + 15) // 16 * 16

    def write(variable: int, offset: int) -> bytes:
        return b"\x20" + number(base) + b"\x20" + number(variable) + b"\x36\x02" + number(offset)

    let_go = b"\x20" + number(base) + b"\x41" + signed(size) + b"\x6a\x24" + number(_STACK_POINTER)
    out = bytearray()
    calls = 0
    while reader.at < len(code) - 1:  # without the last end
        at = reader.at
        opcode = reader.skip_instruction()
        instruction = code[at : reader.at]
        if opcode == 0x0F:
            out += let_go
        assert opcode not in (0x12, 0x13), "a call in place of a return"
        out += instruction
        if opcode in (0x21, 0x22):
            index = Reader(instruction, 1).number()
            if index in place:
                out += write(index, place[index])
        elif opcode in (0x10, 0x11):
            called = Reader(instruction, 1).number()
            if types[functions[called] if opcode == 0x10 else called][1] == bytes([_I32]):
                out += b"\x22" + number(result) + write(result, 4 * (len(place) + calls % _RESULTS))
            calls += 1
    if not calls:
        return code
    assert len(results) < 2
    head = number(len(groups) + 1) + code[len(number(len(groups))) : begin] + number(2) + bytes([_I32])
    get = b"\x23" + number(_STACK_POINTER) + b"\x41" + signed(size) + b"\x6b\x22" + number(base)
    take = get + b"\x24" + number(_STACK_POINTER)
    # What was there before would be taken for pointers: memory.fill with zeros.
    take += b"\x20" + number(base) + b"\x41\x00\x41" + signed(size) + b"\xfc\x0b\x00"
    keep = b"".join(write(index, offset) for index, offset in place.items() if index < len(parameters))
    inside = b"\x02" + (results or bytes([_EMPTY])) + bytes(out) + b"\x0b"
    return head + take + keep + inside + let_go + b"\x0b"
