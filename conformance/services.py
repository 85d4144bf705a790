"""Backup Server and Mail Gateway through proxmoxer's services. Prints one JSON object per check."""

import json
import sys

from checks import check, connector, refusal


def main(service):
    given = json.load(sys.stdin)
    with connector(given) as (connect, _):
        root = connect(service=service, user=given["user"], password=given["password"])
        check("the version is told", lambda: sorted(root.version.get()), ["release", "repoid", "version"])
        check(
            "a wrong password is refused",
            lambda: refusal(lambda: connect(service=service, user=given["user"], password="wrong")),
        )
        {"PBS": backup_server, "PMG": mail_gateway}[service](connect, root)


def backup_server(connect, root):
    store = root.admin.datastore("store1")
    group = {"backup-type": "vm", "backup-id": "100"}
    check("groups are listed", lambda: [row["backup-id"] for row in store.groups.get()], ["201", "files", "100"])
    check("snapshots are listed", lambda: len(store.snapshots.get(**group)), 3)
    made = root.access.users("root@pam").token("script").post()
    check("a token is made", lambda: made["tokenid"], "root@pam!script")
    root.access.acl.put(**{"path": "/datastore/store1", "role": "DatastoreAdmin", "auth-id": "root@pam!script"})
    script = connect(service="PBS", user="root@pam", token_name="script", token_value=made["value"])
    check("the token has its rights", lambda: len(script.admin.datastore("store1").snapshots.get(**group)), 3)
    check(
        "and no others",
        lambda: refusal(script.nodes("localhost").status.get),
        (403, "Forbidden"),
    )
    check(
        "a namespace is made and removed",
        lambda: [store.namespace.post(name="site-c"), store.namespace.delete(ns="site-c")],
        ["site-c", None],
    )
    upid = store.post("prune-datastore", **{"keep-last": 1})
    check("the identifier of a task has its number too", lambda: len(upid.split(":")), 10)
    check("it ends well", lambda: finished(root, upid), "OK")
    check("and leaves one snapshot", lambda: len(store.snapshots.get(**group)), 1)
    check(
        "an unknown datastore is refused",
        lambda: refusal(root.admin.datastore("none").snapshots.get),
        (400, "Bad Request"),
    )


def mail_gateway(connect, root):
    root.access.users.post(userid="alice@pmg", password="alices-password", role="audit", enable=1)
    check(
        "users are listed",
        lambda: [user["userid"] for user in root.access.users.get()],
        ["alice@pmg", "root@pam"],
    )
    alice = connect(service="PMG", user="alice@pmg", password="alices-password")
    check("an auditor may look", lambda: [node["node"] for node in alice.nodes.get()], ["pmg"])
    check(
        "and change nothing",
        lambda: refusal(lambda: alice.access.users.post(userid="bob@pmg", role="audit")),
        (403, "Permission check failed (user != root@pam)"),
    )
    root.nodes("pmg").dns.put(search="one.test", dns1="192.0.2.53")
    check("the name server is kept", lambda: root.nodes("pmg").dns.get()["dns1"], "192.0.2.53")
    check("tasks are listed", root.nodes("pmg").tasks.get, [])


def finished(root, upid):
    while True:
        status = root.nodes("localhost").tasks(upid).status.get()
        if status["status"] == "stopped":
            return status["exitstatus"]


main(sys.argv[1])
