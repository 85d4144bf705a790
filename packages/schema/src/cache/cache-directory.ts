import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/**
 * Where Proxkit keeps what can be had again: `PROXKIT_CACHE`, else a folder of its own where the platform has its
 * caches.
 */
export function cacheDirectory(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  if (env['PROXKIT_CACHE']) return env['PROXKIT_CACHE']
  const home = homedir()
  if (platform === 'win32') {
    return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'proxkit', 'Cache')
  }
  // XDG Base Directory Specification 0.8: a relative path counts as none
  const xdg = env['XDG_CACHE_HOME'] ?? ''
  if (isAbsolute(xdg)) return join(xdg, 'proxkit')
  return platform === 'darwin'
    ? join(home, 'Library', 'Caches', 'proxkit')
    : join(home, '.cache', 'proxkit')
}
