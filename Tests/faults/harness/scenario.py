"""The list of scenarios: each is a function that does one fault to a house under load and waits until it is over."""

import dataclasses
import typing


@dataclasses.dataclass
class Scenario:
    name: str
    play: typing.Callable
    quick: bool
    may_lose: bool
    """The fault destroys records: then the trail has to say so, and everything else is a failure as well."""
    arguments: typing.Callable
    """(directory) → what the House is made with."""
    house: typing.Any
    """Another kind of House."""


SCENARIOS = []


def scenario(name, quick=False, may_lose=False, arguments=lambda directory: {}, house=None):
    def register(play):
        SCENARIOS.append(Scenario(name, play, quick, may_lose, arguments, house))
        return play
    return register


class Impossible(Exception):
    """This machine lacks something that the fault needs."""
