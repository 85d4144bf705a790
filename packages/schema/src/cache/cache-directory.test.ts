import { homedir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cacheDirectory } from './cache-directory.js'

const home = homedir()

test.each<[string, Record<string, string>, NodeJS.Platform, string]>([
  ['PROXKIT_CACHE', { PROXKIT_CACHE: '/a', XDG_CACHE_HOME: '/b' }, 'linux', '/a'],
  ['XDG_CACHE_HOME', { XDG_CACHE_HOME: '/b' }, 'linux', '/b/proxkit'],
  ['the home', { XDG_CACHE_HOME: 'relative' }, 'linux', join(home, '.cache/proxkit')],
  ['the home on macOS', {}, 'darwin', join(home, 'Library/Caches/proxkit')],
  ['LOCALAPPDATA', { LOCALAPPDATA: '/l' }, 'win32', join('/l', 'proxkit', 'Cache')],
])('the cache is where %s says', (_, env, platform, directory) => {
  expect(cacheDirectory(env, platform)).toBe(directory)
})
