"""The restart prompt: buttons while it asks, plain text afterwards, silence where nobody answers."""

from __future__ import annotations

from html.parser import HTMLParser
from types import SimpleNamespace

import pytest

from davos.frontends.restart.prompt import offer_restart

MESSAGE = "numpy 1.24.4 is installed, numpy 1.26.4 is still loaded."
PREVIEW = "would rerun 3 cells"


class Shell:
    """A shell that keeps what is published, as (data, display id, whether it is an update)."""

    def __init__(self, **kernel):
        self.published = []
        self.kernel = SimpleNamespace(**kernel)
        self.display_pub = SimpleNamespace(publish=self.publish)

    def publish(self, data, metadata=None, *, transient, update=False):
        self.published.append((data, transient["display_id"], update))


@pytest.fixture
def shell():
    return Shell(_allow_stdin=True)


@pytest.fixture
def user(monkeypatch):
    """A function that sets what the user does at each question; the questions asked."""
    questions = []

    def does(*actions):
        coming = iter(actions)

        def reply(question):
            questions.append(question)
            action = next(coming)
            if isinstance(action, str):
                return action
            raise action

        monkeypatch.setattr("builtins.input", reply)
        return questions

    return does


ANSWERS = [
    (["r"], True, "Chosen: restart and rerun."),
    (["Restart"], True, "Chosen: restart and rerun."),
    ([" C "], False, "Chosen: continue."),
    (["continue"], False, "Chosen: continue."),
    (["what?", "", "yes", "r"], True, "Chosen: restart and rerun."),
    ([EOFError()], None, "Not answered."),
    ([NotImplementedError()], None, "Not answered."),
    ([""] * 10, None, "Not answered."),
]


@pytest.mark.parametrize(("actions", "answer", "left"), ANSWERS)
def test_the_answer_is_what_was_typed_and_plain_text_is_left(shell, user, actions, answer, left):
    questions = user(*actions)
    assert offer_restart(shell, MESSAGE, PREVIEW) is answer
    assert len(questions) == len(actions)
    (_, asked_in, _), (data, told_in, update) = shell.published
    assert update
    assert asked_in == told_in
    assert data == {"text/plain": f"{MESSAGE}\n{left}"}


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_an_interrupt_and_an_error_go_through_and_leave_plain_text(shell, user, error):
    user(error())
    with pytest.raises(error):
        offer_restart(shell, MESSAGE, PREVIEW)
    assert shell.published[-1][0] == {"text/plain": f"{MESSAGE}\nNot answered."}


@pytest.mark.parametrize(
    "shell", [SimpleNamespace(), Shell(), Shell(_allow_stdin=False)], ids=["none", "other", "off"]
)
def test_nothing_is_shown_or_asked_where_no_kernel_takes_input(shell, user):
    questions = user()
    assert offer_restart(shell, MESSAGE, PREVIEW) is None
    assert questions == []
    assert getattr(shell, "published", []) == []


def test_each_prompt_has_a_display_of_its_own(shell, user):
    user("c", "c")
    for _ in range(2):
        offer_restart(shell, MESSAGE, PREVIEW)
    assert len({display_id for _, display_id, _ in shell.published}) == 2


class Page(HTMLParser):
    """The elements and the text of a piece of HTML."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.text = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture
def shown(shell, user):
    """A function that gives the data of the prompt for a message and a preview."""

    def shown(message=MESSAGE, preview=PREVIEW):
        user("c")
        offer_restart(shell, message, preview)
        return shell.published[0][0]

    return shown


def test_the_html_has_two_real_buttons_and_nothing_that_runs_unasked(shown):
    page = Page(shown()["text/html"])
    assert [tag for tag, _ in page.elements] == ["div", "div", "div", "button", "button"]
    assert page.text == [MESSAGE, PREVIEW, "Restart and rerun", "Continue"]
    assert [attrs["value"] for tag, attrs in page.elements if tag == "button"] == ["r", "c"]
    active = {name for _, attrs in page.elements for name in attrs if name.startswith("on")}
    assert active == {"onclick"}
    assert "://" not in shown()["text/html"], "no resource from elsewhere"


def test_a_front_end_without_html_shows_the_message_and_the_preview(shown):
    assert shown()["text/plain"] == f"{MESSAGE}\n{PREVIEW}"


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{0} {message} &lt;"]
)
def test_messages_are_text_and_never_markup(shown, hostile):
    page = Page(shown(hostile, hostile)["text/html"])
    assert len(page.elements) == 5
    assert page.text[:2] == [hostile, hostile]
    assert page.elements[0][1]["aria-label"] == hostile


def test_the_kernel_tells_whether_a_question_is_open(monkeypatch):
    comms = {}
    shell = Shell(_allow_stdin=True, comm_manager=SimpleNamespace(comms=comms))
    while_open = []
    monkeypatch.setattr("builtins.input", lambda _: while_open.append(dict(comms)) or "c")
    offer_restart(shell, MESSAGE, PREVIEW)
    question = shell.published[0][0]["application/vnd.davos.question+json"]
    assert question["message"] == MESSAGE
    ((found, entry),) = while_open[0].items()
    assert (found, entry.target_name) == (question["id"], "davos.question")
    assert comms == {}


CELL = f"""
from davos.frontends.restart.prompt import offer_restart
print(offer_restart(get_ipython(), {MESSAGE!r}, {PREVIEW!r}))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "printed"), [(["?", "r"], "True\n"), (["C"], "False\n"), (["\x04"], "None\n")]
)
def test_a_kernel_asks_its_front_end(start_kernel, typed, printed):
    found, asked, replies = [], [], iter(typed)
    kernel = start_kernel()

    def reply(message):
        asked.append(message["content"]["prompt"])
        kernel.client.input(next(replies))

    def keep(message):
        found.append((message["header"]["msg_type"], message["content"]))

    kernel.client.execute_interactive(
        CELL, allow_stdin=True, stdin_hook=reply, output_hook=keep, timeout=60
    )
    kinds = dict(found)
    assert "text/html" in kinds["display_data"]["data"]
    assert list(kinds["update_display_data"]["data"]) == ["text/plain"]
    assert kinds["update_display_data"]["transient"] == kinds["display_data"]["transient"]
    assert kinds["stream"]["text"] == printed
    assert len(asked) == len(typed)


@pytest.mark.slow
def test_a_front_end_without_input_is_asked_and_shown_nothing(start_kernel):
    found = []

    def keep(message):
        found.append(message["header"]["msg_type"])

    kernel = start_kernel()
    kernel.client.execute_interactive(CELL, allow_stdin=False, output_hook=keep, timeout=60)
    assert "stream" in found
    assert "display_data" not in found
