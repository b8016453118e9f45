"""Reads a Varlink interface description (varlink.org, "Interface Definition") and checks answers against it: every
described field is there, unless it is optional, and no other."""

import re

TOKEN = re.compile(r"\s+|#[^\n]*|->|\[\]|\[string\]|[?(),:]|[A-Za-z][A-Za-z0-9._-]*")
FIELD = re.compile(r"^[A-Za-z](_?[A-Za-z0-9])*$")


class Interface:
    def __init__(self, text):
        self._tokens = self._split(text)
        self.types, self.methods, self.errors = {}, {}, {}
        self._expect("interface")
        self.name = self._tokens.pop(0)
        while self._tokens:
            word, name = self._tokens.pop(0), self._tokens.pop(0)
            if word == "type":
                self.types[name] = self._struct()
            elif word == "error":
                self.errors[name] = self._struct()
            elif word == "method":
                arguments = self._struct()
                self._expect("->")
                self.methods[name] = (arguments, self._struct())
            else:
                raise AssertionError(f"{word!r} begins nothing in an interface description")

    @staticmethod
    def _split(text):
        tokens, place = [], 0
        while place < len(text):
            match = TOKEN.match(text, place)
            assert match, f"no word of the language: {text[place:place + 20]!r}"
            place = match.end()
            if not match.group().isspace() and not match.group().startswith("#"):
                tokens.append(match.group())
        return tokens

    def _expect(self, token):
        found = self._tokens.pop(0)
        assert found == token, f"expected {token!r}, found {found!r}"

    def _struct(self):
        self._expect("(")
        fields = {}
        while self._tokens[0] != ")":
            name = self._tokens.pop(0)
            assert FIELD.match(name), f"{name!r} is no field name"
            self._expect(":")
            assert name not in fields, f"{name} is described twice"
            fields[name] = self._type()
            if self._tokens[0] == ",":
                self._tokens.pop(0)
        self._expect(")")
        return fields

    def _type(self):
        if self._tokens[0] in ("?", "[]", "[string]"):
            return self._tokens.pop(0), self._type()
        if self._tokens[0] == "(":
            return "struct", self._struct()
        return "name", self._tokens.pop(0)

    def check_answer(self, method, answer):
        self._check_struct(self.methods[method][1], answer, method)

    def _check_struct(self, fields, value, place):
        assert isinstance(value, dict), f"{place}: an object was described, found {value!r}"
        for name in value:
            assert name in fields, f"{place}.{name} is not described"
        for name, kind in fields.items():
            if name in value:
                self._check(kind, value[name], f"{place}.{name}")
            else:
                assert kind[0] == "?", f"{place}.{name} is described and missing"

    def _check(self, kind, value, place):
        sort, inner = kind
        if sort == "?":
            if value is not None:
                self._check(inner, value, place)
        elif sort == "[]":
            assert isinstance(value, list), f"{place}: a list was described, found {value!r}"
            for index, item in enumerate(value):
                self._check(inner, item, f"{place}[{index}]")
        elif sort == "[string]":
            assert isinstance(value, dict), f"{place}: a map was described, found {value!r}"
            for name, item in value.items():
                self._check(inner, item, f"{place}.{name}")
        elif sort == "struct":
            self._check_struct(inner, value, place)
        elif inner in self.types:
            self._check_struct(self.types[inner], value, place)
        else:
            python = {"bool": bool, "int": int, "float": (int, float), "string": str, "object": object}
            assert inner in python, f"{place}: the type {inner} is not described"
            assert isinstance(value, python[inner]), f"{place}: {inner} was described, found {value!r}"
            assert inner == "bool" or not isinstance(value, bool), f"{place}: {inner} was described, found {value!r}"

    def used_types(self):
        used, waiting = set(), [kind for _, result in self.methods.values() for kind in result.values()]
        while waiting:
            sort, inner = waiting.pop()
            if sort in ("?", "[]", "[string]"):
                waiting.append(inner)
            elif sort == "struct":
                waiting += inner.values()
            elif inner in self.types and inner not in used:
                used.add(inner)
                waiting += self.types[inner].values()
        return used
