"""Backups through proxmoxer: archives, notes, restores and jobs. Prints one JSON object per check."""

from checks import administrator, check, finisher, logged, refusal


def main():
    with administrator() as api:
        archive = machine(api)
        restore(api, archive)
        container(api)
        groups(api)
        jobs(api)


def machine(api):
    finish = finisher(api)
    node = api.nodes("pve1")
    storage = node.storage("tank")
    options = {"compress": "zstd", "notes-template": "{{guestname}} of {{node}}", "protected": 1}
    check("a machine is backed up", lambda: finish(node.vzdump.post(vmid=100, storage="tank", mode="snapshot", **options)), "OK")
    archives = storage.content.get(content="backup", vmid=100)
    check("its archive is listed", lambda: [(row["format"], row["subtype"], row["notes"], row["protected"]) for row in archives], [("vma.zst", "qemu", "web-1 of pve1", 1)])
    volid = archives[0]["volid"]
    check("its name tells what it is", lambda: volid.startswith("tank:backup/vzdump-qemu-100-") and volid.endswith(".vma.zst"))
    check("its configuration is read", lambda: "name: web-1" in node.vzdump.extractconfig.get(volume=volid))
    check("a protected one stays", lambda: "protected" in finish(storage.content(volid).delete()))
    check("notes change", lambda: (storage.content(volid).put(notes="kept"), storage.content(volid).get()["notes"])[1], "kept")
    check("where backups go by default is told", lambda: "mode" in node.vzdump.defaults.get())
    return volid


def restore(api, archive):
    finish = finisher(api)
    node = api.nodes("pve1")
    vmid = int(api.cluster.nextid.get())
    guest = node.qemu(vmid)
    check("it is restored as another", lambda: finish(node.qemu.create(vmid=vmid, archive=archive, storage="local-lvm", unique=1)), "OK")
    check("it has its name and an address of its own", lambda: (guest.config.get()["name"], guest.config.get()["net0"] != node.qemu(100).config.get()["net0"]), ("web-1", True))
    check("its disk is its own", lambda: guest.config.get()["scsi0"].split(",")[0], f"local-lvm:vm-{vmid}-disk-0")
    check("over one that is there it is not", lambda: refusal(lambda: finish(node.qemu.create(vmid=vmid, archive=archive)))[0], 500)
    check("but by force", lambda: finish(node.qemu.create(vmid=vmid, archive=archive, force=1, storage="local-lvm")), "OK")
    check("it is deleted", lambda: finish(guest.delete(purge=1)), "OK")


def container(api):
    finish = finisher(api)
    node = api.nodes("pve1")
    storage = node.storage("tank")
    for mode in ("snapshot", "suspend", "stop"):
        check(f"a container is backed up, {mode}", lambda: finish(node.vzdump.post(vmid=200, storage="tank", mode=mode, compress="gzip")), "OK")
    check("it runs on", lambda: node.lxc(200).status.current.get()["status"], "running")
    archives = storage.content.get(content="backup", vmid=200)
    check("its archives are listed", lambda: [row["format"] for row in archives], ["tar.gz"] * 3)
    vmid = int(api.cluster.nextid.get())
    check("it is restored as another", lambda: finish(node.lxc.create(vmid=vmid, ostemplate=archives[0]["volid"], restore=1, rootfs="local-lvm:8")), "OK")
    check("it has its name", lambda: node.lxc(vmid).config.get()["hostname"], "dns-1")
    check("it is deleted", lambda: finish(node.lxc(vmid).delete(purge=1)), "OK")


def groups(api):
    finish = finisher(api)
    node = api.nodes("pve1")
    upid = node.vzdump.post(pool="playground", storage="tank")
    check("a pool is backed up", lambda: finish(upid), "OK")
    check("its guests are told", lambda: any("106" in line for line in logged(api, "pve1", upid)))
    check("a node is backed up but for some", lambda: finish(node.vzdump.post(all=1, exclude="100,101,200,9000", storage="tank")), "OK")
    check("a guest of another node is left to it", lambda: node.vzdump.post(vmid=102, storage="tank"), "OK")
    check("who asks for no guest is refused", lambda: refusal(lambda: finish(node.vzdump.post(storage="tank")))[0], 400)


def jobs(api):
    check("a job is made", lambda: api.cluster.backup.post(id="nightly", schedule="02:30", storage="tank", vmid="100,200", enabled=1), None)
    job = api.cluster.backup("nightly")
    check("it is shown", lambda: (job.get()["schedule"], job.get()["vmid"]), ("02:30", "100,200"))
    check("its next run is told", lambda: [row["next-run"] > 0 for row in api.cluster.backup.get() if row["id"] == "nightly"], [True])
    check("its volumes are told", lambda: sorted(guest["id"] for guest in job.included_volumes.get()["children"]), [100, 200])
    covered = lambda: [row["vmid"] for row in api.cluster("backup-info")("not-backed-up").get()]
    check("who has no backup is told", lambda: (100 in covered(), 101 in covered()), (False, True))
    check("it changes", lambda: (job.put(schedule="sat 03:00"), job.get()["schedule"])[1], "sat 03:00")
    check("a schedule that is none is refused", lambda: refusal(lambda: job.put(schedule="sometimes"))[0], 400)
    check("it is deleted", lambda: (job.delete(), refusal(job.get)[0])[1], 400)


main()
