import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { readUpload, UploadError } from './read-upload.js'

const file = 'x'.repeat(200_000)

function form(...parts: readonly string[]): string {
  return `${parts.map((part) => `--b\r\nContent-Disposition: form-data; ${part}\r\n`).join('')}--b--\r\n`
}

const content = 'name="content"\r\n\r\niso'
const image = `name="filename"; filename="a b.iso"\r\nContent-Type: application/octet-stream\r\n\r\n${file}`

async function read(body: string, chunkLength = 1000): ReturnType<typeof readUpload> {
  const bytes = Buffer.from(body)
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += chunkLength)
      yield bytes.subarray(at, at + chunkLength)
  }
  return readUpload(chunks(), { boundary: 'b', length: bytes.length })
}

describe('an upload', () => {
  test.each([1, 7, 1000, 1_000_000])('may come in pieces of %i bytes', async (length) => {
    const short = image.replace(file, 'y'.repeat(300))
    const received = await read(form(content, short), length)
    expect(received?.params).toEqual(
      Object.assign(Object.create(null), { content: 'iso', filename: 'a b.iso' }),
    )
    expect(received?.file.size).toBe(300)
  })

  test('leaves of its file a beginning and the checksum that was asked for', async () => {
    const fields = [content, 'name="checksum-algorithm"\r\n\r\nsha256', 'name="checksum"\r\n\r\n00']
    const received = await read(form(...fields, image))
    expect(received?.params.checksum).toBe('00')
    expect(received?.file).toMatchObject({
      size: 200_000,
      checksum: createHash('sha256').update(file).digest('hex'),
    })
    expect(received?.file.beginning.length).toBe(65_536)
    expect(received?.file.path).toMatch(/^\/var\/tmp\/pveupload-[0-9a-f]{32}$/)
  })

  test('keeps line ends that belong to the file', async () => {
    const received = await read(form(content, `name="filename"; filename="a"\r\n\r\n1\r\n2\r\n`))
    expect(received?.file.beginning.toString()).toBe('1\r\n2\r\n')
  })

  test('whose names look like more headers is read to its end', async () => {
    const noise = 'Content-Disposition: a; name="content"; name="'
    await expect(read(form(`${content}\r\n${noise.repeat(10_000)}`), 1_000_000)).rejects.toThrow(
      'upload failed',
    )
    await expect(read(form(noise.repeat(10_000)), 1_000_000)).rejects.toThrow('upload failed')
  })

  test('takes an empty name of a file for a part of the name of its field', async () => {
    const odd = 'name="filename"; filename=""; filename="a"\r\n\r\n1'
    await expect(read(form(content, odd), 1_000_000)).rejects.toThrow(
      `wrong field name 'filename"; filename="' for file upload`,
    )
  })

  test('ignores fields behind the file', async () => {
    expect((await read(form(image, content), 1_000_000))?.params).not.toHaveProperty('content')
  })

  test.each([
    [
      'a file under another name',
      form(content, 'name="file"; filename="a"\r\n\r\n1'),
      "wrong field name 'file' for file upload, expected 'filename' at",
    ],
    [
      'fields in another order',
      form('name="checksum"\r\n\r\n00', content, image),
      'wrong Content-Disposition',
    ],
    ['an unknown field', form(content, 'name="more"\r\n\r\n1', image), 'wrong field name'],
    ['a missing end', form(content, image).slice(0, -7), 'upload failed at'],
  ])('with %s is refused', async (_, body, message) => {
    const refusal = read(body, 1_000_000)
    await expect(refusal).rejects.toBeInstanceOf(UploadError)
    await expect(refusal).rejects.toThrow(message)
  })

  test('that breaks off has no answer', async () => {
    expect(await readUpload(only('--b\r\n'), { boundary: 'b', length: 1000 })).toBeUndefined()
  })
})

async function* only(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text)
}
