"""A worker that leaves ends after the step that it is at; others go on at once."""

from adapters.worker.dispatching import Dispatcher
from adapters.worker.relaying import Relayer
from domain.model import Thread
from domain.services import threads
from tests.adapters.worker.fakes import FakeChat, FakeSms
from tests.adapters.worker.hands import work
from tests.domain.build import conversation, queued, received

WORDS = ["one", "two", "three"]


async def test_no_other_text_is_begun(dispatcher: Dispatcher, sms: FakeSms) -> None:
    thread = received().thread_id
    for words in WORDS:
        queued(words)
    dispatcher.leaving.set()
    for so_far in (WORDS[:1], WORDS[:2], WORDS):
        assert await work(dispatcher)  # the thread is free: nobody waits for a lease to end
        assert [text.body for text in sms.sent] == so_far
        assert Thread.objects(id=thread).get().dispatch_lease is None


async def test_nothing_else_is_shown(relayer: Relayer, chat: FakeChat) -> None:
    thread = conversation().id
    for words in WORDS:
        received(words)
    relayer.leaving.set()
    for so_far in (WORDS[:1], WORDS[:2], WORDS):
        assert await work(relayer)
        assert [post.text for _, post in chat.told("post")] == so_far
        assert threads.get(thread).relay_lease is None
