"""Containers through proxmoxer: their configuration, mount points, life, snapshots, clones, migration and templates. Prints one JSON object per check."""

from checks import administrator, check, finisher, refusal

TEMPLATE = "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst"


def main():
    with administrator() as api:
        vmid = create(api)
        configure(api, vmid)
        mount_points(api, vmid)
        life(api, vmid)
        snapshots(api, vmid)
        clones(api, vmid)
        migration(api, vmid)


def create(api):
    finish = finisher(api)
    vmid = int(api.cluster.nextid.get())
    container = api.nodes("pve1").lxc(vmid)
    check(
        "a container is created from a template",
        lambda: finish(
            api.nodes("pve1").lxc.create(
                vmid=vmid,
                ostemplate=TEMPLATE,
                hostname="small",
                memory=256,
                rootfs="local-lvm:2",
                net0="name=eth0,bridge=vmbr0,ip=dhcp",
                unprivileged=1,
                features="nesting=1",
                password="secret",
            )
        ),
        "OK",
    )
    config = container.config.get
    check("it knows its system", lambda: (config()["ostype"], config()["arch"]), ("debian", "amd64"))
    check("it has its root", lambda: config()["rootfs"], f"local-lvm:vm-{vmid}-disk-0,size=2G")
    check("its address is drawn", lambda: "hwaddr=BC:24:11:" in config()["net0"] and config()["net0"].endswith("type=veth"))
    check("what has a default has it", lambda: config()["swap"], 512)
    check("a password is not kept", lambda: "password" in config(), False)
    check("an id is given once", lambda: refusal(lambda: finish(api.nodes("pve1").lxc.create(vmid=vmid, ostemplate=TEMPLATE, rootfs="local-lvm:1")))[0], 500)
    return vmid


def configure(api, vmid):
    container = api.nodes("pve1").lxc(vmid)
    check("options are set", lambda: (container.config.put(cores=2, onboot=1, tags="b;a"), container.config.get()["cores"])[1], 2)
    check("options are deleted", lambda: (container.config.put(delete="onboot"), "onboot" in container.config.get())[1], False)
    check("a stale digest is refused", lambda: refusal(lambda: container.config.put(cores=1, digest="0" * 40))[0], 500)
    check("protection keeps it", lambda: (container.config.put(protection=1), refusal(container.delete)[0])[1], 500)
    container.config.put(protection=0)


def mount_points(api, vmid):
    finish = finisher(api)
    container = api.nodes("pve1").lxc(vmid)
    config = container.config.get
    check("a mount point is added", lambda: (container.config.put(mp0="local-lvm:1,mp=/srv,backup=1"), config()["mp0"])[1], f"local-lvm:vm-{vmid}-disk-1,mp=/srv,backup=1,size=1G")
    check("it grows", lambda: (finish(container.resize.put(disk="mp0", size="+1G")), config()["mp0"].endswith("size=2G")), ("OK", True))
    check("it never shrinks", lambda: refusal(lambda: container.resize.put(disk="mp0", size="1G"))[0], 500)
    check("it moves", lambda: (finish(container.move_volume.post(volume="mp0", storage="tank", delete=1)), config()["mp0"].split(":")[0]), ("OK", "tank"))
    check("a detached volume is unused", lambda: (container.config.put(delete="mp0"), "unused0" in config())[1])
    check("an unused volume is removed", lambda: (container.config.put(delete="unused0"), "unused0" in config())[1], False)
    check("a folder of the node is mounted", lambda: (container.config.put(mp1="/mnt/share,mp=/share"), config()["mp1"])[1], "/mnt/share,mp=/share")
    container.config.put(delete="mp1")


def life(api, vmid):
    finish = finisher(api)
    container = api.nodes("pve1").lxc(vmid)
    status = container.status
    check("it starts", lambda: (finish(status.start.post()), status.current.get()["status"]), ("OK", "running"))
    check("it runs already", lambda: refusal(status.start.post), (500, f"CT {vmid} already running"))
    check("it is not deleted while it runs", lambda: refusal(container.delete)[0], 500)
    check("it takes more memory at once", lambda: (container.config.put(memory=512), [entry for entry in container.pending.get() if entry["key"] == "memory"])[1], [{"key": "memory", "value": 512}])
    check("its addresses are known", lambda: "lo" in [entry["name"] for entry in container.interfaces.get()])
    check("it reboots", lambda: finish(status.reboot.post(timeout=60)), "OK")
    check("it has a console", lambda: int(container.termproxy.post()["port"]) >= 5900)
    check("it has a history", lambda: len(container.rrddata.get(timeframe="hour")) > 0)
    check("it shuts down", lambda: (finish(status.shutdown.post(timeout=60)), status.current.get()["status"]), ("OK", "stopped"))


def snapshots(api, vmid):
    finish = finisher(api)
    container = api.nodes("pve1").lxc(vmid)
    names = lambda: {entry["name"]: entry.get("parent") for entry in container.snapshot.get()}
    check("snapshots are made", lambda: [finish(container.snapshot.post(snapname=name)) for name in ("one", "two")], ["OK", "OK"])
    check("they are a tree", names, {"one": None, "two": "one", "current": "two"})
    container.config.put(cores=1)
    check("it is rolled back", lambda: (finish(container.snapshot("one").rollback.post()), container.config.get()["cores"]), ("OK", 2))
    check("they are deleted", lambda: [finish(container.snapshot(name).delete()) for name in ("two", "one")], ["OK", "OK"])


def clones(api, vmid):
    finish = finisher(api)
    container = api.nodes("pve1").lxc(vmid)
    full = int(api.cluster.nextid.get())
    check("a full clone is made", lambda: finish(container.clone.post(newid=full, full=1, hostname="copy", storage="tank")), "OK")
    copy = api.nodes("pve1").lxc(full)
    check("it has a root of its own", lambda: (copy.config.get()["rootfs"].split(":")[0], copy.config.get()["hostname"]), ("tank", "copy"))
    check("it goes", lambda: finish(copy.delete(purge=1)), "OK")
    full = int(api.cluster.nextid.get())
    finish(container.clone.post(newid=full, full=1))
    def make_template():
        # Nobody is told which task it is.
        api.nodes("pve1").lxc(full).template.post()
        [task] = api.nodes("pve1").tasks.get(source="all", typefilter="vztemplate", vmid=full)
        return finish(task["upid"]), api.nodes("pve1").lxc(full).config.get()["template"]
    check("a template is made", make_template, ("OK", 1))
    linked = int(api.cluster.nextid.get())
    check("a linked clone is made", lambda: finish(api.nodes("pve1").lxc(full).clone.post(newid=linked)), "OK")
    check("it has a root beside the template's", lambda: api.nodes("pve1").lxc(linked).config.get()["rootfs"], f"local-lvm:vm-{linked}-disk-0,size=2G")
    check("both go", lambda: [finish(api.nodes("pve1").lxc(one).delete(purge=1)) for one in (linked, full)], ["OK", "OK"])


def migration(api, vmid):
    finish = finisher(api)
    container = api.nodes("pve1").lxc(vmid)
    check("it goes elsewhere", lambda: finish(container.migrate.post(target="pve3")), "OK")
    there = api.nodes("pve3").lxc(vmid)
    finish(there.status.start.post())
    check("while it runs it is restarted there", lambda: finish(there.migrate.post(target="pve1", restart=1)), "OK")
    check("it runs there", lambda: container.status.current.get()["status"], "running")
    finish(container.status.stop.post())
    check("it is deleted", lambda: finish(container.delete(purge=1)), "OK")


main()
