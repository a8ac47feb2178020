"""What the figures are held against: the barest servers that do the same, one factory each."""

import sys
from collections.abc import Callable, Mapping
from typing import Any

import orjson
import uvicorn
from pymongo import MongoClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

PAGE = 50


def bare() -> Starlette:
    """Nothing but an answer."""
    return Starlette(routes=[Route("/healthz", _fine)])


def broadcast() -> Starlette:
    """What is posted goes to every WebSocket as it is."""
    listeners: set[WebSocket] = set()

    async def listen(socket: WebSocket) -> None:
        await socket.accept()
        listeners.add(socket)
        try:
            while True:
                await socket.receive_text()
        except WebSocketDisconnect:
            listeners.discard(socket)

    async def tell(request: Request) -> Response:
        payload = (await request.body()).decode()
        for socket in tuple(listeners):
            await socket.send_text(payload)
        return Response(status_code=204)

    return Starlette(
        routes=[
            Route("/healthz", _fine),
            Route("/tell", tell, methods=["POST"]),
            WebSocketRoute("/listen", listen),
        ]
    )


def page(uri: str) -> Starlette:
    """The newest texts with their contacts' names, from raw documents."""
    db = MongoClient[dict[str, Any]](uri, tz_aware=True)["threadline"]
    wanted = dict.fromkeys(
        ("origin", "twilioMessageSid", "direction", "status", "from", "to", "body", "segments"), 1
    ) | dict.fromkeys(("encoding", "contactId", "createdAt"), 1)

    def newest(_: Request) -> Response:
        found = list(
            db.smsmessages.find({}, wanted).sort([("createdAt", -1), ("_id", -1)]).limit(PAGE)
        )
        ids = list({text["contactId"] for text in found})
        people = db.contacts.find({"_id": {"$in": ids}}, {"firstName": 1, "lastName": 1})
        names = {one["_id"]: f"{one['firstName']} {one['lastName']}".strip() for one in people}
        nodes = [_node(text, names) for text in found]
        data = {"data": {"messages": {"nodes": nodes}}}
        return Response(orjson.dumps(data), media_type="application/json")

    return Starlette(routes=[Route("/healthz", _fine), Route("/page", newest, methods=["POST"])])


async def _fine(_: Request) -> Response:
    return JSONResponse({"status": "ok"})


def _node(text: Mapping[str, Any], names: Mapping[Any, str]) -> dict[str, Any]:
    return {
        "id": str(text["_id"]),
        "origin": text["origin"],
        "twilioMessageSid": text["twilioMessageSid"],
        "direction": text["direction"].upper(),
        "status": text["status"].upper(),
        "from": text["from"],
        "to": text["to"],
        "body": text["body"],
        "segments": text["segments"],
        "encoding": text["encoding"],
        "createdAt": text["createdAt"].isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "contact": {"name": names[text["contactId"]]},
    }


def main() -> None:
    """`python -m tests.bench.floors NAME PORT [URI]`: serve one as the product is served."""
    name, port, *rest = sys.argv[1:]
    makers: dict[str, Callable[..., Starlette]] = {
        "bare": bare,
        "broadcast": broadcast,
        "page": page,
    }
    made = makers[name](*rest)
    uvicorn.run(made, host="127.0.0.1", port=int(port), log_config=None, access_log=False)


if __name__ == "__main__":
    main()
