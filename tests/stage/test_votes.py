"""Every vote is counted once, whoever shouts; and the server knows nothing but the vote."""

import http.client
import json
import socket
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.emotions import FOUR_EMOTIONS, emotion
from core.errors import VotePlaceError
from core.stage import Ballot
from core.stage.vote_server import VoteServer, Words

WORDS = Words(
    title="무슨 감정일까요?",
    options={e: emotion(e).caption for e in FOUR_EMOTIONS},
    colors={e: emotion(e).color for e in FOUR_EMOTIONS},
    says={"choose": "</script>", "wait": "기다려요", "voted": "골랐어요"},
    language="ko",
)
PATIENCE = 60  # s; a bound on hanging


@pytest.fixture
def server():
    running = VoteServer(Ballot(), WORDS, port=0)
    yield running
    running.close()


class Phone:
    """A device with a cookie jar of one cookie, at an address of this machine."""

    def __init__(self, server: VoteServer, address: str = "127.0.0.1"):
        self.server, self.address, self.cookie = server, address, ""

    def ask(self, method: str, path: str, body: object = None, **headers: str):
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.server.port, timeout=PATIENCE, source_address=(self.address, 0)
        )
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        if self.cookie:
            headers["Cookie"] = self.cookie
        connection.request(method, path, data, headers)
        answer = connection.getresponse()
        if set_cookie := answer.getheader("Set-Cookie"):
            self.cookie = set_cookie.split(";")[0]
        content = answer.read()
        connection.close()
        return answer.status, content

    def state(self):
        return json.loads(self.ask("GET", "/state")[1])

    def vote(self, option: str):
        number = self.state()["round"]
        status, content = self.ask("POST", "/vote", {"round": number, "option": option})
        return status, json.loads(content)["refused"]


def test_a_vote_counts_once_however_often_it_is_sent(server):
    server.ballot.start(FOUR_EMOTIONS)
    phone = Phone(server)
    assert phone.vote("sad") == (200, None)
    assert phone.vote("sad") == (409, "voted")
    assert phone.vote("angry") == (409, "voted")
    assert server.ballot.tally().counts == {"sad": 1, "neutral": 0, "happy": 0, "angry": 0}
    assert phone.state()["mine"] == "sad"


def test_a_new_round_forgets_the_last_one(server):
    phone = Phone(server)
    server.ballot.start(FOUR_EMOTIONS)
    phone.vote("sad")
    assert server.ballot.close().total == 1
    assert phone.vote("happy") == (409, "closed")
    server.ballot.start(FOUR_EMOTIONS)
    assert phone.vote("happy") == (200, None)
    assert server.ballot.tally().total == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has 127.0.0.0/8 on loopback")
def test_two_hundred_voters_at_once_are_all_counted(server):
    server.ballot.start(FOUR_EMOTIONS)
    phones = [Phone(server, f"127.0.{1 + i // 200}.{1 + i % 200}") for i in range(200)]
    with ThreadPoolExecutor(50) as crowd:
        answers = list(crowd.map(lambda p: p[1].vote(FOUR_EMOTIONS[p[0] % 4]), enumerate(phones)))
    assert set(answers) == {(200, None)}
    assert server.ballot.tally().counts == dict.fromkeys(FOUR_EMOTIONS, 50)


def test_a_thousand_votes_from_one_address_count_as_a_family():
    ballot = Ballot()
    number = ballot.start(FOUR_EMOTIONS)
    refused = [
        ballot.vote(ballot.new_token(), number, "angry", address="10.0.0.7") for _ in range(1000)
    ]
    assert refused.count(None) == 12
    assert ballot.tally().total == 12
    assert ballot.vote(ballot.new_token(), number, "sad", address="10.0.0.8") is None


def test_a_room_behind_one_address_can_be_allowed():
    ballot = Ballot(per_address=2_000)
    number = ballot.start(FOUR_EMOTIONS)
    for _ in range(300):
        ballot.vote(ballot.new_token(), number, "sad", address="10.0.0.1")
    assert ballot.tally().total == 300


def test_who_asks_too_often_is_sent_away_and_others_are_not(server):
    server.ballot.start(FOUR_EMOTIONS)
    assert 429 in {Phone(server, "127.0.0.1").ask("GET", "/state")[0] for _ in range(60)}
    if sys.platform == "linux":
        assert Phone(server, "127.0.0.2").vote("sad") == (200, None)


def test_a_made_up_device_has_no_vote(server):
    server.ballot.start(FOUR_EMOTIONS)
    phone = Phone(server)
    phone.cookie = "malgyeol=0123456789abcdef.0123456789abcdef"
    status, _ = phone.ask("POST", "/vote", {"round": 1, "option": "sad"})
    assert status == 403
    assert server.ballot.tally().total == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[1]",
        b'{"round": 1}',
        b'{"round": true, "option": "sad"}',
        b'{"round": 1, "option": "joyful"}',
        b'{"round": 1, "option": {"a": 1}}',
        b'{"round": 1, "option": "sad", "and": "more"}',
        b"x" * 10_000,
        b"\xff" * 20,
    ],
)
def test_anything_but_a_vote_is_refused_and_breaks_nothing(server, body):
    server.ballot.start(FOUR_EMOTIONS)
    phone = Phone(server)
    phone.state()
    assert phone.ask("POST", "/vote", body)[0] == 400
    assert server.ballot.tally().total == 0
    assert phone.vote("sad") == (200, None)


@pytest.mark.parametrize(
    "path", ["/dataset", "/_stcore/health", "/../README.md", "/app/static/", "/state?x"]
)
def test_no_other_page_is_there(server, path):
    assert Phone(server).ask("GET", path)[0] == 404
    assert Phone(server).ask("POST", path, {})[0] == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE"])
def test_no_other_method_is_there(server, method):
    assert Phone(server).ask(method, "/")[0] == 501


def test_the_page_carries_its_words_as_data_and_asks_nobody_else(server):
    status, page = Phone(server).ask("GET", "/")
    text = page.decode()
    assert status == 200
    assert text.count("</script>") == 1
    assert "http" not in text.replace("<!doctype html>", "")


def test_who_sends_half_a_request_keeps_nobody_waiting(server):
    server.ballot.start(FOUR_EMOTIONS)
    slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(20)]
    for connection in slow:
        connection.sendall(b"POST /vote HTTP/1.1\r\nContent-Length: 100\r\n\r\n{")
    assert Phone(server).vote("sad") == (200, None)
    for connection in slow:
        connection.close()


def test_a_taken_port_gives_way_to_the_next_and_a_closed_one_is_free(server):
    other = VoteServer(Ballot(), WORDS, port=server.port)
    assert other.port != server.port
    port = other.port
    other.close()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", port))


def test_eleven_taken_ports_are_said(monkeypatch):
    def taken(*_):
        raise OSError

    monkeypatch.setattr("core.stage.vote_server._Server", taken)
    with pytest.raises(VotePlaceError, match="8787"):
        VoteServer(Ballot(), WORDS)


def test_votes_of_many_threads_are_all_there():
    ballot = Ballot(per_address=2_000)
    number = ballot.start(FOUR_EMOTIONS)

    def shout(option: str) -> None:
        for _ in range(100):
            ballot.vote(ballot.new_token(), number, option, address="a")

    threads = [threading.Thread(target=shout, args=(e,)) for e in FOUR_EMOTIONS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ballot.tally().counts == dict.fromkeys(FOUR_EMOTIONS, 100)
