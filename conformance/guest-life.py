"""The life of a virtual machine through proxmoxer. Prints one JSON object per check."""

import json
import sys

from checks import check, connector, fingerprint, refusal
from proxmoxer.tools import Tasks

STALE = "0" * 40
CONFLICT = "checksum mismatch (file change by other user?)"


def main():
    given = json.load(sys.stdin)
    user = given["user"]
    with connector(given) as (connect, certificate):
        check("certificate is the printed one", lambda: fingerprint(certificate), given["fingerprint"])
        check("wrong password is refused", lambda: refusal(lambda: connect(user=user, password="wrong")))
        by_password = connect(user=user, password=given["password"])
        guest_life("password", by_password)
        tokens = by_password.access.users(user).token
        secret = tokens("conformance").post(privsep=0)["value"]
        guest_life("token", connect(user=user, token_name="conformance", token_value=secret))
        tokens("conformance").delete()
        check(
            "a deleted token is refused",
            lambda: refusal(connect(user=user, token_name="conformance", token_value=secret).nodes.get)[0],
            401,
        )


def guest_life(login, api):
    def step(name, *rest):
        check(f"{login}: {name}", *rest)

    step("version", lambda: api.version.get()["release"], "9.2")
    node = api.nodes.get()[0]["node"]
    step("nodes are listed", lambda: all(entry["type"] == "node" for entry in api.nodes.get()))
    vmid = int(api.cluster.nextid.get())
    guests = api.nodes(node).qemu
    guest = guests(vmid)

    def finish(upid):
        return Tasks.blocking_status(api, upid, timeout=60, polling_interval=0.05)["exitstatus"]

    step(
        "a machine with disk and network is created",
        lambda: finish(
            guests.create(
                vmid=vmid,
                name="conformance",
                cores=1,
                memory=512,
                scsihw="virtio-scsi-single",
                scsi0="local-lvm:4",
                net0="virtio,bridge=vmbr0",
            )
        ),
        "OK",
    )
    step("its disk has a volume", lambda: guest.config.get()["scsi0"], f"local-lvm:vm-{vmid}-disk-0,size=4G")
    step("its network card has an address", lambda: guest.config.get()["net0"].startswith("virtio=BC:24:11:"))
    step("it starts", lambda: finish(guest.status.start.post()), "OK")
    step("it runs", lambda: guest.status.current.get()["status"], "running")
    digest = guest.config.get()["digest"]
    step(
        "a change with a stale digest is refused",
        lambda: refusal(lambda: guest.config.put(description="no", digest=STALE)),
        (500, CONFLICT),
    )
    step("a change with the right digest is made", lambda: guest.config.put(description="yes", digest=digest), None)
    step("the change is there", lambda: guest.config.get()["description"].strip(), "yes")
    step("the digest is another one", lambda: guest.config.get()["digest"] != digest)
    step(
        "a running machine is not deleted",
        lambda: refusal(guest.delete),
        (500, f"VM {vmid} is running - destroy failed"),
    )
    step("it stops", lambda: finish(guest.status.stop.post()), "OK")
    step("it is stopped", lambda: guest.status.current.get()["status"], "stopped")
    step("it is deleted", lambda: finish(guest.delete()), "OK")
    step(
        "nothing is left in the resources",
        lambda: [entry for entry in api.cluster.resources.get() if entry.get("vmid") == vmid],
        [],
    )
    step(
        "nothing is left on the storage",
        lambda: api.nodes(node).storage("local-lvm").content.get(vmid=vmid),
        [],
    )


main()
