"""A workspace to drive from tests: its people and channels, and Slack's own side."""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import parse_qs, urlencode, urlsplit

from playground.delivery import Delivery
from playground.desk import Desk, Where, Who
from playground.grants import Place
from playground.people import BOT_USER_ID, User
from playground.records import ApiCall, Channel, Problem
from playground.store import Refusal

T = TypeVar("T")


class Workspace(Desk):
    """The whole workspace: what people do (Desk), who they are, and what Slack itself does."""

    def add_user(self, name: str, role: str = "member", **fields: str) -> User:
        """A new person; fields are those of User, such as tz, locale, display_name."""
        title = name.replace("_", " ").title()
        given = {"real_name": title, "display_name": title, **fields}
        user = User(self.store.new_id("U"), name, given["real_name"], given["display_name"], role)
        for field, value in given.items():
            setattr(user, field, value)
        with self.store.changing():
            self.store.users[user.id] = user
        return user

    def add_channel(
        self,
        name: str,
        members: tuple[Who, ...] = (),
        *,
        is_private: bool = False,
        is_ext_shared: bool = False,
        with_bot: bool = True,
    ) -> Channel:
        """A new channel of the owner with these members; nobody is told by an event."""
        owner = self.store.user("olivia").id
        channel = self.rooms.create(name, owner, is_private=is_private, is_ext_shared=is_ext_shared)
        with self.store.changing():
            ids = [self.user(who).id for who in members] + ([BOT_USER_ID] if with_bot else [])
            channel.members += [one for one in ids if one not in channel.members]
        return channel

    def invite(self, where: Where, who: Who = BOT_USER_ID, by: Who = "olivia") -> None:
        """Add somebody to a channel, the bot where nobody is named."""
        self._wait(self.rooms.join(self.channel(where), self.user(who).id, self.user(by).id))

    def remove(self, where: Where, who: Who = BOT_USER_ID, by: Who = "olivia") -> None:
        """Take somebody out of a channel, the bot where nobody is named."""
        self._wait(self.rooms.leave(self.channel(where), self.user(who).id, self.user(by).id))

    def archive(self, where: Where, *, on: bool = True, by: Who = "olivia") -> None:
        """Archive a channel, or bring it back."""
        self._wait(self.rooms.archive(self.channel(where), self.user(by).id, on=on))

    def delete_channel(self, where: Where) -> None:
        """Delete a channel."""
        self._wait(self.rooms.delete(self.channel(where)))

    def change_user(self, who: Who, **fields: str | bool) -> None:
        """Change a person, such as `role="guest"` or `deleted=True`; user_change goes out."""
        self._wait(self.rooms.change_user(self.user(who), **fields))

    def uninstall(self) -> None:
        """Remove the app: two events, and the token is worth nothing any more."""
        stamp = self.clock.next_ts()
        revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT_USER_ID]}}
        going = [
            self.events.emit({"type": "app_uninstalled", "event_ts": stamp}),
            self.events.emit({**revoked, "event_ts": stamp}),
        ]
        self.grants.revoke()
        with self.store.changing():
            self.store.token_error = "account_inactive"  # noqa: S105 - Slack's error code
        for pending in going:
            self._wait(pending)

    def install(self) -> None:
        """Bring the app back after `uninstall`."""
        with self.store.changing():
            self.store.token_error = None

    def authorize(self, url: str, who: Who = "olivia", place: Place | None = None) -> str:
        """Agree on the page that an app led to; gives the address that the browser goes on to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        if self.grants.client is None or asked["client_id"] != self.grants.client[0]:
            raise Refusal("invalid_client_id")
        back = asked["redirect_uri"]
        code = self.grants.approve(self.user(who).id, back, place or Place())
        return f"{back}?{urlencode({'code': code, 'state': asked['state']})}"

    def revoke_tokens(self, place: Place | None = None) -> None:
        """Take away the tokens given by OAuth, in one place or in all; tokens_revoked goes out."""
        revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT_USER_ID]}}
        self.grants.revoke(place)
        self.events.emit({**revoked, "event_ts": self.clock.next_ts()})

    # Slack's side

    def wait_for(self, question: Callable[[], T], what: str = "", timeout: float = 10.0) -> T:
        """Wait until `question()` is true and return its answer.

        Raises:
            AssertionError: it was not, within `timeout` seconds.
        """
        answer = self.store.wait_for(question, timeout)
        if not answer:
            raise AssertionError(f"waited {timeout:g} s in vain{': ' if what else ''}{what}")
        return answer

    def settle(self, timeout: float = 10.0) -> None:
        """Wait until all events were delivered or given up."""
        self.events.settle(timeout)

    def set_bot_down(self, down: bool) -> None:
        """Make the bot unreachable, or bring it back: events that waited are then sent."""
        self.courier.down = down
        with self.store.changing():
            pass
        if not down:
            self.events.release()
            self.events.settle()

    def redeliver_last(self, kind: str | None = None) -> Delivery:
        """Deliver the last event, command, action or submission again, byte for byte."""
        return self.courier.repeat(kind)

    @property
    def deliveries(self) -> list[Delivery]:
        """Everything that was sent to the bot, oldest first, repeats included."""
        return list(self.courier.deliveries)

    @property
    def problems(self) -> list[Problem]:
        """What the bot did wrong and Slack would hide, oldest first."""
        return list(self.store.problems)

    def api_calls(self, method: str | None = None) -> list[ApiCall]:
        """The bot's Web API calls, oldest first."""
        calls = list(self.store.api_calls)
        return [call for call in calls if method in (None, call.method)]

    def advance_clock(self, seconds: float) -> None:
        """Move the clock on, or back."""
        with self.store.changing():
            self.clock.advance(seconds)

    def move_clock_to(self, weekday: int, hour: int, minute: int = 0, who: Who = "olivia") -> None:
        """Move the clock to the next such time of that person; weekday 0 is Monday."""
        with self.store.changing():
            self.clock.move_to(weekday, hour, minute, self.user(who).tz)

    def reset_clock(self) -> None:
        """Go back to real time."""
        with self.store.changing():
            self.clock.reset()
