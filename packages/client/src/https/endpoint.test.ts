import { describe, expect, test } from 'vitest'
import { parseEndpoint } from './endpoint.js'

const read = (host: string, port?: number): string => {
  const { origin, prefix } = parseEndpoint(host, { port, defaultPort: 8006 })
  return origin + prefix
}

describe('parseEndpoint', () => {
  test.each([
    ['pve1', 'https://pve1:8006'],
    ['pve1.example.com', 'https://pve1.example.com:8006'],
    ['pve1:8443', 'https://pve1:8443'],
    ['pve1:443', 'https://pve1:443'],
    ['192.0.2.7', 'https://192.0.2.7:8006'],
    ['::1', 'https://[::1]:8006'],
    ['[::1]', 'https://[::1]:8006'],
    ['[2001:db8::7]:8443', 'https://[2001:db8::7]:8443'],
    ['https://pve.example.com', 'https://pve.example.com:443'],
    ['https://pve.example.com:8006/', 'https://pve.example.com:8006'],
    ['https://pve.example.com/lab/pve/', 'https://pve.example.com:443/lab/pve'],
    ['https://pve1:8006/api2/json', 'https://pve1:8006'],
    ['https://pve1:8006/lab/api2/json/', 'https://pve1:8006/lab'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://localhost', 'http://localhost:80'],
  ])('%s is %s', (host, expected) => {
    expect(read(host)).toBe(expected)
  })

  test('port: fills in what the host leaves out', () => {
    expect(read('pve1', 8443)).toBe('https://pve1:8443')
    expect(read('https://pve1/lab', 8443)).toBe('https://pve1:8443/lab')
    expect(read('pve1:8443', 8006)).toBe('https://pve1:8443')
    expect(read('https://pve1:443', 8006)).toBe('https://pve1:443')
  })

  test.each([
    ['', undefined, "host '' is not a host name or a URL"],
    ['pve 1', undefined, "host 'pve 1' is not a host name or a URL"],
    ['pve1:https', undefined, "host 'pve1:https' is not a host name or a URL"],
    ['pve1/lab', undefined, "host 'pve1/lab' has a path: give it as https://host:port/path"],
    ['ftp://pve1', undefined, "host 'ftp://pve1' must be an https: or http: URL"],
    ['https://pve1/?a=1', undefined, "host 'https://pve1/?a=1' cannot have a query or a fragment"],
    ['pve1', 0, 'port 0 is not a port: an integer from 1 to 65535'],
    ['pve1', 1.5, 'port 1.5 is not a port: an integer from 1 to 65535'],
  ])('%s with port %s is refused', (host, port, message) => {
    expect(() => read(host, port)).toThrow(new TypeError(message))
  })

  test.each(['https://root:sesame@pve1:8006', 'root:sesame@pve1'])(
    'credentials in the host are refused without repeating them',
    (host) => {
      expect(() => read(host)).toThrow(
        new TypeError('a host cannot carry credentials: give them as the option auth'),
      )
    },
  )
})
