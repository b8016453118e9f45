"""Daemons with a TCP door to each mailbox, and a responder behind some: what programs that nobody here wrote need."""

from . import doe, spdm
from .case import DaemonCase
from .processes import free_port
from .responder import Responder
from .spdm_session import Requester

RULES = """
object 0001:00 published "DOE Discovery" kernel 6.0..
object 0001:01 published "CMA/SPDM" kernel 6.19..
object 0001:02 published "Secured CMA/SPDM" kernel 6.19..
allow object=0001:{00,01,02} via=tcp ask-device
allow object=0001:{00,01} ask-device
"""
GET_VERSION = doe.named("0001:01", b"\x10\x84\0\0")


class DoorsCase(DaemonCase):
    def new_responder(self, address="127.0.0.1:0"):
        responder = Responder(address)
        self.addCleanup(responder.kill)
        return responder

    def start(self, responder=None, rules=RULES, simulate="cxl,vendor", options=(), **more):
        """A daemon with a TCP door to each of its mailboxes that has a peer, and to sim:cxl."""
        doors = {"sim:cxl": free_port()}
        options = list(options)
        if responder is not None:
            simulate += f",spdm={responder.address}"
            options += ["--remote", f"far={responder.address}"]
            doors |= {"sim:spdm": free_port(), "remote:far": free_port()}
        for mailbox, port in doors.items():
            options += ["--tcp", f"{mailbox}=127.0.0.1:{port}"]
        daemon = self.new_daemon(rules=self.rules(rules), simulate=simulate, options=options, **more)
        daemon.start()
        self.doors = {mailbox: f"127.0.0.1:{port}" for mailbox, port in doors.items()}
        return daemon

    def new_requester(self, mailbox):
        requester = Requester(self.doors[mailbox])
        self.addCleanup(requester.close)
        return requester

    def over_tcp(self, mailbox):
        connection = spdm.TCPConnection(self.doors[mailbox])
        self.addCleanup(connection.close)
        return connection
