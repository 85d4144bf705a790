"""What proxmoxer sees of a cluster that is not well. Prints one JSON object per check."""

import json
import sys
from time import monotonic

import requests
from checks import check, connector, trusted_session
from proxmoxer import AuthenticationError, ResourceException
from proxmoxer.tools import Tasks

NODE = "pve1"


def main():
    given = json.load(sys.stdin)
    with connector(given) as (connect, _), trusted_session(given) as session:
        session.headers["X-Proxkit-Key"] = given["controlKey"]
        control = Control(session, given["url"])
        name, _, secret = given["token"].partition("=")
        user, _, token = name.partition("!")
        api = connect(user=user, token_name=token, token_value=secret)
        password = {"user": given["user"], "password": given["password"]}
        calls(control, api, lambda: connect(**password))
        tasks(control, api)
        switches(control, api)


class Control:
    def __init__(self, session, url):
        self.session = session
        self.url = f"{url}/_proxkit"

    def __call__(self, method, path, content=None):
        answer = self.session.request(method, self.url + path, json=content)
        answer.raise_for_status()
        return answer.json()

    def seen(self, fault, call):
        """What a call ends with while a fault is in force."""
        self("POST", "/faults", fault)
        try:
            return ending(call)
        finally:
            self("DELETE", "/faults")


def ending(call):
    try:
        return call()
    except ResourceException as error:
        return (error.status_code, error.content)
    except (AuthenticationError, requests.RequestException, json.JSONDecodeError) as error:
        return type(error).__name__


def calls(control, api, login):
    version = api.version.get
    begin = monotonic()
    answer = control.seen({"effect": {"latency": 10_000}}, version)
    check("latency: the answer comes later", lambda: answer["release"] == "9.2" and monotonic() - begin > 0.4)
    check(
        "a dropped connection",
        lambda: control.seen({"effect": {"connection": "drop"}}, version),
        "ConnectionError",
    )
    check(
        "a reset connection",
        lambda: control.seen({"effect": {"connection": "reset"}}, version),
        "ConnectionError",
    )
    check(
        "a truncated body",
        lambda: control.seen({"effect": {"connection": "truncate"}}, version),
        "ChunkedEncodingError",
    )
    check(
        "what was asked for is done although the connection is dropped",
        lambda: (
            control.seen(
                {"effect": {"connection": "drop", "executed": True}},
                lambda: api.pools.create(poolid="made"),
            ),
            [pool["poolid"] for pool in api.pools.get() if pool["poolid"] == "made"],
        ),
        ("ConnectionError", ["made"]),
    )
    check("a login that is not taken any more", lambda: control.seen({"effect": {"status": 401}}, version)[0], 401)
    check(
        "a refused login",
        lambda: control.seen({"operation": "POST /access/ticket", "effect": {"status": 401}}, login),
        "AuthenticationError",
    )
    burst = {"times": 3, "effect": {"status": 500, "message": "got timeout"}}
    control("POST", "/faults", burst)
    check(
        "a burst of 500",
        lambda: [ending(version) for _ in range(4)][:3],
        [(500, "got timeout")] * 3,
    )
    control("DELETE", "/faults")
    for status, words in ((595, "No route to host"), (596, "Connection timed out"), (599, "Too many redirections")):
        check(
            f"{status}",
            lambda status=status: control.seen({"effect": {"status": status}}, version),
            (status, words),
        )
    ping = api.nodes(NODE).qemu(100).agent.ping.post
    check(
        "a silent agent",
        lambda: control.seen({"effect": {"agent": "silent"}}, ping),
        (500, "QEMU guest agent is not running"),
    )


def tasks(control, api):
    node = api.nodes(NODE)
    guest = node.qemu(100)

    def ended(upid):
        return Tasks.blocking_status(api, upid, timeout=60, polling_interval=0.05)["exitstatus"]

    control("POST", "/faults", {"task": "qmreboot", "effect": {"hang": True}})
    hanging = guest.status.reboot.post()
    check(
        "a task that hangs",
        lambda: Tasks.blocking_status(api, hanging, timeout=0.5, polling_interval=0.05),
        None,
    )
    node.tasks(hanging).delete()
    check("until it is stopped", lambda: ended(hanging), "received interrupt")
    control("DELETE", "/faults")
    late = {"task": "qmsnapshot", "effect": {"fail": "no space left on device", "after": 2000}}
    check(
        "a task that fails late",
        lambda: control.seen(late, lambda: ended(guest.snapshot.post(snapname="late"))),
        "no space left on device",
    )
    check("and did nothing", lambda: [row["name"] for row in guest.snapshot.get()].count("late"), 0)
    check(
        "a task that ends with warnings",
        lambda: control.seen(
            {"task": "qmsnapshot", "effect": {"warn": "clock is slow"}},
            lambda: ended(guest.snapshot.post(snapname="warned")),
        ),
        "WARNINGS: 1",
    )
    check("and did its work", lambda: [row["name"] for row in guest.snapshot.get()].count("warned"), 1)


def switches(control, api):
    node = api.nodes(NODE)
    control("PUT", "/storages/local", {"online": False})
    check("a storage that is away", lambda: node.storage("local").status.get()["active"], 0)
    check(
        "nothing of it is listed",
        lambda: ending(node.storage("local").content.get),
        (500, "storage 'local' is not online"),
    )
    control("PUT", "/storages/local", {"online": True})
    control("PUT", "/storages/tank", {"capacity": 0})
    check("a full storage", lambda: node.storage("tank").status.get()["avail"], 0)
    check(
        "takes no backup",
        lambda: Tasks.blocking_status(
            api, node.vzdump.post(vmid=100, storage="tank"), timeout=60, polling_interval=0.05
        )["exitstatus"],
        "job errors",
    )
    control("PUT", "/quorum", {"quorate": False})
    check("without quorum everything is read", lambda: len(api.nodes.get()), 3)
    check(
        "and nothing starts",
        lambda: ending(node.qemu(101).status.start.post),
        (500, "cluster not ready - no quorum?"),
    )
    check(
        "or is written",
        lambda: ending(lambda: api.pools.create(poolid="other")),
        (500, "create pool failed: cfs-lock 'file-user_cfg' error: no quorum!"),
    )
    control("PUT", "/quorum", {"quorate": True})
    control("PUT", "/nodes/pve2", {"online": False})
    check("a node that is off", lambda: ending(api.nodes("pve2").status.get), (595, "No route to host"))
    check("the others go on", lambda: ending(lambda: api.pools.create(poolid="other")), None)
    control("PUT", "/nodes/pve2", {"online": True})
    check("and on again", lambda: api.nodes("pve2").status.get()["uptime"] < 1000)


main()
