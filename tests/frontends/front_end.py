"""A front end of a kernel that sees each message: replies, what is published, what is asked."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field

import zmq

PATIENCE = 90


@dataclass
class Answer:
    """What a kernel sent for one request, in the order in which it came."""

    published: list = field(default_factory=list)
    replies: list = field(default_factory=list)

    @property
    def kinds(self):
        """The types of what was published, states apart."""
        return [kind for kind, _ in self.published if kind != "status"]

    @property
    def complete(self):
        """Whether the request is answered, and the kernel idle after it."""
        return bool(self.replies) and ("status", {"execution_state": "idle"}) in self.published

    @property
    def reply(self):
        """The content of the one reply."""
        assert len(self.replies) == 1, self.replies
        return self.replies[0]

    @property
    def shown(self):
        """The text that is below the cell in the end, as a front end clears and fills it."""
        texts, clearing, places = [], False, {}
        for kind, content in self.published:
            identity = content.get("transient", {}).get("display_id")
            if kind == "update_display_data" and identity in places:
                texts[places[identity]] = _text("display_data", content)
                continue
            if kind == "clear_output":
                clearing = content["wait"]
                texts = texts if clearing else []
                continue
            text = _text(kind, content)
            if text is not None:
                places[identity] = 0 if clearing else len(texts)
                texts = [text] if clearing else [*texts, text]
                clearing = False
        return re.sub(r"\x1b\[[0-9;]*m", "", "".join(texts))

    @property
    def line(self):
        """The text of the display that was shown or updated last."""
        displays = {"display_data", "update_display_data"}
        texts = [one["data"]["text/plain"] for kind, one in self.published if kind in displays]
        return texts[-1] if texts else ""


def _text(kind, content):
    if kind == "stream":
        return content["text"]
    if kind == "error":
        return "\n".join(content["traceback"])
    if kind in ("display_data", "execute_result"):
        return content["data"]["text/plain"] + "\n"
    return None


class FrontEnd:
    """Sends requests and keeps the answers, by message id; `manager` is the kernel's, if given."""

    def __init__(self, client, manager=None):
        self.client, self.manager = client, manager
        self.answers = {}
        self.order = []  # the ids of the requests in the order of their replies
        self.asked = []
        self.types = []  # what a user types, question by question
        self._poller = zmq.Poller()
        for channel in (client.iopub_channel, client.shell_channel, client.stdin_channel):
            self._poller.register(channel.socket, zmq.POLLIN)

    def send(self, code, **options):
        """Ask for an execution; the request's id."""
        return self.client.execute(code, **options)

    def request(self, kind, **content):
        """Send any other request; its id."""
        message = self.client.session.msg(kind, content)
        self.client.shell_channel.send(message)
        return message["header"]["msg_id"]

    def run(self, code, **options):
        """The answer to an execution.

        After an error ipykernel aborts executions for a moment, until another request is done.
        """
        answer = self.wait(self.send(code, **options))[0]
        if answer.reply["status"] == "error":
            self.wait(self.request("kernel_info_request"))
        return answer

    def run_all(self, *codes):
        """The answers to executions that are all asked for at once."""
        return self.wait(*[self.send(code, stop_on_error=True) for code in codes])

    def supports(self):
        """The optional features of the protocol that the kernel has."""
        info = self.wait(self.request("kernel_info_request"))[0].reply
        return info.get("supported_features", [])

    def wait(self, *ids, until=lambda answer: answer.complete):
        """The answers to requests, once they are complete."""
        end = time.monotonic() + PATIENCE
        while not all(until(self.answer(one)) for one in ids):
            assert time.monotonic() < end, self.answers
            self._receive()
        return [self.answer(one) for one in ids]

    def answer(self, request):
        """What came so far for a request."""
        return self.answers.setdefault(request, Answer())

    def settle(self, seconds=0.5):
        """Take what else comes, until nothing has come for a while."""
        while self._receive(seconds):
            pass

    def _receive(self, seconds=1.0):
        ready = dict(self._poller.poll(seconds * 1000))
        if self.client.iopub_channel.socket in ready:
            self._keep(self.client.get_iopub_msg(timeout=1), is_reply=False)
        if self.client.shell_channel.socket in ready:
            self._keep(self.client.get_shell_msg(timeout=1), is_reply=True)
        if self.client.stdin_channel.socket in ready:
            question = self.client.get_stdin_msg(timeout=1)
            self.asked.append(question["content"]["prompt"])
            self.client.input(self.types.pop(0))
        return bool(ready)

    def _keep(self, message, *, is_reply):
        parent = message["parent_header"].get("msg_id")
        answer = self.answer(parent)
        if is_reply:
            answer.replies.append(message["content"])
            self.order.append(parent)
        else:
            answer.published.append((message["header"]["msg_type"], message["content"]))
