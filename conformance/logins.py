"""Who may log in, what he sees, and every error by its text, through proxmoxer and requests. Prints one JSON object per check."""

import json
import sys

import requests
from checks import check, connector, refusal, trusted_session
from proxmoxer.backends.https import ProxmoxHTTPAuth

MISSING = "property is missing and it is not optional"
UNKNOWN = "property is not defined in schema and the schema does not allow additional properties"


def main():
    given = json.load(sys.stdin)
    with connector(given) as (connect, _):
        root = connect(user=given["user"], password=given["password"])
        alice = connect(user="alice@pve", password="alices-password")
        logins(connect)
        one_pool(alice)
        tokens(connect, root)
        conflicts(root)
        refusals(root, alice)
    with trusted_session(given) as session:
        on_the_wire(session, given)


def logins(connect):
    def attempt(user, password):
        return lambda: refusal(lambda: connect(user=user, password=password))

    check("a wrong password is refused", attempt("alice@pve", "wrong"))
    check("an unknown user is refused", attempt("nobody@pve", "wrong"))
    check("a disabled user is refused", attempt("off@pve", "offs-password"))
    check("an expired user is refused", attempt("old@pve", "olds-password"))


def one_pool(alice):
    check("a user of one pool lists that pool", lambda: [pool["poolid"] for pool in alice.pools.get()], ["mine"])
    check(
        "he sees the guests of the pool alone",
        lambda: [guest["vmid"] for guest in alice.cluster.resources.get(type="vm")],
        [100],
    )
    check("also on the node", lambda: [guest["vmid"] for guest in alice.nodes("pve1").qemu.get()], [100])
    check(
        "others are forbidden to him",
        lambda: refusal(alice.nodes("pve1").qemu(101).config.get),
        (403, "Permission check failed (/vms/101, VM.Audit)"),
    )
    check(
        "he may start his own, and may not change it",
        lambda: refusal(lambda: alice.nodes("pve1").qemu(100).config.put(memory=1024)),
        (403, "Permission check failed (/vms/100, VM.Config.Memory)"),
    )
    check("he sees himself alone", lambda: [user["userid"] for user in alice.access.users.get()], ["alice@pve"])


def tokens(connect, root):
    def holder(name, digit):
        secret = f"00000000-0000-4000-8000-0000000000f{digit}"
        return connect(user="alice@pve", token_name=name, token_value=secret)

    def guests(api):
        return [guest["vmid"] for guest in api.cluster.resources.get(type="vm")]

    check("a full token sees what its owner sees", lambda: guests(holder("full", 0)), [100])
    check("a separated token sees nothing by itself", lambda: guests(holder("sep", 1)), [])
    root.access.acl.put(path="/vms", roles="PVEVMAdmin", tokens="alice@pve!sep")
    check("with rights of its own it sees no more than its owner", lambda: guests(holder("sep", 1)), [100])
    check(
        "it may do no more than he may",
        lambda: refusal(lambda: holder("sep", 1).nodes("pve1").qemu(100).config.put(memory=1024)),
        (403, "Permission check failed (/vms/100, VM.Config.Memory)"),
    )
    check("a wrong secret is refused", lambda: refusal(holder("full", 1).version.get)[0], 401)
    check(
        "a token makes no tokens of its owner's rights",
        lambda: refusal(lambda: holder("full", 0).access.password.put(userid="alice@pve", password="another-one"))[0],
        403,
    )


def conflicts(root):
    guests = root.nodes("pve1").qemu
    check(
        "a machine that is there",
        lambda: refusal(lambda: guests.create(vmid=100)),
        (500, "unable to create VM 100 - VM 100 already exists on node 'pve1'"),
    )
    check(
        "a machine that is elsewhere",
        lambda: refusal(lambda: guests.create(vmid=200)),
        (500, "unable to create VM 200 - VM 200 already exists on node 'pve2'"),
    )
    there = [
        ("user", lambda: root.access.users.create(userid="alice@pve"), "user 'alice@pve'"),
        ("group", lambda: root.access.groups.create(groupid="ops"), "group 'ops'"),
        ("role", lambda: root.access.roles.create(roleid="Own"), "role 'Own'"),
        ("pool", lambda: root.pools.create(poolid="mine"), "pool 'mine'"),
    ]
    for kind, call, what in there:
        check(
            f"a {kind} that is there",
            lambda call=call: refusal(call),
            (500, f"create {kind} failed: {what} already exists"),
        )
    check(
        "a realm that is there",
        lambda: refusal(
            lambda: root.access.domains.create(realm="pve", type="ldap", server1="a", base_dn="dc=a", user_attr="uid")
        ),
        (500, "add auth server failed: domain 'pve' already exists"),
    )


