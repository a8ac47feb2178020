"""Who is who: auth, team, users and user groups."""

from adapters.sandbox.ledger import Json
from adapters.sandbox.slack.call import Call, Method
from adapters.sandbox.slack.error import SlackError
from adapters.sandbox.slack.paging import paged
from adapters.sandbox.slack.people import APP, BOT, BOT_USER

URL = "https://threadline-demo.slack.com/"
SCOPES = (
    "chat:write,chat:write.customize,channels:history,channels:join,channels:manage,channels:read,"
    "groups:history,groups:read,groups:write,im:history,im:read,im:write,users:read,"
    "users:read.email,usergroups:read,files:read,files:write,reactions:read,reactions:write,"
    "pins:write,bookmarks:write,commands,team:read,app_mentions:read,metadata.message:read"
)


def auth_test(call: Call) -> Json:
    """auth.test: the bot in its workspace."""
    return {
        "ok": True,
        "url": URL,
        "team": call.workspace.team.name,
        "user": call.workspace.people[BOT_USER].name,
        "team_id": call.workspace.team.id,
        "user_id": BOT_USER,
        "bot_id": BOT,
        "app_id": APP,
        "is_enterprise_install": False,
    }


def team_info(call: Call) -> Json:
    """team.info."""
    own = call.workspace.team
    team = {"id": own.id, "name": own.name, "domain": "threadline-demo", "url": URL}
    return {"ok": True, "team": {**team, "email_domain": "", "icon": {"image_default": True}}}


def bots_info(call: Call) -> Json:
    """bots.info."""
    wanted = call.text("bot", BOT)
    for user in call.workspace.people.values():
        if user.bot == wanted:
            about = {"id": wanted, "user_id": user.id, "app_id": user.app, "name": user.real_name}
            return {"ok": True, "bot": {**about, "deleted": False}}
    raise SlackError("bot_not_found")


def user_info(call: Call) -> Json:
    """users.info."""
    user = call.workspace.people.get(call.text("user", "?"))
    if user is None:
        raise SlackError("user_not_found")
    return {"ok": True, "user": user.as_resource()}


def user_list(call: Call) -> Json:
    """users.list: the workspace's own people and bots."""
    own = [user for user in call.workspace.people.values() if not user.stranger]
    page, cursor = paged(call, own)
    shown = [user.as_resource() for user in page]
    return {"ok": True, "members": shown, "response_metadata": {"next_cursor": cursor}}


def user_by_email(call: Call) -> Json:
    """users.lookupByEmail."""
    wanted = call.text("email", "?").lower()
    for user in call.workspace.people.values():
        if user.email == wanted and not user.stranger:
            return {"ok": True, "user": user.as_resource()}
    raise SlackError("users_not_found")


def group_list(call: Call) -> Json:
    """usergroups.list."""
    own = call.workspace
    shown = []
    for group in own.roster.groups():
        users = {"users": group.users} if call.flag("include_users") else {}
        shown.append({**group.as_resource(own.team.id, own.team.agents[0]), **users})
    return {"ok": True, "usergroups": shown}


def group_users(call: Call) -> Json:
    """usergroups.users.list."""
    wanted = call.text("usergroup", "?")
    group = call.workspace.roster.group(wanted)
    if group is None or group.id != wanted:
        raise SlackError("no_such_subteam")
    return {"ok": True, "users": group.users}


METHODS: dict[str, Method] = {
    "auth.test": auth_test,
    "team.info": team_info,
    "bots.info": bots_info,
    "users.info": user_info,
    "users.list": user_list,
    "users.lookupByEmail": user_by_email,
    "usergroups.list": group_list,
    "usergroups.users.list": group_users,
}
