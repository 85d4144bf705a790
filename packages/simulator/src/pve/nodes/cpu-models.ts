import type { Cluster } from '../cluster.js'
import { isSince } from '../version.js'

export interface CpuModel {
  readonly name: string
  readonly vendor: string
}

const intel =
  '486 pentium pentium2 pentium3 coreduo core2duo Conroe Penryn Nehalem Nehalem-IBRS Westmere Westmere-IBRS ' +
  'SandyBridge SandyBridge-IBRS IvyBridge IvyBridge-IBRS Haswell Haswell-IBRS Haswell-noTSX Haswell-noTSX-IBRS ' +
  'Broadwell Broadwell-IBRS Broadwell-noTSX Broadwell-noTSX-IBRS Skylake-Client Skylake-Client-IBRS ' +
  'Skylake-Client-noTSX-IBRS Skylake-Client-v4 Skylake-Server Skylake-Server-IBRS Skylake-Server-noTSX-IBRS ' +
  'Skylake-Server-v4 Skylake-Server-v5 Cascadelake-Server Cascadelake-Server-v2 Cascadelake-Server-noTSX ' +
  'Cascadelake-Server-v4 Cascadelake-Server-v5 Cooperlake Cooperlake-v2 KnightsMill Icelake-Client ' +
  'Icelake-Client-noTSX Icelake-Server Icelake-Server-noTSX Icelake-Server-v3 Icelake-Server-v4 Icelake-Server-v5 ' +
  'Icelake-Server-v6 Icelake-Server-v7 SapphireRapids SapphireRapids-v2 SapphireRapids-v3 SapphireRapids-v4 ' +
  'GraniteRapids GraniteRapids-v2 GraniteRapids-v3 SierraForest SierraForest-v2 SierraForest-v3 ClearwaterForest'
const amd =
  'athlon phenom Opteron_G1 Opteron_G2 Opteron_G3 Opteron_G4 Opteron_G5 EPYC EPYC-IBPB EPYC-v3 EPYC-v4 EPYC-v5 ' +
  'EPYC-Rome EPYC-Rome-v2 EPYC-Rome-v3 EPYC-Rome-v4 EPYC-Rome-v5 EPYC-Milan EPYC-Milan-v2 EPYC-Milan-v3 EPYC-Genoa ' +
  'EPYC-Genoa-v2 EPYC-Turin'
const arm =
  'a64fx cortex-a35 cortex-a53 cortex-a55 cortex-a57 cortex-a710 cortex-a72 cortex-a76 neoverse-n1 neoverse-n2 ' +
  'neoverse-v1'

type Arch = 'x86_64' | 'aarch64'

/** Processors that a machine can be given, by the vendor that it is told. qemu-server CPUConfig.pm of 9.2 */
const byArch: Readonly<Record<Arch, Readonly<Record<string, string>>>> = {
  x86_64: {
    GenuineIntel: intel,
    AuthenticAMD: amd,
    // The nodes are of this kind themselves.
    default: 'kvm32 kvm64 qemu32 qemu64 max host',
  },
  aarch64: { ARM: arm, default: 'max' },
}

export function cpuModels(arch: Arch): CpuModel[] {
  return Object.entries(byArch[arch]).flatMap(([vendor, names]) =>
    names.split(' ').map((name) => ({ name, vendor })),
  )
}

/** Levels of the architecture, which no real processor is. */
export function abstractModels(cluster: Cluster, arch: Arch): CpuModel[] {
  if (arch !== 'x86_64' || !isSince(cluster, '8.0')) return []
  return ['x86-64-v2', 'x86-64-v2-AES', 'x86-64-v3', 'x86-64-v4'].map((name) => ({
    name,
    vendor: 'default',
  }))
}
