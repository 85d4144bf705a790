"""Virtual machines through proxmoxer: their configuration, disks, life, snapshots, clones, migration, agent, cloud-init, consoles and firewall. Prints one JSON object per check."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

from checks import administrator, check, finisher, refusal
from proxmoxer import ResourceException

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ7wCq0LQ9lLJvO0xYbZ0m0eC0oJpC3hT1x1w7Jc5Q9d ann@example"


def main():
    with administrator() as api:
        vmid = create(api)
        configure(api, vmid)
        disks(api, vmid)
        life(api, vmid)
        agent(api)
        cloud_init(api, vmid)
        snapshots(api, vmid)
        clones(api, vmid)
        migration(api, vmid)
        consoles(api)
        firewall(api, vmid)
        ids(api)


def create(api):
    finish = finisher(api)
    vmid = int(api.cluster.nextid.get())
    guest = api.nodes("pve1").qemu(vmid)
    check(
        "a machine is created",
        lambda: finish(
            api.nodes("pve1").qemu.create(
                vmid=vmid,
                name="machine",
                memory=1024,
                cores=2,
                scsihw="virtio-scsi-single",
                scsi0="local-lvm:4,ssd=1,discard=on",
                net0="virtio,bridge=vmbr0,tag=5",
                ostype="l26",
                tags="b;a",
                description="first\nsecond",
            )
        ),
        "OK",
    )
    config = guest.config.get
    check("it has the disk that was made", lambda: config()["scsi0"], f"local-lvm:vm-{vmid}-disk-0,discard=on,size=4G,ssd=1")
    check("its address is drawn", lambda: config()["net0"].split("=")[1][:8], "BC:24:11")
    check("what nobody asked for is left out", lambda: "balloon" in config() or "cpu" in config(), False)
    check("it may boot from its disk and its network", lambda: config()["boot"], "order=scsi0;net0")
    check("its description ends its lines", lambda: config()["description"], "first\nsecond")
    check("it has identifiers of its own", lambda: ("uuid=" in config()["smbios1"], len(config()["vmgenid"])), (True, 36))
    check(
        "an id is given once",
        lambda: refusal(lambda: finish(api.nodes("pve1").qemu.create(vmid=vmid)))[1].strip(),
        f"unable to create VM {vmid} - VM {vmid} already exists on node 'pve1'",
    )
    return vmid


def configure(api, vmid):
    finish = finisher(api)
    guest = api.nodes("pve1").qemu(vmid)
    stale = "0" * 40
    check("options are set", lambda: guest.config.put(cores=4, onboot=1), None)
    check("options are set by a task", lambda: finish(guest.config.post(agent="enabled=1,fstrim_cloned_disks=0", cpu="host")), "OK")
    check("options are deleted", lambda: (guest.config.put(delete="onboot"), "onboot" in guest.config.get())[1], False)
    check("a stale digest is refused", lambda: refusal(lambda: guest.config.put(cores=1, digest=stale))[0], 500)
    check("options of root alone are root's", lambda: guest.config.put(args="-no-hpet"), None)
    check("an unknown option is refused", lambda: refusal(lambda: guest.config.put(colour="red"))[0], 400)
    check("protection keeps it", lambda: (guest.config.put(protection=1), refusal(lambda: finish(guest.delete()))[0])[1], 500)
    guest.config.put(protection=0, delete="args")


def disks(api, vmid):
    finish = finisher(api)
    guest = api.nodes("pve1").qemu(vmid)
    storage = api.nodes("pve1").storage("local-lvm")
    config = guest.config.get
    used = lambda: sum(volume["size"] for volume in storage.content.get(vmid=vmid))
    check("EFI, TPM and cloud-init drives are made", lambda: finish(guest.config.post(bios="ovmf", efidisk0="local-lvm:1,efitype=4m", tpmstate0="local-lvm:1,version=v2.0", ide2="local-lvm:cloudinit")), "OK")
    check("they have their sizes", lambda: [config()[name].rpartition("size=")[2] for name in ("efidisk0", "ide2")] + ["size=4M" in config()["tpmstate0"]], ["4M", f"local-lvm:vm-{vmid}-cloudinit,media=cdrom", True])
    before = used()
    check("a disk is added", lambda: finish(guest.config.post(scsi1="local-lvm:2")), "OK")
    check("the storage counts it", lambda: used() - before, 2 << 30)
    check("a disk grows", lambda: finish(guest.resize.put(disk="scsi1", size="+1G")), "OK")
    check("it has grown", lambda: "size=3G" in config()["scsi1"], True)
    check("it never shrinks", lambda: finish(guest.resize.put(disk="scsi1", size="1G")), "shrinking disks is not supported")
    check("a disk moves", lambda: finish(guest.move_disk.post(disk="scsi1", storage="tank", format="qcow2", delete=1)), "OK")
    check("it is where it went", lambda: config()["scsi1"].split(",")[0], f"tank:{vmid}/vm-{vmid}-disk-0.qcow2")
    check("a detached disk is unused", lambda: (guest.config.put(delete="scsi1"), config()["unused0"])[1], f"tank:{vmid}/vm-{vmid}-disk-0.qcow2")
    check("an unused disk is removed", lambda: (guest.unlink.put(idlist="unused0"), "unused0" in config())[1], False)
    check("a disk is imported", lambda: finish(guest.config.post(scsi3=f"local-lvm:0,import-from=local-lvm:vm-{vmid}-disk-0")), "OK")
    check("the import has the size of its source", lambda: "size=4G" in config()["scsi3"], True)
    guest.unlink.put(idlist="scsi3", force=1)


def life(api, vmid):
    finish = finisher(api)
    guest = api.nodes("pve1").qemu(vmid)
    status = guest.status
    state = lambda: status.current.get()["status"]
    check("it starts", lambda: (finish(status.start.post()), state()), ("OK", "running"))
    check("it runs already", lambda: finish(status.start.post()), f"VM {vmid} already running")
    check("it has a process", lambda: status.current.get()["pid"] > 0, True)
    check("a change that needs a restart waits", lambda: (guest.config.put(cores=1), [entry for entry in guest.pending.get() if entry["key"] == "cores"])[1], [{"key": "cores", "value": 4, "pending": 1}])
    check("what waits is called off", lambda: (guest.config.put(revert="cores"), [entry for entry in guest.pending.get() if "pending" in entry])[1], [])
    check("it pauses", lambda: (finish(status.suspend.post()), status.current.get()["qmpstatus"]), ("OK", "paused"))
    check("it goes on", lambda: (finish(status.resume.post()), status.current.get()["qmpstatus"]), ("OK", "running"))
    check("it resets", lambda: finish(status.reset.post()), "OK")
    check("it reboots", lambda: finish(status.reboot.post(timeout=60)), "OK")
    check("it is saved to disk", lambda: (finish(status.suspend.post(todisk=1)), guest.config.get()["lock"]), ("OK", "suspended"))
    check("it wakes", lambda: (finish(status.start.post()), "lock" in guest.config.get()), ("OK", False))
    check("it shuts down", lambda: (finish(status.shutdown.post(timeout=60, forceStop=1)), state()), ("OK", "stopped"))
    check("it has a history", lambda: len(guest.rrddata.get(timeframe="hour")) > 0, True)


def agent(api):
    guest = api.nodes("pve1").qemu(100)
    check("the agent answers", lambda: guest.agent.ping.post()["result"], {})
    check("the agent knows its system", lambda: "name" in guest.agent("get-osinfo").get()["result"], True)
    check("the agent knows its addresses", lambda: [entry["name"] for entry in guest.agent("network-get-interfaces").get()["result"]][0], "lo")
    check("the agent writes a file", lambda: guest.agent("file-write").post(file="/tmp/note", content="hello"), None)
    check("the agent reads it", lambda: guest.agent("file-read").get(file="/tmp/note")["content"], "hello")
    check("a stopped machine has none", lambda: refusal(api.nodes("pve2").qemu(103).agent.ping.post)[0], 500)

    def executed():
        pid = guest.agent.exec.post(command=["/bin/true"])["pid"]
        while True:
            found = guest.agent("exec-status").get(pid=pid)
            if found["exited"]:
                return found["exitcode"]

    check("the agent runs a program", executed, 0)


def cloud_init(api, vmid):
    guest = api.nodes("pve1").qemu(vmid)
    check("its answers are set", lambda: guest.config.put(ciuser="ann", cipassword="secret", sshkeys=quote(KEY, safe=""), ipconfig0="ip=10.0.0.5/24,gw=10.0.0.1"), None)
    check("a password is not shown", lambda: guest.config.get()["cipassword"], "**********")
    check("the user's data have the key", lambda: KEY in guest.cloudinit.dump.get(type="user"), True)
    check("the network's data have the address", lambda: "10.0.0.5" in guest.cloudinit.dump.get(type="network"), True)
    check("the drive is made anew", lambda: guest.cloudinit.put(), None)


def snapshots(api, vmid):
    finish = finisher(api)
    guest = api.nodes("pve1").qemu(vmid)
    tree = lambda: {entry["name"]: entry.get("parent") for entry in guest.snapshot.get()}
    check("a snapshot is made", lambda: finish(guest.snapshot.post(snapname="one", description="the first")), "OK")
    check("another one", lambda: finish(guest.snapshot.post(snapname="two")), "OK")
    check("they are a tree", tree, {"one": None, "two": "one", "current": "two"})
    check("a name is given once", lambda: finish(guest.snapshot.post(snapname="one")), "snapshot name 'one' already used")
    guest.config.put(cores=3)
    check("it is rolled back", lambda: (finish(guest.snapshot("one").rollback.post()), guest.config.get()["cores"], tree()["current"]), ("OK", 4, "one"))
    check("a description changes", lambda: (guest.snapshot("one").config.put(description="still"), guest.snapshot("one").config.get()["description"])[1], "still")
    check("a snapshot is deleted", lambda: (finish(guest.snapshot("one").delete()), tree()["two"]), ("OK", None))
    check("the other too", lambda: finish(guest.snapshot("two").delete()), "OK")


def clones(api, vmid):
    finish = finisher(api)
    guest = api.nodes("pve1").qemu(vmid)
    full = int(api.cluster.nextid.get())
    check("a full clone is made", lambda: finish(guest.clone.post(newid=full, name="copy", full=1, storage="tank", pool="playground")), "OK")
    copy = api.nodes("pve1").qemu(full)
    check("it has disks and addresses of its own", lambda: (copy.config.get()["scsi0"].split(":")[0], copy.config.get()["net0"].split(",")[0] != guest.config.get()["net0"].split(",")[0]), ("tank", True))
    check("it is in its pool", lambda: full in [member.get("vmid") for member in api.pools("playground").get()["members"]], True)
    check("a template is made of it", lambda: (finish(copy.template.post()), copy.config.get()["template"]), ("OK", 1))
    check("a template does not start", lambda: finish(copy.status.start.post()), "you can't start a vm if it's a template")
    linked = int(api.cluster.nextid.get())
    check("a linked clone is made", lambda: finish(copy.clone.post(newid=linked)), "OK")
    check("it stands on the template", lambda: f"tank:{full}/base-{full}-disk-" in api.nodes("pve1").qemu(linked).config.get()["scsi0"], True)
    check("the clone goes", lambda: finish(api.nodes("pve1").qemu(linked).delete(purge=1)), "OK")
    check("the template goes", lambda: finish(copy.delete(purge=1)), "OK")


def migration(api, vmid):
    finish = finisher(api)
    guest = api.nodes("pve1").qemu(vmid)
    check("where it may go is known", lambda: sorted(guest.migrate.get()["allowed_nodes"]), ["pve2", "pve3"])
    check("its local disks are named", lambda: len(guest.migrate.get()["local_disks"]) > 0, True)
    check("it goes elsewhere", lambda: finish(guest.migrate.post(target="pve2")), "OK")
    check("it is there", lambda: [entry["node"] for entry in api.cluster.resources.get(type="vm") if entry["vmid"] == vmid], ["pve2"])
    there = api.nodes("pve2").qemu(vmid)
    finish(there.status.start.post())
    check("with disks it goes on running", lambda: finish(there.migrate.post(target="pve1", online=1, **{"with-local-disks": 1})), "OK")
    check("it runs there", lambda: guest.status.current.get()["status"], "running")
    finish(guest.status.stop.post())


def consoles(api):
    guest = api.nodes("pve1").qemu(100)
    ticket = guest.vncproxy.post(websocket=1)
    check("a screen has a ticket and a port", lambda: (":PVEVNC:" in ticket["ticket"], int(ticket["port"]) >= 5900), (True, True))
    check("a ticket is for its guest", lambda: refusal(lambda: api.nodes("pve1").qemu(101).vncwebsocket.get(port=ticket["port"], vncticket=ticket["ticket"]))[0], 401)
    check("SPICE needs a display for it", lambda: refusal(guest.spiceproxy.post)[0], 500)


def firewall(api, vmid):
    rules = api.nodes("pve1").qemu(vmid).firewall
    check("a rule is made", lambda: rules.rules.post(type="in", action="ACCEPT", proto="tcp", dport="22", enable=1), None)
    check("another goes before it", lambda: (rules.rules.post(type="in", action="DROP"), [rule["action"] for rule in rules.rules.get()])[1], ["DROP", "ACCEPT"])
    check("it moves", lambda: (rules.rules(0).put(moveto=2), [rule["action"] for rule in rules.rules.get()])[1], ["ACCEPT", "DROP"])
    check("options are set", lambda: (rules.options.put(enable=1, policy_in="DROP"), rules.options.get()["policy_in"])[1], "DROP")
    check("a set of addresses is made", lambda: (rules.ipset.post(name="home"), rules.ipset("home").post(cidr="10.0.0.0/8"), [entry["cidr"] for entry in rules.ipset("home").get()])[2], ["10.0.0.0/8"])
    check("an alias is made", lambda: (rules.aliases.post(name="gate", cidr="10.0.0.1"), rules.aliases("gate").get()["cidr"])[1], "10.0.0.1")


def ids(api):
    finish = finisher(api)
    lowest = int(api.cluster.nextid.get())

    def race(_):
        while True:
            vmid = int(api.cluster.nextid.get())
            try:
                finish(api.nodes("pve1").qemu.create(vmid=vmid))
                return vmid
            except ResourceException as error:
                if "already exists" not in str(error):
                    raise

    def raced():
        with ThreadPoolExecutor(4) as pool:
            return sorted(pool.map(race, range(8)))

    check("who races for ids gets each once", lambda: len(set(raced())), 8)
    check("an id that is gone is the lowest again", lambda: (finish(api.nodes("pve1").qemu(lowest).delete()), int(api.cluster.nextid.get())), ("OK", lowest))
    check("an id that is taken is told", lambda: refusal(lambda: api.cluster.nextid.get(vmid=100))[0], 400)


main()