def refusals(root, alice):
    check(
        "a machine that is not there",
        lambda: refusal(root.nodes("pve1").qemu(999).config.get),
        (500, "Configuration file 'nodes/pve1/qemu-server/999.conf' does not exist"),
    )
    check("a path that is not there", lambda: refusal(root.nope.get), (501, "Method 'GET /nope' not implemented"))
    check(
        "an unknown node",
        lambda: refusal(root.nodes("nowhere").qemu.get),
        (
            500,
            "hostname lookup 'nowhere' failed - failed to get address info for: nowhere: Name or service not known",
        ),
    )
    check("a node that is off", lambda: refusal(root.nodes("pve3").qemu.get), (595, "No route to host"))
    check(
        "no rights",
        lambda: refusal(lambda: alice.access.users.create(userid="new@pve"))[0],
        403,
    )


def on_the_wire(session, given):
    base = f"{given['url']}/api2"
    ticket = session.post(
        f"{base}/json/access/ticket", data={"username": given["user"], "password": given["password"]}
    ).json()["data"]
    cookies = {"PVEAuthCookie": ticket["ticket"]}
    csrf = {"CSRFPreventionToken": ticket["CSRFPreventionToken"]}

    def get(path, **options):
        return session.get(f"{base}/{path}", cookies=cookies, **options)

    def post(path, data, headers=csrf):
        return session.post(f"{base}/{path}", data=data, cookies=cookies, headers=headers)

    def bare(answer):
        return (answer.status_code, answer.reason, answer.text)

    def errors(answer):
        return (answer.status_code, answer.reason, answer.json()["errors"])

    failed = "Parameter verification failed."
    check("no ticket", lambda: bare(session.get(f"{base}/json/version")), (401, "No ticket", ""))
    check(
        "no good ticket",
        lambda: bare(session.get(f"{base}/json/version", cookies={"PVEAuthCookie": "PVE:x:00000000::eA=="})),
        (401, "Authentication failed!", ""),
    )
    check(
        "no CSRF token",
        lambda: bare(post("json/access/groups", {"groupid": "x"}, {})),
        (401, "Permission denied - invalid csrf token", ""),
    )
    check("realms are told to everybody", lambda: session.get(f"{base}/json/access/domains").status_code, 200)
    check("a missing parameter", lambda: errors(post("json/nodes/pve1/qemu", {})), (400, failed, {"vmid": MISSING}))
    check(
        "an unknown parameter",
        lambda: errors(get("json/version", params={"nope": "1"})),
        (400, failed, {"nope": UNKNOWN}),
    )
    check(
        "a parameter of another type",
        lambda: errors(post("json/nodes/pve1/qemu", {"vmid": "110", "cores": "abc"})),
        (400, failed, {"cores": "type check ('integer') failed - got 'abc'"}),
    )
    check(
        "a parameter of another format",
        lambda: errors(post("json/nodes/pve1/qemu", {"vmid": "1"})),
        (400, failed, {"vmid": "invalid format - value does not look like a valid VM ID\n"}),
    )
    check(
        "a message is in the reason and in the body",
        lambda: (get("json/nope").reason, get("json/nope").json()),
        ("Method 'GET /nope' not implemented", {"data": None, "message": "Method 'GET /nope' not implemented"}),
    )
    check(
        "errors of the format extjs have status 200",
        lambda: (get("extjs/nope").status_code, get("extjs/nope").json()["success"], get("extjs/nope").json()["status"]),
        (200, 0, 501),
    )
    check("a format that is not there", lambda: get("text/version").reason, "no formatter for uri /version, text")
    check("flags are numbers", lambda: get("json/access/users").json()["data"][0]["enable"], 1)
    check("HEAD is no method", lambda: session.head(f"{base}/json/version").reason, "method 'HEAD' not available")
    post("json/nodes/pve1/qemu/100/status/start", {})
    check("lists of tasks have a total", lambda: get("json/nodes/pve1/tasks?source=all").json()["total"], 1)


def renewal():
    """A ticket that is renewed in time stays good beyond its two hours, another one does not."""
    given = json.load(sys.stdin)
    with connector(given) as (connect, _), trusted_session(given) as session:

        def pass_minutes(minutes):
            answer = session.post(
                f"{given['url']}/_proxkit/clock/advance",
                json={"seconds": minutes * 60},
                headers={"X-Proxkit-Key": given["controlKey"]},
            )
            answer.raise_for_status()

        login = {"user": "alice@pve", "password": "alices-password"}
        idle, renewing = connect(**login), connect(**login)
        first, _ = renewing.get_tokens()
        for _ in range(3):
            pass_minutes(50)
            # Whatever the real time: the ticket is old enough to be renewed by the next call, and by no other.
            ProxmoxHTTPAuth.renew_age = 0
            renewing.version.get()
            ProxmoxHTTPAuth.renew_age = 3600
        check("a ticket that is renewed in time stays good", lambda: renewing.version.get()["release"], "9.2")
        check("it is another one", lambda: renewing.get_tokens()[0] != first)
        check("a ticket that is two hours old is refused", lambda: refusal(idle.version.get)[0], 401)
        ProxmoxHTTPAuth.renew_age = 0
        check("it is too old to be renewed", lambda: refusal(idle.version.get))


if __name__ == "__main__":
    renewal() if sys.argv[1:] == ["renewal"] else main()
