"""Storages through proxmoxer: backends, contents, uploads, downloads and pruning. Prints one JSON object per check."""

import gzip
import hashlib
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from checks import administrator, check, finisher, refusal

BACKENDS = {
    "dir": {"path": "/srv/dir", "content": "images,iso"},
    "nfs": {"server": "192.0.2.7", "export": "/export", "content": "images,backup"},
    "cifs": {"server": "192.0.2.7", "share": "share", "username": "ann", "password": "secret"},
    "pbs": {"server": "192.0.2.7", "datastore": "store", "username": "ann@pbs", "password": "secret", "fingerprint": "AB:" * 31 + "AB"},
    "lvm": {"vgname": "data"},
    "lvmthin": {"vgname": "data", "thinpool": "thin"},
    "zfspool": {"pool": "rpool/own"},
    "btrfs": {"path": "/srv/btrfs"},
    "rbd": {"pool": "vms", "monhost": "192.0.2.8", "username": "admin"},
    "cephfs": {"monhost": "192.0.2.8", "username": "admin"},
    "iscsi": {"portal": "192.0.2.9", "target": "iqn.2026-01.test:one"},
    "esxi": {"server": "192.0.2.10", "username": "ann", "password": "secret"},
}


def main():
    with administrator() as api:
        backends(api)
        volumes(api)
        uploads(api)
        downloads(api)
        prune(api)


def backends(api):
    for kind, options in BACKENDS.items():
        name = f"own-{kind}"
        check(f"{kind}: is defined", lambda: api.storage.post(storage=name, type=kind, disable=1, **options)["storage"], name)
        shown = lambda: api.storage(name).get()
        check(f"{kind}: is shown without its password", lambda: (shown()["type"], "password" in shown()), (kind, False))
        check(f"{kind}: its type stays", lambda: refusal(lambda: api.storage(name).put(type="dir"))[0], 400)
        check(f"{kind}: is deleted", lambda: (api.storage(name).delete(), refusal(api.storage(name).get)[0])[1], 500)
    check("a backend needs its options", lambda: refusal(lambda: api.storage.post(storage="bad", type="nfs"))[0], 500)


def volumes(api):
    storage = api.nodes("pve1").storage("tank")
    check("a volume is made", lambda: storage.content.post(vmid=100, filename="vm-100-disk-9.qcow2", size="1G", format="qcow2"), "tank:100/vm-100-disk-9.qcow2")
    check("it is listed with its guest", lambda: [row["volid"] for row in storage.content.get(vmid=100)], ["tank:100/vm-100-disk-9.qcow2"])
    check("its size is told", lambda: storage.content("tank:100/vm-100-disk-9.qcow2").get()["size"], 1 << 30)
    check("it is removed", lambda: (finisher(api)(storage.content("tank:100/vm-100-disk-9.qcow2").delete()), storage.content.get(vmid=100)), ("OK", []))
    check("the kinds of contents are asked for", lambda: {row["content"] for row in api.nodes("pve1").storage("local").content.get(content="iso")}, {"iso"})
    status = storage.status.get()
    check("what is used and free is all", lambda: status["used"] + status["avail"] <= status["total"])


def uploads(api):
    finish = finisher(api)
    storage = api.nodes("pve1").storage("local")
    free = lambda: storage.status.get()["avail"]
    before = free()
    size = 300 << 20
    with tempfile.NamedTemporaryFile(suffix=".iso") as image:
        digest = hashlib.sha256()
        for number in range(300):
            block = bytes([number % 251]) * (1 << 20)
            digest.update(block)
            image.write(block)
        image.flush()
        name = image.name.split("/")[-1]
        options = {"content": "iso", "checksum-algorithm": "sha256"}

        def sent(checksum):
            with open(image.name, "rb") as content:
                # The server takes these fields in this order only.
                return finish(storage.upload.create(**options, checksum=checksum, filename=content))

        check("300 MB are uploaded and verified", lambda: sent(digest.hexdigest()), "OK")
        check("they are there", lambda: [row["size"] for row in storage.content.get(content="iso") if name in row["volid"]], [size])
        check("they take room", lambda: before - free() >= size)
        check("a wrong checksum is found", lambda: "checksum" in sent("0" * 64))
    check("a name that is none is refused", lambda: refusal(lambda: upload(storage, "bad.txt"))[0], 400)


def upload(storage, suffix):
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        file.write(b"text")
        file.flush()
        with open(file.name, "rb") as content:
            return storage.upload.create(content="iso", filename=content)


def downloads(api):
    finish = finisher(api)
    node = api.nodes("pve1")
    storage = node.storage("local")
    served = b"an image " * 4096
    packed = gzip.compress(served)

    class Server(BaseHTTPRequestHandler):
        def do_HEAD(self):
            self.send_response(200)
            body = packed if self.path.endswith(".gz") else served
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Type", "application/octet-stream")
            self.end_headers()
            return body

        def do_GET(self):
            self.wfile.write(self.do_HEAD())

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        sha = hashlib.sha256(served).hexdigest()
        fetch = storage("download-url").post
        options = {"content": "iso", "checksum-algorithm": "sha256"}
        size = lambda name: [row["size"] for row in storage.content.get(content="iso") if row["volid"].endswith(f"/{name}")]
        check("what an address gives is known", lambda: node("query-url-metadata").get(url=f"{url}/a.iso")["size"], len(served))
        check("an image is downloaded and verified", lambda: finish(fetch(url=f"{url}/a.iso", filename="a.iso", checksum=sha, **options)), "OK")
        check("it is there", lambda: size("a.iso"), [len(served)])
        check("a wrong checksum is found", lambda: "checksum" in finish(fetch(url=f"{url}/a.iso", filename="b.iso", checksum="0" * 64, **options)))
        check("what is wrong is not kept", lambda: size("b.iso"), [])
        check("a packed image is unpacked", lambda: (finish(fetch(url=f"{url}/c.iso.gz", filename="c.iso", content="iso", compression="gz")), size("c.iso")), ("OK", [len(served)]))
        server.shutdown()


def prune(api):
    finish = finisher(api)
    node = api.nodes("pve1")
    storage = node.storage("tank")
    for _ in range(3):
        finish(node.vzdump.post(vmid=106, storage="tank", compress="zstd"))
    marks = lambda: sorted(row["mark"] for row in storage.prunebackups.get(vmid=106, **{"prune-backups": "keep-last=1"}))
    check("what would be pruned is told", marks, ["keep", "remove", "remove"])
    check("it is still there", lambda: len(storage.content.get(content="backup", vmid=106)), 3)
    newest = lambda: max(storage.content.get(content="backup", vmid=106), key=lambda row: row["ctime"])["volid"]
    oldest = min(storage.content.get(content="backup", vmid=106), key=lambda row: row["ctime"])["volid"]
    check("a backup is protected", lambda: (storage.content(oldest).put(protected=1), marks())[1], ["keep", "protected", "remove"])
    check("pruning keeps what it should", lambda: (finish(storage.prunebackups.delete(vmid=106, **{"prune-backups": "keep-last=1"})), sorted(row["volid"] for row in storage.content.get(content="backup", vmid=106))), ("OK", sorted([oldest, newest()])))


main()
