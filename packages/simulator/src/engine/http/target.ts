/** What the URI class of the original makes of a request target: path (decoded once, as bytes) and query. */
export function splitTarget(target: string): { path: string; query: string } {
  // Nearly all of them are plain paths.
  if (/^(?:\/[^/#%?]+)+$/.test(target)) return { path: target, query: '' }
  const withoutFragment = target.split('#', 1)[0] ?? ''
  const withoutHost = withoutFragment.replace(/^(?:[a-z][a-z\d+.-]*:)?(?:\/\/[^/?]*)?/i, '')
  const mark = withoutHost.indexOf('?')
  const raw = mark < 0 ? withoutHost : withoutHost.slice(0, mark)
  const path = raw.includes('%')
    ? raw.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      )
    : raw
  return { path, query: mark < 0 ? '' : withoutHost.slice(mark + 1) }
}

/**
 * Takes a path of the API apart; undefined where its format is no word. It is one line, whose end does not count.
 *
 * pve-http-server AnyEvent.pm: split_abs_uri
 */
export function splitApiPath(path: string): { format: string; path: string } | undefined {
  const parts = /^\/api2\/+([a-z][a-z0-9]+)(\/[^\n]*)?\n?$/.exec(path)
  return parts?.[1] ? { format: parts[1], path: parts[2] ?? '/' } : undefined
}
