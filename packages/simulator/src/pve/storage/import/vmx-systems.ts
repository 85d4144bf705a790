/** What a guest system of an ESXi host is to us. */
interface GuestSystem {
  readonly ostype: string
  readonly isWindows: boolean
}

/** pve-storage Storage/ESXiPlugin.pm: guest_type */
export function systemOf(guest: string | undefined): GuestSystem {
  if (guest === undefined) return { ostype: 'l26', isWindows: false }
  const windowsType = find(windows, guest)
  if (windowsType !== undefined) return { ostype: windowsType, isWindows: true }
  const isMac = guest.startsWith('darwin')
  return { ostype: find(others, guest) ?? (isMac ? 'other' : 'l26'), isWindows: false }
}

type Table = Readonly<Record<string, readonly string[]>>

function find(table: Table, guest: string): string | undefined {
  return Object.keys(table).find((type) => table[type]?.includes(guest))
}

const windows: Table = {
  other: ['dos', 'win31', 'win95', 'win98'],
  w2k8: ['longhorn', 'winLonghorn', 'winLonghorn-64', 'windows7Server-64'],
  w2k3: [
    'winNetBusiness',
    'winNetEnterprise',
    'winNetEnterprise-64',
    'winNetDatacenter',
    'winNetDatacenter-64',
    'winNetStandard',
    'winNetStandard-64',
    'winNetWeb',
  ],
  win10: [
    'windows9',
    'windows9-64',
    'windows9srv',
    'windows9srv-64',
    'windows9Server-64',
    'windows2019srv-64',
  ],
  win11: ['windows11-64', 'windows12-64', 'windows2019srvNext-64', 'windows2022srvNext-64'],
  w2k: ['win2000AdvServ', 'win2000Pro', 'win2000Serv'],
  win7: ['windows7', 'windows7-64'],
  win8: ['windows8', 'windows8-64', 'windows8Server-64'],
  wxp: ['winNT', 'winXPPro', 'winXPPro-64'],
  wvista: ['winVista', 'winVista-64'],
}

const others: Table = {
  other: [
    'freeBSD11',
    'freeBSD11-64',
    'freeBSD12',
    'freeBSD12-64',
    'freeBSD13',
    'freeBSD13-64',
    'freeBSD14',
    'freeBSD14-64',
    'freeBSD',
    'freeBSD-64',
    'os2',
    'netware5',
    'netware6',
    'other',
    'other-64',
    'openserver5',
    'openserver6',
    'unixware7',
    'eComStation',
    'eComStation2',
    'vmkernel',
    'vmkernel5',
    'vmkernel6',
    'vmkernel65',
    'vmkernel7',
    'vmkernel8',
  ],
  solaris: ['solaris10', 'solaris10-64', 'solaris11-64', 'solaris8', 'solaris9'],
}
