import { generateKeyPairSync } from 'node:crypto'

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
})

/** The `/etc/pve` of a cluster of two nodes, with something in every file that the simulation knows. */
export const officeFiles: Readonly<Record<string, string>> = {
  'authkey.pub': publicKey,
  'priv/authkey.key': privateKey,
  'pve-www.key': 'a key of the web interface\n',
  'ceph.conf': '[global]\n\tfsid = 11111111-2222-3333-4444-555555555555\n',
  'priv/known_hosts': 'alpha ssh-rsa AAAA\n',
  'corosync.conf': `logging {
  debug: off
  to_syslog: yes
}

nodelist {
  node {
    name: alpha
    nodeid: 2
    quorum_votes: 1
    ring0_addr: 198.51.100.2
  }
  node {
    name: beta
    nodeid: 1
    quorum_votes: 1
    ring0_addr: beta.example.com
  }
}

quorum {
  provider: corosync_votequorum
}

totem {
  cluster_name: office
  config_version: 7
  interface {
    linknumber: 0
  }
  ip_version: ipv4-6
  link_mode: passive
  secauth: on
  version: 2
}

`,
  'datacenter.cfg': '#the%20office\nkeyboard: de\nmigration: secure,network=198.51.100.0/24\n',
  'user.cfg': `user:root@pam:1:0:::root@example.com:::
user:ann@pve:1:0:Ann:Ash:ann@example.com::x:
token:ann@pve!ci:0:1:for builds:
token:root@pam!robot:0:0::

group:staff:ann@pve:people:

pool:web:what%20is%20outside:100,200:tank:
pool:web/inner:::

role:Starter:VM.Audit,VM.PowerMgmt:

acl:1:/:@staff:PVEAuditor:
acl:1:/pool/web:ann@pve:Starter:
acl:0:/vms/100:ann@pve!ci:PVEVMAdmin:
`,
  'priv/token.cfg':
    'ann@pve!ci 11111111-2222-3333-4444-555555555555\nroot@pam!robot 66666666-7777-8888-9999-000000000000\n',
  // "ann-secret", as `openssl passwd -5 -salt saltsalt` prints it
  'priv/shadow.cfg': 'ann:$5$saltsalt$unh..1WHfuKgEocGFWYTDCaOthVxxogUSY7xgfaWNo0:\n',
  'priv/tfa.cfg': JSON.stringify({
    users: {
      'ann@pve': {
        totp: [
          {
            id: '11111111-1111-1111-1111-111111111111',
            description: 'phone',
            created: 1_700_000_000,
            entry:
              'otpauth://totp/Office:ann@pve?secret=JBSWY3DPEHPK3PXP&issuer=Office&algorithm=SHA1&digits=6&period=30',
          },
        ],
      },
    },
  }),
  'domains.cfg': `pam: pam
\tcomment Linux

pve: pve
\tcomment Proxmox VE
\tdefault 1

ldap: directory
\tbase_dn dc=example,dc=com
\tserver1 ldap.example.com
\tuser_attr uid

`,
  'storage.cfg': `dir: local
\tpath /var/lib/vz
\tcontent iso,vztmpl,backup

lvmthin: local-lvm
\tthinpool data
\tvgname pve
\tcontent rootdir,images

nfs: tank
\texport /tank
\tpath /mnt/pve/tank
\tserver 198.51.100.9
\tcontent images,rootdir,backup

`,
  'jobs.cfg': `vzdump: nightly
\tschedule 02:00
\tall 1
\tenabled 1
\tstorage tank

`,
  'replication.cfg': 'local: 100-0\n\ttarget beta\n\trate 10\n\n',
  'ha/resources.cfg': 'vm: 101\n\tmax_restart 2\n\tstate started\n\n',
  'sdn/zones.cfg': 'simple: home\n\n',
  'sdn/vnets.cfg': 'vnet: lan\n\tzone home\n\n',
  'mapping/pci.cfg': 'card\n\tmap id=10de:1eb8,node=alpha,path=0000:01:00.0\n\n',
  'firewall/cluster.fw':
    '[OPTIONS]\n\nenable: 1\n\n[RULES]\n\nIN SSH(ACCEPT) -source 198.51.100.0/24\n\n',
  'firewall/100.fw': '[OPTIONS]\n\nenable: 1\n\n[RULES]\n\n|IN ACCEPT -p tcp -dport 80 # later\n\n',
  'nodes/alpha/config': 'description: the%20first\n',
  'nodes/alpha/qemu-server/100.conf': `#runs%20the%20site
agent: 1
boot: order=scsi0
cores: 12
memory: 65536
name: web
net0: virtio=BC:24:11:00:00:01,bridge=vmbr7,tag=3
net1: virtio=BC:24:11:00:00:02,bridge=lan
parent: fresh
scsi0: local-lvm:vm-100-disk-0,size=20G
scsi1: tank:100/vm-100-disk-1.qcow2,size=5G
scsihw: virtio-scsi-single
smbios1: uuid=11111111-2222-3333-4444-555555555555
tags: public

[PENDING]
cores: 16
delete: tags

[fresh]
#as%20installed
cores: 8
memory: 32768
name: web
scsi0: local-lvm:vm-100-disk-0,size=20G
scsihw: virtio-scsi-single
smbios1: uuid=11111111-2222-3333-4444-555555555555
snaptime: 1700000000
vmstate: local-lvm:vm-100-state-fresh
`,
  'nodes/beta/qemu-server/101.conf':
    'cores: 1\nide2: local:iso/debian-13.iso,media=cdrom,size=700M\nmemory: 512\nname: stays\nsata0: tank:101/vm-101-disk-0.raw,size=1G\n',
  'nodes/beta/lxc/200.conf': `arch: amd64
hostname: box
memory: 512
mp0: local-lvm:vm-200-disk-1,mp=/srv,backup=1,size=3G
net0: name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:03,ip=dhcp,type=veth
ostype: debian
parent: one
rootfs: local-lvm:vm-200-disk-0,size=4G
swap: 512
unprivileged: 1
lxc.mount.entry: /srv srv none bind

[pve:pending]
memory: 1024

[one]
arch: amd64
hostname: box
memory: 256
ostype: debian
rootfs: local-lvm:vm-200-disk-0,size=4G
snaptime: 1700000100
swap: 512
`,
}
