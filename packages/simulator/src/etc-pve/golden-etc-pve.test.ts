import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { belowEtcPve, readRecording } from '../../test/golden/recording.js'
import { createSimulator } from '../create-simulator.js'
import { instantClock } from '../engine/clock.js'
import { requireReadable } from './check-files.js'
import type { EtcPve } from './etc-pve.js'
import { importCluster } from './import-cluster.js'
import { readEtcPve, readEtcPveArchive } from './read-etc-pve.js'
import { packEtcPve } from './write-etc-pve.js'

const shared = new URL('../../../../../shared/', import.meta.url)
const isThere = existsSync(shared)
if (!isThere) console.log('skipped: ../shared is not there')

function recordingsIn(folder: string): string[] {
  if (!isThere) return []
  return readdirSync(new URL(`golden/${folder}/`, shared)).map(
    (file) => `${folder}/${file.replace(/\.json$/, '')}`,
  )
}

async function exportedAndImported(seed: EtcPve): Promise<EtcPve['etcPve']> {
  await using simulator = createSimulator({ seed, clock: instantClock() })
  const archive = await packEtcPve(simulator.snapshot(), { time: simulator.clock.now() })
  return (await readEtcPveArchive(archive)).cluster.etcPve
}

describe.skipIf(!isThere)('what the original has in /etc/pve', () => {
  it.each(recordingsIn('guests'))('%s starts from a state that lasts', async (name) => {
    const files = belowEtcPve(readRecording(name).meta.start_files ?? {})
    const { cluster } = importCluster(
      Object.entries(files).map(([path, text]) => {
        return { path, kind: 'file', data: Buffer.from(text) } as const
      }),
      name,
    )
    expect(cluster.etcPve).toEqual(files)
    expect(await exportedAndImported(cluster)).toEqual(files)
  })

  it('the cluster of the recorded HTTP exchanges lasts too', async () => {
    const path = fileURLToPath(new URL('vectors/http-state/etc-pve', shared))
    const { cluster } = await readEtcPve(path)
    expect(Object.keys(cluster.nodes)).toEqual(['pve1', 'pve2', 'pve3'])
    expect(await exportedAndImported(cluster)).toEqual(cluster.etcPve)
  })

  it('no file that the original wrote is taken for damaged', () => {
    const names = [...recordingsIn('config'), ...recordingsIn('guests')]
    const written = names.flatMap((name) =>
      readRecording(name).vectors.map(({ files = {} }) => belowEtcPve(files)),
    )
    const refused = written.flatMap((files) => {
      try {
        requireReadable(files, 'original')
        return []
      } catch (error) {
        return [String(error)]
      }
    })
    // A comment of two lines: what the original wrote there, it cannot read itself.
    const own = refused.filter((text) => !/firewall\/\w+\.fw:\d+: "l2" is no line/.test(text))
    expect(own).toEqual([])
    expect(written.length).toBeGreaterThan(4000)
  })
})
